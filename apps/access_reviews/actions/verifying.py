"""What a snapshot proves about access that was to end."""

from __future__ import annotations

from collections.abc import Sequence

from apps.access_reviews import trail
from apps.access_reviews.actions.steps import ids_sha256, note_steps
from apps.access_reviews.actions.systems import own_subject
from apps.access_reviews.enums import AccountStatus, RevocationStepKind
from apps.access_reviews.models import Revocation, SnapshotImport
from apps.access_reviews.rules import (
    SnapshotPlan,
    clock_from,
    seen_in,
)
from apps.audit.actions import record
from apps.audit.verbs import Verb
from apps.core import clock
from apps.tenancy.actor import AnyActor

FIELDS = [
    "done_at",
    "verified_at",
    "verified_in",
    "reopened_at",
    "reopened_count",
    "due_at",
    "alerted_at",
]


def verify_with(job: SnapshotImport, plan: SnapshotPlan, *, by: AnyActor) -> None:
    """Verify what is gone, reopen what was said to be gone and still shows.

    Only an export made after the revocation was asked for says anything, and only
    one made after it was confirmed reopens it. Events ``revocations.verified`` and
    ``revocations.reopened``. Two queries and those of what changes.
    """
    running = list(
        Revocation.objects.select_for_update(of=("self",))
        .filter(
            system=job.system_id,
            verified_at=None,
            withdrawn_at=None,
            asked_at__lte=job.exported_at,
        )
        .select_related("account", "grant__role")
        .order_by("pk")
    )
    verified, reopened = [], []
    for row in running:
        ended = _ended(row, job, plan)
        if ended:
            verified.append(_verified(row, job))
        elif ended is False and row.done_at and row.done_at < job.exported_at:
            reopened.append(_reopened(row))
    Revocation.objects.bulk_update(verified + reopened, FIELDS)
    proof = f"Export of {job.exported_at:%-d %B %Y %H:%M} UTC"
    for rows, kind in (
        (verified, RevocationStepKind.VERIFIED),
        (reopened, RevocationStepKind.REOPENED),
    ):
        note_steps(rows, kind, note=proof, sha256=job.file.sha256)
    _record(trail.REVOCATIONS_VERIFIED, job, verified, by=by)
    _record(trail.REVOCATIONS_REOPENED, job, reopened, by=by)


def _ended(row: Revocation, job: SnapshotImport, plan: SnapshotPlan) -> bool | None:
    key = row.account.key
    state = plan.accounts.get(key)
    role = row.grant.role.name.casefold() if row.grant else ""
    return seen_in(
        is_listed=state is not None,
        status=state.status if state else AccountStatus.UNKNOWN,
        holds_role=(key, role) in plan.holdings,
        is_whole_account=row.grant_id is None,
        proves_absence=job.proves_absence,
    )


def _verified(row: Revocation, job: SnapshotImport) -> Revocation:
    row.done_at = row.done_at or job.exported_at
    row.verified_at, row.verified_in = clock.now(), job
    return row


def _reopened(row: Revocation) -> Revocation:
    """The clock starts again, and people are told again when it runs out."""
    row.done_at, row.alerted_at = None, None
    row.reopened_at = clock.now()
    row.reopened_count += 1
    row.due_at = clock_from(row.reopened_at, row.hours)
    return row


def _record(
    verb: Verb, job: SnapshotImport, rows: Sequence[Revocation], *, by: AnyActor
) -> None:
    if not rows:
        return
    record(
        verb,
        by=by,
        about=own_subject(job.system, job.organization_id),
        facts={
            "count": len(rows),
            "revocations_sha256": ids_sha256(rows),
        },
        personal={"system": job.system.name},
        documents=[job.file.sha256],
    )
