"""Timeline, tasks, files, contacts and the public register."""

from __future__ import annotations

from django import forms

from apps.incidents.enums import (
    Audience,
    TaskKind,
)
from apps.incidents.forms.common import (
    NO_PHI,
    FreeTextForm,
    day_field,
    text_field,
    zone_field,
)


class EntryForm(FreeTextForm):
    """A line of the timeline."""

    free_text = ("text",)

    text = text_field(max_length=2000, label="What happened", help_text=NO_PHI)
    audience = forms.ChoiceField(
        label="Who reads it", choices=Audience.choices, initial=Audience.OWN_SIDE
    )


class TaskForm(FreeTextForm):
    """Something to do."""

    free_text = ("title", "owner")

    kind = forms.ChoiceField(choices=TaskKind.choices)
    title = forms.CharField(max_length=200, label="What", help_text=NO_PHI)
    owner = forms.CharField(max_length=120, label="Who does it")
    due_on = day_field(label="By")


class DoneForm(FreeTextForm):
    """What came of a task."""

    free_text = ("outcome",)

    outcome = text_field(2, max_length=500, label="What came of it", help_text=NO_PHI)


class AttachForm(FreeTextForm):
    """A file that belongs to the case."""

    free_text = ("title",)

    file = forms.FileField(help_text="PDF, DOCX, PNG or JPEG. No patient records.")
    title = forms.CharField(max_length=200, label="What it is", help_text=NO_PHI)
    audience = forms.ChoiceField(
        label="Who reads it", choices=Audience.choices, initial=Audience.OWN_SIDE
    )


class VerifyForm(FreeTextForm):
    """Whether a corrective action works."""

    free_text = ("verification",)

    verification = text_field(
        2, max_length=500, label="How you know that it works", help_text=NO_PHI
    )


class ReviewForm(FreeTextForm):
    """The review after an incident."""

    free_text = ("what_happened", "causes", "lessons")

    held_on = day_field(label="Day of the review")
    what_happened = text_field(
        4, max_length=2000, label="What happened", help_text=NO_PHI
    )
    causes = text_field(4, max_length=2000, label="Why it could happen")
    lessons = text_field(
        4,
        max_length=2000,
        label="What was learned",
        help_text="What is to change goes into corrective actions, with owner and day.",
    )
    audience = forms.ChoiceField(
        label="Who reads it", choices=Audience.choices, initial=Audience.OWN_SIDE
    )


class ReopenForm(FreeTextForm):
    """Why a closed case opens again."""

    free_text = ("reason",)

    reason = text_field(2, max_length=500, label="Why", help_text=NO_PHI)


class ConfirmForm(forms.Form):
    """Nothing to fill in: what is confirmed says it all."""


class ContactForm(forms.Form):
    """Whom to reach about incidents, and when."""

    name = forms.CharField(max_length=120, help_text="By function or name.")
    reached_by = forms.CharField(max_length=200, label="Telephone, chat or e-mail")
    zone = zone_field(label="Time zone")
    days = forms.MultipleChoiceField(
        choices=[
            (str(number), name)
            for number, name in enumerate(
                ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
            )
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=["0", "1", "2", "3", "4"],
    )
    from_time = forms.TimeField(
        label="From", widget=forms.TimeInput(attrs={"type": "time"})
    )
    until_time = forms.TimeField(
        label="Until",
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="At or before the start: over midnight.",
    )
    order = forms.IntegerField(
        min_value=1, max_value=99, initial=1, label="Call as no."
    )


class RegisterForm(forms.Form):
    """An export of OCR's register."""

    file = forms.FileField(
        label="Export of the register", help_text="CSV or XLSX, as downloaded from OCR."
    )


class MatchForm(forms.Form):
    """A person's word on one line of the register."""

    vendor = forms.UUIDField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        choices=[("confirmed", "Confirm"), ("rejected", "Reject")]
    )
