"""Letters as forms: one text for each part the rule asks for."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.incidents.enums import LetterKind
from apps.incidents.forms.common import FreeTextForm, text_field
from apps.incidents.queries import LetterPage
from apps.incidents.rules import LONGEST_PART


class LetterKindForm(forms.Form):
    """Which letter to begin."""

    kind = forms.ChoiceField(label="Letter")

    def __init__(self, *args: Any, kinds: list[LetterKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label) for kind in kinds
        ]


class LetterForm(FreeTextForm):
    """The parts of one letter. ``revision`` is the one the person reads."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, page: LetterPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = page.letter.revision
        confirmed = self.fields.pop("text_confirmed")
        for one in page.parts:
            self.fields[one.part.id] = text_field(
                4,
                max_length=LONGEST_PART,
                label=one.part.title,
                help_text=one.part.citation,
                initial=one.text,
            )
        self.fields["text_confirmed"] = confirmed
        self.free_text = tuple(one.part.id for one in page.parts)  # type: ignore[misc]

    def parts(self) -> dict[str, str]:
        """The texts as written."""
        return {name: self.cleaned_data[name] for name in self.free_text}


class RevisionForm(forms.Form):
    """The revision a person read."""

    revision = forms.IntegerField()
