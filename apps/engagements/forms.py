"""Forms of the room: shape of the input, never rules."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet

from apps.core.types import Side
from apps.engagements.enums import (
    Channel,
    DisclosurePolicy,
    LegalAgency,
    PhiCategory,
    Service,
    Tier,
)
from apps.engagements.models import Engagement
from apps.engagements.rules import ScopeTerms
from apps.tenancy.models import Organization


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DateField(forms.DateField):
    """A plain calendar day."""

    widget = DateInput


class WordsField(forms.CharField):
    """Several values in one line or on lines of their own; gives a tuple."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, *, is_code: bool = False, **options: Any) -> None:
        super().__init__(required=False, max_length=2000, **options)
        self.is_code = is_code

    def clean(self, value: Any) -> tuple[str, ...]:
        """Split at commas, semicolons and line ends; codes in capitals."""
        text = super().clean(value)
        words = (word.strip() for word in re.split(r"[,;\n]", text))
        return tuple(word.upper() if self.is_code else word for word in words if word)


def choices_field(
    choices: Any, *, label: str, help_text: str = ""
) -> forms.MultipleChoiceField:
    """Check boxes over a list of words."""
    return forms.MultipleChoiceField(
        choices=choices.choices,
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class FilterForm(forms.Form):
    """What the list of engagements is narrowed by."""

    q = forms.CharField(label="Name or party", required=False, max_length=100)
    tier = forms.TypedChoiceField(
        label="Tier",
        choices=[("", "Any tier"), *Tier.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    side = forms.TypedChoiceField(
        label="We are",
        choices=[
            ("", "Either side"),
            (Side.CLIENT, "The client"),
            (Side.PROVIDER, "The provider"),
        ],
        coerce=Side,
        empty_value=None,
        required=False,
    )
    ended = forms.TypedChoiceField(
        label="State",
        choices=[("", "Any state"), ("no", "Not ended"), ("yes", "Ended")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )

    def filters(self) -> dict[str, Any]:
        """Keyword arguments of the query; what cannot be read is left out."""
        self.is_valid()
        read = self.cleaned_data
        return {
            "q": read.get("q", ""),
            "tier": read.get("tier"),
            "side": read.get("side"),
            "is_ended": read.get("ended"),
        }


def _zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones()) if "/" in name] + [
        ("UTC", "UTC")
    ]


class VendorForm(forms.Form):
    """A vendor to put on the list."""

    name = forms.CharField(
        label="Registered name",
        max_length=200,
        help_text="As in its contracts. A vendor the portal already knows by this "
        "name and country is taken as it is.",
    )
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label="Country",
        max_length=2,
        help_text="Two letters of ISO 3166-1, for example PH.",
    )
    time_zone = forms.ChoiceField(label="Time zone", choices=_zones, initial="UTC")
    audit_contact = forms.EmailField(
        label="Audit contact",
        required=False,
        help_text="Receives the trail's checkpoints; may stay empty.",
    )

    def clean_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["country"]).upper()


class EngagementForm(forms.Form):
    """A new engagement with a vendor of the list."""

    provider: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label="Vendor", queryset=None
    )
    name = forms.CharField(
        label="Name", max_length=200, help_text="What both sides call this work."
    )
    tier = forms.TypedChoiceField(
        label="Tier", choices=Tier.choices, coerce=int, initial=Tier.IMPORTANT
    )
    started_on = DateField(label="Starts on")
    legal_agency = forms.ChoiceField(
        label="Legal agency",
        choices=LegalAgency.choices,
        initial=LegalAgency.UNDECIDED,
        help_text="Moves breach clocks: what an agent discovers, its principal has "
        "discovered (45 CFR 164.404(a)(2)).",
    )
    legal_agency_reason = forms.CharField(
        label="Reason",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who has the right to control how the work is done.",
    )
    disclosure_policy = forms.ChoiceField(
        label="Up the chain",
        choices=DisclosurePolicy.choices,
        initial=DisclosurePolicy.NAMED,
    )
    approves_subcontracts = forms.BooleanField(
        label="We approve each subcontractor before it is used",
        required=False,
        initial=True,
    )

    def __init__(
        self, *args: Any, providers: QuerySet[Organization], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]


