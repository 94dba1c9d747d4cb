"""Policies and their versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.assurance import actions, forms, queries
from apps.assurance.actions import PolicyTerms
from apps.assurance.enums import Medium, Topic
from apps.assurance.models import Policy
from apps.assurance.views.base import FormPage, ProofView, stored
from apps.core import clock
from apps.evidence.models import StoredFile
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView


class PolicyView(PortalView):
    """One policy and its versions."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 where it was not shared with the actor's organization."""
        row = queries.policy(self.actor, pk)
        is_own = row.organization_id == self.actor.organization_id
        context = {
            "policy": row,
            "today": clock.today(self.actor.organization.time_zone),
            "is_own": is_own,
            "may_edit": is_own and self.actor.can(Permission.ASSURANCE_EDIT),
            "shares": queries.shares_of(self.actor, row),
        }
        return self.page("assurance/policy.html", context)


def _terms(form: forms.VersionForm) -> PolicyTerms:
    data = form.cleaned_data
    return PolicyTerms(
        effective_on=data["effective_on"],
        media=tuple(Medium(word) for word in data["named"]),
        topics=tuple(Topic(word) for word in data["topics"]),
        review_on=data["review_on"],
    )


class PolicyCreateView(FormPage):
    """A new policy with its first version."""

    form_class = forms.PolicyForm
    heading = "Add a policy"
    lede = "Say which channels and media it names, and what it settles there."
    button = "Add policy"

    def back(self) -> tuple[str, str]:
        """The overview."""
        return reverse("assurance:overview"), "Assurance"

    def perform(self, form: forms.PolicyForm) -> HttpResponse:
        """On to the policy."""
        version = actions.adopt_policy(
            by=self.actor,
            policy=form.cleaned_data["title"],
            terms=_terms(form),
            file=stored(form.cleaned_data["document"], by=self.actor),
        )
        messages.success(self.request, f"{version} was added.")
        return redirect("assurance:policy", version.policy_id)


class _OfPolicy(FormPage):
    """A form about one policy."""

    policy: Policy

    def load(self) -> None:
        """404 for a stranger."""
        self.policy = queries.policy(self.actor, self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        """The policy."""
        return reverse("assurance:policy", args=[self.policy.pk]), str(self.policy)

    def done(self, text: str) -> HttpResponse:
        """Say what happened and go back."""
        messages.success(self.request, text)
        return redirect("assurance:policy", self.policy.pk)


class VersionCreateView(_OfPolicy):
    """A new version."""

    form_class = forms.VersionForm
    heading = "Add a version"
    lede = "The version before ends the day before this one begins."
    button = "Add version"

    def perform(self, form: forms.VersionForm) -> HttpResponse:
        """Adopt it."""
        version = actions.adopt_policy(
            by=self.actor,
            policy=self.policy,
            terms=_terms(form),
            file=stored(form.cleaned_data["document"], by=self.actor),
        )
        return self.done(f"Version {version.number} was added.")


class PolicyEndView(_OfPolicy):
    """End a policy."""

    form_class = forms.EndPolicyForm
    heading = "End the policy"
    lede = "Its versions stay on record and are kept six years after the last day."
    button = "End policy"

    def perform(self, form: forms.EndPolicyForm) -> HttpResponse:
        """End."""
        actions.end_policy(self.policy, by=self.actor, **form.cleaned_data)
        return self.done("The policy has its last day.")


class PolicyShareView(_OfPolicy):
    """Show it to a client."""

    form_class = forms.ShareForm
    heading = "Share the policy"
    lede = "The client then sees every version, and what it covers in its grid."
    button = "Share with client"

    def form_arguments(self) -> dict[str, Any]:
        """Clients of the organization."""
        return {"clients": queries.clients(self.actor)}

    def perform(self, form: forms.ShareForm) -> HttpResponse:
        """Share."""
        row = actions.share(
            self.policy, by=self.actor, client_id=form.cleaned_data["client"]
        )
        return self.done(f"{row.client} can read it now.")


class PolicyFileView(ProofView):
    """The paper of a version."""

    def file(self, pk: UUID) -> StoredFile:
        """Through the version's policy."""
        return queries.policy_version(self.actor, pk).file
