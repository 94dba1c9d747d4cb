"""Access that is to end: opened, confirmed, withdrawn, overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from apps.access_reviews import messages, queries, rules, trail
from apps.access_reviews.actions.steps import ids_sha256, note_steps
from apps.access_reviews.actions.systems import own_subject, require_own
from apps.access_reviews.enums import RevocationCause, RevocationStepKind
from apps.access_reviews.models import ForeseenLeaver, Revocation, System
from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.notifications import actions as notifications
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor, AnyActor, SystemActor
from apps.tenancy.actor import system as job_actor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership

REVOKER = job_actor(
    "access_reviews.revoke", {Permission.ACCESS_REVIEW, Permission.ACCESS_VIEW}
)
MANAGERS = {Role.VENDOR_MANAGER, Role.COMPLIANCE_MANAGER}


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to take away; ``grant_id`` None: the whole account. ``starts_at`` is
    when its clock begins; None: at once."""

    account_id: UUID
    system: System
    grant_id: UUID | None = None
    item_id: UUID | None = None
    engagement_id: UUID | None = None
    starts_at: datetime | None = None


@transaction.atomic
def open_for_leavers(organization_id: UUID, *, by: AnyActor = REVOKER) -> int:
    """Open a revocation for every account of an agent who has left; return how many.

    From the last day itself on, in the zone of the agent's employer, in every system
    the account is in. The clock runs at once; where the last day was known before it
    came, from its end, since the person still works (a default of ours: 45 CFR
    164.308(a)(3)(ii)(C) sets no time). Accounts already suspended, gone, or with a
    revocation that runs are left alone, so it may run as often as it likes. Event
    ``revocations.opened`` for each system. A constant number of queries and those of
    each system concerned.
    """
    by.require(Permission.ACCESS_REVIEW)
    rows = queries.accounts_of_leavers(organization_id)
    asks = [Ask(row.pk, row.system, starts_at=end) for row, end in rows]
    return len(open_revocations(asks, by=by, cause=RevocationCause.LEFT))


