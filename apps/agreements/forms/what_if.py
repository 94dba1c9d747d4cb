"""The day a BAA is imagined to have lapsed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

# Our own default; further ahead chains are not declared.
MAX_YEARS = 10


class WhatIfForm(forms.Form):
    """``on`` is the first day without the BAA."""

    on = forms.DateField(
        required=False,
        label="First day without it",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "invalid": "Write the day as YYYY-MM-DD, for example 2026-03-31."
        },
    )

    def __init__(self, *arguments: Any, today: date, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.today = today

    def clean_on(self) -> date:
        """Today when left empty."""
        day: date = self.cleaned_data["on"] or self.today
        if abs(day.year - self.today.year) > MAX_YEARS:
            raise forms.ValidationError(
                f"Choose a day within {MAX_YEARS} years of today."
            )
        return day

    @property
    def day(self) -> date:
        """The day to show; today where the one asked for cannot be taken."""
        chosen: date = self.cleaned_data["on"] if self.is_valid() else self.today
        return chosen
