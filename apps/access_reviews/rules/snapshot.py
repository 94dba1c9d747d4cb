"""What a snapshot changes: accounts and the roles they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from apps.access_reviews.enums import AccountKind, AccountStatus, Usage

Holding = tuple[str, str]
"""Key of an account and the name of a role, in lower case."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as a file or the records say it."""

    key: str
    login: str = ""
    name: str = ""
    email: str = ""
    aliases: tuple[str, ...] = ()
    holder: str = ""
    unit: str = ""
    kind: AccountKind = AccountKind.UNKNOWN
    status: AccountStatus = AccountStatus.UNKNOWN
    usage: Usage = Usage.UNKNOWN
    last_used_at: datetime | None = None
    has_mfa: bool | None = None
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class GrantState:
    """A role in a file; ``is_privileged`` None where the file does not say."""

    name: str
    is_privileged: bool | None = None


@dataclass
class SnapshotPlan:
    """``accounts`` stand in the file; ``gone`` and ``lost`` are proved absent by it.

    ``fates`` counts rows by what became of them.
    """

    accounts: dict[str, AccountState] = field(default_factory=dict)
    roles: dict[str, GrantState] = field(default_factory=dict)
    holdings: set[Holding] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    lost: set[Holding] = field(default_factory=set)


def plan_snapshot(
    rows: Iterable[tuple[AccountState, tuple[GrantState, ...]]],
    *,
    known: dict[str, AccountState],
    held: set[Holding],
    proves_absence: bool,
) -> SnapshotPlan:
    """Compare the rows of a file with what is recorded of the system.

    Rows with one key are one account and add up their roles; where two rows differ
    in anything else the later one holds. ``known`` are accounts recorded as present,
    ``held`` their roles. Only a file that ``proves_absence`` takes anything away.
    """
    plan = SnapshotPlan()
    for account, roles in rows:
        plan.accounts[account.key] = _joined(plan.accounts.get(account.key), account)
        for role in roles:
            name = role.name.casefold()
            before = plan.roles.get(name, role)
            plan.roles[name] = replace(before, is_privileged=_either(before, role))
            plan.holdings.add((account.key, name))
    for key, state in plan.accounts.items():
        if key not in known:
            plan.new.add(key)
        elif known[key] != state:
            plan.changed.add(key)
    if proves_absence:
        plan.gone = set(known) - set(plan.accounts)
        plan.lost = held - plan.holdings
    return plan


def _joined(before: AccountState | None, row: AccountState) -> AccountState:
    if before is None:
        return row
    aliases = tuple(dict.fromkeys(before.aliases + row.aliases))
    return replace(row, aliases=aliases)


def _either(one: GrantState, other: GrantState) -> bool | None:
    if one.is_privileged or other.is_privileged:
        return True
    is_said = other.is_privileged is not None
    return other.is_privileged if is_said else one.is_privileged
