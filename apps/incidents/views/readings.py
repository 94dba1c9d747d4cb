"""How the own organization reads what the regulation leaves open."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.incidents import actions, forms, queries, rules
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView


class ReadingsView(ActionView):
    """The readings in use, how they came to be, and a form to choose others."""

    permission = Permission.INCIDENTS_DETERMINE
    form_class = forms.ReadingsForm
    template_name = "incidents/readings.html"

    def form_arguments(self) -> dict[str, Any]:
        """What holds now."""
        own = self.actor.organization_id
        held = queries.readings_of([own]).get(own, rules.DEFAULTS)
        return {"held": held}

    def context(self) -> dict[str, Any]:
        """What was chosen before."""
        return {"rows": queries.reading_sets(self.actor)}

    def perform(self, form: forms.ReadingsForm) -> HttpResponse:
        """Choose."""
        actions.set_readings(
            by=self.actor,
            readings=form.readings(),
            reason=form.cleaned_data["reason"],
        )
        messages.success(
            self.request, "Chosen. Clocks that are computed from now on follow it."
        )
        return redirect("incidents:readings")
