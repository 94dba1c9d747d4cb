"""Courses required on an engagement: added, changed from a day on, ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView
from apps.training import actions, forms, queries
from apps.training.models import Requirement


class RequireView(ActionView):
    """Require a course of the agents of an engagement."""

    permission = Permission.TRAINING_REQUIRE
    form_class = forms.RequirementForm
    template_name = "training/require.html"
    engagement: Engagement

    def load(self) -> None:
        """404 for a stranger's engagement."""
        self.engagement = engagements.engagement(
            self.actor, self.kwargs["engagement_pk"]
        )

    def form_arguments(self) -> dict[str, Any]:
        """Courses the provider teaches."""
        return {
            "courses": queries.courses_of_provider(self.actor, self.engagement),
            "today": clock.today(self.engagement.client.time_zone),
        }

    def context(self) -> dict[str, Any]:
        """The engagement."""
        return {"engagement": self.engagement}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the coverage."""
        row = actions.require_course(self.engagement, by=self.actor, **form.arguments())
        messages.success(self.request, f"{row.course} is required.")
        return redirect("training:engagement", self.engagement.pk)


class _OfRequirementView(ActionView):
    permission = Permission.TRAINING_REQUIRE
    requirement: Requirement

    def load(self) -> None:
        """404 for a stranger's requirement."""
        self.requirement = queries.requirement(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Today at the client."""
        zone = self.requirement.engagement.client.time_zone
        return {"today": clock.today(zone)}

    def context(self) -> dict[str, Any]:
        """The requirement and its engagement."""
        return {
            "requirement": self.requirement,
            "engagement": self.requirement.engagement,
        }


class RequirementChangeView(_OfRequirementView):
    """Ask something else from a day on."""

    form_class = forms.RequirementTermsForm
    template_name = "training/requirement_change.html"

    def form_arguments(self) -> dict[str, Any]:
        """The terms that hold now, from today at the client."""
        return super().form_arguments() | {"initial": forms.terms_of(self.requirement)}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the coverage."""
        row = actions.change_requirement(
            self.requirement,
            by=self.actor,
            terms=form.terms(),
            effective_on=form.cleaned_data["effective_on"],
        )
        messages.success(
            self.request, f"The new terms hold from {row.effective_on:%-d %B %Y}."
        )
        return redirect("training:engagement", row.engagement_id)


class RequirementEndView(_OfRequirementView):
    """End a requirement."""

    form_class = forms.EndForm
    template_name = "training/requirement_end.html"

    def perform(self, form: Any) -> HttpResponse:
        """Back to the coverage."""
        actions.end_requirement(
            self.requirement, by=self.actor, ended_on=form.cleaned_data["ended_on"]
        )
        messages.success(self.request, "The requirement ends on that day.")
        return redirect("training:engagement", self.requirement.engagement_id)
