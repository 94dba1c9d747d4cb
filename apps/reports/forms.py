"""Forms of this room."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from apps.core import ids


class IssueForm(forms.Form):
    """The day an attestation speaks of."""

    as_of = forms.DateField(
        label="As of",
        help_text="The statement says what was true on this day, in the client's zone.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    # Sent twice, the same form is one statement.
    key = forms.UUIDField(
        required=False, initial=ids.uuid7, widget=forms.HiddenInput, label=""
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_of"].initial = today
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()
