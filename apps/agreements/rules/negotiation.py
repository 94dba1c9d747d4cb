"""Whose turn it is in a negotiation, and what may be done with a proposal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from apps.agreements.enums import DraftState, SigningSide
from apps.core.errors import Conflict, Invalid

BOTH_SIDES = frozenset(SigningSide)


class DraftClosed(Conflict):
    """The negotiation has ended."""

    default_code = "draft_closed"


class NotTheLatest(Conflict):
    """Another proposal came after this one."""

    default_code = "draft_not_latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFacts:
    """What decisions about a negotiation need.

    ``latest`` is the number of the newest proposal, ``proposed_by`` its side;
    ``accepted`` and ``signed`` the sides that answered that very proposal, so that a
    new one leaves both empty but for the side that proposed it.
    """

    latest: int
    proposed_by: SigningSide
    accepted: frozenset[SigningSide]
    signed: frozenset[SigningSide]
    has_document: bool
    is_withdrawn: bool = False
    is_completed: bool = False

    @property
    def state(self) -> DraftState:
        """Where it stands."""
        if self.is_withdrawn:
            return DraftState.WITHDRAWN
        if self.is_completed:
            return DraftState.COMPLETED
        if self.signed:
            return DraftState.PART_SIGNED
        both = self.accepted == BOTH_SIDES
        return DraftState.ACCEPTED if both else DraftState.PROPOSED

    @property
    def is_open(self) -> bool:
        """Whether anything can still be said, proposed or signed."""
        return not (self.is_withdrawn or self.is_completed)

    def may_accept(self, side: SigningSide) -> bool:
        """Whether the side has still to answer the newest proposal."""
        return self.is_open and side not in self.accepted

    def may_sign(self, side: SigningSide) -> bool:
        """Whether the side may sign now: both accepted and the bytes are stored."""
        return (
            self.is_open
            and self.has_document
            and self.accepted == BOTH_SIDES
            and side not in self.signed
        )

    def waits_for(self) -> frozenset[SigningSide]:
        """The sides that have something to do."""
        if not self.is_open:
            return frozenset()
        answered = self.signed if self.accepted == BOTH_SIDES else self.accepted
        return BOTH_SIDES - answered


def check_open(facts: DraftFacts) -> None:
    """Raise DraftClosed for a negotiation that was withdrawn or completed."""
    if facts.is_withdrawn:
        raise DraftClosed(
            "The negotiation was withdrawn. Start a new draft to negotiate again."
        )
    if facts.is_completed:
        raise DraftClosed(
            "Both sides have signed. Start a draft of an amendment to change it."
        )


def check_latest(facts: DraftFacts, *, number: int) -> None:
    """Raise NotTheLatest unless ``number`` is the newest proposal of an open one.

    A new proposal voids earlier acceptances and signatures: nobody is bound by a
    text that was not the last one. Our own default.
    """
    check_open(facts)
    if number != facts.latest:
        raise NotTheLatest(
            f"Proposal {facts.latest} came after proposal {number}. Read the newest "
            "one and answer that."
        )


def check_acceptable(facts: DraftFacts, *, number: int, side: SigningSide) -> None:
    """Raise unless the side may accept the proposal."""
    check_latest(facts, number=number)
    if side in facts.accepted:
        raise Conflict(
            "Your side has accepted this proposal already. Wait for the other side, "
            "or sign once both have."
        )


def check_signable(facts: DraftFacts, *, number: int, side: SigningSide) -> None:
    """Raise unless the side may sign the proposal now."""
    check_latest(facts, number=number)
    if facts.accepted != BOTH_SIDES:
        raise Conflict(
            "Both sides accept the newest proposal before anybody signs. "
            "Accept it, or wait for the other side."
        )
    if not facts.has_document:
        raise Conflict(
            "The document is still being made; what is signed must be stored first. "
            "Try again in a moment."
        )
    if side in facts.signed:
        raise Conflict("Your side has signed already. Wait for the other side.")


def check_said(text: str, *, field: str, remedy: str) -> str:
    """The text without blanks around it; Invalid on ``field`` when it is empty."""
    said = text.strip()
    if not said:
        raise Invalid(remedy, fields={field: [remedy]})
    return said


def check_known_line(provision: str, known: Collection[str]) -> None:
    """Raise Invalid for a comment on a clause the proposal does not hold."""
    if provision and provision not in known:
        text = "Choose a clause of this proposal, or comment on the whole."
        raise Invalid(text, fields={"provision": [text]})
