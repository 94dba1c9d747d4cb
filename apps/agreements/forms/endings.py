"""Forms of endings: termination, notice, renewal, and what became of PHI."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from apps.agreements.enums import DisposalKind, SigningSide, TerminationCause
from apps.agreements.forms.agreements import SignedPaperForm
from apps.agreements.forms.fields import DayField, GapField
from apps.agreements.rules import Disposal


def _text(label: str, *, longest: int, is_required: bool = True, **options: Any) -> Any:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label,
        max_length=longest,
        required=is_required,
        widget=widget,
        **options,
    )


class TerminateForm(forms.Form):
    """The last day of an agreement, and why."""

    cause = forms.ChoiceField(
        label="Cause",
        choices=TerminationCause.choices,
        widget=forms.RadioSelect,
        initial=TerminationCause.OTHER,
        required=False,
        help_text="The right to end it for a violation: 45 CFR 164.504(e)(2)(iii).",
    )
    notice_on = DayField(
        label="Notice given on",
        required=False,
        help_text="The day one party told the other.",
    )
    terminated_on = DayField(label="Last day in force")
    reason = _text("Why it ends", longest=500)

    def clean_cause(self) -> TerminationCause:
        """Another reason, where none is chosen."""
        return TerminationCause(self.cleaned_data["cause"] or TerminationCause.OTHER)


class StopRenewalForm(forms.Form):
    """Notice that the agreement will not renew."""

    given_by = forms.ChoiceField(
        label="Who gave notice", choices=SigningSide.choices, widget=forms.RadioSelect
    )
    given_on = DayField(label="Notice given on")
    reason = _text("Why it is not renewed", longest=500)


class RenewForm(SignedPaperForm):
    """A renewal: new days, a signed document, the same terms."""

    effective_on = DayField(label="In force from")
    expires_on = DayField(
        label="Last day",
        required=False,
        help_text="The next renewal day where it renews. Empty where it has no end.",
    )
    is_gap_known = GapField()
    OWN = ("effective_on", "expires_on", "document", "is_gap_known")

    @property
    def own_fields(self) -> list[BoundField]:
        """Days and document."""
        return [self[name] for name in self.OWN]


class DisposalForm(forms.Form):
    """What became of PHI after the end."""

    kind = forms.ChoiceField(
        label="What became of PHI",
        choices=DisposalKind.choices,
        widget=forms.RadioSelect,
    )
    done_on = DayField(label="Done on", required=False)
    done_by = forms.CharField(
        label="Done by",
        max_length=200,
        required=False,
        help_text="Name and title, or the firm that did it.",
    )
    method = _text(
        "How",
        longest=1000,
        is_required=False,
        help_text="Transcripts, recordings, exports, backups; subcontractors too.",
    )
    certificate = forms.FileField(
        label="Certificate",
        required=False,
        help_text="PDF, DOCX, PNG or JPEG. After an error, choose the file again.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.png,.jpg,.jpeg"}),
    )
    infeasible_reason = _text("Why it is not feasible", longest=1000, is_required=False)
    protections = _text(
        "How protections go on for that PHI", longest=1000, is_required=False
    )
    use_limit = _text(
        "To what further use and disclosure is limited",
        longest=1000,
        is_required=False,
    )

    def stated(self) -> Disposal:
        """The statement."""
        data = self.cleaned_data
        done_on: date | None = data["done_on"]
        return Disposal(
            kind=DisposalKind(data["kind"]),
            done_on=done_on,
            done_by=data["done_by"],
            method=data["method"],
            infeasible_reason=data["infeasible_reason"],
            protections=data["protections"],
            use_limit=data["use_limit"],
        )


class AnswerForm(forms.Form):
    """Accept a statement, or refuse it with a reason."""

    answer = forms.ChoiceField(
        choices=[("accept", "Accept"), ("refuse", "Refuse")], widget=forms.RadioSelect
    )
    reason = _text("Why it is refused", longest=500, is_required=False)


class ConfirmForm(forms.Form):
    """Nothing to enter; the button is the answer."""
