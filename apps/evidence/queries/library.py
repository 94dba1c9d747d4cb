"""The library: files by what is known of them, where they are used, how long kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    ForeignKey,
    ManyToOneRel,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)

from apps.core import clock
from apps.core.dates import add_years, local_date
from apps.evidence import registry, rules
from apps.evidence.enums import Purpose
from apps.evidence.models import Attachment, LegalHold, StoredFile
from apps.evidence.queries.files import stored_files
from apps.evidence.rules import InUse
from apps.tenancy.actor import Actor

PAGE = 50
SOON_DAYS = 60


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What a list is narrowed to; "" asks for nothing. ``state`` is one of
    quarantined, not_scanned, expired, expiring, unreviewed, unused, held,
    restricted, old (received before the years of retention), destroyed."""

    q: str = ""
    purpose: str = ""
    state: str = ""
    before: UUID | None = None


def library(
    actor: Actor, wanted: LibraryFilter, *, today: date
) -> QuerySet[StoredFile]:
    """Files of the actor's organization, newest first, each with its running
    attachments and its count of holds; destroyed ones only where asked for. Two
    queries."""
    running = Attachment.objects.filter(ended_at=None).order_by("created_at", "pk")
    rows = stored_files(actor).annotate(
        hold_count=Count("holds", filter=Q(holds__released_at=None))
    )
    if wanted.q.strip():
        word = wanted.q.strip()
        named = running.filter(file=OuterRef("pk"), subject_title__icontains=word)
        rows = rows.filter(Q(name__icontains=word) | Exists(named))
    if wanted.purpose:
        rows = rows.filter(
            Exists(running.filter(file=OuterRef("pk"), purpose=wanted.purpose))
        )
    if wanted.state != "destroyed":
        rows = rows.filter(destroyed_at=None)
    if wanted.state:
        rows = rows.filter(_in_state(wanted.state, today=today))
    if wanted.before is not None:
        # Ids are ordered by time.
        rows = rows.filter(pk__lt=wanted.before)
    return rows.order_by("-pk").prefetch_related(
        Prefetch("attachments", queryset=running, to_attr="running")
    )


def _in_state(state: str, *, today: date) -> Q:
    running = Attachment.objects.filter(file=OuterRef("pk"), ended_at=None)
    # What records a day that has passed has not run out.
    lasting = running.exclude(purpose=Purpose.ACTIVITY)
    soon = (today, today + timedelta(days=SOON_DAYS))
    conditions = {
        "quarantined": ~Q(quarantined_reason=""),
        "not_scanned": Q(scan_state__in=["not_scanned", "waiting"]),
        "expired": Q(Exists(lasting.filter(valid_until__lt=today))),
        "expiring": Q(Exists(lasting.filter(valid_until__range=soon))),
        "unreviewed": Q(Exists(running.filter(review="pending"))),
        "unused": ~Q(Exists(running)),
        "held": Q(
            Exists(LegalHold.objects.filter(file=OuterRef("pk"), released_at=None))
        ),
        "restricted": Q(is_restricted=True),
        "old": Q(created_at__date__lt=add_years(today, -rules.RETENTION_YEARS)),
        "destroyed": Q(destroyed_at__isnull=False),
    }
    return conditions[state]


@dataclass(frozen=True, slots=True)
class Use:
    """Where a file is used: in words, and the page if there is one."""

    label: str
    title: str
    path: str


def uses(file: StoredFile) -> list[Use]:
    """Where a file of the actor's is used now: running attachments, and records of
    rooms above that point at it, at most a page of a kind. One query a kind of
    record."""
    kinds = registry.registered()
    found = []
    for row in file.attachments.filter(ended_at=None):
        kind = kinds.get(row.subject_type)
        label = kind.label if kind else row.subject_type
        path = registry.path_of(row.subject_type, row.subject_id)
        found.append(Use(label, row.subject_title, path))
    paths = {use.path for use in found if use.path}
    for rows in _records(file):
        found += [use for use in map(_use, rows[:PAGE]) if use.path not in paths]
    return found


def _use(record: Model) -> Use:
    keeper = registry.keeper_of(type(record))
    label = str(record._meta.verbose_name).capitalize()
    return Use(label, str(record), keeper.page(record) if keeper else "")


def naming_fields() -> list[ForeignKey[Any, Any]]:
    """Fields of rooms above that name a file, those without a way back included."""
    own = {Attachment, LegalHold}
    return [
        relation.field
        for relation in StoredFile._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel) and relation.related_model not in own
    ]


def _records(file: StoredFile) -> Iterator[QuerySet[Any]]:
    """Records of rooms above that name a file, one kind after the other."""
    for field in naming_fields():
        rows = field.model._default_manager.filter(**{field.name: file})
        keeper = registry.keeper_of(field.model)
        yield keeper.rows(rows) if keeper else rows


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a file is kept. ``until`` None: as long as it is in effect; ``reason``
    says why it may not be destroyed today, "" where it may."""

    until: date | None
    hold: LegalHold | None
    reason: str


def keeping(file: StoredFile) -> Keeping:
    """Six years after the later of creation and last in effect, unless a hold runs.

    Days are those of the organization. An attachment without an end of its own ends
    with the record of the same page, where one names the file. Every record counts,
    however many there are. Two queries, and one a kind of record.
    """
    zone = file.organization.time_zone
    records = [row for rows in _records(file) for row in rows]
    spoken_for = {_use(row).path for row in records}
    lasts = [_record_in_effect(row) for row in records]
    for row in file.attachments.all():
        last = _last_in_effect(row, zone)
        path = registry.path_of(row.subject_type, row.subject_id)
        if last is not None or not path or path not in spoken_for:
            lasts.append(last)
    hold = file.holds.filter(released_at=None).select_related("placed_by").first()
    created = local_date(file.created_at, zone)
    until = rules.keep_through(created, [InUse(last) for last in lasts])
    reason = rules.why_kept(
        until,
        today=clock.today(zone),
        is_held=hold is not None,
        is_worthless=bool(file.quarantined_reason) and not lasts,
    )
    return Keeping(until, hold, reason)


def _last_in_effect(row: Attachment, zone: str) -> date | None:
    """The paper's own last day, or the day it was detached where it names none."""
    if row.valid_until is not None:
        return row.valid_until
    return local_date(row.ended_at, zone) if row.ended_at else None


def _record_in_effect(record: Model) -> date | None:
    keeper = registry.keeper_of(type(record))
    return keeper.last_in_effect(record) if keeper else None
