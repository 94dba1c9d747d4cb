"""Whose account it is: agent id first, then e-mail, then a remembered alias."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from apps.access_reviews.enums import AccountKind, MatchedBy
from apps.access_reviews.rules.snapshot import AccountState

_NEVER_A_PERSON = {AccountKind.ROOT, AccountKind.SERVICE}


@dataclass(frozen=True, slots=True)
class People:
    """The agents expected in a system. Keys are in lower case; an e-mail may belong
    to several."""

    external_ids: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    emails: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    aliases: Mapping[str, frozenset[UUID]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """The agent, how it was found, and how many came into question."""

    agent_id: UUID | None = None
    by: MatchedBy = MatchedBy.NOBODY
    candidates: int = 0


def match(
    people: People,
    *,
    holder: str,
    key: str,
    login: str,
    emails: Iterable[str],
    kind: AccountKind,
) -> Match:
    """Return the one agent an account belongs to.

    ``holder`` is the id of a person in the export; ``key`` and ``login`` of the
    account may be that id too. Two agents for one address are no match: the account
    counts as shared. Root and service accounts match nobody. Names are never
    compared: two people may share one.
    """
    if kind in _NEVER_A_PERSON:
        return Match()
    addresses = list(emails)
    tries = (
        (MatchedBy.EXTERNAL_ID, people.external_ids, (holder, key, login)),
        (MatchedBy.EMAIL, people.emails, (*addresses, login)),
        (MatchedBy.ALIAS, people.aliases, (login, *addresses, holder, key)),
    )
    most = 0
    for by, index, words in tries:
        found = _found(index, words)
        if len(found) == 1:
            return Match(next(iter(found)), by, 1)
        most = max(most, len(found))
    return Match(candidates=most)


def match_account(people: People, account: AccountState) -> Match:
    """Return the one agent an account of an export belongs to."""
    return match(
        people,
        holder=account.holder,
        key=account.key,
        login=account.login,
        emails=(account.email, *account.aliases),
        kind=account.kind,
    )


def _found(index: Mapping[str, frozenset[UUID]], words: Iterable[str]) -> set[UUID]:
    found: set[UUID] = set()
    for word in words:
        if word:
            found |= index.get(word.strip().casefold(), frozenset())
    return found
