"""Grants with everything that is known of them: the ground of lists and campaigns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.access_reviews import rules
from apps.access_reviews.enums import AccountKind, AccountStatus, Flag, Usage
from apps.access_reviews.models import (
    AccessGrant,
    AccessRole,
    Account,
    AgentAlias,
    ConflictRule,
    System,
)
from apps.access_reviews.queries.systems import policy_of, running_today
from apps.core import clock
from apps.tenancy.models import Organization
from apps.workforce.models import Assignment, EarlierPeriod

NotCleared = Callable[..., Mapping[UUID, Collection[UUID]]]

# Who can say which agents of an engagement are not cleared by training; the room
# that knows stands beside this one, so the portal hands it in when it starts.
_not_cleared: list[NotCleared] = []


def provide_clearance(provider: NotCleared) -> None:
    """Take the answer to "who is not cleared": ``provider(engagement_ids, as_of=day)``
    gives, by engagement, the agents that are not. The last one given holds."""
    _not_cleared[:] = [provider]


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One grant in words, with its flags; ``subject`` are addresses of the person."""

    grant: AccessGrant
    flags: rules.Flags
    conflicts: tuple[str, ...]
    agent_roles: tuple[str, ...]
    subject: tuple[str, ...]

    @property
    def account(self) -> Account:
        """The account."""
        return self.grant.account

    @property
    def agent_name(self) -> str:
        """The agent's name, where it is the owner's to know."""
        return agent_name(self.account)

    @property
    def flag_labels(self) -> list[str]:
        """The flags in words."""
        return [str(flag.label) for flag in self.flags.raised]

    @property
    def unknown_labels(self) -> list[str]:
        """What nobody can tell, in words."""
        return [str(flag.label) for flag in self.flags.unknown]


@dataclass(frozen=True)
class _World:
    """What the flags of one organization's grants depend on."""

    now: datetime
    today: date
    dormant_days: int
    serves: Mapping[UUID, frozenset[UUID]]
    assigned: Mapping[UUID, Mapping[UUID, str]]
    away: Mapping[UUID, date]
    aliases: Mapping[UUID, Sequence[str]]
    not_cleared: Mapping[UUID, Collection[UUID]] | None
    conflicts: Mapping[tuple[str, UUID], tuple[str, ...]]
    reviewed: Collection[UUID] | None


def grant_lines(
    organization: Organization,
    systems: Sequence[System],
    *,
    reviewed: Collection[UUID] | None = None,
) -> list[GrantLine]:
    """Every grant present in the systems, with flags, by system, account and role.

    ``reviewed`` are the grants of the review before; None: there was none. Ten
    queries whatever the number, and those of whoever answers for training.
    """
    rows = _grants_present(systems)
    world = _world(organization, systems, rows, reviewed)
    return [_line(row, world) for row in rows]


def _grants_present(systems: Sequence[System]) -> list[AccessGrant]:
    """Grants that stand in the last export of their systems. Two queries: roles are
    few beside grants, and each is read once."""
    rows = list(
        AccessGrant.objects.filter(
            account__system__in=systems,
            absent_since=None,
            account__absent_since=None,
        )
        .select_related("account__agent")
        .order_by("account__system__name", "account__key", "role__name", "pk")
    )
    roles = {row.pk: row for row in AccessRole.objects.filter(system__in=systems)}
    by_pk = {system.pk: system for system in systems}
    for row in rows:
        row.role = roles[row.role_id]
        row.account.system = by_pk[row.account.system_id]
    return rows


def _world(
    organization: Organization,
    systems: Sequence[System],
    rows: Sequence[AccessGrant],
    reviewed: Collection[UUID] | None,
) -> _World:
    today = clock.today(organization.time_zone)
    serves = _serves(systems)
    engagement_ids = {pk for each in serves.values() for pk in each}
    agents = {row.account.agent_id for row in rows} - {None}
    not_cleared = None
    if _not_cleared and engagement_ids:
        not_cleared = _not_cleared[0](engagement_ids, as_of=today)
    return _World(
        now=clock.now(),
        today=today,
        dormant_days=policy_of(organization).dormant_days,
        serves=serves,
        assigned=_assigned(agents, today),
        away=_away(rows, today),
        aliases=_aliases(organization, agents),
        not_cleared=not_cleared,
        conflicts=_conflicts(organization),
        reviewed=reviewed,
    )


def _serves(systems: Sequence[System]) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = {row.pk: set() for row in systems}
    through = System.engagements.through.objects.filter(system__in=list(found))
    for system, engagement in through.values_list("system_id", "engagement_id"):
        found[system].add(engagement)
    return {pk: frozenset(ids) for pk, ids in found.items()}


def _assigned(
    agents: Collection[UUID | None], today: date
) -> dict[UUID, dict[UUID, str]]:
    """Role by engagement, for each agent who is assigned today."""
    found: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    rows = Assignment.objects.filter(running_today(today), agent__in=agents)
    for agent, engagement, role in rows.order_by().values_list(
        "agent", "engagement", "role"
    ):
        found[agent][engagement] = role
    return found


def _away(rows: Iterable[AccessGrant], today: date) -> dict[UUID, date]:
    """Last day of those who left and are to come back on a later day."""
    later = {
        row.account.agent_id
        for row in rows
        if row.account.agent and row.account.agent.joined_on > today
    }
    if not later:
        return {}
    periods = EarlierPeriod.objects.filter(agent__in=later).order_by("left_on")
    return dict(periods.values_list("agent", "left_on"))


