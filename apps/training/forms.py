"""Forms of the room."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.engagements.enums import Channel
from apps.training import importer
from apps.training.enums import Timing
from apps.training.models import Course
from apps.training.rules import CourseVersionTerms
from apps.workforce.enums import AgentRole

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


class VersionForm(forms.Form):
    """What a course teaches from a day on."""

    label = forms.CharField(max_length=40, label="Version", help_text="Such as 2026.")
    effective_on = forms.DateField(
        label="Taught from",
        widget=DateInput,
        help_text="Completions on or after this day are judged by this version.",
    )
    topics = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line. They appear in attestations.",
    )
    validity_months = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=120,
        label="Valid for months",
        help_text="Empty means for ever. HIPAA sets no interval; 12 is our default.",
    )
    pass_mark = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=999,
        decimal_places=2,
        help_text="In the unit of the scores. Used where a file only says finished.",
    )
    languages = forms.CharField(required=False, help_text="Divided by commas.")
    is_scenario_based = forms.BooleanField(required=False, label="Uses scenarios")

    def terms(self) -> CourseVersionTerms:
        """The values as the action takes them."""
        given = self.cleaned_data
        return CourseVersionTerms(
            label=given["label"],
            effective_on=given["effective_on"],
            topics=_parts(given["topics"], "\n", longest=200),
            is_scenario_based=given["is_scenario_based"],
            pass_mark=given["pass_mark"],
            validity_months=given["validity_months"],
            languages=_parts(given["languages"], ",", longest=20),
        )


def _parts(text: str, mark: str, *, longest: int) -> tuple[str, ...]:
    parts = (part.strip()[:longest] for part in text.split(mark))
    return tuple(dict.fromkeys(part for part in parts if part))


class CourseForm(VersionForm):
    """A course and its first version."""

    code = forms.CharField(max_length=64, help_text="As your learning system calls it.")
    title = forms.CharField(max_length=200)
    aliases = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Other names",
        help_text="One a line: what other systems call this course.",
    )
    field_order = ("code", "title", "aliases")

    def names(self) -> tuple[str, ...]:
        """Its other names."""
        return _parts(self.cleaned_data["aliases"], "\n", longest=300)


class RequirementForm(forms.Form):
    """A course the agents of an engagement must hold."""

    course: forms.ModelChoiceField[Course] = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a course"
    )
    role = forms.ChoiceField(
        choices=(("", "Every role"), *AgentRole.choices), required=False
    )
    channel = forms.ChoiceField(
        choices=(("", "Every channel"), *Channel.choices), required=False
    )
    timing = forms.ChoiceField(choices=Timing.choices, label="By when")
    within_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=365,
        label="Days",
        help_text="For 'within days': calendar days after the assignment, inclusive.",
    )
    effective_on = forms.DateField(label="From", widget=DateInput)

    def __init__(
        self, *args: Any, courses: QuerySet[Course], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
        self.fields["effective_on"].initial = today

    def terms(self) -> dict[str, Any]:
        """The values as the action takes them."""
        given = dict(self.cleaned_data)
        given["timing"] = Timing(given["timing"])
        given["within_days"] = given["within_days"] or 0
        return given


class EndForm(forms.Form):
    """The last day of a requirement."""

    ended_on = forms.DateField(label="Last day", widget=DateInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].initial = today


class UploadForm(forms.Form):
    """A training file."""

    file = forms.FileField(
        label="Training file", help_text="CSV, XLSX or ODS, at most 25 MB."
    )
    course: forms.ModelChoiceField[Course] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="The file names the courses",
        help_text="Choose one for a report of a single course that does not name it.",
    )

    def __init__(self, *args: Any, courses: QuerySet[Course], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """Nothing to fill in: the preview is confirmed as it stands."""


class ColumnsForm(forms.Form):
    """Which column holds which field, how dates are read, and which course it is."""

    date_order = forms.ChoiceField(choices=DATE_ORDERS, required=False)
    course: forms.ModelChoiceField[Course] = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="The file names the courses"
    )

    def __init__(
        self,
        *args: Any,
        understood: dict[str, Any],
        courses: QuerySet[Course],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
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


class NamesForm(forms.Form):
    """What unknown course names of a file mean."""

    MOST = 50

    def __init__(
        self,
        *args: Any,
        names: dict[str, Any],
        courses: QuerySet[Course],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = list(names)[: self.MOST]
        for number, name in enumerate(self.names):
            rows = names[name]["rows"]
            self.fields[f"name_{number}"] = forms.ModelChoiceField(
                label=name,
                queryset=courses,
                required=False,
                empty_label="Leave these rows out",
                help_text="1 row" if rows == 1 else f"{rows:,} rows",
            )

    def meanings(self) -> dict[str, Any]:
        """Name to the id of the course it means, where one was chosen."""
        chosen = (
            (name, self.cleaned_data[f"name_{number}"])
            for number, name in enumerate(self.names)
        )
        return {name: course.pk for name, course in chosen if course is not None}


class CorrectionForm(forms.Form):
    """What an attempt really was."""

    completed_on = forms.DateField(widget=DateInput)
    outcome = forms.ChoiceField(choices=(("passed", "Passed"), ("failed", "Failed")))
    score = forms.DecimalField(
        required=False, min_value=0, max_value=999, decimal_places=2
    )
    reason = forms.CharField(max_length=500, help_text="Why the record was wrong.")
