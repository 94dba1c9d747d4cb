"""An exercise goes on the assurance calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.assurance.enums import Outcome
from apps.incidents import queries as incidents
from apps.portal import actions
from apps.portal.forms import ExerciseForm
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView


class ExerciseView(ActionView):
    """Say how it ended; the case file is the proof."""

    permission = Permission.ASSURANCE_EDIT
    form_class = ExerciseForm
    template_name = "portal/exercise.html"

    def load(self) -> None:
        """The case, if the actor may know of it."""
        self.incident = incidents.incident(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """What is counted."""
        return {"incident": self.incident}

    def perform(self, form: ExerciseForm) -> HttpResponse:
        """Count it and go to the activity."""
        record = actions.count_exercise(
            self.incident, by=self.actor, outcome=Outcome(form.cleaned_data["outcome"])
        )
        messages.success(self.request, "The exercise stands on the assurance calendar.")
        return redirect("assurance:activity", pk=record.activity_id)
