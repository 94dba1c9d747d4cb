"""What every form of incidents shares: moments, zones, the look at free text."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms

from apps.incidents import rules

NO_PHI = "No name, number or date that tells who a patient is."
DATE = {"type": "date"}
MOMENT = {"type": "datetime-local"}


def day_field(**kwargs: Any) -> forms.DateField:
    """A day, picked from the calendar."""
    return forms.DateField(widget=forms.DateInput(attrs=DATE), **kwargs)


def zone_field(**kwargs: Any) -> forms.ChoiceField:
    """An IANA time zone."""
    zones = [(name, name) for name in sorted(available_timezones())]
    return forms.ChoiceField(choices=zones, **kwargs)


def text_field(rows: int = 3, **kwargs: Any) -> forms.CharField:
    """Free text on some rows."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class MomentField(forms.DateTimeField):
    """Date and time as the clock on the wall says; the zone is another field."""

    widget = forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> Any:
        """A naive moment; the form puts its zone to it."""
        found = super().to_python(value)
        return found.replace(tzinfo=None) if isinstance(found, datetime) else found


class FreeTextForm(forms.Form):
    """A form with free text: an identifier is warned of, and taken only confirmed.

    The box to confirm appears with the warning. Nothing that was typed is logged.
    """

    free_text: ClassVar[tuple[str, ...]] = ()

    text_confirmed = forms.BooleanField(
        required=False,
        widget=forms.HiddenInput,
        label="I looked again: this names no patient and holds no identifier",
    )

    def clean(self) -> dict[str, Any]:
        """Warn beside the field; the action asks again."""
        data = super().clean() or {}
        try:
            texts = {name: str(data.get(name) or "") for name in self.free_text}
            rules.check_free_text(texts, is_confirmed=bool(data.get("text_confirmed")))
        except rules.LooksLikePhi as error:
            self.fields["text_confirmed"].widget = forms.CheckboxInput()
            for name, problems in error.fields.items():
                for problem in problems:
                    self.add_error(name, problem)
        return data

    def moment(self, name: str, zone: str) -> datetime | None:
        """A moment of the form in a zone, aware."""
        found = self.cleaned_data.get(name)
        return found.replace(tzinfo=ZoneInfo(zone)) if found else None
