"""Mails to agents whose training lapses, where their provider's policy says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from apps.core import clock
from apps.notifications.actions import PlainLetter, send_plain_mails
from apps.reminders import messages, queries, rules
from apps.reminders.actions.entering import Entry, enter
from apps.reminders.enums import Cadence, DutyKind, ReminderChannel
from apps.reminders.models import SentReminder
from apps.reminders.rules import AgentDuty, AgentPlanned, Delivery, Policies
from apps.tenancy.actor import SystemActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.tenancy.queries import organizations_with_ids
from apps.training import queries as training


def write_to_agents(
    policies: Policies, *, by: SystemActor, first: date, last: date
) -> int:
    """Write to the agents themselves, one mail each; return mails sent.

    Plain text, no PHI, no link: they have no account. Nothing is asked of the
    database unless a policy says so; then five statements whatever the number.
    """
    by.require(Permission.REMINDERS_EDIT)
    offsets = {
        organization: policy.offsets
        for (organization, kind), policy in policies.items()
        if kind == DutyKind.CERTIFICATION_EXPIRES and policy.tells_agents
    }
    if not offsets:
        return 0
    parties = {each.pk: each for each in organizations_with_ids(set(offsets))}
    deliveries = queries.deliveries(list(parties.values()))
    planned = rules.plan_agents(
        _duties(set(offsets), first=first, last=last),
        offsets=offsets,
        ledger=queries.agents_ledger(set(offsets), first=first, last=last),
        slots=_slots(deliveries),
    )
    return _send(planned, parties, deliveries)


def _duties(organization_ids: set[UUID], *, first: date, last: date) -> list[AgentDuty]:
    rows = training.lapsing_agents(organization_ids, first=first, last=last)
    return [
        AgentDuty(
            item=f"agent:{row.agent_id}:{row.course_id}",
            due=row.valid_until,
            organization_id=row.organization_id,
            to=row.email,
            title=row.course_title,
        )
        for row in rows
    ]


def _slots(deliveries: dict[UUID, Delivery]) -> dict[UUID, date]:
    now = clock.now()
    return {
        pk: rules.slot(each, Cadence.IMMEDIATE, now)
        for pk, each in deliveries.items()
        if not rules.is_quiet_at(each, now)
    }


def _send(
    planned: Sequence[AgentPlanned],
    parties: dict[UUID, Organization],
    deliveries: dict[UUID, Delivery],
) -> int:
    own: dict[tuple[UUID, str], list[AgentPlanned]] = defaultdict(list)
    for each in planned:
        agent = each.duty.item.rsplit(":", maxsplit=1)[0]
        own[each.duty.organization_id, agent].append(each)
    if not own:
        return 0
    mails = send_plain_mails(
        _letter(mine, parties[pk], clock.today(deliveries[pk].zone))
        for (pk, _), mine in own.items()
    )
    enter(
        _entry(each, mail.pk)
        for mine, mail in zip(own.values(), mails, strict=True)
        for each in mine
    )
    return len(mails)


def _letter(
    mine: Sequence[AgentPlanned], organization: Organization, day: date
) -> PlainLetter:
    lines = "\n".join(
        f"- {each.duty.title}: {_until(each.duty.due, day)} "
        f"({rules.offset_words(each.offset)})"
        for each in mine
    )
    context: dict[str, str | int] = {"organization": str(organization), "lines": lines}
    subject = messages.AGENT_SUBJECT.format(organization=organization)
    return PlainLetter(mine[0].duty.to, subject, messages.AGENT_TEMPLATE, context)


def _until(due: date, day: date) -> str:
    word = "ran out on" if due < day else "is valid until"
    return f"{word} {rules.written(due)}"


def _entry(planned: AgentPlanned, mail_id: UUID) -> Entry:
    duty = planned.duty
    return Entry(
        organization_id=duty.organization_id,
        kind=DutyKind.CERTIFICATION_EXPIRES,
        item=duty.item,
        title=duty.title[: SentReminder.TITLE_MAX],
        due=duty.due,
        offset=planned.offset,
        slot=planned.slot,
        is_default_policy=False,
        channel=ReminderChannel.EMAIL,
        mail_id=mail_id,
        supersedes=list(planned.supersedes),
    )
