"""Forms of the room."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from apps.core.forms import SheetColumnsForm
from apps.engagements.enums import Channel
from apps.workforce import importer
from apps.workforce.enums import AgentRole, Control


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SiteForm(forms.Form):
    """A place agents work from."""

    code = forms.CharField(
        max_length=60, help_text="As rosters write it, for example MNL-1."
    )
    name = forms.CharField(max_length=200)
    country = forms.CharField(
        min_length=2, max_length=2, help_text="Two letters, for example PH."
    )
    is_remote = forms.BooleanField(
        required=False,
        label="Work from home",
        help_text="Agents of this site work from their own homes.",
    )


class UploadForm(forms.Form):
    """A roster file."""

    file = forms.FileField(
        label="Roster file", help_text="CSV, XLSX or ODS, at most 25 MB."
    )
    is_complete = forms.BooleanField(
        required=False,
        label="This file is complete",
        help_text="Whoever works here and is missing from the file has left. You see "
        "how many before anything is written.",
    )
    as_of = forms.DateField(
        required=False,
        label="Day the file speaks of",
        widget=DateInput,
        help_text="The last day of those who have left; today if empty.",
    )


class ConfirmForm(forms.Form):
    """The preview is confirmed as it stands; where many leave, with their number."""

    def __init__(self, *args: Any, leavers: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if leavers:
            self.fields["leavers"] = forms.IntegerField(
                label="How many agents have left",
                min_value=0,
                help_text=f"Many would leave. Type {leavers} to confirm it.",
            )


SAYS_NOTHING = ("", "Not stated")
ANSWERS = (SAYS_NOTHING, ("yes", "In place"), ("no", "Not in place"))


class AttestForm(forms.Form):
    """Which controls of a site are in place."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for control in Control:
            self.fields[control.value] = forms.ChoiceField(
                label=control.label, choices=ANSWERS, required=False
            )
        self.fields["attested_on"] = forms.DateField(
            label="Checked on",
            initial=today,
            widget=DateInput,
            help_text="Counts for twelve months from that day.",
        )
        self.fields["note"] = forms.CharField(
            label="How it was checked", max_length=1000, required=False
        )
        self.fields["file"] = forms.FileField(
            label="Proof",
            required=False,
            help_text="PDF, DOCX, PNG, JPEG, CSV or XLSX, for example the export of "
            "the device management. No patient records.",
        )

    def stated(self) -> dict[Control, bool]:
        """What was said; a control left out is in none of it."""
        given = {each: self.cleaned_data[each.value] for each in Control}
        return {each: word == "yes" for each, word in given.items() if word}


class EngagementField(forms.ModelChoiceField):
    """An engagement by its client and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Two clients may give theirs one name."""
        return f"{obj.client}: {obj.name}"


class AssignForm(forms.Form):
    """What every selected agent is to do."""

    role = forms.ChoiceField(choices=AgentRole.choices)
    channels = forms.MultipleChoiceField(
        choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )
    effective_on = forms.DateField(label="From", widget=DateInput)
    ended_on = forms.DateField(
        label="Until",
        required=False,
        widget=DateInput,
        help_text="The last day; open if empty.",
    )
    field_order = ("engagement", "role", "channels", "site", "effective_on", "ended_on")

    def __init__(
        self, *args: Any, engagements: Any, sites: Any, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engagement"] = EngagementField(queryset=engagements)
        self.fields["site"] = forms.ModelChoiceField(queryset=sites, required=False)
        self.fields["effective_on"].initial = today
        self.order_fields(self.field_order)


class UnassignForm(forms.Form):
    """The last day of the selected agents on an engagement."""

    def __init__(
        self, *args: Any, engagements: Any, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engagement"] = EngagementField(queryset=engagements)
        self.fields["ended_on"] = forms.DateField(
            label="Last day", initial=today, widget=DateInput
        )


class ColumnsForm(SheetColumnsForm):
    """Which column holds which field of a roster."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        wanted = [(field.name, field.label) for field in importer.FIELDS]
        super().__init__(*args, wanted=wanted, **kwargs)
