"""Forms more than one room shows: the day a page is about, the columns of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Self

from django import forms

_DATE_ORDERS = (
    ("", "As found in the file"),
    ("day_first", "Day first (31/03/2026)"),
    ("month_first", "Month first (03/31/2026)"),
)
# Nothing is on record from before it, HIPAA included. Our own default.
_FIRST_DAY = date(1990, 1, 1)
_NOT_IN_FILE = ("", "Not in this file")


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
        if day is not None and day < _FIRST_DAY:
            raise forms.ValidationError(
                f"Choose {_FIRST_DAY:%-d %B %Y} or a later day."
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


class ColumnsForm(forms.Form):
    """Which column of a file holds which field, and how its dates are read.

    ``wanted`` are names and labels of the fields, ``understood`` what the preview of
    the file keeps: its header, and the columns recognised in it.
    """

    date_order = forms.ChoiceField(choices=_DATE_ORDERS, required=False)

    def __init__(
        self,
        *args: Any,
        wanted: Iterable[tuple[str, str]],
        understood: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        header = understood.get("header", [])
        choices = [_NOT_IN_FILE, *((str(at), name) for at, name in enumerate(header))]
        taken = {
            each["field"]: str(each["index"]) for each in understood.get("columns", [])
        }
        self.wanted = []
        for name, label in wanted:
            self.wanted.append(name)
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=taken.get(name, ""),
            )

    def columns(self) -> dict[str, int | None]:
        """Field to column, None where the file has none."""
        return {
            name: int(value) if (value := self.cleaned_data[name]) else None
            for name in self.wanted
        }


class SheetColumnsForm(ColumnsForm):
    """The same, and which sheet is meant where the file has several."""

    def __init__(
        self, *args: Any, understood: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, understood=understood, **kwargs)
        sheets = [understood.get("sheet"), *understood.get("other_sheets", [])]
        if len(sheets) > 1:
            names = [str(name).removesuffix(" (hidden)") for name in sheets]
            self.fields["sheet"] = forms.ChoiceField(
                choices=[(name, name) for name in names], initial=names[0]
            )
