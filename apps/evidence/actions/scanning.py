"""Asking the scanner again about files it has not answered for."""

from __future__ import annotations

import structlog
from django.db import transaction

from apps.audit.actions import record
from apps.core import clock
from apps.evidence import importer, queries, rules, trail
from apps.evidence.actions.recording import about
from apps.evidence.enums import ScanState, Trait
from apps.evidence.importer import Scanner
from apps.evidence.models import StoredFile
from apps.tenancy.actor import SystemActor
from apps.tenancy.enums import Permission

log = structlog.get_logger(__name__)

BATCH = 200


def scan_waiting(*, by: SystemActor) -> int:
    """Scan files that wait or never were scanned, oldest first, at most 200; return
    how many were answered for.

    Nothing without a scanner. A scanner that is away ends the pass: the next one
    goes on. Records ``file.scanned`` for each answer, and ``file.quarantined``
    or ``file.released`` where that changes what it is kept for.
    """
    by.require(Permission.EVIDENCE_ADD)
    scanner = importer.scanner()
    if not scanner.name:
        return 0
    answered = 0
    waiting = StoredFile.objects.filter(
        scan_state__in=[ScanState.WAITING, ScanState.NOT_SCANNED], destroyed_at=None
    )
    for pk in waiting.order_by("created_at").values_list("pk", flat=True)[:BATCH]:
        try:
            is_answered = _scan(pk, scanner, by)
        except OSError:
            log.exception("bytes of a file cannot be read", file_id=str(pk))
            continue
        if not is_answered:
            break
        answered += 1
    return answered


@transaction.atomic
def _scan(pk: object, scanner: Scanner, by: SystemActor) -> bool:
    """Scan one file; tell whether the scanner answered."""
    row = StoredFile.objects.locked(pk)
    with queries.content(row) as handle:
        state = scanner.scan(handle)
    if state is ScanState.WAITING:
        return False
    before = row.quarantined_reason
    row.scan_state, row.scanner, row.scanned_at = state, scanner.name, clock.now()
    traits = [Trait(word) for word in row.traits]
    row.quarantined_reason = rules.quarantine_reason(state, traits)
    row.save(
        update_fields=["scan_state", "scanner", "scanned_at", "quarantined_reason"]
    )
    _record(row, by, before=before)
    return True


def _record(row: StoredFile, by: SystemActor, *, before: str) -> None:
    facts = {"sha256": row.sha256, "scan_state": row.scan_state}
    record(
        trail.FILE_SCANNED,
        by=by,
        about=about(row),
        facts=facts,
        personal={"name": row.name},
        documents=[row.sha256],
    )
    reason = row.quarantined_reason
    if reason == before:
        return
    facts = {"sha256": row.sha256} | ({"reason": reason} if reason else {})
    record(
        trail.FILE_QUARANTINED if reason else trail.FILE_RELEASED,
        by=by,
        about=about(row),
        facts=facts,
        personal={"name": row.name},
    )
