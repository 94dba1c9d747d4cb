"""Forms of the library."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.evidence.enums import Purpose, ReviewState
from apps.evidence.queries import MOST
from apps.evidence.rules import RETENTION_YEARS, AttachmentTerms

MAX_FILES = 20
STATES = [
    ("", "Any state"),
    ("quarantined", "In quarantine"),
    ("not_scanned", "Not scanned"),
    ("expired", "Run out"),
    ("expiring", "Runs out within 60 days"),
    ("unreviewed", "Not reviewed"),
    ("unused", "Attached to nothing"),
    ("held", "On legal hold"),
    ("restricted", "Managers only"),
    ("old", f"Received over {RETENTION_YEARS} years ago"),
    ("destroyed", "Destroyed after retention"),
]


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


class FilterForm(forms.Form):
    """What the library shows."""

    q = forms.CharField(label="Name or object", required=False, max_length=200)
    purpose = forms.ChoiceField(
        required=False, choices=[("", "Any purpose"), *Purpose.choices]
    )
    state = forms.ChoiceField(required=False, choices=STATES)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """At least one file, at most twenty."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """A list of files."""
        given = list(data or [None]) if isinstance(data, list | tuple) else [data]
        if len(given) > MAX_FILES:
            raise forms.ValidationError(
                f"At most {MAX_FILES} files at once. Upload the rest afterwards."
            )
        single = super().clean
        return [single(one, initial) for one in given]


class UploadForm(forms.Form):
    """Files for the library."""

    chosen = ManyFilesField(
        label="Files",
        widget=ManyFilesInput(attrs={"multiple": True}),
        allow_empty_file=True,
        help_text="PDF, DOCX, PNG, JPEG, CSV, XLSX, XLS or ODS, up to 25 MB each and "
        f"{MAX_FILES} at once. No patient data.",
    )

    def uploads(self) -> list[UploadedFile]:
        """What was sent."""
        found: list[UploadedFile] = self.cleaned_data["chosen"]
        return found


class FinderForm(forms.Form):
    """The word an object's name holds."""

    q = forms.CharField(
        label="Name holds",
        required=False,
        max_length=200,
        help_text=f"The lists below show at most {MOST} of a kind; a word finds the "
        "rest.",
    )


class AttachForm(forms.Form):
    """What the file proves; ``choices`` are groups of objects, ``earlier`` the
    attachments a new version may take the place of."""

    purpose = forms.ChoiceField(choices=Purpose.choices)
    valid_from = _day(label="First day", required=False)
    valid_until = _day(
        label="Last day",
        required=False,
        help_text="Inclusive. Empty while nothing ends it.",
    )

    def __init__(
        self, *args: Any, choices: Any = (), earlier: Any = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"] = forms.ChoiceField(label="Attach to", choices=choices)
        self.fields["supersedes"] = forms.ChoiceField(
            label="New version of",
            required=False,
            choices=[("", "Nothing: the first version"), *earlier],
        )
        self.order_fields(["subject", "purpose", "valid_from", "valid_until"])

    def terms(self) -> AttachmentTerms:
        """The cleaned fields as terms."""
        data = self.cleaned_data
        return AttachmentTerms(
            Purpose(data["purpose"]), data["valid_from"], data["valid_until"]
        )


class ReviewForm(forms.Form):
    """Accepted or rejected, and why."""

    state = forms.ChoiceField(
        label="Decision",
        choices=[
            (state.value, state.label)
            for state in (ReviewState.ACCEPTED, ReviewState.REJECTED)
        ],
    )
    note = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed for a rejection. No patient data.",
    )


class DestroyForm(forms.Form):
    """Why the bytes are destroyed."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays on record with the SHA-256. No patient data.",
    )


class HoldForm(forms.Form):
    """Why the file must be kept."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class RestrictForm(forms.Form):
    """What the page offered: sent twice it changes nothing twice."""

    is_restricted = forms.TypedChoiceField(
        choices=[("yes", "Managers only"), ("no", "Everybody with access")],
        coerce=lambda value: value == "yes",
        widget=forms.HiddenInput,
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in."""
