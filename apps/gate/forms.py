"""Forms of the gate."""

from __future__ import annotations

from django import forms


class OverrideForm(forms.Form):
    """Why PHI may flow all the same, and until when."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why your organization answers for it. No patient information.",
    )
    expires_on = forms.DateField(
        label="Until, inclusive",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="At most 30 days ahead (our own default).",
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in."""


class PageForm(forms.Form):
    """Where a page of history begins."""

    before = forms.UUIDField(required=False)
