"""Forms of agreements: terms, checklist and signatures as one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField

from apps.agreements.enums import (
    Layer,
    ProvisionStanding,
    Renewal,
    ReportingUnit,
    SigningMethod,
    SigningSide,
    VersionKind,
)
from apps.agreements.forms.fields import DayField, WordsField
from apps.agreements.models import AgreementVersion, VersionProvision
from apps.agreements.rules import (
    AgreementTerms,
    Provision,
    ProvisionMark,
    SignatureMark,
    checklist,
)
from apps.agreements.rules.terms import MAX_NOTICE_DAYS, MAX_REPORTING_VALUE
from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.models import Engagement
from apps.engagements.rules import DIMENSIONS, ScopeTerms
from apps.tenancy.models import Organization

MAX_HEAD_COUNT = 1_000_000
MAX_SITE, MAX_SYSTEM = 60, 100
ANY, LISTED = "any", "listed"


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


class VersionForm(forms.Form):
    """What one version says; subclasses add what it belongs to.

    ``layer`` decides which provisions are asked for, ``subcontractors`` are the
    organizations that may be named.
    """

    document = forms.FileField(
        label="Signed document",
        help_text="PDF or DOCX. After an error, choose the file again.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.png,.jpg,.jpeg"}),
    )
    effective_on = DayField(label="In force from")
    renewal = forms.ChoiceField(
        label="What happens on the last day", choices=Renewal.choices
    )
    expires_on = DayField(
        label="Last day",
        required=False,
        help_text="The next renewal day where it renews. Empty where it has no end.",
    )
    notice_days = forms.IntegerField(
        label="Days of notice before a renewal",
        required=False,
        min_value=0,
        max_value=MAX_NOTICE_DAYS,
    )
    reporting_value = forms.IntegerField(
        label="Time to report incidents", min_value=1, max_value=MAX_REPORTING_VALUE
    )
    reporting_unit = forms.ChoiceField(
        label="Counted in",
        choices=ReportingUnit.choices,
        help_text="Business days are Monday to Friday, no holiday removed.",
    )
    services = forms.MultipleChoiceField(
        choices=Service.choices, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        choices=Channel.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    phi_categories = forms.MultipleChoiceField(
        label="Kinds of PHI",
        choices=PhiCategory.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    head_count_ceiling = forms.IntegerField(
        label="Most agents",
        required=False,
        min_value=1,
        max_value=MAX_HEAD_COUNT,
        help_text="Empty where the BAA sets no limit.",
    )
    countries = WordsField(
        longest=2,
        is_upper=True,
        help_text="Two-letter codes with commas. Empty where the BAA sets no limit.",
    )
    sites = WordsField(
        longest=MAX_SITE,
        help_text="Codes with commas. Empty where the BAA sets no limit.",
    )
    systems = WordsField(
        longest=MAX_SYSTEM,
        help_text="Names with commas. Empty where the BAA sets no limit.",
    )
    remote_work = forms.BooleanField(label="Remote work is permitted", required=False)
    hours = forms.CharField(max_length=200, required=False)
    subcontracting = forms.ChoiceField(
        label="Subcontractors",
        choices=[
            (ANY, "Any, with approval"),
            (LISTED, "Only those named below; none where none is named"),
        ],
        widget=forms.RadioSelect,
        initial=ANY,
    )
    allowed = forms.MultipleChoiceField(
        label="Subcontractors allowed",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    TERMS = (
        "effective_on",
        "renewal",
        "expires_on",
        "notice_days",
        "reporting_value",
        "reporting_unit",
    )
    SCOPE = (
        "services",
        "channels",
        "phi_categories",
        "head_count_ceiling",
        "countries",
        "sites",
        "systems",
        "remote_work",
        "hours",
    )

    def __init__(
        self,
        *args: Any,
        layer: Layer,
        subcontractors: Sequence[Organization],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.layer = layer
        self.fields["allowed"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), row.name) for row in subcontractors
        ]
        for line in self._lines():
            self._add_line(line)
        for side in SigningSide:
            self._add_signature(side)

    def _lines(self) -> list[Provision]:
        return [line for line in checklist() if self.layer in line.layers]

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
    def terms_fields(self) -> list[BoundField]:
        """Dates, renewal and reporting."""
        return [self[name] for name in self.TERMS]

    @property
    def scope_fields(self) -> list[BoundField]:
        """What the version permits."""
        return [self[name] for name in (*self.SCOPE, *self._naming())]

    def _naming(self) -> tuple[str, ...]:
        has_choices = bool(self.fields["allowed"].choices)  # type: ignore[attr-defined]
        return ("subcontracting", "allowed") if has_choices else ("subcontracting",)

    @property
    def provision_rows(self) -> list[ProvisionRow]:
        """The checklist as rows."""
        return [
            ProvisionRow(
                line,
                line.is_required(self.layer),
                self[f"{line.id}_standing"],
                self[f"{line.id}_place"],
                self[f"{line.id}_reason"],
            )
            for line in self._lines()
        ]

    @property
    def signature_rows(self) -> list[SignatureRow]:
        """The two signatures."""
        parts = ("name", "title", "signed_on", "method")
        return [
            SignatureRow(side, tuple(self[f"{side}_{part}"] for part in parts))
            for side in SigningSide
        ]

    def terms(self) -> AgreementTerms:
        """The cleaned terms."""
        data = self.cleaned_data
        is_listed = data["subcontracting"] == LISTED
        return AgreementTerms(
            scope=ScopeTerms(
                **{field: tuple(data[field]) for field in DIMENSIONS},
                head_count_ceiling=data["head_count_ceiling"],
                remote_work=data["remote_work"],
                hours=data["hours"],
            ),
            effective_on=data["effective_on"],
            expires_on=data["expires_on"],
            reporting_value=data["reporting_value"],
            reporting_unit=ReportingUnit(data["reporting_unit"]),
            renewal=Renewal(data["renewal"]),
            notice_days=data["notice_days"],
            subcontractors=tuple(UUID(pk) for pk in data["allowed"])
            if is_listed
            else None,
        )

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


class RecordForm(VersionForm):
    """A new agreement; ``engagements`` are those between the same two parties."""

    title = forms.CharField(label="Title of the BAA", max_length=200)
    engagements = forms.MultipleChoiceField(
        label="Engagements it covers", widget=forms.CheckboxSelectMultiple
    )
    OWN = ("title", "engagements", "document")

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
        """What identifies the agreement."""
        return [self[name] for name in self.OWN]

    def covered(self) -> list[Engagement]:
        """The engagements chosen."""
        return [self.known[pk] for pk in self.cleaned_data["engagements"]]


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


class TerminateForm(forms.Form):
    """The last day of an agreement, and why."""

    terminated_on = DayField(label="Last day in force")
    reason = forms.CharField(
        label="Why it ends", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


def initial_of(
    version: AgreementVersion, marks: Sequence[VersionProvision]
) -> dict[str, Any]:
    """What an amendment starts from: the newest version, without its dates."""
    named = version.subcontractors
    values: dict[str, Any] = {
        field: getattr(version, field) for field in VersionForm.SCOPE
    }
    values |= {
        "renewal": version.renewal,
        "notice_days": version.notice_days,
        "reporting_value": version.reporting_value,
        "reporting_unit": version.reporting_unit,
        "subcontracting": ANY if named is None else LISTED,
        "allowed": [str(pk) for pk in named or ()],
    }
    for mark in marks:
        values[f"{mark.provision}_standing"] = mark.standing
        values[f"{mark.provision}_place"] = mark.place
        values[f"{mark.provision}_reason"] = mark.reason
    return values
