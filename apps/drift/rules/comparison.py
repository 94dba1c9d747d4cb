"""What leaves the agreed scope, and how a finding ends.

Comparison of agreed scope with reality is our own default. The law behind it: a
business associate may use PHI only as its agreement permits. Source:
45 CFR 164.504(e)(2)(i).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from apps.drift.enums import Dimension, Resolution
from apps.drift.rules.facts import AgreedTerms, Deviation, Key, ObservedFacts, Use
from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.rules import DIMENSIONS, ScopeTerms

# Our own defaults; the regulation names no figure.
MARGIN_FROM_CEILING = 2
MARGIN_PERCENT = 2

CEILING = "ceiling"
REMOTE = "remote"
FIRST_DAY = "first_day"
AGREEMENT = "agreement"
LIST_CHARACTERS = 200

NOTHING = ScopeTerms()
NO_EVIDENCE: Mapping[str, Any] = {}
LABELS: dict[Dimension, dict[str, str]] = {
    Dimension.CHANNEL: {word.value: str(word.label) for word in Channel},
    Dimension.SERVICE: {word.value: str(word.label) for word in Service},
    Dimension.PHI_CATEGORY: {word.value: str(word.label) for word in PhiCategory},
}
NO_LABELS: dict[str, str] = {}


def compare(
    agreed: AgreedTerms,
    observed: ObservedFacts,
    declared: ScopeTerms | None,
    *,
    open_ceiling: int | None = None,
) -> list[Deviation]:
    """Return every fact outside the agreed scope, in the order of ``Dimension``.

    Services, channels and PHI categories are permitted only when listed. An empty
    ceiling, country, site or system list sets no limit. ``open_ceiling`` is the
    ceiling at which an open head-count finding was made. Without an agreement in
    force only early work and lapse can be told. Source: our own default, see above.
    """
    found = [*_early_work(agreed, observed), *_lapsed(agreed, observed)]
    if agreed.scope is not None:
        found += _head_count(agreed.scope, observed, declared, open_ceiling)
        found += _listed_dimensions(agreed.scope, used(observed, declared))
        found += _remote(agreed.scope, observed, declared)
        found += _subcontractors(agreed.subcontractors, observed)
    order = list(Dimension)
    return sorted(found, key=lambda one: (order.index(one.dimension), one.value))


def compared(agreed: AgreedTerms) -> frozenset[Dimension]:
    """Return the dimensions that can be told; in the others findings stay as they
    are, for *not known* is not *no*."""
    if agreed.scope is not None:
        return frozenset(Dimension)
    return frozenset({Dimension.EARLY_WORK, Dimension.LAPSED})


def used(
    observed: ObservedFacts, declared: ScopeTerms | None
) -> dict[Dimension, dict[str, Use]]:
    """Return by dimension what is done: stable value to its use.

    Letter case of codes does not count.
    """
    said = declared or NOTHING
    counted = {
        Dimension.CHANNEL: dict.fromkeys(observed.channels, 0),
        Dimension.SITE: observed.sites,
        Dimension.COUNTRY: observed.countries,
        Dimension.SYSTEM: dict.fromkeys(observed.systems, 0),
    }
    return {
        Dimension(name): _merged(
            counted.get(Dimension(name), {}),
            getattr(said, attribute),
            LABELS.get(Dimension(name), NO_LABELS),
            stable=str.upper if name == Dimension.COUNTRY else str.casefold,
        )
        for attribute, (name, _) in DIMENSIONS.items()
    }


def closing_margin(ceiling: int) -> int:
    """Agents below the ceiling at which a head-count finding closes, so that one
    hire and one leaver do not open and close it every day.

    2 % rounded up, so at least one agent; none for a ceiling of one, which could
    not close otherwise. Source: our own default.
    """
    if ceiling < MARGIN_FROM_CEILING:
        return 0
    return -(-ceiling * MARGIN_PERCENT // 100)


def is_over(count: int, ceiling: int, *, open_ceiling: int | None = None) -> bool:
    """Return whether a head count is (still) over the ceiling.

    Opens above it; closes at or below ceiling minus margin. A ceiling that was
    amended since counts afresh. Source: our own default.
    """
    if open_ceiling == ceiling:
        return count > ceiling - closing_margin(ceiling)
    return count > ceiling


def head_count(observed: ObservedFacts, declared: ScopeTerms | None) -> int:
    """The larger of assigned and declared agents."""
    said = declared.head_count_ceiling if declared else None
    return max(observed.head_count, said or 0)


def _head_count(
    scope: ScopeTerms,
    observed: ObservedFacts,
    declared: ScopeTerms | None,
    open_ceiling: int | None,
) -> Iterable[Deviation]:
    """The margin is for people who come and go; what is declared has none."""
    ceiling = scope.head_count_ceiling
    count = head_count(observed, declared)
    if ceiling is None or (
        count <= ceiling
        and not is_over(observed.head_count, ceiling, open_ceiling=open_ceiling)
    ):
        return
    said = f"{count} agents are declared; " if count > observed.head_count else ""
    closes = ceiling - closing_margin(ceiling)
    agreed = f"At most {_count(ceiling)}."
    yield Deviation(
        Dimension.HEAD_COUNT,
        CEILING,
        f"{said}{_agents(observed.head_count)} assigned.",
        agreed if count > ceiling else f"{agreed} The finding closes at {closes}.",
        {"agents": observed.head_count, "count": count, "limit": ceiling},
    )


def _listed_dimensions(
    scope: ScopeTerms, done: dict[Dimension, dict[str, Use]]
) -> Iterable[Deviation]:
    """Dimensions where the agreement lists what is permitted."""
    permitted = used(ObservedFacts(), scope)
    for name, silence_permits in DIMENSIONS.values():
        dimension = Dimension(name)
        values, allowed = done[dimension], permitted[dimension]
        if silence_permits and not allowed:
            continue
        agreed = _sentence("Permitted", [one.words for one in allowed.values()])
        for value in values.keys() - allowed.keys():
            use = values[value]
            text = f"{use.words} {_how(use)}."
            yield Deviation(dimension, value, text, agreed, _evidence(dimension, use))


def _evidence(dimension: Dimension, use: Use) -> dict[str, Any]:
    if dimension == Dimension.SYSTEM and use.is_observed:
        return {"seen_in": "an access export, which shows accounts in it"}
    return {"agents": use.agents} if use.agents else {}


def _remote(
    scope: ScopeTerms, observed: ObservedFacts, declared: ScopeTerms | None
) -> Iterable[Deviation]:
    if scope.remote_work or not _is_remote(observed, declared):
        return
    text = f"{_agents(observed.remote_count)} assigned to work from home."
    yield Deviation(
        Dimension.REMOTE_WORK,
        REMOTE,
        text if observed.remote_count else "Work from home is declared.",
        "Work from home is not permitted.",
        {"agents": observed.remote_count},
    )


def _is_remote(observed: ObservedFacts, declared: ScopeTerms | None) -> bool:
    return observed.remote_count > 0 or bool(declared and declared.remote_work)


def _subcontractors(
    permitted: tuple[UUID, ...] | None, observed: ObservedFacts
) -> Iterable[Deviation]:
    for one in observed.downstream:
        is_listed = permitted is None or one.organization_id in permitted
        if is_listed and one.is_approved:
            continue
        reason = "its use was not approved" if is_listed else "it is not listed"
        yield Deviation(
            Dimension.SUBCONTRACTOR,
            str(one.engagement_id),
            f"{_cut(one.name, LIST_CHARACTERS)} does part of the work; {reason}.",
            "Only listed subcontractors."
            if permitted is not None
            else "Only subcontractors the client has approved.",
            {"is_listed": is_listed, "is_approved": one.is_approved},
        )


def _early_work(agreed: AgreedTerms, observed: ObservedFacts) -> Iterable[Deviation]:
    """Work before the first agreement was in force. Source: 45 CFR 164.502(e)(2)."""
    began, covered = observed.first_assigned_on, agreed.first_effective_on
    if began is None or (covered is not None and began >= covered):
        return
    yield Deviation(
        Dimension.EARLY_WORK,
        FIRST_DAY,
        f"The first agent was assigned from {day_text(began)}.",
        f"The first agreement is in force from {day_text(covered)}."
        if covered
        else "No agreement has been in force.",
        {"began_on": began.isoformat()},
    )


def _lapsed(agreed: AgreedTerms, observed: ObservedFacts) -> Iterable[Deviation]:
    """Work goes on after the agreement ended. Source: 45 CFR 164.502(e)(2)."""
    if agreed.scope is not None or agreed.ended_on is None or not observed.head_count:
        return
    yield Deviation(
        Dimension.LAPSED,
        AGREEMENT,
        f"{_agents(observed.head_count)} assigned.",
        f"The last agreement ended on {day_text(agreed.ended_on)}.",
        {"agents": observed.head_count},
    )


# -- Words -----------------------------------------------------------------------


def day_text(day: date) -> str:
    """``5 January 2026``."""
    return f"{day.day} {day:%B %Y}"


def _agents(count: int) -> str:
    return f"{_count(count)} {'is' if count == 1 else 'are'}"


def _how(use: Use) -> str:
    if not use.is_observed:
        return "is declared"
    return f"is used by {_count(use.agents)}" if use.agents else "is used"


def _count(agents: int) -> str:
    return "1 agent" if agents == 1 else f"{agents} agents"


def _merged(
    counts: Mapping[str, int],
    said: Iterable[str],
    labels: Mapping[str, str],
    *,
    stable: Callable[[str], str] = str.casefold,
) -> dict[str, Use]:
    merged: dict[str, Use] = {}
    for word in dict.fromkeys([*counts, *said]):
        before = merged.get(stable(word), Use(""))
        agents = before.agents + counts.get(word, 0)
        is_observed = before.is_observed or word in counts
        merged[stable(word)] = Use(labels.get(word, word), is_observed, agents)
    return merged


def _sentence(start: str, words: list[str]) -> str:
    if not words:
        return "The agreement names none."
    return f"{start}: {_cut(', '.join(sorted(words)), LIST_CHARACTERS)}."


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


# -- How a finding ends ------------------------------------------------------------


def is_still_done(
    key: Key,
    observed: ObservedFacts,
    declared: ScopeTerms | None,
    *,
    evidence: Mapping[str, Any] = NO_EVIDENCE,
) -> bool:
    """Return whether the fact behind a finding still holds, permitted or not.

    ``evidence`` is the finding's: the ceiling a head count was over, the first day
    of early work.
    """
    dimension, value = Dimension(key[0]), key[1]
    match dimension:
        case Dimension.HEAD_COUNT:
            limit = evidence.get("limit")
            return limit is not None and head_count(observed, declared) > limit
        case Dimension.REMOTE_WORK:
            return _is_remote(observed, declared)
        case Dimension.SUBCONTRACTOR:
            return value in {str(one.engagement_id) for one in observed.downstream}
        case Dimension.EARLY_WORK:
            began = observed.first_assigned_on
            return began is not None and began.isoformat() == evidence.get("began_on")
        case Dimension.LAPSED:
            return observed.head_count > 0
        case _:
            return value in used(observed, declared)[dimension]


def resolution(
    dimension: Dimension, *, is_still_done: bool, is_other_version: bool
) -> Resolution:
    """How a finding ended: by reality, else by what is agreed.

    A fact that goes on and is permitted now was permitted by an amendment, or by an
    agreement dated back; a subcontractor under the same version by the client's
    approval.
    """
    if not is_still_done:
        return Resolution.NOT_OBSERVED
    if dimension == Dimension.SUBCONTRACTOR and not is_other_version:
        return Resolution.APPROVED
    return Resolution.AMENDED
