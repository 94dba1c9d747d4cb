"""Observed beside agreed, in words, for every dimension: drift or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.drift.enums import Dimension
from apps.drift.rules.comparison import (
    LABELS,
    NO_LABELS,
    NOTHING,
    compare,
    day_text,
    used,
)
from apps.drift.rules.facts import AgreedTerms, ObservedFacts
from apps.engagements.rules import DIMENSIONS, ScopeTerms

NO_LIMIT = "No limit set"
NOT_IN_FORCE = "No agreement in force"
NONE = "None"


@dataclass(frozen=True, slots=True)
class Beside:
    """One line: what is done and what is agreed, and whether they differ."""

    dimension: Dimension
    observed: str
    agreed: str
    is_outside: bool


def beside(
    agreed: AgreedTerms, observed: ObservedFacts, declared: ScopeTerms | None
) -> list[Beside]:
    """Return a line per dimension that can be shown. An agreement without a ceiling,
    country, site or system says "No limit set"."""
    outside = {one.dimension for one in compare(agreed, observed, declared)}
    done = {
        **_listed(observed, declared),
        Dimension.HEAD_COUNT: _head_count(observed, declared),
        Dimension.REMOTE_WORK: _remote(observed, declared),
        Dimension.SUBCONTRACTOR: _joined(one.name for one in observed.downstream),
    }
    terms = _agreed(agreed)
    return [
        Beside(dimension, done[dimension], terms[dimension], dimension in outside)
        for dimension in Dimension
        if dimension in done
    ]


def _listed(
    observed: ObservedFacts, declared: ScopeTerms | None
) -> dict[Dimension, str]:
    return {
        dimension: _joined(
            f"{use.words} ({use.agents})" if use.agents else use.words
            for use in values.values()
        )
        for dimension, values in used(observed, declared).items()
    }


def _head_count(observed: ObservedFacts, declared: ScopeTerms | None) -> str:
    said = (declared or NOTHING).head_count_ceiling
    text = f"{observed.head_count} assigned"
    return text if said is None else f"{text}; {said} declared"


def _remote(observed: ObservedFacts, declared: ScopeTerms | None) -> str:
    if observed.remote_count:
        return f"{observed.remote_count} from home"
    return "Declared" if (declared or NOTHING).remote_work else NONE


def _agreed(agreed: AgreedTerms) -> dict[Dimension, str]:
    scope = agreed.scope
    if scope is None:
        ended = agreed.ended_on
        text = f"Ended on {day_text(ended)}" if ended else NOT_IN_FORCE
        return dict.fromkeys(Dimension, text)
    ceiling = scope.head_count_ceiling
    listed = agreed.subcontractors
    return {
        **{
            Dimension(name): _permitted(scope, attribute, silence_permits)
            for attribute, (name, silence_permits) in DIMENSIONS.items()
        },
        Dimension.HEAD_COUNT: NO_LIMIT if ceiling is None else f"At most {ceiling}",
        Dimension.REMOTE_WORK: "Permitted" if scope.remote_work else "Not permitted",
        Dimension.SUBCONTRACTOR: "Any the client approves"
        if listed is None
        else f"{len(listed)} listed",
    }


def _permitted(scope: ScopeTerms, attribute: str, silence_permits: object) -> str:
    name, _ = DIMENSIONS[attribute]
    known = LABELS.get(Dimension(name), NO_LABELS)
    words = [known.get(word, word) for word in getattr(scope, attribute)]
    return _joined(words) if words or not silence_permits else NO_LIMIT


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words) or NONE
