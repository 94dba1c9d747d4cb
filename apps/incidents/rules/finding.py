"""What an event is found to be, by whom, and what the finding lifts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.core.dates import kept_through
from apps.core.errors import Conflict, Invalid
from apps.core.types import LegalStatus
from apps.incidents.enums import Outcome, Risk
from apps.incidents.rules.law import federal

SECURED_CITATION = "45 CFR 164.402; HITECH 13402(h)"
PRESUMED_CITATION = "45 CFR 164.402(2)"
BURDEN_CITATION = "45 CFR 164.414(b), 164.530(j)(1)(iv)"
SECOND_PERSON = LegalStatus.OWN_DEFAULT


class FindingNotSupported(Invalid):
    """The facts on record do not carry the finding."""

    default_code = "finding_not_supported"


@dataclass(frozen=True, slots=True)
class Notification:
    """Whether notice is owed, why, and the source."""

    is_required: bool
    reason: str
    citation: str


def is_secured(*, is_encrypted: bool | None, is_key_safe: bool | None) -> bool:
    """Whether the PHI was secured: encrypted to the HHS guidance and the key neither
    breached nor kept with the data. Not known is not secured.

    Source: 45 CFR 164.402, definition of unsecured PHI; 74 FR 42740.
    """
    return is_encrypted is True and is_key_safe is True


def notification(
    *,
    outcome: Outcome | None = None,
    exception: str = "",
    is_encrypted: bool | None = None,
    is_key_safe: bool | None = None,
) -> Notification:
    """Whether individuals must be told: yes, unless the facts or a finding say no.

    A breach is presumed. It is not one where the PHI was secured, an exception fits,
    or a documented assessment shows a low probability of compromise. Source:
    45 CFR 164.402(1), (2).
    """
    if is_secured(is_encrypted=is_encrypted, is_key_safe=is_key_safe):
        return Notification(
            is_required=False, reason="secured PHI", citation=SECURED_CITATION
        )
    if outcome == Outcome.EXCEPTION:
        found = {item.id: item for item in federal().exceptions}[exception]
        return Notification(
            is_required=False, reason=found.title, citation=found.citation
        )
    if outcome == Outcome.LOW_PROBABILITY:
        return Notification(
            is_required=False,
            reason="low probability of compromise, documented",
            citation=PRESUMED_CITATION,
        )
    if outcome == Outcome.NO_PHI:
        return Notification(
            is_required=False, reason="no PHI was involved", citation="45 CFR 164.402"
        )
    reason = "a breach" if outcome == Outcome.BREACH else "presumed to be a breach"
    return Notification(is_required=True, reason=reason, citation=PRESUMED_CITATION)


def lifts_notice(
    outcome: Outcome | str, *, is_secured: bool, has_full_assessment: bool
) -> bool:
    """Whether a confirmed finding ends the statutory clocks of its side.

    Only while the record carries it: once a key turns out to be breached, or a later
    assessment sees more than a low probability, a breach is presumed again. Source:
    45 CFR 164.402(2), 164.414(b).
    """
    if outcome == Outcome.SECURED:
        return is_secured
    if outcome == Outcome.LOW_PROBABILITY:
        return has_full_assessment
    return outcome != Outcome.BREACH


def check_finding(
    outcome: Outcome,
    *,
    exception: str,
    is_secured: bool,
    has_full_assessment: bool,
    reason: str,
) -> None:
    """Raise FindingNotSupported unless the record carries the finding.

    Low probability needs an assessment of all four factors, confirmed; secured needs
    the facts about encryption and key; an exception must be named. A breach needs
    none of it: notifying without an assessment is allowed. Source: 45 CFR 164.402(2),
    164.414(b).
    """
    if not reason.strip():
        raise _refusal("reason", "Say why. The reason must be on record.")
    if outcome == Outcome.LOW_PROBABILITY and not has_full_assessment:
        raise _refusal(
            "outcome",
            "A low probability of compromise rests on an assessment of all four "
            "factors that a second person confirmed. Record one first.",
        )
    if outcome == Outcome.SECURED and not is_secured:
        raise _refusal(
            "outcome",
            "The facts do not say that the PHI was encrypted and the key safe. "
            "Correct the facts first, with what proves it.",
        )
    if outcome == Outcome.EXCEPTION and exception not in _exceptions():
        raise _refusal("exception", "Choose which exception fits.")


def _exceptions() -> set[str]:
    return {item.id for item in federal().exceptions}


def _refusal(field: str, text: str) -> FindingNotSupported:
    return FindingNotSupported(text, fields={field: [text]})


def check_latest(
    proposed: tuple[datetime, UUID], in_effect: tuple[datetime, UUID] | None
) -> None:
    """Raise Conflict for a proposal older than the one in effect, each by moment and
    id: who confirms it would undo what its proposer did not know. Our own default."""
    if in_effect is not None and in_effect > proposed:
        raise Conflict(
            "Your side confirmed another finding that was proposed after this one. "
            "Propose this one again if it still holds."
        )


def check_second_person(*, proposed_by: UUID | None, confirmed_by: UUID | None) -> None:
    """Raise Conflict if one person both proposed and confirmed. Our own default."""
    if proposed_by == confirmed_by:
        raise Conflict(
            "Whoever proposed this cannot confirm it. Ask a second person of your side."
        )


def check_factors(factors: Mapping[str, tuple[str, str]]) -> None:
    """Raise Invalid unless each factor has a weight and its reason.

    The four are the least the law asks. Source: 45 CFR 164.402(2)(i)-(iv).
    """
    missing = {}
    for item in federal().factors:
        weight, reason = factors.get(item.id, ("", ""))
        if weight not in Risk.values or not reason.strip():
            missing[item.id] = [f"{item.title}: weigh it and say why."]
    if missing:
        raise Invalid("Each of the four factors needs a weight.", fields=missing)


def substitute_notice(unreachable: int) -> tuple[str, bool]:
    """How people without a usable address are told, and whether web or media it is.

    Fewer than 10: another written form, telephone or other means. 10 or more: 90 days
    on the home page, or major media where they likely live, with a toll-free number
    for as long. Nobody: none. Source: 45 CFR 164.404(d)(2).
    """
    rules = federal()
    if unreachable < 1:
        return "none", False
    if unreachable < rules.substitute_from:
        return "alternative_written_phone_or_other", False
    return "web_posting_or_major_media", True


def keep_through(created_on: date, last_in_effect_on: date | None = None) -> date:
    """The last day documentation is kept: six years from the later of the dates.

    29 February becomes 1 March where the year has none (our own default). Source:
    45 CFR 164.316(b)(2)(i), 164.530(j)(2).
    """
    start = max(created_on, last_in_effect_on or created_on)
    return kept_through(start, federal().retention_years)
