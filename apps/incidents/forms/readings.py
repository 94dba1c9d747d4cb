"""How an organization reads what the regulation leaves open."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from apps.incidents.forms.common import text_field
from apps.incidents.rules import OPEN_POINTS, OpenPoint, Readings


def _choices(point: OpenPoint) -> list[tuple[str, str]]:
    return [
        (one.value, f"{one.label} (our default)" if one == point.default else one.label)
        for one in type(point.default)
    ]


class ReadingsForm(forms.Form):
    """One choice for each open point, the default named as such."""

    holidays = forms.CharField(
        required=False,
        label="Days your organization keeps as holidays",
        help_text="One date a line, such as 2026-07-03, for business days alone.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = text_field(2, max_length=500, label="Why your organization reads it so")

    def __init__(self, *args: Any, held: Readings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rest = dict(self.fields)
        self.fields.clear()
        for point in OPEN_POINTS:
            self.fields[point.name] = forms.ChoiceField(
                label=point.title,
                choices=_choices(point),
                initial=getattr(held, point.name),
                help_text=f"{point.asks} {point.citation}.",
                widget=forms.RadioSelect,
            )
        self.fields |= rest
        self.fields["holidays"].initial = "\n".join(
            day.isoformat() for day in sorted(held.holidays)
        )

    def clean_holidays(self) -> frozenset[date]:
        """Dates, one a line."""
        found = set()
        for number, line in enumerate(self.cleaned_data["holidays"].split(), start=1):
            try:
                found.add(date.fromisoformat(line))
            except ValueError as error:
                raise forms.ValidationError(
                    f"Line {number}, “{line}”, is not a date such as 2026-07-03."
                ) from error
        return frozenset(found)

    def readings(self) -> Readings:
        """What was chosen."""
        chosen: dict[str, Any] = {
            point.name: type(point.default)(self.cleaned_data[point.name])
            for point in OPEN_POINTS
        }
        return Readings(**chosen, holidays=self.cleaned_data["holidays"])
