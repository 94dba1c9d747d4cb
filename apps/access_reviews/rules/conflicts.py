"""Roles that one person may not hold together, over all systems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConflictPair:
    """Two roles and the name of the rule that parts them."""

    name: str
    first: UUID
    second: UUID


def conflicts(
    held: Iterable[tuple[str, UUID]], pairs: Iterable[ConflictPair]
) -> dict[tuple[str, UUID], tuple[str, ...]]:
    """Return, by (person, role), the names of the rules the person breaks with it.

    ``held`` are person and role; a person is whoever shares one key: the agent, or
    for an account of nobody the address or id the exports give.
    """
    roles: dict[str, set[UUID]] = defaultdict(set)
    for person, role in held:
        roles[person].add(role)
    found: dict[tuple[str, UUID], list[str]] = defaultdict(list)
    for pair in pairs:
        for person, own in roles.items():
            if pair.first in own and pair.second in own:
                found[person, pair.first].append(pair.name)
                found[person, pair.second].append(pair.name)
    return {key: tuple(sorted(names)) for key, names in found.items()}
