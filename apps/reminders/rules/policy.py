"""What a policy says: on which days, to which roles, by which channels.

All figures are our own defaults; no law asks for reminders.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from apps.core.errors import Invalid
from apps.reminders.enums import DutyKind, ReminderChannel, permission_of
from apps.tenancy.enums import ROLE_PERMISSIONS, ROLES_BY_KIND, OrganizationKind, Role

DEFAULT_OFFSETS = (-30, -14, -7, -1, 0, 1, 7, 14)
# A breach clock or an access to take away runs for days, not for months.
SHORT_OFFSETS = (-7, -3, -2, -1, 0, 1, 2, 3, 7)
EARLIEST_OFFSET = -365
LATEST_OFFSET = 90
MAX_OFFSETS = 12
# How far back a duty nobody did is still looked at: the latest reminder plus the
# longest outage we answer for.
LOOK_BACK_DAYS = 180
MANAGERS = frozenset({Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER})
EVERY_CHANNEL = frozenset(ReminderChannel)


class OffsetsRefused(Invalid):
    """The days of a policy cannot be used."""

    default_code = "offsets_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={"offsets": [message]})


class PolicyRefused(Invalid):
    """Recipients, escalation or channels of a policy cannot be used."""

    default_code = "policy_refused"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, fields={field: [message]})


@dataclass(frozen=True, slots=True)
class Policy:
    """When and whom an organization reminds of one kind of duty.

    ``offsets`` are days from the due day, in order. ``escalate_after`` days after
    the due day those of ``escalate_to`` are told too. ``tells_agents`` writes to the
    agents whose training lapses.
    """

    offsets: tuple[int, ...] = DEFAULT_OFFSETS
    recipients: frozenset[Role] = MANAGERS
    channels: frozenset[ReminderChannel] = EVERY_CHANNEL
    escalate_after: int | None = None
    escalate_to: frozenset[Role] = frozenset()
    tells_agents: bool = False

    def offsets_for(self, role: Role) -> tuple[int, ...]:
        """The days on which somebody with the role hears of a duty, in order."""
        own = self.offsets if role in self.recipients else ()
        if self.escalate_after is None or role not in self.escalate_to:
            return own
        return tuple(sorted({*own, self.escalate_after}))

    def is_escalation(self, offset: int, role: Role) -> bool:
        """Whether the role hears on that day only because the duty was escalated."""
        is_own = role in self.recipients and offset in self.offsets
        return offset == self.escalate_after and not is_own

    def channels_for(self, *, wants_email: bool) -> frozenset[ReminderChannel]:
        """How a reminder goes out. E-mail stays where there is no other way."""
        kept = self.channels - {ReminderChannel.EMAIL}
        return self.channels if wants_email or not kept else kept

    @property
    def earliest(self) -> int:
        """The first of its days."""
        return min(self.offsets)


Policies = Mapping[tuple[UUID, str], Policy]

_BY_KIND = {
    DutyKind.INCIDENT_NOTICE: Policy(offsets=SHORT_OFFSETS),
    DutyKind.ACCESS_REVOCATION_DUE: Policy(offsets=SHORT_OFFSETS),
}
_DEFAULT = Policy()


def default_policy(kind: str) -> Policy:
    """What applies where an organization set nothing: our own default."""
    return _BY_KIND.get(kind, _DEFAULT)  # type: ignore[call-overload, no-any-return]


def roles_for(kind: str, organization: OrganizationKind) -> tuple[Role, ...]:
    """Roles of such an organization that may read duties of the kind."""
    needed = permission_of(kind)
    return tuple(
        role for role in ROLES_BY_KIND[organization] if needed in ROLE_PERMISSIONS[role]
    )


def check_policy(policy: Policy, *, kind: str, among: Collection[Role]) -> Policy:
    """The policy in its stored form.

    ``among`` are the roles the organization may name. Escalation names a number of
    days from 1 to 90 and at least one role, or neither. Raises OffsetsRefused,
    PolicyRefused.
    """
    for field, roles in (
        ("recipients", policy.recipients),
        ("escalate_to", policy.escalate_to),
    ):
        if strange := roles - set(among):
            names = ", ".join(sorted(str(role.label) for role in strange))
            raise PolicyRefused(field, f"{names} may not read duties of this kind.")
    if not policy.recipients:
        raise PolicyRefused("recipients", "Name at least one role to remind.")
    if not policy.channels:
        raise PolicyRefused("channels", "Choose e-mail, the inbox, or both.")
    if policy.tells_agents and kind != DutyKind.CERTIFICATION_EXPIRES:
        raise PolicyRefused("tells_agents", "Agents are told of their training only.")
    _check_escalation(policy)
    return replace(policy, offsets=check_offsets(policy.offsets))


def _check_escalation(policy: Policy) -> None:
    after = policy.escalate_after
    if (after is None) != (not policy.escalate_to):
        field = "escalate_after" if after is None else "escalate_to"
        raise PolicyRefused(
            field, "Escalation needs both: the days overdue and a role to tell."
        )
    if after is not None and not 1 <= after <= LATEST_OFFSET:
        raise PolicyRefused(
            "escalate_after", f"Escalate 1 to {LATEST_OFFSET} days after the due day."
        )


def check_offsets(offsets: Collection[int]) -> tuple[int, ...]:
    """Days of a policy in order, each once.

    Between 365 days before (-365) and 90 days after the due day, at least one and at
    most twelve. Raises OffsetsRefused.
    """
    days = tuple(sorted(set(offsets)))
    if not days:
        raise OffsetsRefused("Name at least one day; 0 is the due day itself.")
    if len(days) > MAX_OFFSETS:
        raise OffsetsRefused(f"Name at most {MAX_OFFSETS} days.")
    if days[0] < EARLIEST_OFFSET or days[-1] > LATEST_OFFSET:
        raise OffsetsRefused(
            f"Days lie between {EARLIEST_OFFSET} (before) and {LATEST_OFFSET} (after)."
        )
    return days


def window(today: date, policies: Policies) -> tuple[date, date]:
    """Due days, inclusive, a pass of ``today`` looks at."""
    before = [policy.earliest for policy in policies.values()]
    reach = -min(*DEFAULT_OFFSETS, *before, 0)
    return today - timedelta(days=LOOK_BACK_DAYS), today + timedelta(days=reach)
