"""Forms of pages that cross rooms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.assurance.enums import Outcome
from apps.assurance.models import Activity


class ExerciseForm(forms.Form):
    """How an exercise ended, as the assurance calendar asks."""

    outcome = forms.ChoiceField(label="How it ended", choices=Outcome.choices)


class LogRecordForm(forms.Form):
    """The activity of the calendar that an audit is a record of."""

    activity: forms.ModelChoiceField[Activity]

    def __init__(
        self, *args: Any, activities: QuerySet[Activity], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"] = forms.ModelChoiceField(
            activities, empty_label=None, label="Activity"
        )
