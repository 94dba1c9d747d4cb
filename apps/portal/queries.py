"""What the pages that cross rooms show: home, vendors, search."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from apps.agreements import queries as agreements
from apps.core import clock
from apps.core.types import DueItem, GateCondition, Side
from apps.drift import queries as drift
from apps.drift.models import DriftFinding
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement, Subcontract
from apps.gate import queries as gate
from apps.gate.enums import Verdict
from apps.gate.models import GateOverride
from apps.gate.rules import GateState
from apps.reminders import queries as reminders
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.training import queries as training
from apps.workforce import queries as workforce

PAGE = 50
HOME_ROWS = 100
SEARCH_ROWS = 10
NEXT_DAYS = 30

# Worst first: a vendor is as good as its worst engagement.
ORDER = (Verdict.CLOSED, Verdict.UNKNOWN, Verdict.OPEN)


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """An engagement, its verdict today, and what the reader's side must do."""

    engagement: Engagement
    state: GateState
    mine: tuple[GateCondition, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """What is true, what waits for me, what comes next."""

    today: date
    lines: tuple[EngagementLine, ...]
    counts: tuple[tuple[str, str, int], ...]
    is_cut: bool
    subcontracts: tuple[Subcontract, ...]
    overrides: tuple[GateOverride, ...]
    findings: tuple[DriftFinding, ...]
    due: tuple[DueItem, ...]


def home(actor: Actor) -> Home:
    """The home page of a party. Queries do not grow with what is shown.

    Engagements that have not ended, closed ones first, at most 100 of them by name.
    """
    today = clock.today(actor.organization.time_zone)
    rows = list(engagements.engagements(actor, is_ended=False)[: HOME_ROWS + 1])
    lines = _lines(actor, rows[:HOME_ROWS])
    numbers = Counter(line.state.verdict for line in lines)
    return Home(
        today=today,
        lines=tuple(lines),
        counts=tuple((v.value, str(v.label), numbers[v]) for v in ORDER),
        is_cut=len(rows) > HOME_ROWS,
        subcontracts=_waiting_subcontracts(actor),
        overrides=_waiting_overrides(actor, today),
        findings=tuple(drift.open_findings(actor)[:SEARCH_ROWS]),
        due=_next(actor, today),
    )


def _lines(actor: Actor, rows: Sequence[Engagement]) -> list[EngagementLine]:
    states = gate.verdicts_today(rows)
    found = [
        EngagementLine(row, states[row.pk], _mine(actor, row, states[row.pk]))
        for row in rows
    ]
    return sorted(found, key=lambda line: ORDER.index(line.state.verdict))


def _mine(actor: Actor, row: Engagement, state: GateState) -> tuple[GateCondition, ...]:
    side = Side.CLIENT if row.client_id == actor.organization_id else Side.PROVIDER
    missing = (*state.not_satisfied, *state.unknown)
    return tuple(one for one in missing if one.who_acts in {side, Side.BOTH})


def _waiting_subcontracts(actor: Actor) -> tuple[Subcontract, ...]:
    if not actor.can(Permission.SUBCONTRACTS_APPROVE):
        return ()
    rows = engagements.subcontracts(actor).filter(
        upstream__client=actor.organization_id,
        upstream__approves_subcontracts=True,
        approved_on=None,
        refused_on=None,
    )
    return tuple(rows[:SEARCH_ROWS])


def _waiting_overrides(actor: Actor, today: date) -> tuple[GateOverride, ...]:
    if not actor.can(Permission.GATE_OVERRIDE):
        return ()
    rows = gate.overrides(actor).filter(
        engagement__client=actor.organization_id,
        approved_at=None,
        withdrawn_at=None,
        expires_on__gte=today,
    )
    return tuple(rows.exclude(requested_by=actor.user_id)[:SEARCH_ROWS])


def _next(actor: Actor, today: date) -> tuple[DueItem, ...]:
    last = today + timedelta(days=NEXT_DAYS)
    return tuple(reminders.due_items(actor, first=today, last=last)[:SEARCH_ROWS])


@dataclass(frozen=True, slots=True)
class VendorLine:
    """A vendor of the actor's organization and what stands between them today."""

    vendor: Organization
    verdict: str
    verdict_label: str
    tier: int | None
    engagements: tuple[EngagementLine, ...]
    due: date | None


@dataclass(frozen=True, slots=True)
class VendorPage:
    """Vendors by name; ``after`` asks for the next page, "" when there is none."""

    rows: tuple[VendorLine, ...]
    after: str


def vendors(actor: Actor, *, q: str = "", after: str = "") -> VendorPage:
    """At most 50 vendors the actor's organization uses or has on its list.

    ``after`` is the name and id the page before ended with (``name|id``). The number
    of queries does not depend on how many there are.
    """
    actor.require(Permission.ENGAGEMENTS_VIEW)
    rows = engagements.vendor_parties(actor)
    if q.strip():
        rows = rows.filter(name__icontains=q.strip())
    name, _, pk = after.rpartition("|")
    if name and _is_id(pk):
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    last = f"{shown[-1].name}|{shown[-1].pk}" if len(found) > PAGE else ""
    return VendorPage(tuple(vendor_lines(actor, shown)), last)


def vendor_lines(actor: Actor, rows: Sequence[Organization]) -> list[VendorLine]:
    """What stands between the actor's organization and each of the vendors."""
    used = engagements.engagements(actor, side=Side.CLIENT, is_ended=False)
    lines = _lines(actor, list(used.filter(provider__in=[row.pk for row in rows])))
    of_vendor: defaultdict[UUID, list[EngagementLine]] = defaultdict(list)
    for line in lines:
        of_vendor[line.engagement.provider_id].append(line)
    return [_vendor_line(row, of_vendor[row.pk]) for row in rows]


def _vendor_line(vendor: Organization, lines: list[EngagementLine]) -> VendorLine:
    worst = lines[0].state.verdict if lines else None
    dues = [
        condition.due
        for line in lines
        for condition in line.state.conditions
        if condition.due is not None
    ]
    return VendorLine(
        vendor=vendor,
        verdict=worst.value if worst else "",
        verdict_label=str(worst.label) if worst else "No engagement",
        tier=min((line.engagement.tier for line in lines), default=None),
        engagements=tuple(lines),
        due=min(dues, default=None),
    )


def may_invite_first_manager(actor: Actor, vendor: Organization) -> bool:
    """Whether the vendor, put into the portal by the actor's organization, has nobody
    yet who could act for it. At most one query."""
    if vendor.registered_by_id != actor.organization_id:
        return False
    can = actor.can(Permission.MEMBERS_EDIT)
    return can and not tenancy.live_memberships_of(vendor).exists()


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is called, what it is, where it leads."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind, at most ten."""

    label: str
    hits: tuple[Hit, ...]


def search(actor: Actor, q: str) -> list[HitGroup]:
    """Everything the actor may see whose name holds ``q``. One query a kind, and the
    verdicts on the engagements found."""
    word = q.strip()
    if not word:
        return []
    groups = [
        HitGroup(label, tuple(find(actor, word)))
        for label, permission, find in KINDS
        if actor.can(permission)
    ]
    return [group for group in groups if group.hits]


def _engagement_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = list(engagements.engagements(actor, q=word)[:SEARCH_ROWS])
    states = gate.verdicts_today(rows)
    for row in rows:
        note = f"{row.client} uses {row.provider}: {states[row.pk].verdict.label}"
        yield Hit(row.name, note, reverse("gate:engagement", args=[row.pk]))


def _vendor_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = engagements.vendor_parties(actor).filter(name__icontains=word)
    for row in rows[:SEARCH_ROWS]:
        yield Hit(row.name, row.country, reverse("portal:vendor", args=[row.pk]))


def _agreement_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = agreements.agreements(actor).filter(title__icontains=word)
    for row in rows[:SEARCH_ROWS]:
        note = f"{row.discloser} and {row.recipient}"
        yield Hit(row.title, note, reverse("agreements:detail", args=[row.pk]))


def _agent_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = workforce.agents(actor).filter(
        Q(full_name__icontains=word) | Q(external_id__iexact=word)
    )
    for row in rows[:SEARCH_ROWS]:
        url = reverse("workforce:agent", args=[row.pk])
        yield Hit(row.full_name, row.external_id, url)


def _course_hits(actor: Actor, word: str) -> Iterable[Hit]:
    rows = training.courses(actor).filter(
        Q(title__icontains=word) | Q(code__icontains=word)
    )
    for row in rows[:SEARCH_ROWS]:
        yield Hit(row.title, row.code, reverse("training:course", args=[row.pk]))


Finder = Callable[[Actor, str], Iterable[Hit]]
KINDS: tuple[tuple[str, Permission, Finder], ...] = (
    ("Engagements", Permission.ENGAGEMENTS_VIEW, _engagement_hits),
    ("Vendors", Permission.ENGAGEMENTS_VIEW, _vendor_hits),
    ("BAAs", Permission.AGREEMENTS_VIEW, _agreement_hits),
    ("Agents", Permission.WORKFORCE_VIEW, _agent_hits),
    ("Courses", Permission.TRAINING_EDIT, _course_hits),
)