class LegalAgencyForm(forms.Form):
    """The decision on legal agency."""

    legal_agency = forms.ChoiceField(label="Decision", choices=LegalAgency.choices)
    legal_agency_reason = forms.CharField(
        label="Reason",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who has the right to control how the work is done "
        "(45 CFR 160.402(c)).",
    )


class ScopeForm(forms.Form):
    """What an engagement is used for."""

    effective_on = DateField(label="In effect from")
    services = choices_field(Service, label="Services")
    channels = choices_field(Channel, label="Channels")
    phi_categories = choices_field(PhiCategory, label="Kinds of PHI")
    head_count_ceiling = forms.IntegerField(
        label="Most agents at a time",
        min_value=1,
        required=False,
        help_text="Empty: not stated.",
    )
    countries = WordsField(
        label="Countries",
        is_code=True,
        help_text="Two-letter codes, for example PH, CO.",
    )
    sites = WordsField(label="Sites", help_text="Codes of the provider's sites.")
    systems = WordsField(
        label="Systems", help_text="Systems with PHI the agents work in."
    )
    remote_work = forms.BooleanField(label="Work from home", required=False)
    hours = forms.CharField(label="Hours", max_length=200, required=False)

    def terms(self) -> ScopeTerms:
        """The value the action takes."""
        read = self.cleaned_data
        return ScopeTerms(
            services=tuple(read["services"]),
            channels=tuple(read["channels"]),
            phi_categories=tuple(read["phi_categories"]),
            countries=read["countries"],
            sites=read["sites"],
            systems=read["systems"],
            head_count_ceiling=read["head_count_ceiling"],
            remote_work=read["remote_work"],
            hours=read["hours"],
        )


def scope_initial(row: Any | None) -> dict[str, Any]:
    """What the form starts from: the latest declaration, if there is one."""
    if row is None:
        return {}
    terms = asdict(ScopeTerms.of(row))
    lines = {name: ", ".join(terms[name]) for name in ("countries", "sites", "systems")}
    return terms | lines


class SubcontractForm(forms.Form):
    """Part of an engagement done through one of the provider's own."""

    downstream: forms.ModelChoiceField[Engagement] = forms.ModelChoiceField(
        label="Through our engagement",
        queryset=None,
        help_text="One in which we are the client of the subcontractor.",
    )
    services = choices_field(Service, label="Services carried")
    channels = choices_field(Channel, label="Channels carried")
    effective_on = DateField(label="In effect from")

    def __init__(
        self, *args: Any, engagements: QuerySet[Engagement], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["downstream"]
        field.queryset = engagements  # type: ignore[attr-defined]
        field.label_from_instance = (  # type: ignore[attr-defined]
            lambda row: f"{row.name} ({row.provider.name})"
        )


class ConfirmForm(forms.Form):
    """Nothing but yes."""


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class LastDayForm(forms.Form):
    """A last day, inclusive."""

    ended_on = DateField(label="Last day")


class EndForm(LastDayForm, ReasonForm):
    """A last day and why."""

    field_order = ("ended_on", "reason")


class GrantForm(forms.Form):
    """A look for one person."""

    email_of_user = forms.EmailField(
        label="E-mail address", help_text="Of an account of the portal."
    )
    reason = forms.CharField(label="Reason", max_length=500)
    valid_from = DateField(label="First day")
    valid_until = DateField(label="Last day", help_text="At most 90 days in all.")
    names_agents = forms.BooleanField(
        label="May see the names of agents",
        required=False,
        help_text="Only the provider can allow this.",
    )
