"""Forms of negotiations: a written proposal, an uploaded one, answers, signing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from apps.agreements.enums import VersionKind
from apps.agreements.forms.agreements import OpeningForm, ReviewedForm
from apps.agreements.forms.terms import TermsForm
from apps.agreements.rules import (
    MAX_WORDING,
    Clause,
    Provision,
    clauses_of_marks,
    first_clauses,
)


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause with its fields; ``included`` None where the law requires it."""

    provision: Provision
    included: BoundField | None
    wording: BoundField


class NoteForm(forms.Form):
    """Words to the other side that go with a proposal."""

    note = forms.CharField(
        label="Note to the other side",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Both sides read it. No PHI.",
    )


class WrittenForm(NoteForm, TermsForm):
    """A proposal written from our clauses, each wording editable."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        defaults = {clause.provision: clause for clause in first_clauses(self.layer)}
        for line in self._lines():
            self._add_clause(line, defaults[line.id])

    def _add_clause(self, line: Provision, default: Clause) -> None:
        if not line.is_required(self.layer):
            self.fields[f"{line.id}_included"] = forms.BooleanField(
                label=f"{line.id} is part of the agreement",
                required=False,
                initial=default.is_included,
            )
        self.fields[f"{line.id}_wording"] = forms.CharField(
            label=f"{line.id} wording",
            max_length=MAX_WORDING,
            required=line.is_required(self.layer),
            initial=default.wording,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": "The law requires this clause. Write it."},
        )

    @property
    def clause_rows(self) -> list[ClauseRow]:
        """The clauses in the words of the hop."""
        return [
            ClauseRow(
                line.shifted(self.layer),
                self[f"{line.id}_included"]
                if f"{line.id}_included" in self.fields
                else None,
                self[f"{line.id}_wording"],
            )
            for line in self._lines()
        ]

    def clauses(self) -> tuple[Clause, ...]:
        """The clauses as entered; required ones are always in."""
        data = self.cleaned_data
        return tuple(
            Clause(
                line.id,
                wording=data[f"{line.id}_wording"],
                is_included=data.get(f"{line.id}_included", True),
            )
            for line in self._lines()
        )


class UploadedForm(NoteForm, ReviewedForm):
    """A document of one's own as a proposal, with where each provision stands."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["document"].label = "Document to propose"

    def clauses(self) -> tuple[Clause, ...]:
        """The checklist of the document."""
        return clauses_of_marks(self.marks())


class AnsweringForm(forms.Form):
    """The proposal a change was made from."""

    answering = forms.IntegerField(widget=forms.HiddenInput)


class ChangeWrittenForm(AnsweringForm, WrittenForm):
    """A further written proposal."""


class ChangeUploadedForm(AnsweringForm, UploadedForm):
    """A further uploaded proposal."""


class OpenWrittenForm(OpeningForm, WrittenForm):
    """A new negotiation with a first written proposal."""


class OpenUploadedForm(OpeningForm, UploadedForm):
    """A new negotiation with a first uploaded proposal."""

    OWN = ("title", "engagements", "document")


class RedraftForm(WrittenForm):
    """A negotiation of a new version of a BAA."""

    kind = forms.ChoiceField(
        label="This version is",
        choices=[
            (kind.value, kind.label)
            for kind in (VersionKind.AMENDMENT, VersionKind.RENEWAL)
        ],
    )
    OWN = ("kind",)

    @property
    def own_fields(self) -> list[BoundField]:
        """What the new version is."""
        return [self[name] for name in self.OWN]


class CommentForm(forms.Form):
    """A comment on a proposal or one of its clauses."""

    provision = forms.ChoiceField(label="About", required=False)
    text = forms.CharField(
        label="Comment", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, lines: Sequence[Provision], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["provision"].choices = [  # type: ignore[attr-defined]
            ("", "The whole proposal"),
            *((line.id, f"{line.id} {line.title}") for line in lines),
        ]


class WithdrawForm(forms.Form):
    """Why a negotiation is withdrawn."""

    reason = forms.CharField(
        label="Why it is withdrawn",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SignForm(forms.Form):
    """Name, title, authority, and the password once more.

    ``authority`` is the sentence confirmed, word for word.
    """

    name = forms.CharField(label="Your name", max_length=200)
    title = forms.CharField(label="Your title", max_length=200)
    is_authorized = forms.BooleanField()
    password = forms.CharField(
        label="Your password, once more",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    seen_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, authority: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["is_authorized"].label = authority


def initial_clauses(clauses: Sequence[Clause]) -> dict[str, Any]:
    """Fields a new proposal starts from: the wordings of an earlier one."""
    values: dict[str, Any] = {}
    for clause in clauses:
        values[f"{clause.provision}_included"] = clause.is_included
        if clause.wording:
            values[f"{clause.provision}_wording"] = clause.wording
    return values


def initial_marks(clauses: Sequence[Clause]) -> dict[str, Any]:
    """Fields an uploaded proposal starts from: where an earlier one stands."""
    values: dict[str, Any] = {}
    for clause in clauses:
        values[f"{clause.provision}_standing"] = clause.standing or ""
        values[f"{clause.provision}_place"] = clause.place
        values[f"{clause.provision}_reason"] = clause.reason
    return values
