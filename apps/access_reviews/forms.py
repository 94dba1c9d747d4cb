"""Forms of the room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.access_reviews import rules
from apps.access_reviews.enums import AccountKind, Decision, ItemStanding
from apps.access_reviews.importer.fields import FIELDS_BY_KIND
from apps.access_reviews.models import System
from apps.engagements.models import Engagement
from apps.tenancy.models import Membership
from apps.workforce.enums import AgentRole
from apps.workforce.models import Agent

DATE_ORDERS = (
    ("", "As found in the file"),
    ("day_first", "Day first (31/03/2026)"),
    ("month_first", "Month first (03/31/2026)"),
)
NOT_IN_FILE = ("", "Not in this file")
PRIVILEGED = (("", "Nobody said"), ("yes", "Privileged"), ("no", "Not privileged"))


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a moment."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class SystemForm(forms.Form):
    """A system people sign in to."""

    name = forms.CharField(max_length=100)
    owner = forms.CharField(
        max_length=200, required=False, help_text="Who answers for it."
    )
    holds_phi = forms.BooleanField(
        required=False, initial=True, label="Holds or shows PHI"
    )
    engagements: forms.ModelMultipleChoiceField[Engagement]

    def __init__(
        self, *args: Any, engagements: QuerySet[Engagement], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engagements"] = forms.ModelMultipleChoiceField(
            engagements,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label="Serves the engagements",
            help_text="Their agents are expected here, and open revocations show in "
            "their gate.",
        )


class UploadForm(forms.Form):
    """An export of a system, with what it states of itself."""

    file = forms.FileField(
        label="Export", help_text="CSV, XLSX, ODS or JSON, at most 25 MB."
    )
    exported_by = forms.CharField(
        max_length=200, required=False, help_text="Who took it out of the system."
    )
    exported_at = forms.DateTimeField(
        required=False,
        widget=MomentInput,
        help_text="In UTC; now if empty. An export never goes back in time.",
    )
    expected_rows = forms.IntegerField(
        required=False,
        min_value=1,
        label="Accounts the system shows",
        help_text="If given and the file holds another number, nothing is taken in.",
    )
    is_complete = forms.BooleanField(
        required=False,
        label="This export is complete",
        help_text="Who is missing from it has no account any more.",
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: what the page shows is confirmed as it stands."""


class ColumnsForm(forms.Form):
    """Which column holds which field, and how its dates are read."""

    date_order = forms.ChoiceField(choices=DATE_ORDERS, required=False)

    def __init__(
        self, *args: Any, kind: str, understood: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        header = understood.get("header", [])
        choices = [NOT_IN_FILE, *((str(at), name) for at, name in enumerate(header))]
        taken = {
            each["field"]: str(each["index"]) for each in understood.get("columns", [])
        }
        self.wanted = [field.name for field in FIELDS_BY_KIND[kind]]  # type: ignore[index]
        for field in FIELDS_BY_KIND[kind]:  # type: ignore[index]
            self.fields[field.name] = forms.ChoiceField(
                label=field.label,
                choices=choices,
                required=False,
                initial=taken.get(field.name, ""),
            )

    def columns(self) -> dict[str, int | None]:
        """Field to column, None where the file has none."""
        return {
            name: int(value) if (value := self.cleaned_data[name]) else None
            for name in self.wanted
        }


class RoleForm(forms.Form):
    """The minimum necessary of a role."""

    note = forms.CharField(
        max_length=500, required=False, label="What it is needed for"
    )
    is_privileged = forms.ChoiceField(
        choices=PRIVILEGED, required=False, label="Privileged"
    )
    agent_roles = forms.MultipleChoiceField(
        choices=AgentRole.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Agents who need it",
        help_text="Others who hold it are flagged as having more than they need.",
    )


class PolicyForm(forms.Form):
    """Clocks of the organization."""

    leaver_hours = forms.IntegerField(
        min_value=1,
        label="Hours to end access of a leaver",
        help_text="Our default is 24. The law sets no time (45 CFR "
        "164.308(a)(3)(ii)(C)).",
    )
    decision_hours = forms.IntegerField(
        min_value=1,
        label="Hours to end access a review revoked",
        help_text="Our default is 72.",
    )
    dormant_days = forms.IntegerField(
        min_value=1,
        label="Days without use that make an account dormant",
        help_text="Our default is 90.",
    )
    shows_proposed = forms.BooleanField(
        required=False,
        label="Show leavers beside the proposed one-hour rule",
        help_text="Proposed in 90 FR 898, not in force; it never counts as a gap.",
    )


class MatchForm(forms.Form):
    """Whose account it is."""

    agent: forms.ModelChoiceField[Agent]
    kind = forms.ChoiceField(choices=AccountKind.choices)
    note = forms.CharField(
        max_length=500,
        required=False,
        help_text="Who answers for an account that is no person's.",
    )

    def __init__(self, *args: Any, agents: QuerySet[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"] = forms.ModelChoiceField(
            agents, required=False, empty_label="No agent"
        )
        self.order_fields(["agent", "kind", "note"])


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
            empty_label="Any manager",
            help_text="Lines can be given to others afterwards.",
        )


class DecisionForm(forms.Form):
    """A decision on one line; ``flags`` are those of the line."""

    decision = forms.ChoiceField(
        choices=[each for each in Decision.choices if each[0]],
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


class BulkForm(forms.Form):
    """One decision for all lines the page is narrowed to."""

    decision = forms.ChoiceField(
        choices=[(each.value, each.label) for each in (Decision.KEEP, Decision.REVOKE)]
    )
    reason = forms.CharField(max_length=rules.LONGEST_REASON)
    standing = forms.ChoiceField(
        choices=[
            (ItemStanding.OPEN, "Lines to decide"),
            (ItemStanding.SECOND, "Lines that wait for a second reviewer"),
        ]
    )
    flag = forms.CharField(required=False, widget=forms.HiddenInput)
    system = forms.UUIDField(required=False, widget=forms.HiddenInput)


class DelegateForm(forms.Form):
    """Lines given to somebody else."""

    to: forms.ModelChoiceField[Membership]
    first = forms.IntegerField(min_value=1, label="From line")
    last = forms.IntegerField(min_value=1, label="To line")

    def __init__(
        self, *args: Any, members: QuerySet[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.ModelChoiceField(members, label="Reviewer")

    def clean(self) -> dict[str, Any]:
        """The range runs forwards."""
        cleaned = super().clean() or {}
        if (cleaned.get("last") or 0) < (cleaned.get("first") or 0):
            self.add_error("last", "The last line comes before the first.")
        return cleaned


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
