"""The one form more than one room shows: the day a page is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django import forms


class AsOfForm(forms.Form):
    """The day something is asked for: today or earlier."""

    as_of = forms.DateField(
        required=False,
        label="As of",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "invalid": "Write the day as YYYY-MM-DD, for example 2026-03-31."
        },
    )

    def __init__(self, *arguments: Any, today: date, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.today = today
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    @classmethod
    def of(cls, query: Mapping[str, Any], *, today: date) -> Self:
        """The form as a query string fills it; nothing there is today."""
        return cls({"as_of": query.get("as_of", "")}, today=today)

    def clean_as_of(self) -> date:
        """Nothing is said about days to come."""
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > self.today:
            raise forms.ValidationError(
                f"Choose today ({self.today:%-d %B %Y}) or an earlier day."
            )
        return day or self.today

    @property
    def day(self) -> date:
        """The day to show; today where the one asked for cannot be taken."""
        chosen: date = self.cleaned_data["as_of"] if self.is_valid() else self.today
        return chosen

    @property
    def is_past(self) -> bool:
        """Whether an earlier day than today is shown."""
        return self.day < self.today

    @property
    def status(self) -> int:
        """The status a page answers with: 422 where it says what is wrong."""
        return 200 if self.is_valid() else 422
