"""Fields of the forms: a day, days that are missing, a list typed as text."""

from __future__ import annotations

import re
from typing import Any

from django import forms


class DayField(forms.DateField):
    """A calendar day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class GapField(forms.BooleanField):
    """Confirms days without a BAA between two versions."""

    def __init__(self) -> None:
        super().__init__(
            label="The days without a BAA before it are meant",
            required=False,
            help_text="Only where it does not follow the version before day on day.",
        )


class WordsField(forms.CharField):
    """A list typed with commas or on lines; cleans to a tuple of texts."""

    def __init__(self, *, longest: int, is_upper: bool = False, **options: Any) -> None:
        self.longest, self.is_upper = longest, is_upper
        options.setdefault("required", False)
        super().__init__(max_length=5000, **options)

    def prepare_value(self, value: Any) -> Any:
        """A tuple as it is typed; what was typed stays as it is."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Split, trim, and refuse words that are too long."""
        text = super().clean(value)
        text = text.upper() if self.is_upper else text
        words = tuple(
            word for part in re.split(r"[,\n]", text) if (word := part.strip())
        )
        long = [word for word in words if len(word) > self.longest]
        if long:
            raise forms.ValidationError(
                f"“{long[0][:20]}…” has more than {self.longest} characters."
            )
        return words
