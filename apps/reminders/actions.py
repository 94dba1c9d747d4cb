"""Sending what is due, once, and setting when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Invalid
from apps.notifications.actions import Draft, notify_each
from apps.notifications.models import Notification
from apps.notifications.registry import Message
from apps.notifications.rules import unique_key
from apps.reminders import messages, queries, rules, trail
from apps.reminders.enums import DutyKind, ReminderChannel
from apps.reminders.models import ReminderPolicy, SentReminder
from apps.reminders.rules import Line, Planned
from apps.tenancy.actor import Actor, SystemActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership, Organization
from apps.tenancy.queries import members_with_roles

RECIPIENT_ROLES = {Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER}
BATCH = 2000
# Any number no other part of the portal locks.
PASS_LOCK = 0x52454D494E44
_ONE_DAY = timedelta(days=1)

People = dict[tuple[UUID, UUID], Membership]
Sent = dict[rules.Sent, Notification]


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
    """Remind managers of every duty whose day has come; return messages sent.

    Steps: one pass at a time (a second one leaves at once); duties of all
    organizations around today; policies, local dates, managers and ledger; ask the
    rule; one message a line, or one digest for a person with more than twenty;
    ledger. All in one transaction: a pass killed half way sends nothing and loses
    nothing, and the unique ledger is the last word. The number of queries does not
    depend on how many duties or organizations there are (beyond one a batch of 2,000
    ledger lines). The ledger is the record; no event.
    """
    by.require(Permission.REMINDERS_EDIT)
    if not _is_alone():
        return 0
    policies = queries.policies_for_job()
    first, last = rules.window(clock.today("UTC"), policies)
    # A day more on each side: some organizations are already in tomorrow.
    first, last = first - _ONE_DAY, last + _ONE_DAY
    items = queries.due_items(by, first=first, last=last)
    if not items:
        return 0
    organizations = {item.organization_id for item in items}
    people = _people(organizations)
    today = queries.todays(organizations)
    planned = rules.plan(
        items,
        recipients=_recipients(people),
        ledger=queries.ledger(organizations, first=first, last=last),
        today=today,
        policies=policies,
    )
    sent = _send(rules.lines(planned), people, today)
    _enter(planned, sent)
    return len(set(sent.values()))


def _is_alone() -> bool:
    """Take the lock of the pass until the transaction ends; False if it is taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PASS_LOCK])
        return bool(cursor.fetchone()[0])


def _people(organizations: set[UUID]) -> People:
    """Managers by organization and person. One query."""
    return {
        (row.organization_id, row.user_id): row
        for row in members_with_roles(organizations, RECIPIENT_ROLES)
    }


def _recipients(people: People) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for organization_id, user_id in people:
        found[organization_id].append(user_id)
    return found


def _send(found: Sequence[Line], people: People, today: dict[UUID, date]) -> Sent:
    """Notify each person; what each reminder went out with."""
    own: dict[tuple[UUID, UUID], list[Line]] = defaultdict(list)
    for line in found:
        own[line.organization_id, line.recipient_id].append(line)
    letters = [
        letter
        for owner, mine in own.items()
        for letter in _letters(mine, people[owner], today[owner[0]])
    ]
    notifications: dict[str, Notification] = {}
    for message in (messages.REMINDER, messages.DIGEST):
        drafts = [each.draft for each in letters if each.message is message]
        for row in notify_each(message, drafts=drafts):
            notifications[row.key] = row
    return {
        planned.key: notifications[letter.key]
        for letter in letters
        if letter.key in notifications
        for line in letter.lines
        for planned in line.planned
    }


def _letters(mine: Sequence[Line], person: Membership, day: date) -> list[_Letter]:
    if rules.is_digest(mine):
        return [_digest(mine, person, day)]
    return [_single(line, person, day) for line in mine]


def _single(line: Line, person: Membership, day: date) -> _Letter:
    context: dict[str, str | int] = {
        "when": rules.when(line.due, day),
        "title": line.title,
        "count": len(line.planned),
    }
    path = line.path or reverse("reminders:deadlines")
    return _Letter(messages.REMINDER, Draft(person, context, path, line.key), (line,))


def _digest(mine: Sequence[Line], person: Membership, day: date) -> _Letter:
    shown = mine[: rules.DIGEST_SHOWS]
    context: dict[str, str | int] = {
        "count": len(mine),
        "overdue": sum(line.due < day for line in mine),
        "lines": "\n".join(
            f"- {rules.when(line.due, day)}: {line.title}" for line in shown
        ),
        "more": len(mine) - len(shown),
    }
    draft = Draft(
        person, context, reverse("reminders:deadlines"), rules.digest_key(mine)
    )
    return _Letter(messages.DIGEST, draft, tuple(mine))


def _enter(planned: Iterable[Planned], sent: Sent) -> None:
    """Write into the ledger what went out, and what that superseded."""
    SentReminder.objects.bulk_create(
        (
            SentReminder(
                organization_id=each.item.organization_id,
                item=each.item.key,
                due=each.item.due,
                offset=each.offset,
                recipient_id=each.recipient_id,
                channel=channel,
                notification=sent.get(each.key),
                superseded_by_offset=each.superseded_by,
            )
            for each in planned
            if each.superseded_by is not None or each.key in sent
            for channel in ReminderChannel
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


@transaction.atomic
def set_policy(*, by: Actor, kind: str, offsets: Collection[int]) -> ReminderPolicy:
    """Set the days on which the organization is reminded of a kind of duty.

    Steps: organization locked, so that two managers never cross; rule; row; event
    ``reminder_policy.set``. Reminders already sent stay sent. The same days again
    change and record nothing. Raises NotAllowed, Invalid, OffsetsRefused.
    """
    by.require(Permission.REMINDERS_EDIT)
    if kind not in DutyKind.values:
        raise Invalid(f"There is no kind of duty {kind!r}.", fields={"kind": [kind]})
    days = list(rules.check_offsets(offsets))
    Organization.objects.locked(by.organization_id)
    policy = queries.policies(by).filter(kind=kind).first()
    before = list(policy.offsets) if policy else list(rules.DEFAULT_OFFSETS)
    if policy is not None and before == days:
        return policy
    policy, _ = ReminderPolicy.objects.update_or_create(
        organization=by.organization, kind=kind, defaults={"offsets": days}
    )
    record(
        trail.POLICY_SET,
        by=by,
        about=Subject(
            obj=policy,
            organization_id=by.organization_id,
            visible_to=frozenset({by.organization_id}),
        ),
        facts={"kind": kind, "offsets": days},
        changed={"offsets": (before, days)},
    )
    return policy
