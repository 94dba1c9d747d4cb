"""Forms of the gate."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms


class AsOfForm(forms.Form):
    """The day a verdict is asked for: today or earlier."""

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

    def clean_as_of(self) -> date:
        """No verdict is given about days to come."""
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > self.today:
            raise forms.ValidationError(
                f"Choose today ({self.today:%-d %B %Y}) or an earlier day."
            )
        return day or self.today


class OverrideForm(forms.Form):
    """Why PHI may flow all the same, and until when."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why your organization answers for it. No patient information.",
    )
    expires_on = forms.DateField(
        label="Until, inclusive",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="At most 30 days ahead (our own default).",
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in."""


class PageForm(forms.Form):
    """Where a page of history begins."""

    before = forms.UUIDField(required=False)
