"""Forms of systems, exports, roles, the policy and matches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.access_reviews.enums import AccountKind, SnapshotKind
from apps.access_reviews.forms.widgets import MomentInput
from apps.access_reviews.importer.fields import FIELDS_BY_KIND
from apps.core import forms as core
from apps.engagements.models import Engagement
from apps.workforce.enums import AgentRole
from apps.workforce.models import Agent

PRIVILEGED = (("", "Nobody said"), ("yes", "Privileged"), ("no", "Not privileged"))


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


class ColumnsForm(core.ColumnsForm):
    """Which column holds which field of an export of this kind."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        wanted = [
            (field.name, field.label) for field in FIELDS_BY_KIND[SnapshotKind(kind)]
        ]
        super().__init__(*args, wanted=wanted, **kwargs)


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
        label="Show leavers beside the proposed one-hour and 24-hour duties",
        help_text="Proposed in 90 FR 898 (end access within an hour, tell the other "
        "party within 24 hours), not in force; they never count as a gap.",
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
