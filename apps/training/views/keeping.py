"""How long training records are kept: holds, what is past, what was destroyed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView
from apps.training import actions, forms, queries
from apps.training.models import TrainingHold
from apps.workforce import queries as workforce
from apps.workforce.models import Agent

SHOWN = 50


class KeepingView(PortalView):
    """What holds training records, and what nothing keeps any more."""

    permission = Permission.ASSURANCE_EDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """Of the actor's organization."""
        organization = self.actor.organization
        today = clock.today(organization.time_zone)
        past = queries.past_retention(organization, today=today)
        imports = queries.imports_past_retention(
            organization, today=today, without=[each.record.pk for each in past]
        )
        context = {
            "today": today,
            "holds": queries.training_holds(self.actor)[:SHOWN],
            "past": past[:SHOWN],
            "past_count": len(past),
            "is_more": len(past) == queries.BATCH,
            "imports": imports,
            "destructions": queries.destructions(self.actor)[:SHOWN],
        }
        return self.page("training/keeping.html", context)


class _HoldView(ActionView):
    permission = Permission.ASSURANCE_EDIT
    form_class = forms.ReasonForm
    template_name = "training/hold.html"
    agent: Agent | None = None

    def context(self) -> dict[str, Any]:
        """Whom it is about."""
        return {"agent": self.agent}

    def perform(self, form: Any) -> HttpResponse:
        """Back to what is kept."""
        actions.place_training_hold(
            by=self.actor, reason=form.cleaned_data["reason"], agent=self.agent
        )
        messages.success(self.request, "The hold is placed.")
        return redirect("training:keeping")


class HoldView(_HoldView):
    """Keep the training records of everybody."""


class AgentHoldView(_HoldView):
    """Keep the training records of one agent."""

    def load(self) -> None:
        """404 for an agent of anybody else."""
        self.agent = workforce.agent(self.actor, self.kwargs["pk"])


class HoldReleaseView(ActionView):
    """Release a hold."""

    permission = Permission.ASSURANCE_EDIT
    form_class = forms.ReasonForm
    template_name = "training/hold_release.html"
    hold: TrainingHold

    def load(self) -> None:
        """404 for a hold of anybody else."""
        self.hold = queries.training_hold(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The hold."""
        return {"hold": self.hold}

    def perform(self, form: Any) -> HttpResponse:
        """Back to what is kept."""
        actions.release_training_hold(
            self.hold, by=self.actor, reason=form.cleaned_data["reason"]
        )
        messages.success(self.request, "The hold is released.")
        return redirect("training:keeping")


class DestroyView(ActionView):
    """Destroy what nothing keeps any more."""

    permission = Permission.ASSURANCE_EDIT
    form_class = forms.DestroyForm
    template_name = "training/destroy.html"

    def context(self) -> dict[str, Any]:
        """How much it is."""
        organization = self.actor.organization
        today = clock.today(organization.time_zone)
        past = queries.past_retention(organization, today=today)
        return {"past_count": len(past)}

    def perform(self, form: Any) -> HttpResponse:
        """Back to what is kept."""
        row = actions.destroy_past_retention(
            by=self.actor, reason=form.cleaned_data["reason"]
        )
        messages.success(
            self.request, f"{row.record_count} records were destroyed for good."
        )
        return redirect("training:keeping")
