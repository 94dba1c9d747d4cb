"""Who may decide what on a line of a campaign, and where the line then stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.access_reviews.enums import Decision, Flag, ItemStanding
from apps.core.errors import Conflict, Invalid, NotAllowed

LONGEST_REASON = 500


class DecisionRefused(Invalid):
    """The answer lacks something."""

    default_code = "decision_refused"


class AlreadyDecided(Conflict):
    """Somebody else decided in the meantime; nothing was changed."""

    default_code = "already_decided"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer says."""

    decision: Decision
    reason: str = ""
    change_to: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A line as the next decision finds it."""

    decision: Decision
    is_privileged: bool
    decided_by: UUID | None
    second_by: UUID | None
    turn: int
    change_to: str = ""


def check_answer(answer: Answer, *, flags: Collection[str], is_bulk: bool) -> None:
    """Raise DecisionRefused for an answer that is not complete.

    A reason is needed for everything but keeping one line that raises no flag; a
    change says what the role becomes. Our own default: the law asks for review and
    modification, not for its form (45 CFR 164.308(a)(4)(ii)(C)).
    """
    if answer.decision is Decision.NONE:
        raise DecisionRefused("Say keep, revoke, change or escalate.")
    plain_keep = answer.decision is Decision.KEEP and not (set(flags) - {Flag.NEW})
    if not answer.reason.strip() and (is_bulk or not plain_keep):
        text = "Give a reason; it stands in the document of the review."
        raise DecisionRefused(text, fields={"reason": [text]})
    if len(answer.reason) > LONGEST_REASON:
        text = f"Shorten the reason to {LONGEST_REASON} characters."
        raise DecisionRefused(text, fields={"reason": [text]})
    if answer.decision is Decision.CHANGE and not answer.change_to.strip():
        text = "Name the role that is enough."
        raise DecisionRefused(text, fields={"change_to": [text]})


def is_own(subject: Iterable[str], reviewer_email: str) -> bool:
    """Tell whether the line is about the reviewer: an address in common."""
    return reviewer_email.casefold() in {each.casefold() for each in subject}


def needs_second(*, is_privileged: bool, decision: Decision) -> bool:
    """Tell whether a decision holds only once a second person agrees.

    Privileged access that is not taken away. A role of which nobody said whether it
    is privileged needs one reviewer; the line shows that it is unknown.
    """
    return is_privileged and decision in {Decision.KEEP, Decision.CHANGE}


def seconds(line: Standing, answer: Answer, *, by: UUID) -> bool:
    """Tell whether an answer confirms what another person decided, word for word."""
    is_same = (answer.decision, answer.change_to.strip()) == (
        line.decision,
        line.change_to,
    )
    is_waiting = standing(line) is ItemStanding.SECOND
    return is_waiting and line.decided_by != by and is_same


def may_decide_afresh(line: Standing, *, by: UUID) -> bool:
    """Tell whether a line is open, or was escalated by somebody else."""
    found = standing(line)
    if found is ItemStanding.ESCALATED:
        return line.decided_by != by
    return found is ItemStanding.OPEN


def standing(line: Standing) -> ItemStanding:
    """Return where a line stands."""
    if line.decision is Decision.NONE:
        return ItemStanding.OPEN
    if line.decision is Decision.ESCALATE:
        return ItemStanding.ESCALATED
    second = needs_second(is_privileged=line.is_privileged, decision=line.decision)
    if second and line.second_by is None:
        return ItemStanding.SECOND
    return ItemStanding.DECIDED


def check_next(line: Standing, answer: Answer, *, by: UUID, turn: int) -> bool:
    """Return whether the answer is that of the second reviewer.

    ``turn`` is the number of decisions the reviewer saw. Raises AlreadyDecided when
    there are more by now, or when access was revoked: the revocation is withdrawn on
    its own page. Raises NotAllowed for a second look by the first
    reviewer, and for deciding what oneself escalated.
    """
    if line.turn != turn:
        raise AlreadyDecided(
            "Somebody decided this line while you looked at it. Reload it to see the "
            "decision; yours was not recorded."
        )
    if line.decision is Decision.REVOKE:
        raise AlreadyDecided(
            "This access was revoked; the line keeps that decision. If access should "
            "stay, withdraw its revocation on its own page, with a reason."
        )
    found = standing(line)
    if found is ItemStanding.ESCALATED and line.decided_by == by:
        raise NotAllowed("You escalated this line. Another person decides it.")
    is_same = answer.decision is line.decision
    if found is ItemStanding.SECOND and line.decided_by == by and is_same:
        raise NotAllowed(
            "Privileged access is kept only when a second person agrees. Ask another "
            "reviewer to look at it."
        )
    return seconds(line, answer, by=by)
