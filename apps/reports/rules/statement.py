"""The frozen statement: facts in, one JSON value out, and its hash.

The document, the API and the file attached to the PDF are all made from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from apps.audit.rules import canonical, instant_text
from apps.core.types import GateCondition
from apps.reports.rules.facts import AgentLine, EngagementFacts

VERSION = 1
Statement = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Issue:
    """The act of issuing: which statement, as of when, by whom, for whose eyes."""

    id: UUID
    code: str
    as_of: date
    issued_at: datetime
    time_zone: str
    issued_by: str
    role: str
    organization: str
    names_agents: bool


def statement(issue: Issue, facts: EngagementFacts) -> Statement:
    """Build the statement, version 1: text, integers, booleans, lists, objects.

    Without ``names_agents`` agents are numbered in an order that tells nothing and
    carry neither name nor staff number.
    """
    built = asdict(facts)
    built |= {
        "v": VERSION,
        "kind": "engagement",
        "attestation": asdict(issue),
        "conditions": [_condition(condition) for condition in facts.conditions],
        "agents": _agents(facts.agents, issue),
        "sources": _sources(facts.conditions),
    }
    return cast("Statement", plain(built))


def _condition(condition: GateCondition) -> dict[str, Any]:
    """A condition without the links that only mean something on a screen."""
    shown = asdict(condition)
    del shown["fix_path"], shown["fix_label"]
    return shown


def _agents(agents: Iterable[AgentLine], issue: Issue) -> list[dict[str, Any]]:
    if issue.names_agents:
        ordered = sorted(agents, key=lambda agent: (agent.name, agent.external_id))
        return [asdict(agent) for agent in ordered]
    shuffled = sorted(agents, key=lambda agent: _order(agent, issue.code))
    return [
        asdict(agent) | {"external_id": "", "name": f"Agent {number}"}
        for number, agent in enumerate(shuffled, start=1)
    ]


def _order(agent: AgentLine, code: str) -> str:
    return hashlib.sha256(f"{code}:{agent.external_id}".encode()).hexdigest()


def _sources(conditions: Iterable[GateCondition]) -> list[dict[str, Any]]:
    """Each citation once, with its legal status and what it was cited for."""
    cited: dict[tuple[str, str], list[str]] = {}
    for condition in conditions:
        key = (condition.citation, condition.legal_status.value)
        cited.setdefault(key, []).append(condition.title)
    return [
        {"citation": citation, "legal_status": status, "cited_for": titles}
        for (citation, status), titles in sorted(cited.items())
    ]


def plain(value: object) -> object:
    """The value as JSON holds it: days, instants and ids as text, tuples as lists."""
    match value:
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case str():
            return str(getattr(value, "value", value))
        case _:
            return value


def statement_bytes(built: Statement) -> bytes:
    """Canonical bytes: what is hashed and what is attached to the PDF."""
    return canonical(built)


def statement_sha256(built: Statement) -> str:
    """Hex SHA-256 of the canonical bytes. The same facts, the same hash."""
    return hashlib.sha256(statement_bytes(built)).hexdigest()
