"""Sites, agents, assignments and roster imports of a provider."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from apps.core.models import Record, TableImport
from apps.engagements.enums import Channel
from apps.engagements.models import Engagement
from apps.engagements.scoping import EngagementScopedQuerySet
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.workforce.enums import AgentRole, Control

M = TypeVar("M", bound=models.Model, covariant=True)


class OfSiteQuerySet(OrganizationScopedQuerySet[M]):
    """Rows of a site belong to the site's provider."""

    organization_field = "site__organization"


class OfAgentQuerySet(OrganizationScopedQuerySet[M]):
    """Rows of an agent belong to the agent's provider."""

    organization_field = "agent__organization"


class Site(Record):
    """A place agents work from; ``is_remote`` marks work from home."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    is_remote = models.BooleanField(default=False)

    objects = OrganizationScopedQuerySet["Site"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint("organization", Lower("code"), name="site_code"),
            models.CheckConstraint(
                name="site_country_code", condition=Q(country__regex=r"^[A-Z]{2}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SiteControl(Record):
    """What somebody attested about one control of a site on a day; append-only.

    The newest row on a day is what is known that day; how long it counts is a rule.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="controls")
    control = models.CharField(max_length=20, choices=Control.choices)
    is_in_place = models.BooleanField()
    attested_on = models.DateField()
    attested_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    note = models.CharField(max_length=1000, blank=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)

    objects = OfSiteQuerySet["SiteControl"].as_manager()

    class Meta:
        ordering = ["-attested_on", "-id"]
        indexes = [
            models.Index(
                fields=["site", "control", "-attested_on", "-id"],
                name="site_control_latest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_control_display()} at {self.site}"


class Agent(Record):
    """A person of a provider's workforce. ``left_on`` is the last day, inclusive.

    Both days are of the present period, or of the last one of somebody who left;
    earlier periods of those who came back are in ``EarlierPeriod``.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    external_id = models.CharField(max_length=64)
    full_name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    languages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    team = models.CharField(max_length=100, blank=True, db_default="")
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    objects = OrganizationScopedQuerySet["Agent"].as_manager()

    class Meta:
        ordering = ["external_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"], name="agent_external_id"
            ),
            models.CheckConstraint(
                name="agent_leaves_after_joining",
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
            ),
        ]
        indexes = [
            models.Index("organization", Lower("email"), name="agent_email"),
        ]

    def __str__(self) -> str:
        return self.full_name


class EarlierPeriod(Record):
    """Days an agent worked here before leaving and coming back, both inclusive."""

    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="earlier_periods"
    )
    joined_on = models.DateField()
    left_on = models.DateField()

    objects = OfAgentQuerySet["EarlierPeriod"].as_manager()

    class Meta:
        ordering = ["agent", "-joined_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "joined_on"], name="earlier_period_unique"
            ),
            models.CheckConstraint(
                name="earlier_period_leaves_after_joining",
                condition=Q(left_on__gte=F("joined_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.joined_on} to {self.left_on}"


class Assignment(Record):
    """An agent serves an engagement; ``ended_on`` is the last day, inclusive.

    Two assignments of one agent to one engagement never overlap (exclusion
    constraint)."""

    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="assignments"
    )
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField(
        max_length=20, choices=AgentRole.choices, default=AgentRole.AGENT
    )
    channels = ArrayField(
        models.CharField(max_length=30, choices=Channel.choices), default=list
    )
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT)
    effective_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = EngagementScopedQuerySet["Assignment"].as_manager()

    class Meta:
        ordering = ["agent", "effective_on"]
        constraints = [
            models.CheckConstraint(
                name="assignment_ends_after_start",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")),
            ),
        ]
        indexes = [
            models.Index("engagement", "effective_on", name="assignment_engagement"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} on {self.engagement}"


class RosterImport(TableImport):
    """A roster file on its way in. ``is_complete`` says that whoever is missing
    from it has left; otherwise absence means nothing.

    ``leavers`` are id and name of who would leave, at most ``MAX_PROBLEMS``;
    ``leavers_confirmed`` the number a person agreed to.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    is_complete = models.BooleanField(default=False)
    leavers = models.JSONField(default=list)
    leavers_confirmed = models.PositiveIntegerField(null=True)

    objects = OrganizationScopedQuerySet["RosterImport"].as_manager()

    class Meta:
        ordering = ["-created_at"]


class RosterMapping(Record):
    """How an organization reads rosters with these headers, as last confirmed.

    ``mapping`` holds ``columns`` (field to column) and ``date_order``.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    header_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    objects = OrganizationScopedQuerySet["RosterMapping"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "header_sha256"], name="roster_mapping_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"mapping of {self.organization}"
