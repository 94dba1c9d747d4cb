"""Reminders of the demonstration leave at any hour, so that one sees them at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from apps.reminders import actions, rules
from apps.reminders.enums import DutyKind
from apps.reminders.rules import Delivery, Policy
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission, Role


def at_any_hour(managers: Iterable[Actor]) -> None:
    """No sending time and no quiet hours; telling it twice changes nothing."""
    for manager in managers:
        if manager.can(Permission.REMINDERS_EDIT):
            zone = manager.organization.time_zone
            terms = Delivery(
                zone=zone, send_at=time(0), quiet_from=None, quiet_until=None
            )
            actions.set_delivery(by=manager, terms=terms)


def escalate_agreements(manager: Actor) -> None:
    """A covered entity's own policy: who only reads hears of a BAA a week overdue."""
    terms = Policy(
        offsets=rules.DEFAULT_OFFSETS,
        recipients=frozenset({Role.COMPLIANCE_MANAGER, Role.COMPLIANCE_ANALYST}),
        escalate_after=7,
        escalate_to=frozenset({Role.COMPLIANCE_READER}),
    )
    kind = DutyKind.AGREEMENT_EXPIRES
    actions.set_policy(by=manager, kind=kind, terms=terms)
