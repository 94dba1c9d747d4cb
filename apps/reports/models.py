"""Issued attestations."""

from __future__ import annotations

from django.db import models

from apps.core.models import Record
from apps.engagements.models import Engagement
from apps.engagements.scoping import EngagementScopedQuerySet
from apps.evidence.models import StoredFile
from apps.reports.enums import AttestationKind
from apps.tenancy.models import Organization, User


class Attestation(Record):
    """A statement as of a day, with the data it was made from.

    ``statement`` is the frozen data; ``statement_sha256`` its canonical hash; the
    file is rendered from it by a worker. ``organization`` is whose person issued
    it. ``names_agents`` narrows who may read it.
    """

    kind = models.CharField(max_length=12, choices=AttestationKind.choices)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    as_of = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    statement = models.JSONField()
    statement_sha256 = models.CharField(max_length=64)
    code = models.CharField(max_length=20, unique=True)
    names_agents = models.BooleanField(default=False)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    rendered_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    objects = EngagementScopedQuerySet["Attestation"].as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        indexes = [
            models.Index(
                "engagement",
                models.F("issued_at").desc(),
                name="attestation_engagement",
            ),
        ]

    def __str__(self) -> str:
        return f"attestation {self.code}"

    @property
    def state(self) -> str:
        """One word: ready, failed or rendering."""
        if self.file_id:
            return "ready"
        return "failed" if self.failure else "rendering"
