"""Reviewing, and what follows from it."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.questionnaires.enums import Decision
from apps.questionnaires.forms.asking import PROOF, day_input


class ReviewForm(forms.Form):
    """The decision on one answer."""

    question = forms.CharField(max_length=40)
    decision = forms.ChoiceField(choices=Decision.choices)
    reason = forms.CharField(required=False, max_length=2000)


class NoteForm(forms.Form):
    """A note the vendor never sees."""

    question = forms.CharField(max_length=40)
    text = forms.CharField(max_length=2000)


class CloseForm(forms.Form):
    """Closing words."""

    summary = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The vendor reads it. No patient information.",
    )


class FindingForm(forms.Form):
    """A gap."""

    question = forms.ChoiceField(label="Question")
    title = forms.CharField(max_length=200)
    detail = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, questions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [  # type: ignore[attr-defined]
            (each.id, f"{each.id}  {each.text[:90]}") for each in questions
        ]


class PlanForm(forms.Form):
    """What the vendor does about a finding."""

    text = forms.CharField(
        max_length=1000, label="What is done", widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ChoiceField(label="Who answers for it")
    due_on = forms.DateField(label="Until", widget=day_input())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            (str(each.user_id), str(each.user)) for each in people
        ]


class DoneForm(forms.Form):
    """What was done, with proof."""

    note = forms.CharField(
        max_length=1000, label="What was done", widget=forms.Textarea(attrs={"rows": 3})
    )
    file = forms.FileField(required=False, label="Proof", help_text=PROOF)


class VerifyForm(forms.Form):
    """Whether it holds."""

    verdict = forms.ChoiceField(
        choices=[("verify", "It holds"), ("reopen", "Not yet: send it back")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
