"""OCR's public register of breaches, as an organization imported it."""

from __future__ import annotations

from django.db import models

from apps.core.models import Record
from apps.evidence.models import StoredFile
from apps.incidents.enums import MatchState
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class RegisterImport(Record):
    """One export of the register that was read. ``account`` counts rows, ``problems``
    are those refused, ``understood`` says how columns were read."""

    MAX_PROBLEMS = 1000

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    file_name = models.CharField(max_length=255)
    account = models.JSONField(default=dict)
    understood = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    imported_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OrganizationScopedQuerySet["RegisterImport"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class RegisterEntry(Record):
    """One breach on the register: public data about organizations."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    source = models.ForeignKey(RegisterImport, on_delete=models.PROTECT)
    name = models.CharField(max_length=300)
    state = models.CharField(max_length=2, blank=True)
    entity_type = models.CharField(max_length=60, blank=True)
    individuals = models.PositiveIntegerField(null=True)
    submitted_on = models.DateField()
    breach_type = models.CharField(max_length=120, blank=True)
    location = models.CharField(max_length=200, blank=True)
    has_business_associate = models.BooleanField(null=True)
    description = models.TextField(blank=True)

    objects = OrganizationScopedQuerySet["RegisterEntry"].as_manager()

    class Meta:
        ordering = ["-submitted_on", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organization",
                    "name",
                    "state",
                    "submitted_on",
                    "breach_type",
                    "individuals",
                ],
                name="register_entry_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.submitted_on}"


class RegisterMatch(Record):
    """A person's word on whether a line of the register is about a party."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    entry = models.ForeignKey(
        RegisterEntry, on_delete=models.PROTECT, related_name="matches"
    )
    vendor = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="register_matches"
    )
    state = models.CharField(max_length=9, choices=MatchState.choices)
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OrganizationScopedQuerySet["RegisterMatch"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "entry", "vendor"], name="register_match_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.vendor_id}"
