"""Campaigns: a frozen population, its lines, and every decision on them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.access_reviews.enums import Decision, Flag
from apps.access_reviews.models.accounts import AccessGrant
from apps.access_reviews.models.systems import System
from apps.core.models import Record
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class Campaign(Record):
    """A review of who has access, over a population frozen when it was opened.

    ``population_sha256`` is over the frozen lines in their order; addenda never
    change it. ``due_on`` is the last day, in the organization's zone. ``reviewer``
    reviews every line, None: whom the reviewer rules name. ``next_on`` is the day the
    next one opens by itself, None once it did; ``recurs_from`` is the day the first of
    them opened, from which the months are counted.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    systems = models.ManyToManyField(System, related_name="campaigns")
    previous = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followers"
    )
    reviewer = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    recurrence_months = models.PositiveSmallIntegerField(null=True, blank=True)
    recurs_from = models.DateField(null=True)
    next_on = models.DateField(null=True)
    population_sha256 = models.CharField(max_length=64)
    population_count = models.PositiveIntegerField()
    sources: models.JSONField[Any] = models.JSONField(default=list)
    addenda = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decisions_sha256 = models.CharField(max_length=64, blank=True)
    signed_off_at = models.DateTimeField(null=True)
    signed_off_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OrganizationScopedQuerySet["Campaign"].as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="campaign_signed_after_closed",
                condition=Q(signed_off_at=None) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="campaign_signed_by_another",
                condition=Q(signed_off_by=None) | ~Q(signed_off_by=F("closed_by")),
            ),
            models.CheckConstraint(
                name="campaign_not_both_ends",
                condition=Q(closed_at=None) | Q(cancelled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """One word: open, closed, signed off or cancelled."""
        if self.cancelled_at:
            return "cancelled"
        if self.signed_off_at:
            return "signed off"
        return "closed" if self.closed_at else "open"


class CampaignItemQuerySet(OrganizationScopedQuerySet["CampaignItem"]):
    """Lines belong to the organization that reviews."""

    organization_field = "campaign__organization"


class CampaignItem(Record):
    """One grant as it stood when it was frozen, and the decision on it.

    ``facts`` are the words shown (system, role, account, person, last use);
    ``subject`` are the addresses of the person, by which nobody reviews the own
    access. ``addendum`` 0 is the frozen population. ``turn`` counts decisions: who
    decides says which turn was seen, so that two never overwrite each other.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="items"
    )
    number = models.PositiveIntegerField()
    addendum = models.PositiveSmallIntegerField(default=0)
    grant = models.ForeignKey(AccessGrant, on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    facts: models.JSONField[Any] = models.JSONField(default=dict)
    flags = ArrayField(
        models.CharField(max_length=20, choices=Flag.choices), default=list
    )
    unknown = ArrayField(
        models.CharField(max_length=20, choices=Flag.choices), default=list
    )
    subject = ArrayField(models.CharField(max_length=255), default=list)
    decision = models.CharField(
        max_length=10, choices=Decision.choices, blank=True, default=""
    )
    reason = models.CharField(max_length=500, blank=True)
    change_to = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_at = models.DateTimeField(null=True)
    turn = models.PositiveSmallIntegerField(default=0)

    objects = CampaignItemQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "grant"], name="campaign_item_once"
            ),
            models.UniqueConstraint(
                fields=["campaign", "number"], name="campaign_item_number"
            ),
            models.CheckConstraint(
                name="campaign_item_decided",
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="campaign_item_second_other",
                condition=Q(second_by=None) | ~Q(second_by=F("decided_by")),
            ),
        ]
        indexes = [
            models.Index("campaign", "decision", "number", name="campaign_item_open"),
        ]

    def __str__(self) -> str:
        return f"line {self.number}"


class ItemDecisionQuerySet(OrganizationScopedQuerySet["ItemDecision"]):
    """Decisions belong to the organization that reviews."""

    organization_field = "item__campaign__organization"


class ItemDecision(Record):
    """One decision on one line; rows are only ever added, in bulk too."""

    item = models.ForeignKey(
        CampaignItem, on_delete=models.PROTECT, related_name="decisions"
    )
    turn = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=10, choices=Decision.choices)
    reason = models.CharField(max_length=500, blank=True)
    change_to = models.CharField(max_length=200, blank=True)
    is_second = models.BooleanField(default=False)
    is_bulk = models.BooleanField(default=False)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ItemDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["item", "turn"]
        constraints = [
            models.UniqueConstraint(fields=["item", "turn"], name="item_decision_turn"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} by {self.by}"
