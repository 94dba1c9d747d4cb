"""Notices and law enforcement statements."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.incidents import rules
from apps.incidents.enums import Duty, HoldForm, Method
from apps.incidents.forms.common import (
    NO_PHI,
    FreeTextForm,
    MomentField,
    day_field,
    is_state,
    text_field,
    zone_field,
)
from apps.incidents.models import Letter


def letter_field() -> forms.ChoiceField:
    """One of the finished letters of the case, or none."""
    return forms.ChoiceField(
        required=False,
        label="Letter that went out",
        help_text="A finished letter of this case; its contents were checked.",
    )


def offer_letters(form: forms.Form, letters: list[Letter]) -> None:
    """Put the letters a person may choose into ``letter``; keep them by id."""
    form.by_letter = {str(row.pk): row for row in letters}  # type: ignore[attr-defined]
    form.fields["letter"].choices = [  # type: ignore[attr-defined]
        ("", "None of the portal"),
        *((str(row.pk), f"{row}, revision {row.revision}") for row in letters),
    ]


class StatementForm(FreeTextForm):
    """A law enforcement official's statement."""

    free_text = ("official", "statement")

    form = forms.ChoiceField(label="Made", choices=HoldForm.choices)
    official = forms.CharField(
        max_length=200, label="Official and office", help_text="Required by the rule."
    )
    statement = text_field(max_length=1000, label="What was stated", help_text=NO_PHI)
    stated_on = day_field(label="Day of the statement")
    delay_until = day_field(
        label="Last day of the delay, in writing only",
        required=False,
        help_text="Without one a written statement delays nothing; ask for it.",
    )
    document = forms.FileField(
        required=False,
        label="The statement or its record",
        help_text="PDF, DOCX, PNG or JPEG.",
    )


class NoticeForm(FreeTextForm):
    """A notice that is out."""

    free_text = ("to_whom", "note")

    duty = forms.ChoiceField(label="Who was told")
    letter = letter_field()
    to_whom = forms.CharField(max_length=300, label="In words", help_text=NO_PHI)
    state = forms.CharField(
        max_length=2,
        required=False,
        label="State",
        help_text="Two letters, for a State authority or letters to one State only.",
    )
    method = forms.ChoiceField(label="How", choices=Method.choices)
    sent_at = MomentField(label="When it went out")
    zone = zone_field(label="Time zone of that clock")
    people = forms.IntegerField(required=False, min_value=0, label="To how many")
    contents = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="It says (without a letter of the portal)",
        help_text="Individuals, substitute notice and media: all five.",
    )
    people_agreed = forms.BooleanField(
        required=False, label="They agreed to be told by e-mail"
    )
    note = text_field(2, max_length=500, required=False, label="Note")
    proof = forms.FileField(
        required=False, label="Proof", help_text="PDF, DOCX, PNG or JPEG."
    )

    def __init__(
        self,
        *args: Any,
        duties: list[Duty],
        letters: list[Letter],
        zone: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_letters(self, letters)
        self.fields["duty"].choices = [  # type: ignore[attr-defined]
            (one.value, one.label) for one in duties
        ]
        self.fields["contents"].choices = [  # type: ignore[attr-defined]
            (item.id, item.title)
            for item in (
                *rules.federal().contents,
                rules.federal().substitute_content,
            )
        ]
        self.fields["zone"].initial = zone

    def clean_state(self) -> str:
        """Two capital letters, or nothing."""
        state: str = self.cleaned_data["state"].strip().upper()
        if state and not is_state(state):
            raise forms.ValidationError("A State has two letters.")
        return state
