"""Systems, their roles, pairs of roles in conflict, and the policy of an owner."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from apps.access_reviews.enums import PrivilegeBasis
from apps.core.models import Record
from apps.engagements.models import Engagement
from apps.tenancy.models import Organization
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.workforce.enums import AgentRole

# Our own defaults. 45 CFR 164.308(a)(3)(ii)(C) asks to end access and sets no time;
# the one hour of 90 FR 898 is proposed and binds nobody.
LEAVER_HOURS = 24
DECISION_HOURS = 72
DORMANT_DAYS = 90


class System(Record):
    """Something people sign in to, kept by the organization that owns it.

    ``engagements`` are those it serves: their agents are the people expected in it,
    and what is open or overdue here shows in their gate.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    owner = models.CharField(max_length=200, blank=True)
    holds_phi = models.BooleanField(default=True)
    engagements = models.ManyToManyField(Engagement, related_name="systems", blank=True)

    objects = OrganizationScopedQuerySet["System"].as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "organization", Lower("name"), name="access_system_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccessRoleQuerySet(OrganizationScopedQuerySet["AccessRole"]):
    """Roles belong to the owner of their system."""

    organization_field = "system__organization"


class AccessRole(Record):
    """What an account may do in a system.

    ``is_privileged`` None: nobody said. ``agent_roles`` are the roles of agents that
    need it, the minimum necessary; empty means nobody said (45 CFR 164.502(b),
    164.514(d)).
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="roles")
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    is_privileged = models.BooleanField(null=True)
    privilege_basis = models.CharField(
        max_length=10, choices=PrivilegeBasis.choices, blank=True
    )
    agent_roles = ArrayField(
        models.CharField(max_length=20, choices=AgentRole.choices),
        default=list,
        blank=True,
    )

    objects = AccessRoleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("system", Lower("name"), name="access_role_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ConflictRule(Record):
    """Two roles one person may not hold together; their order says nothing."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    first = models.ForeignKey(AccessRole, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(AccessRole, on_delete=models.PROTECT, related_name="+")
    risk = models.CharField(max_length=20, blank=True)

    objects = OrganizationScopedQuerySet["ConflictRule"].as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "first", "second"], name="conflict_rule_pair"
            ),
            models.CheckConstraint(
                name="conflict_rule_two_roles", condition=~Q(first=F("second"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccessPolicy(Record):
    """How long an organization gives itself; without a row our defaults hold.

    ``shows_proposed`` sets each leaver beside the hour to end access and the 24 hours
    to tell the other party that 90 FR 898 proposes, as information: they are not in
    force and never count as a gap.
    """

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT)
    leaver_hours = models.PositiveSmallIntegerField(default=LEAVER_HOURS)
    decision_hours = models.PositiveSmallIntegerField(default=DECISION_HOURS)
    dormant_days = models.PositiveSmallIntegerField(default=DORMANT_DAYS)
    shows_proposed = models.BooleanField(default=False)

    objects = OrganizationScopedQuerySet["AccessPolicy"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="access_policy_counts",
                condition=Q(leaver_hours__gte=1, decision_hours__gte=1)
                & Q(dormant_days__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"access policy of {self.organization}"
