"""Forms of the inbox."""

from django import forms


class ReadAllForm(forms.Form):
    """Up to when the person has seen the inbox."""

    until = forms.DateTimeField(widget=forms.HiddenInput)