def _aliases(
    organization: Organization, agents: Collection[UUID | None]
) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = AgentAlias.objects.filter(organization=organization, agent__in=agents)
    for agent, alias in rows.order_by("alias").values_list("agent", "alias"):
        found[agent].append(alias)
    return found


def _conflicts(organization: Organization) -> dict[tuple[str, UUID], tuple[str, ...]]:
    """Rules broken over all systems of the organization, by person and role."""
    pairs = [
        rules.ConflictPair(name, first, second)
        for name, first, second in ConflictRule.objects.filter(
            organization=organization
        ).values_list("name", "first", "second")
    ]
    if not pairs:
        return {}
    parts = {role for pair in pairs for role in (pair.first, pair.second)}
    held = AccessGrant.objects.filter(
        role__in=parts, absent_since=None, account__absent_since=None
    ).select_related("account")
    return rules.conflicts(
        [(person_of(row.account), row.role_id) for row in held], pairs
    )


def agent_name(account: Account) -> str:
    """The name of the agent of an account; "" for nobody's, and for the agent of
    another organization, whose name stays with its employer. No query."""
    agent = account.agent
    if agent is None or agent.organization_id != account.organization_id:
        return ""
    return agent.full_name


def person_of(account: Account) -> str:
    """One key for all accounts of a person: the agent, or else the address or id the
    export gives. No query."""
    if account.agent_id:
        return str(account.agent_id)
    word = account.email or account.holder or account.login or account.key
    return word.casefold()


def _line(row: AccessGrant, world: _World) -> GrantLine:
    account = row.account
    agent_roles = _roles_of(account, world)
    conflicts = world.conflicts.get((person_of(account), row.role_id), ())
    facts = rules.AccountFacts(
        status=AccountStatus(account.status),
        kind=AccountKind(account.kind),
        is_matched=account.agent_id is not None or bool(account.match_note),
        usage=Usage(account.usage),
        last_used_at=account.last_used_at,
        opened_on=account.opened_on,
        left_on=_left_on(account, world),
        is_assigned=_is_assigned(account, world),
        is_cleared=_is_cleared(account, world),
        is_privileged=row.role.is_privileged,
        is_excessive=_is_excessive(row, agent_roles),
        has_mfa=account.has_mfa,
        is_new=None if world.reviewed is None else row.pk not in world.reviewed,
        candidates=account.candidates,
        conflicts=conflicts,
    )
    flags = rules.flags_of(
        facts, now=world.now, today=world.today, dormant_days=world.dormant_days
    )
    return GrantLine(row, flags, conflicts, agent_roles, _subject(account, world))


def _left_on(account: Account, world: _World) -> date | None:
    agent = account.agent
    if agent is None:
        return None
    return world.away.get(agent.pk) if agent.joined_on > world.today else agent.left_on


def _roles_of(account: Account, world: _World) -> tuple[str, ...]:
    """Roles of the agent on the engagements of the system, or on any if none."""
    own = world.assigned.get(account.agent_id, {}) if account.agent_id else {}
    served = world.serves.get(account.system_id, frozenset())
    roles = {role for pk, role in own.items() if not served or pk in served}
    return tuple(sorted(roles))


def _is_assigned(account: Account, world: _World) -> bool | None:
    served = world.serves.get(account.system_id, frozenset())
    if not served or account.agent_id is None:
        return None
    return bool(served & set(world.assigned.get(account.agent_id, {})))


def _is_cleared(account: Account, world: _World) -> bool | None:
    if world.not_cleared is None or account.agent_id is None:
        return None
    served = world.serves.get(account.system_id, frozenset())
    return all(account.agent_id not in world.not_cleared.get(pk, ()) for pk in served)


def _is_excessive(row: AccessGrant, agent_roles: Iterable[str]) -> bool | None:
    if not row.role.agent_roles or row.account.agent_id is None:
        return None
    return not set(row.role.agent_roles) & set(agent_roles)


def _subject(account: Account, world: _World) -> tuple[str, ...]:
    words = [account.email, account.login, *account.aliases]
    if account.agent:
        words += [account.agent.email, *world.aliases.get(account.agent.pk, ())]
    return tuple(dict.fromkeys(word.casefold() for word in words if word))


def frozen_facts(line: GrantLine) -> dict[str, Any]:
    """What a campaign keeps of a grant: the words a reviewer decides on. No query."""
    account, role = line.account, line.grant.role
    last = account.last_used_at
    return {
        "system": account.system.name,
        "role": role.name,
        "role_note": role.note,
        "key": account.key,
        "login": account.login,
        "name": account.name,
        "email": account.email,
        "kind": account.kind,
        "status": account.status,
        "usage": account.usage,
        "last_used_at": last.isoformat() if last else None,
        "agent": agent_name(account) or None,
        "agent_id": account.agent.external_id if account.agent else None,
        "matched_by": account.matched_by,
        "match_note": account.match_note,
        "agent_roles": list(line.agent_roles),
        "is_privileged": role.is_privileged,
        "has_mfa": account.has_mfa,
        "conflicts": list(line.conflicts),
    }


def counts_by_flag(lines: Iterable[GrantLine]) -> dict[Flag, int]:
    """How many grants raise each flag. No query."""
    found = dict.fromkeys(Flag, 0)
    for line in lines:
        for flag in line.flags.raised:
            found[flag] += 1
    return found
