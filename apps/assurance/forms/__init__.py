"""Forms of assurance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from apps.assurance import rules
from apps.assurance.enums import (
    ActivityKind,
    LetterKind,
    Medium,
    Outcome,
    Standard,
    Topic,
)
from apps.assurance.queries import Wanted
from apps.assurance.rules import CertificateTerms

MAX_SITES = 200
MAX_CODE = 60


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def _text(rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **options)


def _proof(label: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text="PDF, DOCX, PNG, JPEG, CSV, XLSX, XLS or ODS. No patient data. "
        "After an error, choose the file again.",
    )


class ListForm(forms.Form):
    """What a list shows."""

    q = forms.CharField(label="Name holds", required=False, max_length=200)
    whose = forms.ChoiceField(
        label="Of",
        required=False,
        choices=[("", "Everybody"), ("own", "Us"), ("others", "Others")],
    )
    after = forms.IntegerField(
        required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput
    )

    def wanted(self) -> Wanted:
        """The cleaned fields."""
        data = {name: self.cleaned_data[name] for name in self.fields}
        del data["after"]
        return Wanted(**data)


class RequestsForm(ListForm):
    """What the list of requests shows."""

    whose = forms.ChoiceField(
        label="To be answered by",
        required=False,
        choices=[("", "Everybody"), ("own", "Us"), ("others", "Others")],
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Any state"), ("open", "Open"), ("closed", "Closed")],
    )


class CertificateForm(forms.Form):
    """What the paper of a certificate says."""

    standard = forms.ChoiceField(choices=Standard.choices)
    number = forms.CharField(max_length=100, required=False)
    certifying_body = forms.CharField(
        label="Certifying body or auditor", max_length=200
    )
    scope_text = _text(
        label="Scope, in the words of the paper",
        max_length=2000,
        help_text="What it covers: services, systems, places.",
    )
    sites = forms.CharField(
        label="Sites it names",
        required=False,
        max_length=4000,
        help_text="Codes of your sites with commas, as in your list of sites. Empty "
        "where the paper names none.",
    )
    first_on = _day(
        label="First day", help_text="Of validity, or of a report's period."
    )
    last_on = _day(label="Last day", help_text="Inclusive.")
    exceptions = _text(
        label="Exceptions and qualifications",
        required=False,
        max_length=2000,
        help_text="What the auditor excepted or qualified. Empty for none.",
    )
    document = _proof("Certificate or report")

    def clean_sites(self) -> tuple[str, ...]:
        """Codes in the order given, each once."""
        words = (word.strip() for word in self.cleaned_data["sites"].split(","))
        codes = tuple(dict.fromkeys(word for word in words if word))
        if len(codes) > MAX_SITES or any(len(code) > MAX_CODE for code in codes):
            raise forms.ValidationError(
                f"Name at most {MAX_SITES} sites by codes of at most {MAX_CODE} "
                "characters."
            )
        return codes

    def terms(self) -> CertificateTerms:
        """The cleaned fields as terms."""
        data = {key: self.cleaned_data[key] for key in self.fields if key != "document"}
        return CertificateTerms(**data | {"standard": Standard(data["standard"])})


class LetterForm(forms.Form):
    """A letter after the period."""

    kind = forms.ChoiceField(choices=LetterKind.choices)
    issued_by = forms.CharField(
        max_length=200, help_text="Who signed it: you, or the auditor."
    )
    first_on = _day(label="First day it speaks of")
    last_on = _day(label="Last day it speaks of")
    document = _proof("Letter")


class WithdrawForm(forms.Form):
    """From when and why."""

    withdrawn_on = _day(label="First day it no longer holds")
    reason = _text(max_length=500)


class ShareForm(forms.Form):
    """With whom; ``clients`` are id and name of organizations it may be shown to."""

    def __init__(self, *args: Any, clients: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.name) for one in clients]
        self.fields["client"] = forms.TypedChoiceField(choices=choices, coerce=UUID)


class VersionForm(forms.Form):
    """What a version of a policy says of itself."""

    effective_on = _day(label="In effect from")
    named = forms.MultipleChoiceField(
        label="Channels and media it names",
        choices=Medium.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    topics = forms.MultipleChoiceField(
        label="Topics it settles there",
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    review_on = _day(label="To be reviewed by", required=False)
    document = _proof("Policy document")


class PolicyForm(VersionForm):
    """A new policy with its first version."""

    title = forms.CharField(max_length=200)
    field_order = ("title",)


class EndPolicyForm(forms.Form):
    """The last day."""

    last_on = _day(label="Last day", help_text="Inclusive.")


class ActivityForm(forms.Form):
    """What is done again and again; ``engagements`` may be chosen."""

    kind = forms.ChoiceField(label="Activity", choices=ActivityKind.choices)
    first_due_on = _day(label="First due", help_text="Last permitted day, inclusive.")
    interval_months = forms.IntegerField(
        label="Every so many months",
        required=False,
        min_value=1,
        max_value=rules.MAX_INTERVAL,
        help_text="Empty for our own default of the activity, shown beside it "
        "afterwards. No law names an interval.",
    )
    is_shared = forms.BooleanField(
        label="Show it to all clients",
        required=False,
        help_text="For an activity of the whole organization.",
    )

    def __init__(self, *args: Any, engagements: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(one.pk), f"{one} ({one.client})") for one in engagements]
        self.fields["engagement"] = forms.TypedChoiceField(
            choices=[("", "The whole organization"), *names],
            coerce=UUID,
            empty_value=None,
            required=False,
        )


class DoneForm(forms.Form):
    """It was done."""

    done_on = _day(label="Done on")
    outcome = forms.ChoiceField(choices=Outcome.choices)
    summary = _text(
        max_length=2000, help_text="What was looked at and found. No patient data."
    )
    document = _proof("Proof")


class EndActivityForm(forms.Form):
    """The last day and why."""

    ended_on = _day(label="Last day", help_text="Inclusive.")
    reason = _text(max_length=500)


class RequestForm(forms.Form):
    """What is asked for."""

    title = forms.CharField(label="What do you ask for?", max_length=200)
    details = _text(required=False, max_length=2000, help_text="No patient data.")
    due_on = _day(label="Due", help_text="Last permitted day, inclusive.")


class AnswerForm(forms.Form):
    """A file for a request."""

    document = _proof("Evidence")
    note = _text(required=False, max_length=1000)


class ReturnForm(forms.Form):
    """Why it is not enough."""

    reason = _text(max_length=500)


class ConfirmForm(forms.Form):
    """Nothing to fill in."""
