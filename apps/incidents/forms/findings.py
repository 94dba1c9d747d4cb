"""Assessment, finding, and what it could cost."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.incidents import rules
from apps.incidents.enums import (
    Outcome,
    PenaltyTier,
    Risk,
)
from apps.incidents.forms.common import (
    NO_PHI,
    FreeTextForm,
    day_field,
    text_field,
)


class AssessForm(FreeTextForm):
    """The four factors, each with a weight and a reason, and the conclusion."""

    is_low_probability = forms.ChoiceField(
        label="All together",
        choices=[
            ("no", "Compromise cannot be ruled out"),
            ("yes", "Low probability of compromise"),
        ],
    )
    reason = text_field(max_length=1000, label="Why", help_text=NO_PHI)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        conclusion = {
            name: self.fields.pop(name) for name in ("is_low_probability", "reason")
        }
        confirmed = self.fields.pop("text_confirmed")
        for item in rules.federal().factors:
            self.fields[item.id] = forms.ChoiceField(
                label=item.title, choices=Risk.choices, help_text=item.citation
            )
            self.fields[f"{item.id}_reason"] = text_field(
                2, max_length=1000, label=item.asks
            )
        self.fields |= conclusion | {"text_confirmed": confirmed}
        self.free_text = (  # type: ignore[misc]
            *(f"{item.id}_reason" for item in rules.federal().factors),
            "reason",
        )

    def factors(self) -> dict[str, tuple[str, str]]:
        """Weight and reason by factor."""
        data = self.cleaned_data
        return {
            item.id: (data[item.id], data[f"{item.id}_reason"])
            for item in rules.federal().factors
        }


class FindingForm(FreeTextForm):
    """What the event is found to be."""

    free_text = ("reason",)

    outcome = forms.ChoiceField(label="Finding", choices=Outcome.choices)
    exception = forms.ChoiceField(required=False, label="Which exception")
    reason = text_field(max_length=1000, label="Why", help_text=NO_PHI)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exception"].choices = [  # type: ignore[attr-defined]
            ("", "None"),
            *((item.id, item.title) for item in rules.federal().exceptions),
        ]


class ExposureForm(forms.Form):
    """Inputs of an estimate of penalties."""

    assessed_on = day_field(label="Assessed on")
    tier = forms.ChoiceField(label="Culpability", choices=PenaltyTier.choices)
    violations = forms.CharField(
        label="Violations by calendar year",
        help_text="Such as 2025: 365, 2026: 59. Per person, deadline or day.",
    )
    provisions = forms.IntegerField(
        min_value=1, max_value=50, initial=1, label="Provisions breached"
    )
    known_on = day_field(label="Known on", required=False)
    corrected_on = day_field(label="Corrected on", required=False)

    def clean_violations(self) -> dict[int, int]:
        """``2025: 365, 2026: 59`` to counts by year."""
        found: dict[int, int] = {}
        for part in self.cleaned_data["violations"].replace(";", ",").split(","):
            words = part.replace(":", " ").replace("=", " ").split()
            if not words:
                continue
            is_pair = len(words) == 2 and all(one.isdigit() for one in words)
            if not is_pair or not 2009 <= int(words[0]) <= 2100:
                raise forms.ValidationError(
                    f"“{part.strip()}” is not a year since 2009 and a number."
                )
            found[int(words[0])] = int(words[1])
        if not found:
            raise forms.ValidationError("Name at least one year.")
        return found
