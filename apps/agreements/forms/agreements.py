"""Forms of agreements: terms, checklist and signatures as one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from apps.agreements.enums import (
    ProvisionStanding,
    SigningMethod,
    SigningSide,
    VersionKind,
)
from apps.agreements.forms.fields import DayField
from apps.agreements.forms.terms import TermsForm, initial_terms
from apps.agreements.models import AgreementVersion, VersionProvision
from apps.agreements.rules import (
    Provision,
    ProvisionMark,
    SignatureMark,
)
from apps.engagements.models import Engagement


@dataclass(frozen=True, slots=True)
class ProvisionRow:
    """One line of the checklist with its three fields."""

    provision: Provision
    is_required: bool
    standing: BoundField
    place: BoundField
    reason: BoundField


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """The fields of one side's signature."""

    side: SigningSide
    fields: tuple[BoundField, ...]


class ReviewedForm(TermsForm):
    """An uploaded document: its terms, and where each provision stands in it."""

    document = forms.FileField(
        label="Signed document",
        help_text="PDF or DOCX. After an error, choose the file again.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.png,.jpg,.jpeg"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for line in self._lines():
            self._add_line(line)

    def _add_line(self, line: Provision) -> None:
        choices = [("", "Not assessed"), *ProvisionStanding.choices]
        self.fields[f"{line.id}_standing"] = forms.ChoiceField(
            label=f"{line.id} stands",
            choices=choices,
            required=line.is_required(self.layer),
            error_messages={"required": "Say where it stands."},
        )
        self.fields[f"{line.id}_place"] = forms.CharField(
            label=f"{line.id} page or clause", max_length=100, required=False
        )
        self.fields[f"{line.id}_reason"] = forms.CharField(
            label=f"{line.id} reason", max_length=300, required=False
        )

    @property
    def provision_rows(self) -> list[ProvisionRow]:
        """The checklist as rows."""
        return [
            ProvisionRow(
                line.shifted(self.layer),
                line.is_required(self.layer),
                self[f"{line.id}_standing"],
                self[f"{line.id}_place"],
                self[f"{line.id}_reason"],
            )
            for line in self._lines()
        ]

    def marks(self) -> list[ProvisionMark]:
        """The lines of the checklist that were assessed."""
        data = self.cleaned_data
        return [
            ProvisionMark(
                line.id,
                ProvisionStanding(data[f"{line.id}_standing"]),
                place=data[f"{line.id}_place"],
                reason=data[f"{line.id}_reason"],
            )
            for line in self._lines()
            if data[f"{line.id}_standing"]
        ]


class SignaturesForm(forms.Form):
    """Who signed for each side, how and when."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for side in SigningSide:
            self._add_signature(side)

    def _add_signature(self, side: SigningSide) -> None:
        label = side.label
        methods = [
            choice
            for choice in SigningMethod.choices
            if choice[0] != SigningMethod.PORTAL
        ]
        self.fields[f"{side}_name"] = forms.CharField(
            label=f"{label}: name", max_length=200
        )
        self.fields[f"{side}_title"] = forms.CharField(
            label=f"{label}: title", max_length=200
        )
        self.fields[f"{side}_signed_on"] = DayField(label=f"{label}: signed on")
        self.fields[f"{side}_method"] = forms.ChoiceField(
            label=f"{label}: how", choices=methods
        )

    @property
    def signature_rows(self) -> list[SignatureRow]:
        """The two signatures."""
        parts = ("name", "title", "signed_on", "method")
        return [
            SignatureRow(side, tuple(self[f"{side}_{part}"] for part in parts))
            for side in SigningSide
        ]

    def signatures(self) -> list[SignatureMark]:
        """Both signatures."""
        data = self.cleaned_data
        return [
            SignatureMark(
                side=side,
                name=data[f"{side}_name"],
                title=data[f"{side}_title"],
                signed_on=data[f"{side}_signed_on"],
                method=SigningMethod(data[f"{side}_method"]),
            )
            for side in SigningSide
        ]


class SignedPaperForm(SignaturesForm):
    """A document both sides signed, and who signed it."""

    document = forms.FileField(
        label="Signed document",
        help_text="PDF, DOCX, PNG or JPEG. After an error, choose the file again.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.png,.jpg,.jpeg"}),
    )


class VersionForm(SignaturesForm, ReviewedForm):
    """What one version says; subclasses add what it belongs to."""


class OpeningForm(forms.Form):
    """What something new is about; ``engagements`` are those between two parties."""

    title = forms.CharField(label="Title of the BAA", max_length=200)
    engagements = forms.MultipleChoiceField(
        label="Engagements it covers", widget=forms.CheckboxSelectMultiple
    )
    OWN: tuple[str, ...] = ("title", "engagements")

    def __init__(
        self, *args: Any, engagements: Sequence[Engagement], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.known = {str(row.pk): row for row in engagements}
        self.fields["engagements"].choices = [  # type: ignore[attr-defined]
            (pk, row.name) for pk, row in self.known.items()
        ]

    @property
    def own_fields(self) -> list[BoundField]:
        """The fields that say so."""
        return [self[name] for name in self.OWN]

    def covered(self) -> list[Engagement]:
        """The engagements chosen."""
        return [self.known[pk] for pk in self.cleaned_data["engagements"]]


class RecordForm(OpeningForm, VersionForm):
    """A new agreement as it was signed."""

    OWN = ("title", "engagements", "document")


class AmendForm(VersionForm):
    """A new version of an agreement."""

    kind = forms.ChoiceField(
        label="This version is",
        choices=[
            (kind.value, kind.label)
            for kind in (VersionKind.AMENDMENT, VersionKind.RENEWAL)
        ],
    )
    OWN = ("kind", "document")

    @property
    def own_fields(self) -> list[BoundField]:
        """What identifies the version."""
        return [self[name] for name in self.OWN]


def initial_of(
    version: AgreementVersion, marks: Sequence[VersionProvision]
) -> dict[str, Any]:
    """What an amendment starts from: the newest version, without its dates."""
    values = initial_terms(version)
    for mark in marks:
        values[f"{mark.provision}_standing"] = mark.standing
        values[f"{mark.provision}_place"] = mark.place
        values[f"{mark.provision}_reason"] = mark.reason
    return values
