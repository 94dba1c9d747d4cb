"""Forms of access-log audits."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet

from apps.access_reviews import queries, rules
from apps.access_reviews.forms.widgets import DateInput, TimeInput
from apps.access_reviews.models import System
from apps.core.forms import ColumnsForm


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(available_timezones())]


class LogUploadForm(forms.Form):
    """A sample of a log, the period it covers, and the hours people work."""

    system: forms.ModelChoiceField[System]
    file = forms.FileField(
        label="Sample of the log",
        help_text="CSV, XLSX, ODS, JSON or JSON lines, at most 25 MB. It is deleted as "
        "soon as it was checked.",
    )
    first_on = forms.DateField(
        required=False,
        widget=DateInput,
        label="First day it covers",
        help_text="Empty: from its first event.",
    )
    last_on = forms.DateField(required=False, widget=DateInput, label="Last day")
    weekdays = forms.TypedMultipleChoiceField(
        choices=list(enumerate(queries.DAYS)),
        coerce=int,
        initial=[0, 1, 2, 3, 4],
        widget=forms.CheckboxSelectMultiple,
        label="People work on",
    )
    opens = forms.TimeField(widget=TimeInput, initial="08:00", label="From")
    closes = forms.TimeField(
        widget=TimeInput,
        initial="18:00",
        label="To",
        help_text="Earlier than the beginning: a night shift.",
    )
    zone = forms.ChoiceField(
        choices=_zones,
        label="Time zone",
        help_text="Of these hours, and of times in the log that name no offset.",
    )
    gap_hours = forms.IntegerField(
        min_value=1,
        initial=rules.GAP_HOURS,
        label="Hours without an event that count as a gap",
        help_text=f"Our default is {rules.GAP_HOURS}; the law sets none.",
    )

    def __init__(self, *args: Any, systems: QuerySet[System], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"] = forms.ModelChoiceField(systems)
        self.order_fields(["system"])


class LogColumnsForm(ColumnsForm):
    """Which column answers each question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, wanted=rules.REQUIRED.items(), **kwargs)
        self.order_fields([*rules.REQUIRED, "date_order"])
