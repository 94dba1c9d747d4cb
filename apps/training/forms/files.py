"""Forms about training files: upload, columns, names, certificates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.forms import SheetColumnsForm
from apps.training import importer
from apps.training.models import Course


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


class ColumnsForm(SheetColumnsForm):
    """Which column holds which field, how dates are read, and which course it is."""

    course: forms.ModelChoiceField[Course] = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="The file names the courses"
    )

    def __init__(self, *args: Any, courses: QuerySet[Course], **kwargs: Any) -> None:
        wanted = [(field.name, field.label) for field in importer.FIELDS]
        super().__init__(*args, wanted=wanted, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]


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
