"""Forms about training files: upload, columns, names, certificates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.training import importer
from apps.training.models import Course

DATE_ORDERS = (
    ("", "As found in the file"),
    ("day_first", "Day first (31/03/2026)"),
    ("month_first", "Month first (03/31/2026)"),
)
NOT_IN_FILE = ("", "Not in this file")


class UploadForm(forms.Form):
    """A training file."""

    file = forms.FileField(
        label="Training file",
        help_text="CSV, XLSX or ODS of at most 25 MB, or xAPI statements as JSON of at "
        "most 5 MB.",
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


class _FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """At least one file; the action counts what is inside."""

    widget = _FilesInput(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """A list of files."""
        given = data if isinstance(data, list | tuple) and data else [data]
        return [super(FilesField, self).clean(each, initial) for each in given]


class CertificatesForm(forms.Form):
    """Certificate files of one course, named after the agents."""

    course: forms.ModelChoiceField[Course] = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a course"
    )
    certificates = FilesField(
        label="Certificates",
        help_text="PDF, PNG, JPEG or DOCX, or a ZIP of them: at most 100 files and "
        "100 MB. Each name holds the agent id, as in A-00017 HIPAA.pdf.",
    )

    def __init__(self, *args: Any, courses: QuerySet[Course], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
