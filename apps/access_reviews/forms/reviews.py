"""Forms of campaigns, decisions and revocations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.access_reviews import rules
from apps.access_reviews.enums import Decision, Flag, ItemStanding
from apps.access_reviews.forms.widgets import DateInput
from apps.access_reviews.models import System
from apps.access_reviews.queries import Selection
from apps.engagements.models import Engagement
from apps.tenancy.models import Membership
from apps.workforce.models import Site

DECISIONS = [each for each in Decision.choices if each[0]]


class CampaignForm(forms.Form):
    """A review to open."""

    name = forms.CharField(max_length=200)
    due_on = forms.DateField(widget=DateInput, label="Due")
    recurrence_months = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=36,
        label="Repeat after months",
        help_text="Empty: once. The law asks for review and sets no interval (45 CFR "
        "164.308(a)(4)(ii)(C)).",
    )
    systems: forms.ModelMultipleChoiceField[System]
    reviewer: forms.ModelChoiceField[Membership]

    def __init__(
        self,
        *args: Any,
        systems: QuerySet[System],
        members: QuerySet[Membership],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["systems"] = forms.ModelMultipleChoiceField(
            systems, widget=forms.CheckboxSelectMultiple
        )
        self.fields["reviewer"] = forms.ModelChoiceField(
            members,
            required=False,
            empty_label="As the reviewer rules say",
            help_text="A person here reviews every line. Lines can be given to others "
            "afterwards.",
        )


class DecisionForm(forms.Form):
    """A decision on one line; ``flags`` are those of the line."""

    decision = forms.ChoiceField(
        choices=DECISIONS,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(max_length=rules.LONGEST_REASON, required=False)
    change_to = forms.CharField(
        max_length=200, required=False, label="Role that is enough (for a change)"
    )
    turn = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, flags: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._flags = flags

    def clean(self) -> dict[str, Any]:
        """What the action will ask, said beside the field."""
        cleaned = super().clean() or {}
        if "decision" in cleaned and "reason" in cleaned:
            try:
                rules.check_answer(self.answer(), flags=self._flags, is_bulk=False)
            except rules.DecisionRefused as error:
                for name, texts in (
                    error.fields or {"reason": [error.message]}
                ).items():
                    self.add_error(name, " ".join(texts))
        return cleaned

    def answer(self) -> rules.Answer:
        """The decision as the rules take it."""
        return rules.Answer(
            decision=Decision(self.cleaned_data["decision"]),
            reason=self.cleaned_data.get("reason", ""),
            change_to=self.cleaned_data.get("change_to", ""),
        )


class TeamForm(forms.Form):
    """Lines by system and team; what is left empty narrows nothing."""

    system: forms.ModelChoiceField[System]
    engagement: forms.ModelChoiceField[Engagement]
    site: forms.ModelChoiceField[Site]

    def __init__(
        self,
        *args: Any,
        systems: QuerySet[System],
        engagements: QuerySet[Engagement],
        sites: QuerySet[Site],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"] = forms.ModelChoiceField(
            systems, required=False, empty_label="Every system"
        )
        self.fields["engagement"] = forms.ModelChoiceField(
            engagements,
            required=False,
            empty_label="Every team",
            label="Agents of the engagement",
        )
        self.fields["site"] = forms.ModelChoiceField(
            sites, required=False, empty_label="Every site", label="Agents at the site"
        )


class NarrowForm(TeamForm):
    """What the review screen shows, as its address says it."""

    standing = forms.ChoiceField(
        choices=[("", "All"), *ItemStanding.choices], required=False
    )
    flag = forms.ChoiceField(choices=[("", "All"), *Flag.choices], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["standing", "flag"])

    def selection(self) -> Selection:
        """What is asked for; a value nobody knows narrows nothing."""
        self.is_valid()
        return selection_of(self.cleaned_data)


def selection_of(
    given: dict[str, Any], between: tuple[int, int] | None = None
) -> Selection:
    """Lines as a form names them."""
    team = {name: given.get(name) for name in ("system", "engagement", "site")}
    return Selection(
        standing=given.get("standing") or "",
        flag=given.get("flag") or "",
        between=between,
        **{name: each.pk for name, each in team.items() if each is not None},
    )


class BulkForm(NarrowForm):
    """One decision for all lines the page is narrowed to, up to the ``last`` there
    was: what arrived since was not seen."""

    last = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(choices=DECISIONS)
    change_to = forms.CharField(
        max_length=200, required=False, label="Role that is enough (for a change)"
    )
    reason = forms.CharField(max_length=rules.LONGEST_REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["decision", "change_to", "reason"])
        for name in ("standing", "flag", "system", "engagement", "site"):
            self.fields[name].widget = forms.HiddenInput()

    def selection(self) -> Selection:
        """Lines the person saw."""
        last = self.cleaned_data["last"]
        return selection_of(self.cleaned_data, None if last is None else (1, last))

    def answer(self) -> rules.Answer:
        """The decision as the rules take it."""
        given = self.cleaned_data
        decision = Decision(given["decision"])
        return rules.Answer(decision, given["reason"], given["change_to"])


class DelegateForm(TeamForm):
    """Lines given to somebody else."""

    to: forms.ModelChoiceField[Membership]
    first = forms.IntegerField(min_value=1, required=False, label="From line")
    last = forms.IntegerField(min_value=1, required=False, label="To line")

    def __init__(
        self, *args: Any, members: QuerySet[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.ModelChoiceField(members, label="Reviewer")
        self.order_fields(["to", "system", "engagement", "site"])

    def clean(self) -> dict[str, Any]:
        """Both ends of a range, and forwards."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if (first is None) != (last is None):
            self.add_error("last", "Give the first and the last line, or neither.")
        elif first is not None and last < first:
            self.add_error("last", "The last line comes before the first.")
        return cleaned

    def selection(self) -> Selection:
        """Which lines."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        between = (first, last) if first else None
        return selection_of(self.cleaned_data, between)


class ReviewerRuleForm(TeamForm):
    """Who reviews which lines from the next campaign on."""

    reviewer: forms.ModelChoiceField[Membership]

    def __init__(
        self, *args: Any, members: QuerySet[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"] = forms.ModelChoiceField(members)
        self.order_fields(["reviewer"])


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=500)


class DoneForm(forms.Form):
    """That access was taken away, and how it is known."""

    note = forms.CharField(
        max_length=500, help_text="For example the number of the ticket."
    )
    proof = forms.FileField(
        required=False, help_text="PDF, DOCX, PNG or JPEG; kept as evidence."
    )
