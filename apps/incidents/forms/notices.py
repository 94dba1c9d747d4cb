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
    text_field,
    zone_field,
)
from apps.incidents.models import Letter, Notice


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
    office = forms.ChoiceField(
        required=False,
        label="Which authority of a State",
        help_text="Telling one of them ends no clock of another.",
    )
    method = forms.ChoiceField(label="How", choices=Method.choices)
    sent_at = MomentField(label="When it went out")
    zone = zone_field(label="Time zone of that clock")
    people = forms.IntegerField(
        required=False,
        min_value=0,
        label="To how many",
        help_text="Empty: to everybody counted so far.",
    )
    contents = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="It says (without a letter of the portal)",
        help_text="Individuals, substitute notice and media: all five.",
    )
    people_agreed = forms.BooleanField(
        required=False, label="They agreed to be told by e-mail"
    )
    note = text_field(
        2,
        max_length=500,
        required=False,
        label="Note",
        help_text="For a correction, what was wrong.",
    )
    corrects = forms.ChoiceField(
        required=False,
        label="Takes the place of",
        help_text="A notice recorded wrongly; both rows are kept.",
    )
    proof = forms.FileField(
        required=False, label="Proof", help_text="PDF, DOCX, PNG or JPEG."
    )

    def __init__(
        self,
        *args: Any,
        duties: list[Duty],
        letters: list[Letter],
        offices: list[tuple[str, str]],
        given: list[Notice],
        zone: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_letters(self, letters)
        self._offer_corrections(given)
        if offices:
            self.fields["office"].choices = [  # type: ignore[attr-defined]
                ("", "None"),
                *((f"{state}|{name}", f"{state}: {name}") for state, name in offices),
            ]
        else:
            del self.fields["office"]
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

    def _offer_corrections(self, given: list[Notice]) -> None:
        self.by_pk = {str(row.pk): row for row in given}
        if not given:
            del self.fields["corrects"]
            return
        self.fields["corrects"].choices = [  # type: ignore[attr-defined]
            ("", "None"),
            *(
                (pk, f"{row}, {rules.instant_words(row.sent_at, row.zone)}")
                for pk, row in self.by_pk.items()
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """An authority brings its State along."""
        data = super().clean()
        state, _, office = str(data.get("office") or "").partition("|")
        if office and data.get("state", "") not in {"", state}:
            self.add_error("state", f"{office} is an authority of {state}.")
        elif office:
            data["state"] = state
        data["office"] = office
        return data

    def clean_state(self) -> str:
        """Two capital letters, or nothing."""
        state: str = self.cleaned_data["state"].strip().upper()
        if state and state not in rules.STATES:
            raise forms.ValidationError("This is no State of two letters.")
        return state
