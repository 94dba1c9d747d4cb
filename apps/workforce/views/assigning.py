"""Assignments in bulk: who is selected, what they are to do, then an import."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.core.types import Side
from apps.engagements import queries as engagements
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView
from apps.workforce import actions, forms, queries
from apps.workforce.queries import Selection
from apps.workforce.views.people import (
    selection_choices,
    selection_of,
    selection_query,
)


class _SelectedView(ActionView):
    """Something done to all agents of a selection; the query string selects."""

    permission = Permission.WORKFORCE_IMPORT
    selection: Selection

    def load(self) -> None:
        """The selection as the list of agents had it."""
        self.selection = selection_of(self.request)

    def form_arguments(self) -> dict[str, Any]:
        """Own engagements that have not ended, and today."""
        return {
            "engagements": engagements.engagements(
                self.actor, side=Side.PROVIDER, is_ended=False
            ),
            "today": clock.today(self.actor.organization.time_zone),
        }

    def context(self) -> dict[str, Any]:
        """Who is selected today."""
        today = clock.today(self.actor.organization.time_zone)
        chosen = queries.selected(self.actor, self.selection, on=today)
        return {
            "selection": self.selection,
            "query": selection_query(self.selection),
            "count": chosen.count(),
            "first": chosen[:10],
            **selection_choices(self),
        }


class AssignView(_SelectedView):
    """Assign every selected agent to an engagement."""

    form_class = forms.AssignForm
    template_name = "workforce/assign.html"

    def form_arguments(self) -> dict[str, Any]:
        """Also the sites."""
        return super().form_arguments() | {"sites": queries.sites(self.actor)}

    def perform(self, form: Any) -> HttpResponse:
        """The preview says what would happen to whom."""
        job = actions.assign_selected(
            by=self.actor,
            selection=self.selection,
            terms=actions.AssignmentTerms(**form.cleaned_data),
        )
        return redirect("workforce:import", job.pk)


class UnassignView(_SelectedView):
    """End the assignments of every selected agent to an engagement."""

    form_class = forms.UnassignForm
    template_name = "workforce/unassign.html"

    def perform(self, form: Any) -> HttpResponse:
        """The preview says what would happen to whom."""
        job = actions.end_selected(
            by=self.actor, selection=self.selection, **form.cleaned_data
        )
        return redirect("workforce:import", job.pk)
