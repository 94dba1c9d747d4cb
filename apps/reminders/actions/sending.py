"""One pass over everything that is due."""

from __future__ import annotations

import os
import socket
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from apps.core import clock
from apps.notifications.actions import Draft, notify_each
from apps.notifications.models import Notification
from apps.notifications.registry import Message
from apps.notifications.rules import unique_key
from apps.reminders import messages, queries, rules
from apps.reminders.actions.agents import write_to_agents
from apps.reminders.actions.entering import Entry, enter
from apps.reminders.enums import Cadence, ReminderChannel
from apps.reminders.models import LastPass, SentReminder
from apps.reminders.rules import (
    Delivery,
    Failure,
    Line,
    Person,
    Planned,
    Policies,
)
from apps.tenancy.actor import SystemActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership
from apps.tenancy.queries import members_with_roles

# Any number no other part of the portal locks.
PASS_LOCK = 0x52454D494E44
# A holder that dies loses the lease with its connection; one whose machine vanishes
# without a word loses it after this long.
LEASE_MILLISECONDS = 300_000
_ONE_DAY = timedelta(days=1)
_LEASE = """
    SELECT pg_try_advisory_xact_lock(%s),
        set_config('idle_in_transaction_session_timeout', %s, true)
"""


@dataclass(frozen=True, slots=True)
class _Crew:
    """Whom a pass may tell, and how.

    ``slots`` are of those who may be told now, ``told_at`` of whoever gets digests
    and had that of the slot; ``failures`` are rooms that could not be read of late.
    """

    memberships: dict[tuple[UUID, UUID], Membership]
    people: dict[UUID, list[Person]]
    deliveries: dict[UUID, Delivery]
    slots: dict[tuple[UUID, UUID], date]
    told_at: dict[tuple[UUID, UUID], datetime]
    failures: dict[str, Failure]
    ran_on: dict[UUID, date]

    def member(self, person: Person) -> Membership:
        """The membership behind a person."""
        return self.memberships[person.organization_id, person.user_id]

    def open_slots(self, failure: Failure | None) -> dict[tuple[UUID, UUID], date]:
        """Slots still to be filled with what a room yields.

        Nobody gets two digests in a slot, but what the first could not hold because
        the room failed.
        """
        return {
            key: day
            for key, day in self.slots.items()
            if (at := self.told_at.get(key)) is None
            or (failure is not None and failure.is_owed(at))
        }


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message to one person and the lines it stands for."""

    message: Message
    draft: Draft
    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        """The unique key of its notification."""
        return unique_key(self.draft.key, self.draft.membership.user_id)


@transaction.atomic
def send_due(*, by: SystemActor) -> int:
    """Remind everybody of every duty whose day has come; return messages sent.

    Steps: the lease of the pass (a second one leaves at once); duties of all
    organizations around today; policies, who may be told now, and the ledger; ask
    the rule; one message a bundle of lines; ledger; agents; note of the pass. All in
    one transaction: a pass killed half way sends nothing and loses nothing, and the
    unique ledger is the last word. A room that cannot be read is logged as an error
    and noted; its duties are caught up once it can. The number of statements does not
    depend on how many duties, people or organizations there are. The ledger is the
    record; no event.
    """
    by.require(Permission.REMINDERS_EDIT)
    if not _has_lease():
        return 0
    policies = queries.policies_for_job()
    first, last = rules.window(clock.today("UTC"), policies)
    # A day more on each side: some organizations are already in tomorrow.
    first, last = first - _ONE_DAY, last + _ONE_DAY
    found = queries.read_rooms(by, first=first, last=last)
    before = queries.last_pass()
    crew = _crew(found, policies, before)
    ledger = queries.ledger(set(crew.people), first=first, last=last)
    planned = [
        each
        for room, items in found.duties.items()
        for each in rules.plan(
            items,
            people=crew.people,
            ledger=ledger,
            slots=crew.open_slots(crew.failures.get(room)),
            policies=policies,
        )
    ]
    sent = _send(rules.lines(planned), crew, policies)
    with found.apart("training"):
        sent += write_to_agents(policies, by=by, first=first, last=last)
    _note(sent, found.failed, before)
    return sent


def _has_lease() -> bool:
    """Take the lock of the pass until the transaction ends; False if it is taken."""
    with connection.cursor() as cursor:
        cursor.execute(_LEASE, [PASS_LOCK, str(LEASE_MILLISECONDS)])
        return bool(cursor.fetchone()[0])


def _note(sent: int, failed: Collection[str], before: LastPass | None) -> None:
    now = clock.now()
    failures = rules.failures_after(
        before.failed if before else {},
        failed,
        last=before.ran_at if before else None,
        now=now,
    )
    row = LastPass(
        ran_at=now,
        holder=f"{socket.gethostname()}:{os.getpid()}",
        sent=sent,
        failures={
            room: [each.since.isoformat(), each.until.isoformat()]
            for room, each in failures.items()
        },
    )
    LastPass.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["ran_at", "holder", "sent", "failures"],
    )


def _crew(found: queries.Readings, policies: Policies, last: LastPass | None) -> _Crew:
    """Members the policies name, what they chose, and where their slots stand.

    Three queries, four where somebody gets digests.
    """
    organization_ids = {
        item.organization_id for items in found.duties.values() for item in items
    }
    rows = list(members_with_roles(organization_ids, _roles(policies)))
    organizations = {row.organization_id: row.organization for row in rows}
    deliveries = queries.deliveries(list(organizations.values()))
    people: dict[UUID, list[Person]] = defaultdict(list)
    for person in queries.persons(rows, deliveries):
        people[person.organization_id].append(person)
    slots = _slots(people.values(), deliveries)
    patient = [
        person
        for group in people.values()
        for person in group
        if person.cadence is not Cadence.IMMEDIATE
        and (person.organization_id, person.user_id) in slots
    ]
    return _Crew(
        memberships={(row.organization_id, row.user_id): row for row in rows},
        people=people,
        deliveries=deliveries,
        slots=slots,
        told_at=queries.told_in_slot(patient, slots),
        failures=last.failed if last else {},
        ran_on={
            pk: rules.slot(each, Cadence.IMMEDIATE, last.ran_at)
            for pk, each in deliveries.items()
            if last is not None
        },
    )


def _roles(policies: Policies) -> set[Role]:
    named = [each.recipients | each.escalate_to for each in policies.values()]
    return set(rules.MANAGERS.union(*named))


def _slots(
    people: Iterable[Collection[Person]], deliveries: dict[UUID, Delivery]
) -> dict[tuple[UUID, UUID], date]:
    """Slots of those who may be told now: not in quiet hours."""
    now = clock.now()
    awake = [
        person
        for group in people
        for person in group
        if not rules.is_quiet_at(deliveries[person.organization_id], now)
    ]
    return queries.slots(awake, deliveries)


def _send(found: Sequence[Line], crew: _Crew, policies: Policies) -> int:
    """Notify each person and write into the ledger what went out with what."""
    own: dict[tuple[UUID, UUID], list[Line]] = defaultdict(list)
    for line in found:
        own[line.person.organization_id, line.person.user_id].append(line)
    letters = [
        _letter(bundle, crew, policies)
        for mine in own.values()
        for bundle in rules.bundles(mine)
    ]
    notifications: dict[str, Notification] = {}
    for message in {each.message for each in letters}:
        drafts = [each.draft for each in letters if each.message is message]
        for row in notify_each(message, drafts=drafts):
            notifications[row.key] = row
    enter(
        _entry(planned, notifications[letter.key], channel, policies)
        for letter in letters
        if letter.key in notifications
        for line in letter.lines
        for planned in line.planned
        for channel in planned.channels
    )
    return len(notifications)


def _letter(bundle: tuple[Line, ...], crew: _Crew, policies: Policies) -> _Letter:
    person = bundle[0].person
    member = crew.member(person)
    zone = crew.deliveries[person.organization_id].zone
    ran_on = crew.ran_on.get(person.organization_id)
    make = _single if len(bundle) == 1 else _digest
    return make(
        bundle,
        member=member,
        day=clock.today(zone),
        late=rules.late_words(bundle, ran_on=ran_on, has_failed=bool(crew.failures)),
        policies=policies,
    )


def _single(
    bundle: tuple[Line, ...],
    *,
    member: Membership,
    day: date,
    late: str,
    policies: Policies,
) -> _Letter:
    [line] = bundle
    first = line.planned[0]
    context: dict[str, str | int] = {
        "late": late,
        "when": rules.when(line.due, day),
        "title": line.title,
        "count": len(line.planned),
    }
    reason = rules.reason(
        first, str(member.organization), is_default=_is_default(first, policies)
    )
    draft = Draft(
        membership=member,
        context=context,
        path=line.path or reverse("reminders:deadlines"),
        key=line.key,
        reason=reason,
        **_ways(line),
    )
    return _Letter(messages.REMINDER, draft, bundle)


def _digest(
    bundle: tuple[Line, ...],
    *,
    member: Membership,
    day: date,
    late: str,
    policies: Policies,
) -> _Letter:
    shown = bundle[: rules.DIGEST_SHOWS]
    context: dict[str, str | int] = {
        "late": late,
        "count": len(bundle),
        "overdue": sum(line.due < day for line in bundle),
        "lines": "\n".join(
            f"- {rules.when(line.due, day)}: {line.title} [{rules.line_note(line)}]"
            for line in shown
        ),
        "more": len(bundle) - len(shown),
    }
    reason = rules.digest_reason(
        str(member.organization), str(member.get_role_display())
    )
    draft = Draft(
        membership=member,
        context=context,
        path=reverse("reminders:deadlines"),
        key=rules.digest_key(bundle),
        reason=reason,
        **_ways(bundle[0]),
    )
    return _Letter(messages.DIGEST, draft, bundle)


def _ways(line: Line) -> dict[str, bool]:
    """How a message goes out; the lines of one go out alike."""
    return {
        "in_inbox": ReminderChannel.INBOX in line.channels,
        "by_mail": ReminderChannel.EMAIL in line.channels,
    }


def _is_default(planned: Planned, policies: Policies) -> bool:
    return (planned.item.organization_id, planned.item.kind) not in policies


def _entry(
    planned: Planned,
    notification: Notification,
    channel: ReminderChannel,
    policies: Policies,
) -> Entry:
    item = planned.item
    return Entry(
        organization_id=item.organization_id,
        kind=item.kind,
        item=item.key,
        title=item.title[: SentReminder.TITLE_MAX],
        due=item.due,
        offset=planned.offset,
        slot=planned.slot,
        channel=channel,
        supersedes=list(planned.supersedes),
        is_default_policy=_is_default(planned, policies),
        is_escalation=planned.is_escalation,
        recipient_id=planned.person.user_id,
        role=planned.person.role,
        notification_id=notification.pk,
    )
