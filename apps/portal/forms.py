"""Forms that cross rooms."""

from __future__ import annotations

from django import forms

from apps.assurance.enums import Outcome


class ExerciseForm(forms.Form):
    """How an exercise ended, as the assurance calendar asks."""

    outcome = forms.ChoiceField(label="How it ended", choices=Outcome.choices)
