"""Asking a vendor."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.questionnaires.enums import (
    AskedChannel,
    AssignmentState,
    PartyKind,
    QuestionSet,
)

PROOF = "PDF, DOCX, PNG, JPEG, CSV, XLSX, XLS or ODS. No patient data."


def day_input() -> forms.DateInput:
    """A date as browsers pick it."""
    return forms.DateInput(attrs={"type": "date"})


class FilterForm(forms.Form):
    """What the list shows; "current" has no verdict yet."""

    state = forms.ChoiceField(
        required=False,
        choices=[
            ("current", "Current"),
            *AssignmentState.choices,
            ("", "Any state"),
        ],
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)


class PageForm(forms.Form):
    """Where a page of a list begins."""

    before = forms.UUIDField(required=False, widget=forms.HiddenInput)


class LibraryForm(PageForm):
    """What to look for among the vendor's answers."""

    words = forms.CharField(required=False, max_length=200, label="Words")


class AssignForm(forms.Form):
    """Which questionnaire, about what, until when."""

    version: Any = forms.ModelChoiceField(queryset=None, label="Questionnaire")
    party_kind = forms.ChoiceField(
        choices=PartyKind.choices,
        label="The vendor is here",
        help_text="A platform and an operator get their own questions and verdicts.",
    )
    channels = forms.MultipleChoiceField(
        choices=AskedChannel.choices, widget=forms.CheckboxSelectMultiple
    )
    sets = forms.MultipleChoiceField(
        choices=QuestionSet.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[QuestionSet.CORE],
        label="Questions",
    )
    due_on = forms.DateField(label="Answers are due on", widget=day_input())
    recurrence_months = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=60,
        label="Ask again every … months",
        help_text="Leave empty to ask once. 12 is usual (our own default).",
    )

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]


class MoveDueForm(forms.Form):
    """Another day."""

    due_on = forms.DateField(label="Due on", widget=day_input())
    reason = forms.CharField(max_length=500)


class WithdrawForm(forms.Form):
    """Why it is asked no longer."""

    reason = forms.CharField(
        max_length=500,
        help_text="The vendor reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SectionPickForm(forms.Form):
    """A section."""

    section = forms.CharField(max_length=40)


class DelegateForm(forms.Form):
    """A section and a colleague."""

    section = forms.CharField(max_length=40)
    user = forms.UUIDField()
