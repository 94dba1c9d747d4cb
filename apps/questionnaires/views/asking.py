"""Asking a vendor: assign, move the day, withdraw."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.core.dates import add_months
from apps.engagements import queries as engagements
from apps.engagements.enums import Tier
from apps.engagements.models import Engagement
from apps.questionnaires import actions, forms, queries
from apps.questionnaires.enums import AskedChannel, PartyKind, QuestionSet
from apps.questionnaires.views.base import AssignmentActionView
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.tenancy.views import ActionView


class _AssignView(ActionView):
    permission = Permission.QUESTIONNAIRES_ASSIGN
    form_class = forms.AssignForm
    template_name = "questionnaires/assign.html"
    engagement: Engagement | None = None
    vendor: Organization

    def form_arguments(self) -> dict[str, Any]:
        """What stands on the shelf, and what usually fits."""
        return {
            "versions": queries.assignable_versions(self.actor),
            "initial": self.initial(),
        }

    def initial(self) -> dict[str, Any]:
        """Two months' time, an operator, the channels declared."""
        return {
            "due_on": self._usual_day(),
            "party_kind": PartyKind.OPERATOR,
            "sets": [QuestionSet.CORE],
            "recurrence_months": 12,
        }

    def _usual_day(self) -> date:
        return add_months(clock.today(self.actor.organization.time_zone), 1)

    def context(self) -> dict[str, Any]:
        """Whom it is about."""
        return {"engagement": self.engagement, "vendor": self.vendor}

    def terms(self, form: forms.AssignForm) -> actions.Terms:
        """The form as terms."""
        data = form.cleaned_data
        return actions.Terms(
            party_kind=PartyKind(data["party_kind"]),
            channels=tuple(data["channels"]),
            sets=tuple(data["sets"]),
            due_on=data["due_on"],
            recurrence_months=data["recurrence_months"],
        )

    def done(self, row: Any) -> HttpResponse:
        """Go to what was assigned."""
        messages.success(self.request, f"{self.vendor} is asked and was told.")
        return redirect("questionnaires:detail", pk=row.pk)


class AssignToEngagementView(_AssignView):
    """Ask the provider of an engagement."""

    def load(self) -> None:
        """The engagement, if the actor may see it."""
        self.engagement = engagements.engagement(
            self.actor, self.kwargs["engagement_pk"]
        )
        self.vendor = self.engagement.provider

    def initial(self) -> dict[str, Any]:
        """Channels from the declared scope; the extended set for tier 1."""
        assert self.engagement is not None  # noqa: S101 - load ran
        today = clock.today(self.engagement.client.time_zone)
        scope = engagements.declared_scopes([self.engagement.pk], as_of=today).get(
            self.engagement.pk
        )
        known = [c for c in (scope.channels if scope else []) if c in AskedChannel]
        sets = [QuestionSet.CORE]
        if self.engagement.tier == Tier.CRITICAL:
            sets.append(QuestionSet.EXTENDED)
        return super().initial() | {"channels": known, "sets": sets}

    def perform(self, form: forms.AssignForm) -> HttpResponse:
        """Ask."""
        assert self.engagement is not None  # noqa: S101 - load ran
        return self.done(
            actions.assign_to_engagement(
                self.engagement,
                by=self.actor,
                version=form.cleaned_data["version"],
                terms=self.terms(form),
            )
        )


class AssignToVendorView(_AssignView):
    """Ask a vendor for all it does."""

    def load(self) -> None:
        """A vendor of the actor's organization."""
        self.vendor = engagements.vendor(self.actor, self.kwargs["pk"])

    def perform(self, form: forms.AssignForm) -> HttpResponse:
        """Ask."""
        return self.done(
            actions.assign_to_vendor(
                self.vendor,
                by=self.actor,
                version=form.cleaned_data["version"],
                terms=self.terms(form),
            )
        )


class MoveDueView(AssignmentActionView):
    """Give the vendor another day."""

    permission = Permission.QUESTIONNAIRES_ASSIGN
    form_class = forms.MoveDueForm
    template_name = "questionnaires/move_due.html"

    def perform(self, form: forms.MoveDueForm) -> HttpResponse:
        """Move."""
        actions.move_due(self.assignment, by=self.actor, **form.cleaned_data)
        return self.done("The due day is moved. The series keeps its planned days.")


class WithdrawView(AssignmentActionView):
    """Ask no longer."""

    permission = Permission.QUESTIONNAIRES_ASSIGN
    form_class = forms.WithdrawForm
    template_name = "questionnaires/withdraw.html"

    def perform(self, form: forms.WithdrawForm) -> HttpResponse:
        """Withdraw."""
        actions.withdraw(self.assignment, by=self.actor, **form.cleaned_data)
        return self.done("The questionnaire is withdrawn.")
