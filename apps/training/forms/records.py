"""Forms about single records, and how long records are kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.training.actions import Completion
from apps.training.enums import Mode, Outcome
from apps.training.forms.plans import DateInput
from apps.training.models import Course

OUTCOMES = ((Outcome.PASSED, "Passed"), (Outcome.FAILED, "Failed"))


class RecordForm(forms.Form):
    """One attempt of an agent."""

    course: forms.ModelChoiceField[Course] = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a course"
    )
    completed_on = forms.DateField(widget=DateInput)
    outcome = forms.ChoiceField(choices=OUTCOMES)
    score = forms.DecimalField(
        required=False, min_value=0, max_value=999, decimal_places=2
    )
    language = forms.CharField(max_length=20, required=False)
    mode = forms.ChoiceField(choices=Mode.choices, initial=Mode.UNKNOWN)
    trainer = forms.CharField(max_length=200, required=False)
    signed_on = forms.DateField(
        required=False,
        widget=DateInput,
        help_text="The day of the signed statement that it was completed, as Texas HB "
        "300 asks; attach the statement as a certificate. Empty: none.",
    )

    def __init__(self, *args: Any, courses: QuerySet[Course], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]

    def completion(self) -> Completion:
        """The values as the action takes them."""
        given = self.cleaned_data
        return Completion(
            completed_on=given["completed_on"],
            outcome=Outcome(given["outcome"]),
            score=given["score"],
            language=given["language"],
            mode=Mode(given["mode"]),
            trainer=given["trainer"],
            signed_on=given["signed_on"],
        )


class CorrectionForm(forms.Form):
    """What an attempt really was."""

    completed_on = forms.DateField(widget=DateInput)
    outcome = forms.ChoiceField(choices=OUTCOMES)
    score = forms.DecimalField(
        required=False, min_value=0, max_value=999, decimal_places=2
    )
    signed_on = forms.DateField(
        required=False,
        widget=DateInput,
        help_text="The day of the signed statement that it was completed, as Texas HB "
        "300 asks; attach the statement as a certificate. Empty: none.",
    )
    reason = forms.CharField(max_length=500, help_text="Why the record was wrong.")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays on record.",
    )


class DestroyForm(ReasonForm):
    """Why records may be destroyed, and that this is meant."""

    is_meant = forms.BooleanField(
        label="I understand that this cannot be taken back",
    )
