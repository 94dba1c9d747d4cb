"""What a reviewer should look at; what nobody can tell stands apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.access_reviews.enums import AccountKind, AccountStatus, Flag, Usage

_CANNOT_SIGN_IN = {AccountStatus.SUSPENDED, AccountStatus.REMOVED}


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One grant as the flags see it. None means nobody said.

    ``left_on`` is the last day of the agent, inclusive. ``is_assigned`` None: the
    system serves no engagement, so nothing is expected. ``is_excessive`` None: the
    role names no minimum. ``is_new`` None: there was no review before.
    """

    status: AccountStatus
    kind: AccountKind
    is_matched: bool
    usage: Usage
    last_used_at: datetime | None = None
    opened_on: date | None = None
    left_on: date | None = None
    is_assigned: bool | None = None
    is_cleared: bool | None = None
    is_privileged: bool | None = None
    is_excessive: bool | None = None
    has_mfa: bool | None = None
    is_new: bool | None = None
    candidates: int = 0
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flags:
    """``raised`` hold; of ``unknown`` nobody can tell."""

    raised: tuple[Flag, ...]
    unknown: tuple[Flag, ...]


def flags_of(
    facts: AccountFacts, *, now: datetime, today: date, dormant_days: int
) -> Flags:
    """Return the flags of one grant in the order reviewers read them.

    ``today`` is the local date of the organization; a leaver is flagged from the day
    after the last day. An account whose status is not stated counts as one that can
    be signed in to: it stands in the export. Dormant: not used for more than
    ``dormant_days``; an account never used is dormant once it is older than that.
    """
    told = {
        Flag.LEAVER_ACTIVE: _leaver(facts, today),
        Flag.ORPHAN: not facts.is_matched and _can_sign_in(facts),
        Flag.CONFLICT: bool(facts.conflicts),
        Flag.EXCESSIVE: facts.is_excessive,
        Flag.PRIVILEGED: facts.is_privileged,
        Flag.SHARED: facts.kind is AccountKind.SHARED or facts.candidates > 1,
        Flag.NO_MFA: None if facts.has_mfa is None else not facts.has_mfa,
        Flag.NEVER_USED: _never_used(facts),
        Flag.DORMANT: _dormant(facts, now, dormant_days),
        Flag.NOT_ASSIGNED: _not_assigned(facts),
        Flag.UNTRAINED: _untrained(facts),
        Flag.NEW: bool(facts.is_new),
    }
    return Flags(
        raised=tuple(flag for flag, holds in told.items() if holds),
        unknown=tuple(flag for flag, holds in told.items() if holds is None),
    )


def _can_sign_in(facts: AccountFacts) -> bool:
    return facts.status not in _CANNOT_SIGN_IN


def _leaver(facts: AccountFacts, today: date) -> bool:
    has_left = facts.left_on is not None and facts.left_on < today
    return has_left and _can_sign_in(facts)


def _never_used(facts: AccountFacts) -> bool | None:
    return None if facts.usage is Usage.UNKNOWN else facts.usage is Usage.NEVER


def _dormant(facts: AccountFacts, now: datetime, days: int) -> bool | None:
    if not _can_sign_in(facts):
        return False
    before = now - timedelta(days=days)
    if facts.usage is Usage.USED and facts.last_used_at is not None:
        return facts.last_used_at < before
    if facts.usage is Usage.NEVER and facts.opened_on is not None:
        return facts.opened_on < before.date()
    return None


def _not_assigned(facts: AccountFacts) -> bool:
    return facts.is_matched and facts.is_assigned is False and _can_sign_in(facts)


def _untrained(facts: AccountFacts) -> bool | None:
    if not facts.is_matched or not facts.is_assigned or not _can_sign_in(facts):
        return False
    return None if facts.is_cleared is None else not facts.is_cleared