@transaction.atomic
def note_leavers_to_come(organization_id: UUID, *, by: AnyActor = REVOKER) -> None:
    """Keep whose last day is known before it comes, and forget days that changed.

    What the roster says is on the trail already; this is only when it was known."""
    by.require(Permission.ACCESS_REVIEW)
    queries.foreseen_no_more(organization_id).delete()
    ForeseenLeaver.objects.bulk_create(
        [
            ForeseenLeaver(agent_id=pk, last_day=day)
            for pk, day in queries.leavers_to_come(organization_id).values_list(
                "pk", "left_on"
            )
            if day
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def open_for_ended_assignments(engagement_id: UUID, *, by: AnyActor = REVOKER) -> int:
    """Open a revocation for accounts in systems of the engagement whose agent serves
    none of the system's engagements any more; return how many.

    From the day after the last day. Event ``revocations.opened`` for each system.
    """
    by.require(Permission.ACCESS_REVIEW)
    rows = queries.accounts_no_longer_needed(engagement_id)
    asks = [Ask(row.pk, row.system, engagement_id=engagement_id) for row in rows]
    return len(open_revocations(asks, by=by, cause=RevocationCause.ASSIGNMENT_ENDED))


def open_revocations(
    asks: Sequence[Ask], *, by: AnyActor, cause: RevocationCause
) -> list[Revocation]:
    """Write revocations that do not run yet, with their first step and one event for
    each system and start of the clock. Called inside a transaction."""
    by.require(Permission.ACCESS_REVIEW)
    running = queries.running_keys({ask.account_id for ask in asks})
    groups: dict[tuple[UUID, datetime | None], list[Ask]] = defaultdict(list)
    for ask in dict.fromkeys(asks):
        whole = (ask.account_id, None)
        if whole not in running and (ask.account_id, ask.grant_id) not in running:
            groups[ask.system.pk, ask.starts_at].append(ask)
    opened: list[Revocation] = []
    for group in groups.values():
        opened += _opened(group, by=by, cause=cause)
    return opened


def _opened(
    asks: Sequence[Ask], *, by: AnyActor, cause: RevocationCause
) -> list[Revocation]:
    system, now = asks[0].system, clock.now()
    policy = queries.policy_of(system.organization)
    is_decision = cause is RevocationCause.DECISION
    hours = policy.decision_hours if is_decision else policy.leaver_hours
    rows = Revocation.objects.bulk_create(
        [_row(ask, by=by, cause=cause, hours=hours, now=now) for ask in asks],
        # Another transaction may have opened the same one: then it runs already.
        ignore_conflicts=True,
    )
    kept = set(
        Revocation.objects.filter(pk__in=[row.pk for row in rows]).values_list(
            "pk", flat=True
        )
    )
    rows = [row for row in rows if row.pk in kept]
    note_steps(rows, RevocationStepKind.ASKED, by=by, note=_why(asks[0], cause))
    if rows:
        record(
            trail.REVOCATIONS_OPENED,
            by=by,
            about=own_subject(system, system.organization_id),
            facts={
                "count": len(rows),
                "cause": cause.value,
                "due_at": rows[0].due_at,
                "revocations_sha256": ids_sha256(rows),
            },
            personal={"system": system.name},
        )
        _tell_owner(system, rows, by=by)
    return rows


def _why(ask: Ask, cause: RevocationCause) -> str:
    if ask.starts_at is None:
        return str(cause.label)
    return (
        f"{cause.label}; known before, so the clock runs from {_words(ask.starts_at)}"
    )


def _words(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %B %Y %H:%M} UTC"


def _tell_owner(system: System, rows: Sequence[Revocation], *, by: AnyActor) -> None:
    """Managers of whoever keeps the system learn at once what to take away."""
    managers = tenancy.members_with_roles({system.organization_id}, MANAGERS)
    notifications.notify(
        messages.REVOCATIONS_OPENED,
        memberships=[each for each in managers if each.user_id != by.user_id],
        context={
            "system": system.name,
            "count": len(rows),
            "cause": str(rows[0].get_cause_display()).lower(),
            "due": _words(rows[0].due_at),
        },
        path=f"{queries.revocations_path()}?state=running",
        key=f"revocations.opened:{rows[0].pk}",
    )


def _row(
    ask: Ask, *, by: AnyActor, cause: RevocationCause, hours: int, now: datetime
) -> Revocation:
    return Revocation(
        organization_id=ask.system.organization_id,
        system=ask.system,
        account_id=ask.account_id,
        grant_id=ask.grant_id,
        item_id=ask.item_id,
        engagement_id=ask.engagement_id,
        cause=cause,
        asked_at=now,
        starts_at=ask.starts_at,
        asked_by_id=by.user_id,
        hours=hours,
        due_at=rules.clock_from(ask.starts_at or now, hours),
    )


@transaction.atomic
def confirm_revocation(
    revocation: Revocation, *, by: Actor, note: str, proof: StoredFile | None
) -> Revocation:
    """Say that access was taken away, with how it is known; event
    ``revocation.done``.

    It counts as done from now on and as proved once a later export no longer shows
    it. Raises Conflict when it is done or withdrawn already, Invalid without a note.
    """
    by.require(Permission.ACCESS_REVIEW)
    require_own(by, revocation.organization)
    if not note.strip():
        text = "Say how access was taken away, for example the ticket."
        raise Invalid(text, fields={"note": [text]})
    locked = _running(revocation)
    now = clock.now()
    locked.done_at, locked.done_by, locked.note = now, by.user, note.strip()
    locked.proof = proof
    locked.save(update_fields=["done_at", "done_by", "note", "proof"])
    sha256 = proof.sha256 if proof else ""
    note_steps(
        [locked], RevocationStepKind.DONE, by=by, note=locked.note, sha256=sha256
    )
    record(
        trail.REVOCATION_DONE,
        by=by,
        about=own_subject(locked, locked.organization_id),
        facts={
            "hours": str(rules.hours_between(locked.clock_start, now)),
            "has_proof": proof is not None,
        },
        personal={"system": revocation.system.name, "note": locked.note},
        documents=[sha256] if sha256 else [],
    )
    return locked


def stored_proof(upload: File[bytes] | None, *, by: Actor) -> StoredFile | None:
    """Keep an uploaded document that proves a revocation; None for none."""
    by.require(Permission.EVIDENCE_ADD)
    if upload is None:
        return None
    return store_file(
        by=by,
        organization=by.organization,
        name=upload.name or "proof",
        content=cast("BinaryIO", upload),
        accept=FileKind.DOCUMENT,
    )


@transaction.atomic
def withdraw_revocation(
    revocation: Revocation, *, by: Actor, reason: str
) -> Revocation:
    """Let access stay after all, for a reason; event ``revocation.withdrawn``.

    Raises Conflict when it is done or withdrawn already, Invalid without a reason.
    """
    by.require(Permission.ACCESS_SIGN_OFF)
    require_own(by, revocation.organization)
    if not reason.strip():
        text = "Give the reason; it stands in the timeline."
        raise Invalid(text, fields={"reason": [text]})
    locked = _running(revocation)
    locked.withdrawn_at, locked.withdrawn_by = clock.now(), by.user
    locked.withdraw_reason = reason.strip()
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    note_steps(
        [locked], RevocationStepKind.WITHDRAWN, by=by, note=locked.withdraw_reason
    )
    record(
        trail.REVOCATION_WITHDRAWN,
        by=by,
        about=own_subject(locked, locked.organization_id),
        personal={
            "system": revocation.system.name,
            "reason": locked.withdraw_reason,
        },
    )
    return locked


def _running(revocation: Revocation) -> Revocation:
    locked = Revocation.objects.locked(revocation.pk)
    if locked.done_at or locked.verified_at or locked.withdrawn_at:
        raise Conflict(
            "This revocation is done or withdrawn already. Reload the page to see "
            "where it stands."
        )
    return locked


@transaction.atomic
def lapse_for_returned(organization_id: UUID, *, by: AnyActor = REVOKER) -> int:
    """Withdraw what runs because somebody left who is at work again; return how many.

    What was asked, told and done stays in the timeline. A later export that shows the
    account reopens nothing. Event ``revocations.lapsed`` for each system.
    """
    by.require(Permission.ACCESS_REVIEW)
    rows = queries.running_of_returned(organization_id)
    reason = "The agent this account belongs to is at work."
    return _lapse(rows, by=by, reason=reason)


@transaction.atomic
def lapse_for_reassigned(engagement_id: UUID, *, by: AnyActor = REVOKER) -> int:
    """Withdraw what runs because service of the engagement ended, of agents who serve
    an engagement of the system again; return how many. Event ``revocations.lapsed``
    for each system."""
    by.require(Permission.ACCESS_REVIEW)
    rows = queries.running_of_reassigned(engagement_id)
    reason = "The agent this account belongs to serves an engagement of the system."
    return _lapse(rows, by=by, reason=reason)


def _lapse(found: QuerySet[Revocation], *, by: AnyActor, reason: str) -> int:
    rows = list(found.select_for_update(of=("self",)))
    Revocation.objects.filter(pk__in=[row.pk for row in rows]).update(
        withdrawn_at=clock.now(), withdraw_reason=reason
    )
    note_steps(rows, RevocationStepKind.WITHDRAWN, by=by, note=reason)
    for _, group in groupby(rows, key=lambda row: row.system_id):
        own = list(group)
        record(
            trail.REVOCATIONS_LAPSED,
            by=by,
            about=own_subject(own[0].system, own[0].organization_id),
            facts={
                "count": len(own),
                "cause": own[0].cause,
                "revocations_sha256": ids_sha256(own),
            },
            personal={"system": own[0].system.name, "reason": reason},
        )
    return len(rows)


@transaction.atomic
def alert_overdue(*, by: SystemActor = REVOKER) -> int:
    """Tell the managers of the owner about access that should have ended; return how
    many revocations are new among them.

    Each is claimed while it is locked, so it is told once for each time its clock
    runs out; those of one system and instant are told together. Event
    ``revocations.overdue`` for each of these.
    """
    by.require(Permission.ACCESS_VIEW)
    rows = queries.overdue_unalerted()
    claimed = Revocation.objects.filter(pk__in=[row.pk for row in rows])
    claimed.update(alerted_at=clock.now())
    note_steps(rows, RevocationStepKind.ALERTED, by=by)
    managers = defaultdict(list)
    owners = {row.organization_id for row in rows}
    for member in tenancy.members_with_roles(owners, MANAGERS):
        managers[member.organization_id].append(member)
    for _, group in groupby(rows, key=lambda row: (row.due_at, row.system_id)):
        own = list(group)
        _tell_overdue(own, managers[own[0].organization_id], by=by)
    return len(rows)


def _tell_overdue(
    rows: Sequence[Revocation], managers: Sequence[Membership], *, by: SystemActor
) -> None:
    first = rows[0]
    record(
        trail.REVOCATIONS_OVERDUE,
        by=by,
        about=own_subject(first.system, first.organization_id),
        facts={
            "count": len(rows),
            "due_at": first.due_at,
            "revocations_sha256": ids_sha256(rows),
        },
        personal={"system": first.system.name},
    )
    is_one = len(rows) == 1
    every = f"{queries.revocations_path()}?state=overdue"
    notifications.notify(
        messages.REVOCATION_OVERDUE,
        memberships=managers,
        context={
            "system": first.system.name,
            "what": "Access" if is_one else f"{len(rows):,} accesses",
            "due": _words(first.due_at),
        },
        path=queries.revocation_path(first.pk) if is_one else every,
        key=f"revocation.overdue:{first.pk}:{first.reopened_count}",
    )
