"""Intake, telling the other side, facts and counts."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from apps.core import clock
from apps.engagements.enums import Channel, PhiCategory
from apps.incidents import rules
from apps.incidents.enums import (
    INSTANT_FACTS,
    YES_NO_FACTS,
    Duty,
    FactName,
    Kind,
)
from apps.incidents.forms.common import (
    NO_PHI,
    FreeTextForm,
    MomentField,
    day_field,
    text_field,
    zone_field,
)
from apps.incidents.forms.notices import letter_field, offer_letters
from apps.incidents.models import Letter


class FilterForm(forms.Form):
    """What the list shows."""

    state = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Not closed"),
            ("draft", "Drafts"),
            ("open", "Open"),
            ("overdue", "With an overdue notice"),
            ("closed", "Closed"),
            ("all", "All"),
        ],
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Any kind"), *Kind.choices])
    exercises = forms.BooleanField(required=False, label="Exercises")
    engagement = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ReportForm(FreeTextForm):
    """What a team lead knows in the first two minutes."""

    free_text = ("summary", "person", "systems")

    engagement: Any = forms.ModelChoiceField(queryset=None, empty_label=None)
    kind = forms.ChoiceField(label="What happened", choices=Kind.choices)
    summary = text_field(
        max_length=2000, label="In two or three sentences", help_text=NO_PHI
    )
    learned_at = MomentField(
        label="When your side first knew",
        help_text="When the first of your side noticed, not when you write this.",
    )
    zone = zone_field(label="Time zone of that clock")
    person = forms.CharField(
        max_length=120,
        label="Who noticed",
        help_text="By function, such as team lead of the night shift.",
    )
    occurred_on = day_field(label="Day it happened", required=False)
    people = forms.IntegerField(
        label="How many patients, as far as known", required=False, min_value=0
    )
    channels = forms.MultipleChoiceField(
        choices=Channel.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    phi_categories = forms.MultipleChoiceField(
        label="Kinds of information",
        choices=PhiCategory.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    systems = forms.CharField(max_length=300, required=False, label="Systems involved")
    is_exercise = forms.BooleanField(
        required=False, label="This is an exercise, not a real incident"
    )

    def __init__(self, *args: Any, engagements: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engagement"].queryset = engagements  # type: ignore[attr-defined]
        self.fields["zone"].initial = zone
        now = clock.now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        self.fields["learned_at"].initial = now.replace(second=0, microsecond=0)


class ShareForm(FreeTextForm):
    """When and how the other side was told."""

    free_text = ("to_whom",)

    told_at = MomentField(
        label="When they were told",
        help_text="Now, or when you called them. This stops and starts clocks.",
    )
    zone = zone_field(label="Time zone of that clock")
    method = forms.ChoiceField(
        label="How",
        choices=[(one.value, one.label) for one in rules.METHODS[Duty.UPSTREAM]],
    )
    to_whom = forms.CharField(
        max_length=300, required=False, label="Whom", help_text="By function."
    )
    letter = letter_field()
    proof = forms.FileField(
        required=False, label="Proof", help_text="PDF, DOCX, PNG or JPEG."
    )

    def __init__(
        self, *args: Any, zone: str, letters: list[Letter], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_letters(self, letters)
        self.fields["zone"].initial = zone
        now = clock.now().astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        self.fields["told_at"].initial = now.replace(second=0, microsecond=0)


class RelayForm(forms.Form):
    """Which of the client's own engagements the case concerns."""

    engagement = forms.ChoiceField(label="Engagement")

    def __init__(self, *args: Any, engagements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_pk = {str(one.pk): one for one in engagements}
        self.fields["engagement"].choices = [  # type: ignore[attr-defined]
            (pk, f"{one} ({one.client})") for pk, one in self.by_pk.items()
        ]


class FactForm(FreeTextForm):
    """One fact, or a correction. Which value it takes follows from the fact."""

    free_text = ("person", "reason")

    name = forms.ChoiceField(label="Fact", choices=FactName.choices)
    day = day_field(required=False, label="Day")
    moment_at = MomentField(required=False, label="Moment")
    zone = zone_field(label="Time zone of that clock", required=False)
    yes = forms.ChoiceField(
        required=False,
        label="Yes or no",
        choices=[("", "-"), ("yes", "Yes"), ("no", "No")],
    )
    person = forms.CharField(
        max_length=120,
        required=False,
        label="Whose knowledge",
        help_text="By function.",
    )
    reason = text_field(
        2,
        max_length=500,
        required=False,
        label="Why it changes",
        help_text=f"Needed for a correction. The earlier value is kept. {NO_PHI}",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        names: list[FactName],
        held: list[str],
        zone: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = " ".join(held)
        self.fields["name"].choices = [  # type: ignore[attr-defined]
            (one.value, one.label) for one in names
        ]
        self.fields["zone"].initial = zone

    def clean(self) -> dict[str, Any]:
        """The one field the fact takes must be filled."""
        data = super().clean()
        name = data.get("name", "")
        wanted = "moment_at" if name in INSTANT_FACTS else "day"
        wanted = "yes" if name in YES_NO_FACTS else wanted
        if name and not data.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, "This fact is told here.")
        return data


class CountForm(FreeTextForm):
    """How many people, in total and by State."""

    free_text = ("reason",)

    total = forms.IntegerField(min_value=0, label="People affected in total")
    by_state = forms.CharField(
        required=False,
        label="By State of residence",
        help_text="Such as GA 450, SC 450. Media are told from 501 of one State on.",
    )
    unreachable = forms.IntegerField(
        min_value=0, required=False, label="Without a usable address"
    )
    reason = text_field(2, max_length=500, required=False, label="How it was counted")

    def clean_by_state(self) -> dict[str, int]:
        """``GA 450, SC 450`` to numbers by State."""
        found: dict[str, int] = {}
        for part in self.cleaned_data["by_state"].replace(";", ",").split(","):
            words = part.replace(":", " ").replace("=", " ").split()
            if not words:
                continue
            if (
                len(words) != 2
                or not words[1].isdecimal()
                or words[0].upper() not in rules.STATES
            ):
                raise forms.ValidationError(
                    f"“{part.strip()}” is not a State of two letters and a number."
                )
            state = words[0].upper()
            if state in found:
                raise forms.ValidationError(f"{state} stands there twice.")
            found[state] = int(words[1])
        return found
