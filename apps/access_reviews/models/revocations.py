"""Access that is to end: when it was asked, due, done, proved and verified."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from apps.access_reviews.enums import RevocationCause, RevocationStepKind
from apps.access_reviews.models.accounts import AccessGrant, Account, SnapshotImport
from apps.access_reviews.models.campaigns import CampaignItem
from apps.access_reviews.models.systems import System
from apps.core.models import Record
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.workforce.models import Agent

IS_OPEN = Q(done_at=None, verified_at=None, withdrawn_at=None)


class Revocation(Record):
    """One account, or one role of it (``grant``), to be taken away.

    ``due_at`` runs from ``asked_at``; from ``starts_at`` where it was asked for before
    the last day of somebody was over; or from the moment it was reopened. State follows
    from the instants. Only one runs for the same thing at a time.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="revocations"
    )
    grant = models.ForeignKey(
        AccessGrant, null=True, on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(
        CampaignItem, null=True, on_delete=models.PROTECT, related_name="revocations"
    )
    engagement = models.ForeignKey(
        Engagement, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cause = models.CharField(max_length=20, choices=RevocationCause.choices)
    asked_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    hours = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    alerted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    proof = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True)
    verified_in = models.ForeignKey(
        SnapshotImport, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdraw_reason = models.CharField(max_length=500, blank=True)

    objects = OrganizationScopedQuerySet["Revocation"].as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "grant"],
                name="revocation_one_running",
                condition=Q(verified_at=None, withdrawn_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="revocation_verified_is_done",
                condition=Q(verified_at=None) | Q(done_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index("organization", "due_at", name="revocation_due"),
            models.Index("system", "asked_at", name="revocation_system"),
        ]

    def __str__(self) -> str:
        return f"revocation in {self.system}"

    @property
    def clock_start(self) -> datetime:
        """The instant the hours run from."""
        return self.reopened_at or self.starts_at or self.asked_at


class RevocationStepQuerySet(OrganizationScopedQuerySet["RevocationStep"]):
    """Steps belong to the owner of the system."""

    organization_field = "revocation__organization"


class RevocationStep(Record):
    """One entry of the timeline; rows are only ever added."""

    revocation = models.ForeignKey(
        Revocation, on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField(max_length=10, choices=RevocationStepKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)

    objects = RevocationStepQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ForeseenLeaverQuerySet(OrganizationScopedQuerySet["ForeseenLeaver"]):
    """Last days belong to the employer."""

    organization_field = "agent__organization"


class ForeseenLeaver(Record):
    """A last day that was known before it came: the agent works until it is over."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    last_day = models.DateField()

    objects = ForeseenLeaverQuerySet.as_manager()

    class Meta:
        ordering = ["last_day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "last_day"], name="foreseen_leaver_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, last day {self.last_day}"
