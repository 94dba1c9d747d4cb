"""Forms of the room."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.workforce import importer

DATE_ORDERS = (
    ("", "As found in the file"),
    ("day_first", "Day first (31/03/2026)"),
    ("month_first", "Month first (03/31/2026)"),
)
NOT_IN_FILE = ("", "Not in this file")


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
    """Nothing to fill in: the preview is confirmed as it stands."""


class ColumnsForm(forms.Form):
    """Which column holds which field, and how its dates are read."""

    date_order = forms.ChoiceField(choices=DATE_ORDERS, required=False)

    def __init__(self, *args: Any, understood: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        header = understood.get("header", [])
        choices = [NOT_IN_FILE, *((str(at), name) for at, name in enumerate(header))]
        taken = {
            each["field"]: str(each["index"]) for each in understood.get("columns", [])
        }
        for field in importer.FIELDS:
            self.fields[field.name] = forms.ChoiceField(
                label=field.label,
                choices=choices,
                required=False,
                initial=taken.get(field.name, ""),
            )
        sheets = [understood.get("sheet"), *understood.get("other_sheets", [])]
        if len(sheets) > 1:
            names = [str(name).removesuffix(" (hidden)") for name in sheets]
            self.fields["sheet"] = forms.ChoiceField(
                choices=[(name, name) for name in names], initial=names[0]
            )

    def columns(self) -> dict[str, int | None]:
        """Field to column, None where the file has none."""
        return {
            field.name: int(value) if (value := self.cleaned_data[field.name]) else None
            for field in importer.FIELDS
        }
