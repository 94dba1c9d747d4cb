"""Values that cross rooms: conditions of the gate and dated duties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class ConditionState(StrEnum):
    """Whether a condition holds; *unknown* is never *no*."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    UNKNOWN = "unknown"


class LegalStatus(StrEnum):
    """Standing of the rule behind a condition."""

    IN_FORCE = "in_force"
    PROPOSED = "proposed"
    OWN_DEFAULT = "own_default"


class Side(StrEnum):
    """Who must act."""

    CLIENT = "client"
    PROVIDER = "provider"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class GateCondition:
    """One reason for or against the flow of PHI on one engagement.

    ``code`` is stable (``agreement.in_force``); ``detail`` is the sentence shown;
    ``since`` the first day of the present state where known; ``due`` the day it
    lapses or must be fixed; ``evidence`` are SHA-256 of files the claim rests on.
    """

    code: str
    title: str
    state: ConditionState
    detail: str
    citation: str
    legal_status: LegalStatus
    who_acts: Side
    since: date | None = None
    due: date | None = None
    fix_path: str = ""
    fix_label: str = ""
    evidence: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class DueItem:
    """A dated duty, yielded by the room that owns it.

    ``key`` is stable over time (``certification:<id>``); ``organization_id`` is
    who must act; ``group`` joins items into one line of a digest; ``path`` is the
    page where the duty is done. An item may stand for ``count`` things of one kind;
    ``summary`` then says what items of its group are together, with ``{count}``.
    """

    key: str
    kind: str
    organization_id: UUID
    due: date
    title: str
    path: str
    group: str = ""
    engagement_id: UUID | None = None
    count: int = 1
    summary: str = ""
