"""Forms of deadlines and policies."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.reminders.enums import DutyKind


class DeadlineFilterForm(forms.Form):
    """Narrow the list by kind and engagement."""

    kind = forms.ChoiceField(
        choices=[("", "All kinds"), *DutyKind.choices], required=False
    )
    engagement: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="All engagements",
    )

    def __init__(self, *args: Any, engagements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engagement"].queryset = engagements  # type: ignore[attr-defined]


class OffsetsField(forms.CharField):
    """Whole numbers separated by commas."""

    def to_python(self, value: Any) -> Any:
        """A list of numbers; a sentence for anything else."""
        text = super().to_python(value) or ""
        try:
            return [int(part) for part in text.replace(" ", "").split(",") if part]
        except ValueError as error:
            raise forms.ValidationError(
                "Write whole numbers separated by commas, for example -30, -7, 0, 7."
            ) from error


class PolicyForm(forms.Form):
    """Days of one kind of duty."""

    offsets = OffsetsField(
        label="Days",
        max_length=100,
        help_text=(
            "Days from the due day, separated by commas: -30 is thirty days before, "
            "0 the day itself, 7 a week overdue."
        ),
    )
