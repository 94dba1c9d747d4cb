"""The public register as an organization holds it, and what it says of vendors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from apps.core.dates import local_date
from apps.engagements import queries as engagements
from apps.incidents import rules
from apps.incidents.enums import ClockEnd, Duty, MatchState, Outcome
from apps.incidents.models import (
    Clock,
    Determination,
    Incident,
    Notice,
    RegisterEntry,
    RegisterImport,
    RegisterMatch,
)
from apps.incidents.queries.one import one
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

PAGE = 50
MOST_PROPOSALS = 200
SHORTEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line of the register that may be about a vendor; ``likeness`` 0 to 1."""

    entry: RegisterEntry
    vendor: Organization
    likeness: float


def register_keys(actor: Actor) -> set[tuple[object, ...]]:
    """Keys of the lines an organization holds. One query."""
    rows = RegisterEntry.objects.visible_to(actor)
    return set(
        rows.values_list("name", "state", "submitted_on", "breach_type", "individuals")
    )


def imports(actor: AnyActor) -> QuerySet[RegisterImport]:
    """Imports of the register, newest first. One query."""
    actor.require(Permission.INCIDENTS_ASSESS)
    return RegisterImport.objects.visible_to(actor).select_related("imported_by")


def register_import(actor: AnyActor, pk: UUID) -> RegisterImport:
    """One import of the own organization; NotFound for any other."""
    return one(imports(actor), pk)


def entries(actor: AnyActor, *, words: str = "") -> QuerySet[RegisterEntry]:
    """Lines of the register, latest first; each of ``words`` is in the name. One
    query."""
    actor.require(Permission.INCIDENTS_ASSESS)
    rows = RegisterEntry.objects.visible_to(actor)
    for word in words.split():
        rows = rows.filter(name__icontains=word)
    return rows


def register_entry(actor: AnyActor, pk: UUID) -> RegisterEntry:
    """One line the organization holds; NotFound for any other."""
    return one(entries(actor), pk)


def register_vendor(actor: Actor, pk: UUID) -> Organization:
    """A vendor of the actor's; NotFound for any other."""
    return engagements.vendor(actor, pk)


def proposals(actor: Actor) -> list[Proposal]:
    """Lines whose name is like a vendor's and that nobody decided yet, the likest
    first, at most 200. Three queries."""
    actor.require(Permission.INCIDENTS_ASSESS)
    vendors = list(engagements.vendor_parties(actor))
    words = {word for one in vendors for word in _search_words(one.name)}
    if not words:
        return []
    near = reduce(or_, (Q(name__icontains=word) for word in sorted(words)))
    rows = RegisterEntry.objects.visible_to(actor).filter(near)
    decided = set(
        RegisterMatch.objects.visible_to(actor).values_list("entry", "vendor")
    )
    found = [
        Proposal(row, vendor, likeness)
        for row in rows
        for vendor in vendors
        if (row.pk, vendor.pk) not in decided
        and (likeness := rules.likeness(row.name, vendor.name)) >= rules.CLOSE_ENOUGH
    ]
    found.sort(key=lambda one: (-one.likeness, one.entry.name, str(one.entry.pk)))
    return found[:MOST_PROPOSALS]


def _search_words(name: str) -> list[str]:
    """Its longest telling word, which any like name must hold to be found."""
    words = [word for word in rules.words_of(name) if len(word) >= SHORTEST_WORD]
    return sorted(words, key=len)[-2:] or list(rules.words_of(name))


def history(actor: AnyActor, vendor: Organization) -> list[RegisterEntry]:
    """What the register says of a vendor, as confirmed by a person of the actor's
    organization. One query."""
    rows = RegisterEntry.objects.visible_to(actor)
    return list(
        rows.filter(matches__vendor=vendor, matches__state=MatchState.CONFIRMED)
    )


@dataclass(frozen=True, slots=True)
class LogLine:
    """One small breach in the yearly log of 45 CFR 164.408(c)."""

    incident: Incident
    discovered_on: str
    total: int
    individuals_told_on: str
    hhs_told_on: str


def small_breaches(actor: Actor, *, year: int) -> Iterator[LogLine]:
    """Breaches of fewer than 500 people the actor's organization discovered in a year.

    Owed to HHS, or told and not found to be no breach since: a breach is presumed.
    Exercises are left out. Four queries.
    """
    actor.require(Permission.INCIDENTS_ASSESS)
    own = Determination.objects.filter(
        incident=OuterRef("pk"),
        organization=actor.organization_id,
        confirmed_at__isnull=False,
    ).order_by("-confirmed_at", "-pk")
    small = Clock.objects.filter(
        incident=OuterRef("pk"),
        code="FED-HHS-SMALL",
        superseded_by=None,
        start_on__year=year,
    )
    still = Q(outcome=None) | Q(outcome=Outcome.BREACH)
    rows = (
        Incident.objects.visible_to(actor)
        .alias(outcome=Subquery(own.values("outcome")[:1]))
        .filter(
            Exists(small.filter(ended_at=None))
            | (still & Exists(small.filter(ended_as=ClockEnd.SATISFIED))),
            engagement__client=actor.organization_id,
            is_exercise=False,
        )
        .select_related("engagement__client", "engagement__provider")
        .prefetch_related("counts", "notices", "clocks")
        .order_by("created_at", "pk")
    )
    for row in rows:
        yield _log_line(row)


def _log_line(row: Incident) -> LogLine:
    counts = sorted(row.counts.all(), key=lambda one: (one.created_at, one.pk))
    individual = [
        one
        for one in row.clocks.all()
        if one.code == "FED-INDIVIDUALS" and one.superseded_by_id is None
    ]
    return LogLine(
        incident=row,
        discovered_on=individual[0].start_on.isoformat() if individual else "",
        total=counts[-1].total if counts else 0,
        individuals_told_on=_sent(list(row.notices.all()), Duty.INDIVIDUALS),
        hhs_told_on=_sent(list(row.notices.all()), Duty.HHS),
    )


def _sent(notices: list[Notice], duty: Duty) -> str:
    """The first day in the sender's zone, of notices that hold."""
    corrected = {one.supersedes_id for one in notices}
    days = [
        local_date(one.sent_at, one.zone).isoformat()
        for one in notices
        if one.duty == duty and one.pk not in corrected
    ]
    return min(days, default="")
