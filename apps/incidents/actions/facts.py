"""Facts and counts: recorded, corrected by a new row, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from apps.core import clock, ids
from apps.core.dates import local_date
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.incidents import messages, queries, rules, trail
from apps.incidents.actions.clocks import refresh_clocks
from apps.incidents.actions.recording import (
    check_told_after,
    enter,
    opened,
    tell,
    write,
)
from apps.incidents.enums import INSTANT_FACTS, YES_NO_FACTS, FactName
from apps.incidents.models import CountByState, Incident, IncidentFact, PeopleCount
from apps.incidents.rules import check_free_text
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission

OWNERS = {
    FactName.PROVIDER_LEARNED: "provider",
    FactName.PROVIDER_SHOULD: "provider",
    FactName.CLIENT_LEARNED: "client",
    FactName.CLIENT_SHOULD: "client",
}

ORDERED = frozenset({*OWNERS, FactName.OCCURRED_ON, FactName.OCCURRED_UNTIL})


@dataclass(frozen=True, slots=True)
class FactValue:
    """A day, a moment with the IANA zone of who learned, or yes and no."""

    day: date | None = None
    moment: datetime | None = None
    zone: str = ""
    yes: bool | None = None
    person: str = ""

    def __str__(self) -> str:
        if self.moment is not None:
            return rules.instant_words(self.moment, self.zone)
        if self.day is not None:
            return rules.day_words(self.day)
        return "yes" if self.yes else "no"


@transaction.atomic
def correct_fact(
    incident: Incident,
    *,
    by: Actor,
    name: FactName,
    value: FactValue,
    reason: str = "",
    seen: frozenset[str] | None = None,
    text_confirmed: bool = False,
) -> IncidentFact:
    """Record a fact, or a correction that takes the place of an earlier one.

    ``seen`` are the ids of facts the person read; a correction of one that somebody
    corrected meanwhile is refused. Steps: permission, side, whose knowledge it is; free
    text; lock; new row; clocks computed anew here and up the chain; events
    ``incident.fact_corrected`` and ``incident.clocks_computed``; the other side is told
    of a shared case. Raises NotAllowed, Invalid (kind of value, future, order, no
    reason), Conflict (nothing new, not the latest).
    """
    by.require(Permission.INCIDENTS_ASSESS)
    texts = {"reason": reason, "person": value.person}
    check_free_text(texts, is_confirmed=text_confirmed)
    incident, side = opened(incident, by=by)
    if OWNERS.get(name, side) != side:
        raise NotAllowed(
            "When a side learned of it is that side's own fact. Ask it to correct it."
        )
    _check_seen(incident, name, seen)
    row = put_fact(incident, by=by, name=name, value=value, reason=reason)
    if name in ORDERED:
        _check_order(incident)
        check_told_after(incident, by=by)
    done = refresh_clocks(incident, by=by)
    if incident.shared_at is not None:
        engagement = incident.engagement
        others = {engagement.client_id, engagement.provider_id} - {by.organization_id}
        tell(messages.FACTS_CHANGED, incident, others, key=str(row.pk), new=done.new)
    return row


def _check_seen(
    incident: Incident, name: FactName, seen: frozenset[str] | None
) -> None:
    held = queries.current_facts([incident])[incident.pk].get(name)
    if seen is None or held is None or str(held.pk) in seen:
        return
    raise Conflict(
        "Somebody recorded this fact after you opened the form. Look at the case, then "
        "correct what it says now."
    )


def put_fact(
    incident: Incident,
    *,
    by: Actor,
    name: FactName,
    value: FactValue,
    reason: str = "",
) -> IncidentFact:
    """The new row, its event and its line on the timeline; permission was asked."""
    _check_value(name, value)
    old = (
        IncidentFact.objects.filter(incident=incident, name=name, superseded_by=None)
        .order_by("created_at")
        .first()
    )
    if old is not None and _is_same(old, value):
        raise Conflict("This is what the case says already.")
    if old is not None and not reason.strip():
        text = "Say why the fact changes; both values are kept."
        raise Invalid(text, fields={"reason": [text]})
    row = IncidentFact.objects.create(
        id=ids.uuid7(),
        incident=incident,
        organization=by.organization,
        name=name,
        day=value.day,
        moment=value.moment,
        zone=value.zone,
        yes=value.yes,
        person=value.person,
        reason=reason,
        recorded_by=by.user,
        supersedes=old,
    )
    write(
        trail.FACT_CORRECTED,
        incident,
        by=by,
        facts={"name": name, "value": str(value)},
        personal={"reason": reason},
    )
    label = FactName(name).label
    enter(incident, f"{'Corrected' if old else 'Recorded'}: {label}: {value}.", by=by)
    return row


def _check_value(name: FactName, value: FactValue) -> None:
    given = [field for field in ("day", "moment", "yes") if _has(value, field)]
    wanted = "moment" if name in INSTANT_FACTS else "day"
    wanted = "yes" if name in YES_NO_FACTS else wanted
    if given != [wanted]:
        text = f"“{FactName(name).label}” takes another kind of value."
        raise Invalid(text, fields={wanted: [text]})
    rules.check_year(value.day, field="day")
    if value.moment is not None:
        rules.check_year(value.moment.date(), field="moment")
    if value.moment is not None and value.moment > clock.now():
        text = "This moment has not come yet."
        raise Invalid(text, fields={"moment": [text]})
    if value.day is not None and value.day > clock.today(value.zone or "UTC"):
        text = "This day has not come yet."
        raise Invalid(text, fields={"day": [text]})


def _has(value: FactValue, field: str) -> bool:
    return getattr(value, field) is not None


def _is_same(old: IncidentFact, value: FactValue) -> bool:
    then = (old.day, old.moment, old.yes, old.zone)
    return then == (value.day, value.moment, value.yes, value.zone)


def _check_order(incident: Incident) -> None:
    """It ends after it began, and nobody knew before it happened."""
    facts = queries.current_facts([incident])[incident.pk]
    first, last = facts.get(FactName.OCCURRED_ON), facts.get(FactName.OCCURRED_UNTIL)
    began_on = first.day if first else None
    if began_on and last and last.day and last.day < began_on:
        text = "It did not end before it began. Correct the other day first."
        raise Invalid(text, fields={"day": [text]})
    for name in OWNERS:
        fact = facts.get(name)
        known = fact and (fact.day or local_date(fact.moment or clock.now(), fact.zone))
        if known:
            rules.check_known_after(began_on, known, field="day")


@transaction.atomic
def count_people(
    incident: Incident,
    *,
    by: Actor,
    total: int,
    by_state: Mapping[str, int],
    unreachable: int = 0,
    reason: str = "",
    text_confirmed: bool = False,
) -> PeopleCount:
    """Record how many people are affected; thresholds follow, discovery never moves.

    Steps: permission, side, free text; lock; new count beside the earlier ones; clocks;
    events ``incident.counted`` and ``incident.clocks_computed``. Raises Invalid for
    numbers that do not fit together or a State that is none, Conflict for the same
    count again.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    check_free_text({"reason": reason}, is_confirmed=text_confirmed)
    by_state = {state: number for state, number in by_state.items() if number}
    _check_count(total, by_state, unreachable)
    incident, _ = opened(incident, by=by)
    latest = queries.latest_count(incident)
    if (
        latest is not None
        and latest.reason == reason
        and (queries.people_in(latest) == rules.People(total, by_state, unreachable))
    ):
        raise Conflict("This is what the case says already.")
    row = PeopleCount.objects.create(
        incident=incident,
        organization=by.organization,
        counted_on=clock.today(by.organization.time_zone),
        total=total,
        unreachable=unreachable,
        reason=reason,
        recorded_by=by.user,
    )
    CountByState.objects.bulk_create(
        CountByState(count=row, state=state, residents=residents)
        for state, residents in sorted(by_state.items())
    )
    write(
        trail.INCIDENT_COUNTED,
        incident,
        by=by,
        facts={"total": total, "states": len(by_state)},
    )
    enter(incident, f"Counted: {total:,} affected.", by=by)
    refresh_clocks(incident, by=by)
    return row


def _check_count(total: int, by_state: Mapping[str, int], unreachable: int) -> None:
    rules.check_states(by_state, field="by_state")
    if sum(by_state.values()) > total:
        text = "The States add up to more people than the total."
        raise Invalid(text, fields={"total": [text]})
    if unreachable > total:
        text = "More people have no usable address than are affected."
        raise Invalid(text, fields={"unreachable": [text]})
