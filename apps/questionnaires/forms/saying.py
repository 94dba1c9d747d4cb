"""Answering. Nothing here can carry what a reviewer writes."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.questionnaires.forms.asking import PROOF


class AnswerForm(forms.Form):
    """One answer. The value is judged by the question, so it is plain text here."""

    question = forms.CharField(max_length=40)
    value = forms.CharField(required=False, max_length=40_000, strip=False)
    note = forms.CharField(required=False, max_length=10_000, strip=False)
    version = forms.IntegerField(min_value=0)
    # The save the person read and chose to replace, after a conflict was shown.
    over = forms.IntegerField(required=False, min_value=0)

    def seen_version(self) -> int:
        """The save the person has seen."""
        over = self.cleaned_data["over"]
        return int(self.cleaned_data["version"] if over is None else over)


class FileForm(forms.Form):
    """A file behind an answer."""

    question = forms.CharField(max_length=40)
    file = forms.FileField(help_text=PROOF)


class CommentForm(forms.Form):
    """A remark for both parties."""

    question = forms.CharField(max_length=40)
    text = forms.CharField(max_length=2000)


class SubmitForm(forms.Form):
    """Handing in."""

    accept_unanswered = forms.BooleanField(
        required=False,
        label="Hand in although questions are not answered",
        help_text="Whatever is not answered counts as not ready.",
    )


class TableForm(forms.Form):
    """The table that was downloaded, filled in."""

    file = forms.FileField(
        help_text="The XLSX downloaded here, or a CSV with the same columns."
    )


class ReuseForm(forms.Form):
    """Whose answers to take: the vendor's own, given to another client."""

    source: Any = forms.ModelChoiceField(queryset=None, label="Answers given before")

    def __init__(self, *args: Any, sources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.queryset = sources
        field.label_from_instance = lambda row: (
            f"{row.template.title} for {row.client}, handed in "
            f"{row.submitted_at:%-d %b %Y}"
        )
