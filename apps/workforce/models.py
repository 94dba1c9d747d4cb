"""Sites, agents, assignments and roster imports of a provider."""

from __future__ import annotations

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
from apps.workforce.enums import AgentRole


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


class Agent(Record):
    """A person of a provider's workforce. ``left_on`` is the last day, inclusive."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    external_id = models.CharField(max_length=64)
    full_name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    languages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
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
    from it has left; otherwise absence means nothing."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    is_complete = models.BooleanField(default=False)

    objects = OrganizationScopedQuerySet["RosterImport"].as_manager()

    class Meta:
        ordering = ["-created_at"]
