"""Forms of drift: the list's filters and three decisions."""

from django import forms

from apps.drift.enums import Dimension, FindingState


class FilterForm(forms.Form):
    """What the list shows; "open" is everything not resolved."""

    dimension = forms.ChoiceField(
        required=False, choices=[("", "Any dimension"), *Dimension.choices]
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("open", "Open"), *FindingState.choices, ("", "Any state")],
    )
    engagement = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)


class AcknowledgeForm(forms.Form):
    """What is known and done about the finding."""

    note = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you know and what happens next. No patient information.",
    )


class RequestAcceptanceForm(forms.Form):
    """Why the finding may stay, and until when."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why this may stay for now. No patient information.",
    )
    until = forms.DateField(
        label="Until, inclusive",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="At most 365 days ahead (our own default).",
    )


class AcceptForm(forms.Form):
    """Nothing to fill in: the request says it all."""
