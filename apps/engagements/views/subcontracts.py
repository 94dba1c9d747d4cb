"""Forms of the chain's edges."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.engagements import actions, forms, queries
from apps.engagements.models import Subcontract
from apps.engagements.views.base import EngagementActionView
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView


class DeclareSubcontractView(EngagementActionView):
    """The provider says through which of its own engagements it works."""

    permission = Permission.SUBCONTRACTS_DECLARE
    form_class = forms.SubcontractForm
    template_name = "engagements/declare_subcontract.html"

    def form_arguments(self) -> dict[str, Any]:
        """Only engagements in which the provider is the client."""
        return {
            "engagements": queries.downstream_choices(self.actor, self.engagement),
            "initial": {"effective_on": self.today},
        }

    def perform(self, form: Any) -> HttpResponse:
        """Back to the facts."""
        edge = actions.declare_subcontract(
            self.engagement, by=self.actor, **form.cleaned_data
        )
        asked = (
            " The client is asked for approval."
            if edge.upstream.approves_subcontracts
            else ""
        )
        messages.success(self.request, f"The subcontract is declared.{asked}")
        return redirect("engagements:detail", self.engagement.pk)


class SubcontractActionView(ActionView):
    """A form about the edge the URL names."""

    edge: Subcontract

    def load(self) -> None:
        """Fetch the edge; NotFound for a stranger."""
        self.edge = queries.subcontract(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The edge and the engagement it carries part of."""
        return {"edge": self.edge, "engagement": self.edge.upstream}

    def done(self, sentence: str) -> HttpResponse:
        """Say so, and back to the facts."""
        messages.success(self.request, sentence)
        return redirect("engagements:detail", self.edge.upstream_id)


class ApproveSubcontractView(SubcontractActionView):
    """The client says yes."""

    permission = Permission.SUBCONTRACTS_APPROVE
    form_class = forms.ConfirmForm
    template_name = "engagements/subcontract_approve.html"

    def perform(self, form: Any) -> HttpResponse:
        """Record it."""
        actions.approve_subcontract(self.edge, by=self.actor)
        return self.done("The subcontract is approved.")


class RefuseSubcontractView(SubcontractActionView):
    """The client says no, and why."""

    permission = Permission.SUBCONTRACTS_APPROVE
    form_class = forms.ReasonForm
    template_name = "engagements/subcontract_refuse.html"

    def perform(self, form: Any) -> HttpResponse:
        """Record it."""
        actions.refuse_subcontract(self.edge, by=self.actor, **form.cleaned_data)
        return self.done("The subcontract is refused.")


class EndSubcontractView(SubcontractActionView):
    """The provider gives the edge its last day."""

    permission = Permission.SUBCONTRACTS_DECLARE
    form_class = forms.LastDayForm
    template_name = "engagements/subcontract_end.html"

    def form_arguments(self) -> dict[str, Any]:
        """Today unless said otherwise."""
        today = clock.today(self.edge.upstream.client.time_zone)
        return {"initial": {"ended_on": today.isoformat()}}

    def perform(self, form: Any) -> HttpResponse:
        """Record it."""
        edge = actions.end_subcontract(self.edge, by=self.actor, **form.cleaned_data)
        return self.done(
            f"The last day of the subcontract is {edge.ended_on:%-d %B %Y}."
        )
