"""Computing clocks anew: old rows are kept, new ones stand beside them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from apps.core import clock as now_clock
from apps.core import ids
from apps.core.jobs import each
from apps.incidents import messages, queries, rules, trail
from apps.incidents.actions.recording import enter, locked, readers, tell, write
from apps.incidents.enums import ClockEnd, Duty
from apps.incidents.models import Clock, Incident, Notice
from apps.incidents.rules import Deadline
from apps.tenancy.actor import AnyActor, SystemActor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

WATCH = system("incident clocks", {Permission.INCIDENTS_VIEW})
Slot = tuple[UUID, str]
# An exercise rehearses what the parties tell each other and people; no authority and
# no newsroom is ever owed anything by one. Our own default.
REAL_ONLY = frozenset({Duty.HHS, Duty.STATE_OFFICE, Duty.MEDIA})


@dataclass
class Refreshed:
    """What one computation did."""

    new: int = 0
    ended: int = 0


def slot(code: str) -> str:
    """What stays the same when a count changes: HHS is told at once or in the log."""
    return code.removesuffix("-LARGE").removesuffix("-SMALL")


def refresh_clocks(incident: Incident, *, by: AnyActor) -> Refreshed:
    """Make the clocks of a case, and of those relayed from it, agree with the facts.

    Runs inside the caller's transaction on a locked case. A clock whose dates or words
    change gets a successor and is kept; one no longer owed is lifted; one that a
    recorded notice meets is satisfied at once. Event ``incident.clocks_computed`` where
    anything changed.
    """
    by.require(Permission.INCIDENTS_VIEW)
    done = _refresh_one(incident)
    if done.new or done.ended:
        write(
            trail.CLOCKS_COMPUTED,
            incident,
            by=by,
            facts={
                "new": done.new,
                "ended": done.ended,
                "version": rules.rules_version(),
            },
        )
        enter(incident, _words(done), by=by)
    for above in queries.relays_of(incident):
        # By the portal: who acted below is nobody's business above.
        refresh_clocks(locked(above), by=WATCH)
    return done


@transaction.atomic
def follow_engagement(engagement_id: UUID, *, by: SystemActor) -> int:
    """Make the clocks of open cases agree with what the engagement says by now: whose
    legal agent its provider is, and which BAA binds them.

    Who may know of a case is told where clocks changed. Event
    ``incident.clocks_computed`` for each such case. Returns how many there were.
    """
    by.require(Permission.INCIDENTS_VIEW)
    changed = 0
    for row in queries.open_cases(engagement_id):
        incident = locked(row)
        done = refresh_clocks(incident, by=by)
        if done.new or done.ended:
            changed += 1
            key = f"{incident.pk}:{now_clock.now():%Y%m%d%H%M%S}"
            who = set(readers(incident))
            tell(messages.FACTS_CHANGED, incident, who, key=key, new=done.new)
    return changed


def _words(done: Refreshed) -> str:
    new = rules.count_words(done.new, "clock")
    return f"Clocks computed anew: {new} started, {done.ended} ended."


def _refresh_one(incident: Incident) -> Refreshed:
    facts = queries.case_facts(incident)
    wanted: dict[Slot, tuple[Organization, Deadline]] = {}
    for deadline in rules.all_deadlines(facts.case):
        if incident.is_exercise and deadline.duty in REAL_ONLY:
            continue
        owner = facts.parties.get(deadline.party)
        if owner is not None:
            wanted[owner.pk, slot(deadline.code)] = (owner, deadline)
    held = _held(incident)
    given = {pk: queries.told_by(incident, pk) for pk in {pk for pk, _ in wanted}}
    done = Refreshed()
    for key, (owner, deadline) in wanted.items():
        old = held.get(key)
        met = queries.met_by(deadline, facts.case.people, given[owner.pk])
        if old is None or _differs(old, deadline, met):
            _start(incident, owner, deadline, old, met, done)
        elif old.is_running and met is not None:
            _end(old, ClockEnd.SATISFIED, met)
            done.ended += 1
    for key, old in held.items():
        if key not in wanted and old.is_running:
            _end(old, ClockEnd.LIFTED)
            done.ended += 1
    return done


def _held(incident: Incident) -> dict[Slot, Clock]:
    """Clocks nothing took the place of, running or satisfied, by what they are for."""
    rows = Clock.objects.filter(incident=incident, superseded_by=None).exclude(
        ended_as=ClockEnd.LIFTED
    )
    return {(row.obligated_id, slot(row.code)): row for row in rows}


def _differs(old: Clock, new: Deadline, met: Notice | None) -> bool:
    """Whether a clock needs a successor: other dates or words, or it was met by what
    does not meet it any more."""
    then = (old.code, old.due_at, old.words, old.is_advisory)
    is_other = then != (new.code, new.due_at, new.words, new.is_advisory)
    was_met = not old.is_running and old.satisfied_by_id != (met.pk if met else None)
    return is_other or was_met


def _start(
    incident: Incident,
    owner: Organization,
    deadline: Deadline,
    old: Clock | None,
    met: Notice | None,
    done: Refreshed,
) -> None:
    pk = ids.uuid7()
    if old is not None:
        done.ended += old.is_running
        _supersede(old, pk)
    Clock.objects.create(
        id=pk,
        incident=incident,
        obligated=owner,
        code=deadline.code,
        duty=deadline.duty,
        basis=deadline.basis,
        state=deadline.state,
        to_whom=deadline.to,
        citation=deadline.citation,
        start_on=deadline.start_on,
        start_at=deadline.start_at,
        due_on=deadline.due_on,
        due_at=deadline.due_at,
        normal_due_on=deadline.normal_due_on,
        latest_on=deadline.latest_on,
        words=deadline.words,
        is_advisory=deadline.is_advisory,
        rules_version=rules.rules_version(),
        readings=list(deadline.readings),
        ended_at=now_clock.now() if met else None,
        ended_as=ClockEnd.SATISFIED if met else "",
        satisfied_by=met,
    )
    done.new += 1


def _supersede(old: Clock, successor: UUID) -> None:
    fields = ["superseded_by"]
    old.superseded_by_id = successor
    if old.is_running:
        old.ended_at, old.ended_as = now_clock.now(), ClockEnd.SUPERSEDED
        fields += ["ended_at", "ended_as"]
    old.save(update_fields=fields)


def _end(row: Clock, how: ClockEnd, notice: Notice | None = None) -> None:
    row.ended_at, row.ended_as, row.satisfied_by = now_clock.now(), how, notice
    row.save(update_fields=["ended_at", "ended_as", "satisfied_by"])


def lift_clocks(incident: Incident) -> None:
    """End what still runs on a case: an exercise that is over."""
    for row in Clock.objects.filter(incident=incident, ended_at=None):
        _end(row, ClockEnd.LIFTED)


def satisfy(incident: Incident, notice: Notice) -> list[Clock]:
    """End the running clocks that are met with a notice; return them."""
    rows = Clock.objects.filter(
        incident=incident, obligated=notice.organization_id, ended_at=None
    ).order_by("due_at", "pk")
    people = queries.case_facts(incident).case.people
    given = queries.told_by(incident, notice.organization_id)
    met = [row for row in rows if queries.met_by(row, people, given) == notice]
    for row in met:
        _end(row, ClockEnd.SATISFIED, notice)
    return met


def escalate(*, by: SystemActor) -> int:
    """Tell both sides of clocks that end soon or are overdue, once for each rung.

    Rungs are our own default: 72 hours and 24 hours before the last moment to the
    obligated side; at once, three and seven days after it to both. Exercises and
    advisory clocks are left out. Each clock is told of for itself. Returns how many
    were looked at.
    """
    by.require(Permission.INCIDENTS_VIEW)
    waiting = queries.clocks_to_escalate(now_clock.now())
    each(waiting, _tell_of)
    return len(waiting)


@transaction.atomic
def _tell_of(found: tuple[Clock, int]) -> None:
    row, rung = found
    incident = row.incident
    parties = {row.obligated_id}
    if rung >= 0 and incident.shared_at is not None:
        parties |= {incident.engagement.client_id, incident.engagement.provider_id}
    message = messages.CLOCK_OVERDUE if rung >= 0 else messages.CLOCK_ENDS_SOON
    tell(
        message,
        incident,
        parties,
        key=f"{row.pk}:{rung}",
        duty=row.get_duty_display(),
        due=queries.due_words(row),
    )
