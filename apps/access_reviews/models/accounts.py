"""Snapshots of a system, and the accounts and grants they show."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.access_reviews.enums import (
    AccountKind,
    AccountStatus,
    MatchedBy,
    SnapshotKind,
    Usage,
)
from apps.access_reviews.models.systems import AccessRole, System
from apps.core.models import Record, TableImport
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.workforce.models import Agent


class SnapshotImport(TableImport):
    """An export of a system on its way in, and afterwards the proof of what it said.

    ``is_complete`` is what the person states; absence means something only when it
    holds and no row was refused (``proves_absence``). ``exported_at`` is when the
    system said it, which orders snapshots. ``expected_rows`` is the number the
    system itself showed, where the person gave it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="snapshots"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    kind = models.CharField(
        max_length=10, choices=SnapshotKind.choices, default=SnapshotKind.ACCOUNTS
    )
    exported_by = models.CharField(max_length=200, blank=True)
    exported_at = models.DateTimeField()
    expected_rows = models.PositiveIntegerField(null=True, blank=True)
    is_complete = models.BooleanField(default=False)
    proves_absence = models.BooleanField(default=False)

    objects = OrganizationScopedQuerySet["SnapshotImport"].as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index("system", "exported_at", name="snapshot_system"),
        ]

    def __str__(self) -> str:
        return self.file_name


class Account(Record):
    """An account of a system by its natural key, as the last snapshot showed it.

    ``absent_since`` is set by a snapshot that proves absence. ``holder`` is the id of
    a person as the export gives it, ``unit`` their department; ``agent`` who it
    belongs to here.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="accounts"
    )
    key = models.CharField(max_length=255)
    login = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    aliases = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    holder = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=100, blank=True)
    kind = models.CharField(
        max_length=10, choices=AccountKind.choices, default=AccountKind.UNKNOWN
    )
    status = models.CharField(
        max_length=10, choices=AccountStatus.choices, default=AccountStatus.UNKNOWN
    )
    usage = models.CharField(
        max_length=10, choices=Usage.choices, default=Usage.UNKNOWN
    )
    last_used_at = models.DateTimeField(null=True)
    has_mfa = models.BooleanField(null=True)
    opened_on = models.DateField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    absent_since = models.DateTimeField(null=True)
    agent = models.ForeignKey(
        Agent, null=True, on_delete=models.PROTECT, related_name="accounts"
    )
    matched_by = models.CharField(
        max_length=12, choices=MatchedBy.choices, blank=True, default=""
    )
    match_note = models.CharField(max_length=500, blank=True)
    # How many agents the automatic match found; two are nobody's account for sure.
    candidates = models.PositiveSmallIntegerField(default=0)

    objects = OrganizationScopedQuerySet["Account"].as_manager()

    class Meta:
        ordering = ["key", "id"]
        constraints = [
            models.UniqueConstraint(fields=["system", "key"], name="account_key"),
            models.CheckConstraint(
                name="account_last_used",
                condition=Q(usage=Usage.USED, last_used_at__isnull=False)
                | (~Q(usage=Usage.USED) & Q(last_used_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="account_matched_how",
                condition=Q(agent__isnull=True) | ~Q(matched_by=""),
            ),
        ]
        indexes = [models.Index("agent", name="account_agent")]

    def __str__(self) -> str:
        return self.login or self.email or self.name or self.key


class AccessGrantQuerySet(OrganizationScopedQuerySet["AccessGrant"]):
    """Grants belong to the owner of the system."""

    organization_field = "account__organization"


class AccessGrant(Record):
    """An account holds a role, from the first snapshot that showed it to the last."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.ForeignKey(
        AccessRole, on_delete=models.PROTECT, related_name="grants"
    )
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    absent_since = models.DateTimeField(null=True)

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        ordering = ["account", "role"]
        constraints = [
            models.UniqueConstraint(fields=["account", "role"], name="access_grant"),
        ]

    def __str__(self) -> str:
        return f"{self.account} as {self.role}"


class AgentAlias(Record):
    """Another name an agent goes by, remembered from a match by hand."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="access_aliases"
    )
    alias = models.CharField(max_length=255)

    objects = OrganizationScopedQuerySet["AgentAlias"].as_manager()

    class Meta:
        ordering = ["alias"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "alias"], name="agent_alias"
            ),
        ]

    def __str__(self) -> str:
        return self.alias
