"""The statement laid out for print: sentences, rows and drawings.

Reads nothing but the statement, so the same statement is the same document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.charts import NodeState, chain_tree, stacked_bar
from apps.core.types import ConditionState, LegalStatus, Side
from apps.reports.rules.codes import grouped
from apps.reports.rules.facts import ROOT_PATH

NOT_STATED = "Not stated"
NO_LIMIT = "No limit set"
NOTHING = "None"
STATE_WORDS = {
    ConditionState.SATISFIED: ("Satisfied", "good"),
    ConditionState.NOT_SATISFIED: ("Not satisfied", "bad"),
    ConditionState.UNKNOWN: ("Not known", "warn"),
}
LEGAL_WORDS = {
    LegalStatus.IN_FORCE: "In force",
    LegalStatus.PROPOSED: "Proposed, not in force",
    LegalStatus.OWN_DEFAULT: "Our own default",
}
SIDE_WORDS = {Side.CLIENT: "Client", Side.PROVIDER: "Provider", Side.BOTH: "Both"}
# The root has nothing above it to flow down from; its terms are conditions.
ROOT_WORDS = ("BAA in force", "good")
FLOW_WORDS = {
    ConditionState.SATISFIED: ("In force, terms flow down", "good"),
    ConditionState.NOT_SATISFIED: ("Broken", "bad"),
}
# Field, its name, and what silence of an agreement about it means.
_SCOPE_ROWS = (
    ("services", "Services", NOTHING),
    ("channels", "Channels", NOTHING),
    ("phi_categories", "PHI categories", NOTHING),
    ("head_count_ceiling", "Agents at most", NO_LIMIT),
    ("countries", "Countries", NO_LIMIT),
    ("sites", "Sites", NO_LIMIT),
    ("systems", "Systems", NO_LIMIT),
    ("remote_work", "Work from home", NO_LIMIT),
    ("hours", "Hours", NO_LIMIT),
)


@dataclass(frozen=True, slots=True)
class Hop:
    """A party of the chain, as the table and the drawing show it."""

    path: str
    name_shown: str
    country: str
    services: tuple[str, ...]
    channels: tuple[str, ...]
    since: str
    words: str
    tone: str
    reasons: tuple[str, ...]
    children: tuple[Hop, ...]

    def walk(self) -> Iterator[Hop]:
        """This party and all below it, from the top."""
        yield self
        for child in self.children:
            yield from child.walk()


def document(statement: dict[str, Any], sha256: str) -> dict[str, Any]:
    """Everything the print template shows."""
    issue = statement["attestation"]
    root = hop(statement["chain"])
    hops = list(root.walk())
    return {
        "statement": statement,
        "sha256": sha256,
        "short_hash": sha256[:16],
        "code": grouped(issue["code"]),
        "as_of": long_date(issue["as_of"]),
        "issued": issued_words(issue["issued_at"], issue["time_zone"]),
        "verdict_tone": verdict_tone(statement["verdict"]),
        "counted": counted(statement["conditions"]),
        "conditions": [_condition(row) for row in statement["conditions"]],
        "scope_rows": scope_rows(statement),
        "hops": hops,
        "subcontractors": len(hops) - 1,
        "chain_drawing": chain_tree(root, states=_node_state),
        "coverage_drawing": coverage_drawing(statement["coverage"]),
        "requirement_rows": requirement_rows(statement["coverage"]),
        "training_rows": training_rows(statement["agents"]),
        "sources": [_source(row) for row in statement["sources"]],
    }


def verdict_tone(verdict: str) -> str:
    """Tone of a verdict: good, bad or warn."""
    return {"open": "good", "closed": "bad"}.get(verdict, "warn")


def long_date(text: str) -> str:
    """``2026-06-05`` as ``5 June 2026``."""
    return f"{date.fromisoformat(text):%-d %B %Y}"


def issued_words(text: str, zone: str) -> str:
    """The instant in the issuer's zone, and in UTC beside it."""
    instant = datetime.fromisoformat(text)
    local = instant.astimezone(ZoneInfo(zone))
    if zone == "UTC":
        return f"{instant:%-d %B %Y %H:%M} UTC"
    return f"{local:%-d %B %Y %H:%M} {zone} ({instant:%Y-%m-%d %H:%M} UTC)"


