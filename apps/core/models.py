"""Abstract models every room builds on."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from apps.core import clock, ids


class Record(models.Model):
    """A row with a time-ordered UUID and the instant it was recorded."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


M = TypeVar("M", bound=models.Model, covariant=True)


class LockingQuerySet(models.QuerySet[M]):
    """``locked(pk)``: the row, held until the transaction ends."""

    def locked(self, pk: object) -> M:
        """Return the row locked ``FOR UPDATE`` (of itself only)."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class TableImport(Record):
    """A file of rows on its way in: read, shown, confirmed, committed.

    State follows from the instants; rooms subclass it and add their own foreign
    keys. ``account`` counts rows (read, imported, unchanged, refused, reasons);
    ``problems`` are the refused rows, at most ``MAX_PROBLEMS`` of them.
    """

    MAX_PROBLEMS = 10_000

    file_name = models.CharField(max_length=255)
    mapping = models.JSONField(default=dict)
    understood = models.JSONField(default=dict)
    account = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    refusal = models.TextField(blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    previewed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def state(self) -> str:
        """One word: reading, preview, committing, done or refused."""
        if self.refused_at:
            return "refused"
        if self.committed_at:
            return "done"
        if self.confirmed_at:
            return "committing"
        return "preview" if self.previewed_at else "reading"
