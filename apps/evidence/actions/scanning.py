"""Asking the scanner again about files it has not answered for."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.evidence import importer, rules, trail
from apps.evidence.enums import ScanState, Trait
from apps.evidence.importer import Scanner
from apps.evidence.models import StoredFile
from apps.tenancy.actor import SystemActor
from apps.tenancy.enums import Permission

BATCH = 200


def scan_waiting(*, by: SystemActor) -> int:
    """Scan files that wait or never were scanned, oldest first, at most 200; return
    how many were answered for.

    Nothing without a scanner. A scanner that is away ends the pass: the next one
    goes on. Records ``file.scanned`` for each answer.
    """
    by.require(Permission.EVIDENCE_ADD)
    scanner = importer.scanner()
    if not scanner.name:
        return 0
    answered = 0
    waiting = StoredFile.objects.filter(
        scan_state__in=[ScanState.WAITING, ScanState.NOT_SCANNED]
    )
    for pk in waiting.order_by("created_at").values_list("pk", flat=True)[:BATCH]:
        if not _scan(pk, scanner, by):
            break
        answered += 1
    return answered


@transaction.atomic
def _scan(pk: object, scanner: Scanner, by: SystemActor) -> bool:
    """Scan one file; tell whether the scanner answered."""
    row = StoredFile.objects.locked(pk)
    with default_storage.open(row.storage_key, "rb") as handle:
        state = scanner.scan(cast("BinaryIO", handle))
    if state is ScanState.WAITING:
        return False
    row.scan_state, row.scanner, row.scanned_at = state, scanner.name, clock.now()
    traits = [Trait(word) for word in row.traits]
    row.quarantined_reason = rules.quarantine_reason(state, traits)
    row.save(
        update_fields=["scan_state", "scanner", "scanned_at", "quarantined_reason"]
    )
    record(
        trail.FILE_SCANNED,
        by=by,
        about=Subject(
            obj=row,
            organization_id=row.organization_id,
            visible_to=frozenset({row.organization_id}),
        ),
        facts={"sha256": row.sha256, "scan_state": row.scan_state},
        personal={"name": row.name},
        documents=[row.sha256],
    )
    return True
