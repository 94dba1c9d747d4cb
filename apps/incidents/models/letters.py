"""Letters and notices as they are written, before anybody sends them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.evidence.models import StoredFile
from apps.incidents.enums import LetterKind
from apps.incidents.models.cases import Incident
from apps.incidents.scoping import SideScopedQuerySet
from apps.tenancy.models import Organization, User


class Letter(Record):
    """A notice in words, by parts the rule asks for; seen by the side that writes it.

    ``parts`` maps a part to its text. Each edit raises ``revision``; once finished the
    words stand in ``document`` and never change.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="letters"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=LetterKind.choices)
    parts = models.JSONField()
    template_version = models.CharField(max_length=20)
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="breach_letters"
    )

    objects = SideScopedQuerySet["Letter"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="letter_finished_with_document",
                condition=Q(finished_at=None, finished_by=None, document=None)
                | Q(
                    finished_at__isnull=False,
                    finished_by__isnull=False,
                    document__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
