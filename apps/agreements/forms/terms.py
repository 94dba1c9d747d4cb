"""The terms and the scope of a version or a proposal, as fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField

from apps.agreements.enums import Layer, Renewal, ReportingUnit
from apps.agreements.forms.fields import DayField, GapField, WordsField
from apps.agreements.rules import AgreementTerms, Provision, checklist
from apps.agreements.rules.terms import (
    DEFAULT_RETURN_DAYS,
    MAX_NOTICE_DAYS,
    MAX_REPORTING_VALUE,
    MAX_RETURN_DAYS,
)
from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.rules import DIMENSIONS, ScopeTerms
from apps.tenancy.models import Organization

MAX_HEAD_COUNT = 1_000_000
MAX_SITE, MAX_SYSTEM = 60, 100
ANY, LISTED = "any", "listed"


class TermsForm(forms.Form):
    """Terms and scope. ``layer`` decides which provisions are asked for,
    ``subcontractors`` are the organizations that may be named; only what follows a
    version (``has_predecessor``) can leave days without a BAA."""

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
    return_days = forms.IntegerField(
        label="Days to return or destroy PHI after the end",
        required=False,
        min_value=0,
        max_value=MAX_RETURN_DAYS,
        help_text=f"Empty where the BAA states none: {DEFAULT_RETURN_DAYS} days then, "
        "our own default.",
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
        "return_days",
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
        has_predecessor: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.layer = layer
        if has_predecessor:
            self.fields["is_gap_known"] = GapField()
        self.fields["allowed"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), row.name) for row in subcontractors
        ]

    def _lines(self) -> list[Provision]:
        return [line for line in checklist() if self.layer in line.layers]

    @property
    def terms_fields(self) -> list[BoundField]:
        """Dates, renewal and reporting."""
        gap = ("is_gap_known",) if "is_gap_known" in self.fields else ()
        return [self[name] for name in (*self.TERMS, *gap)]

    @property
    def is_gap_known(self) -> bool:
        """Whether days without a BAA are confirmed."""
        return bool(self.cleaned_data.get("is_gap_known"))

    @property
    def scope_fields(self) -> list[BoundField]:
        """What the version permits."""
        return [self[name] for name in (*self.SCOPE, *self._naming())]

    def _naming(self) -> tuple[str, ...]:
        has_choices = bool(self.fields["allowed"].choices)  # type: ignore[attr-defined]
        return ("subcontracting", "allowed") if has_choices else ("subcontracting",)

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
            return_days=data["return_days"],
        )


def initial_terms(row: Any) -> dict[str, Any]:
    """Fields from the terms of a version or a proposal, without its dates."""
    named = row.subcontractors
    values: dict[str, Any] = {field: getattr(row, field) for field in TermsForm.SCOPE}
    return values | {
        "renewal": row.renewal,
        "notice_days": row.notice_days,
        "reporting_value": row.reporting_value,
        "reporting_unit": row.reporting_unit,
        "return_days": row.return_days,
        "subcontracting": ANY if named is None else LISTED,
        "allowed": [str(pk) for pk in named or ()],
    }
