"""Where an agreement speaks of each dimension: the line of its scope or dates, and
the provision of the checklist behind it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.drift.enums import Dimension

USES, SUBCONTRACTORS, IN_PLACE = "BAA-02", "BAA-09", "BAA-01"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the agreement's terms as pages name it, and a provision's id."""

    line: str
    provision: str


# Which provision stands behind a line is our own reading of the checklist.
PLACES: dict[Dimension, Place] = {
    Dimension.HEAD_COUNT: Place("scope line “Most agents”", USES),
    Dimension.CHANNEL: Place("scope line “Channels”", USES),
    Dimension.SERVICE: Place("scope line “Services”", USES),
    Dimension.PHI_CATEGORY: Place("scope line “Kinds of PHI”", USES),
    Dimension.SITE: Place("scope line “Sites”", USES),
    Dimension.COUNTRY: Place("scope line “Countries”", USES),
    Dimension.REMOTE_WORK: Place("scope line “Remote work”", USES),
    Dimension.SUBCONTRACTOR: Place("scope line “Subcontractors”", SUBCONTRACTORS),
    Dimension.SYSTEM: Place("scope line “Systems”", USES),
    Dimension.EARLY_WORK: Place("first day in force", IN_PLACE),
    Dimension.LAPSED: Place("last day in force", IN_PLACE),
}
