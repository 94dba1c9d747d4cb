"""The assurance calendar: a year of what is due, and what was never started."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from apps.assurance import rules
from apps.assurance.models import Activity
from apps.assurance.queries.due import due_items
from apps.assurance.rules import Cadence
from apps.core.dates import add_months
from apps.core.types import DueItem
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission

MONTHS = 12
# As far back as something may be late and still be shown; our own default.
_LATE_DAYS = 5 * 366


@dataclass(frozen=True, slots=True)
class Month:
    """What is due in one month; ``first`` None for what is late."""

    first: date | None
    items: tuple[DueItem, ...]


def calendar(actor: Actor, *, today: date) -> list[Month]:
    """What is late, then twelve months from this one, empty ones too: own
    certificates, activities, policies and requests. Six queries."""
    actor.require(Permission.ASSURANCE_VIEW)
    this = today.replace(day=1)
    months = [add_months(this, number) for number in range(MONTHS)]
    last = add_months(this, MONTHS) - timedelta(days=1)
    found: defaultdict[date | None, list[DueItem]] = defaultdict(list)
    first = today - timedelta(days=_LATE_DAYS)
    for item in due_items(actor, first=first, last=last):
        found[None if item.due < today else item.due.replace(day=1)].append(item)
    wanted = [None, *months] if found[None] else months
    return [Month(one, tuple(sorted(found[one], key=_by_day))) for one in wanted]


def _by_day(item: DueItem) -> tuple[date, str]:
    return item.due, item.title


def never_started(actor: Actor) -> list[Cadence]:
    """Kinds of activities of which the actor's organization runs none. One query."""
    actor.require(Permission.ASSURANCE_VIEW)
    running = Activity.objects.filter(
        organization=actor.organization_id, ended_on=None
    ).values_list("kind", flat=True)
    started = set(running)
    return [one for kind, one in rules.cadences().items() if kind not in started]
