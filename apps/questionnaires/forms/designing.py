"""Designing a questionnaire."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from apps.questionnaires import rules
from apps.questionnaires.enums import (
    AnswerType,
    AskedChannel,
    Criticality,
    PartyKind,
    QuestionSet,
)

_LINES = "One a line."


def _lines(label: str, help_text: str = _LINES) -> forms.CharField:
    return forms.CharField(
        required=False,
        label=label,
        help_text=help_text,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TitleForm(forms.Form):
    """A new questionnaire."""

    title = forms.CharField(max_length=200)


class DraftForm(forms.Form):
    """A new version from an old one."""

    label = forms.CharField(
        max_length=40, help_text="How people name the version, for example 2027.01."
    )


class ImportForm(forms.Form):
    """A questionnaire out of a file."""

    file = forms.FileField(
        help_text="YAML, JSON (CAIQ shape), Markdown (HECVAT shape), XLSX or CSV with "
        "a column Question. It becomes a draft of your own."
    )


class PublishForm(forms.Form):
    """The draft as it was seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class PartForm(forms.Form):
    """Which question or section of the draft."""

    part = forms.CharField(max_length=2000)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(PartForm):
    """Where to."""

    steps = forms.TypedChoiceField(choices=[("-1", "Up"), ("1", "Down")], coerce=int)


class SectionForm(forms.Form):
    """A section."""

    id = forms.CharField(max_length=40)
    title = forms.CharField(max_length=200)
    requirement = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", "None of the seven"),
            *[(str(n), f"Requirement {n}") for n in range(1, 8)],
        ],
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def section(self) -> rules.Section:
        """The section as rules know it."""
        data = self.cleaned_data
        return rules.Section(data["id"].strip(), data["title"], data["requirement"])


class QuestionForm(forms.Form):
    """A question with all it may have."""

    id = forms.CharField(max_length=40)
    section = forms.ChoiceField()
    text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    type = forms.ChoiceField(choices=AnswerType.choices)
    set = forms.ChoiceField(choices=QuestionSet.choices, initial=QuestionSet.CORE)
    choices = _lines("Choices, best first", "One a line; only for a choice.")
    multiple = forms.BooleanField(required=False, label="Several choices at once")
    unit = forms.CharField(required=False, max_length=40)
    weight = forms.IntegerField(min_value=0, max_value=100, initial=1)
    criticality = forms.ChoiceField(
        choices=Criticality.choices, initial=Criticality.STANDARD
    )
    fails_in = _lines("Fails with these answers")
    fails_empty = forms.BooleanField(required=False, label="Fails when not answered")
    fails_above = forms.IntegerField(required=False, label="Fails above")
    fails_below = forms.IntegerField(required=False, label="Fails below")
    shown_if = _lines(
        "Shown only if", "One a line: GOV-02 = yes, partial. One is enough."
    )
    channels = forms.MultipleChoiceField(
        required=False,
        choices=AskedChannel.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="None is all.",
    )
    party_kinds = forms.MultipleChoiceField(
        required=False,
        choices=PartyKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="None is all.",
    )
    citations = _lines("Citations")
    evidence = _lines("Evidence wanted")
    help = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sections: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            (each.id, each.title) for each in sections
        ]

    def clean_shown_if(self) -> list[dict[str, Any]]:
        """Conditions as data."""
        found = []
        for line in split_lines(self.cleaned_data["shown_if"]):
            match = re.match(r"^(?P<id>[^=]+)=(?P<values>.+)$", line)
            if match is None:
                raise forms.ValidationError(
                    "A condition is written ID = value, value.", code="condition"
                )
            values = [v.strip() for v in match["values"].split(",") if v.strip()]
            found.append({"question": match["id"].strip(), "answer_in": values})
        return found

    def question(self, kept: dict[str, Any]) -> rules.Question:
        """The question as rules know it; ``kept`` are fields this form lacks."""
        data = self.cleaned_data
        test = {
            "answer_in": split_lines(data["fails_in"]),
            "empty": data["fails_empty"],
            "greater_than": data["fails_above"],
            "less_than": data["fails_below"],
        }
        has_test = any(value not in ([], False, None) for value in test.values())
        row = kept | {
            "id": data["id"].strip(),
            "section": data["section"],
            "text": data["text"],
            "type": data["type"],
            "set": data["set"],
            "choices": split_lines(data["choices"]) or None,
            "multiple": data["multiple"],
            "unit": data["unit"],
            "weight": data["weight"],
            "criticality": data["criticality"],
            "fails_if": test if has_test else None,
            "shown_if": data["shown_if"] or None,
            "channels": data["channels"],
            "party_kinds": data["party_kinds"],
            "citations": split_lines(data["citations"]),
            "evidence": split_lines(data["evidence"]),
            "help": data["help"],
        }
        return rules.read_question(row)


def split_lines(text: str) -> list[str]:
    """Filled lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def initial_of(question: rules.Question) -> dict[str, Any]:
    """A question as the form shows it."""
    test = question.fails_if or rules.Test()
    return {
        "id": question.id,
        "section": question.section,
        "text": question.text,
        "type": question.type,
        "set": question.set,
        "choices": "\n".join(question.choices),
        "multiple": question.multiple,
        "unit": question.unit,
        "weight": question.weight,
        "criticality": question.criticality,
        "fails_in": "\n".join(test.answer_in),
        "fails_empty": test.empty,
        "fails_above": test.greater_than,
        "fails_below": test.less_than,
        "shown_if": "\n".join(
            f"{each.question} = {', '.join(each.answer_in)}"
            for each in question.shown_if
        ),
        "channels": list(question.channels),
        "party_kinds": list(question.party_kinds),
        "citations": "\n".join(question.citations),
        "evidence": "\n".join(question.evidence),
        "help": question.help,
    }