def counted(conditions: list[dict[str, Any]]) -> str:
    """How many conditions hold, in one sentence."""
    states = [row["state"] for row in conditions]
    if not states:
        return "No condition was examined."
    missed = [
        f"{count} {'is' if count == 1 else 'are'} {words}"
        for state, words in (
            (ConditionState.NOT_SATISFIED, "not satisfied"),
            (ConditionState.UNKNOWN, "not known"),
        )
        if (count := states.count(state))
    ]
    if missed:
        return f"Of {len(states)} conditions, {' and '.join(missed)}."
    if len(states) == 1:
        return "The only condition is satisfied."
    return f"All {len(states)} conditions are satisfied."


def _condition(row: dict[str, Any]) -> dict[str, Any]:
    words, tone = STATE_WORDS[ConditionState(row["state"])]
    return row | {
        "words": words,
        "tone": tone,
        "legal_words": LEGAL_WORDS[LegalStatus(row["legal_status"])],
        "who_words": SIDE_WORDS[Side(row["who_acts"])],
    }


def _source(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"legal_words": LEGAL_WORDS[LegalStatus(row["legal_status"])]}


def scope_rows(statement: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Per dimension: its name, what is declared, what the BAA permits."""
    declared = statement["declared_scope"]
    agreement = statement["agreement"]
    agreed = agreement["scope"] if agreement else None
    return [
        (
            label,
            _scope_words(declared, key, silence=NOT_STATED),
            _scope_words(agreed, key, silence=silence),
        )
        for key, label, silence in _SCOPE_ROWS
    ]


def _scope_words(scope: dict[str, Any] | None, key: str, *, silence: str) -> str:
    if scope is None:
        return "-"
    value = scope[key]
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(value) or silence
    return str(value) if value not in (None, "") else silence


def hop(node: dict[str, Any]) -> Hop:
    """A node of the statement's chain with everything below it."""
    words, tone = _flow_words(node)
    return Hop(
        path=node["path"],
        name_shown=node["name"],
        country=node["country"],
        services=tuple(node["services"]),
        channels=tuple(node["channels"]),
        since=node["effective_on"] or "",
        words=words,
        tone=tone,
        reasons=tuple(node["reasons"]),
        children=tuple(hop(child) for child in node["children"]),
    )


def _flow_words(node: dict[str, Any]) -> tuple[str, str]:
    if not node["is_approved"]:
        return "Waits for the client's approval", "warn"
    if node["path"] == ROOT_PATH and node["flow_down"] == ConditionState.SATISFIED:
        return ROOT_WORDS
    return FLOW_WORDS.get(node["flow_down"], ("Not known", "warn"))


def _node_state(node: Hop) -> NodeState:
    return NodeState(node.words, node.tone)


def coverage_drawing(coverage: dict[str, Any]) -> str:
    """The bar of cleared against not cleared agents."""
    cleared, agents = coverage["cleared"], coverage["agents"]
    return stacked_bar(
        [("cleared", cleared, "good"), ("not cleared", agents - cleared, "bad")],
        label="Agents cleared by training",
    )


def requirement_rows(coverage: dict[str, Any]) -> list[dict[str, Any]]:
    """Each requirement with the agents who should meet it and do not."""
    return [
        row | {"not_met": row["agents"] - row["met"] - row["waiting"]}
        for row in coverage["requirements"]
    ]


def training_rows(agents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The agents' annex: a row for each record, one for an agent without any."""
    return [
        {"agent": agent, "record": record}
        for agent in agents
        for record in agent["records"] or [None]
    ]
