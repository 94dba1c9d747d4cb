"""How long a training record is kept.

Six calendar years from the later of creation and the day it was last in effect, 45
CFR 164.316(b)(2)(i); for covered entities also 164.530(j)(2). Texas Health and Safety
Code 181.101 keeps a signed record of its training as long. What counts as "last in
effect" for a record is our own default.
"""

from __future__ import annotations

from datetime import date, timedelta

from apps.core.errors import Invalid
from apps.training.enums import Outcome


def last_in_effect(
    *,
    completed_on: date,
    outcome: Outcome,
    valid_until: date | None,
    grace_days: int,
    superseded_on: date | None,
    left_on: date | None,
) -> date | None:
    """Return the last day a record meant anything, None while that has no end.

    One that was corrected: the day of the correction. A pass: its last day with the
    days of grace, or the agent's last day where it counts for ever. Anything else: its
    own day.
    """
    if superseded_on is not None:
        return superseded_on
    if outcome is not Outcome.PASSED:
        return completed_on
    if valid_until is not None:
        return valid_until + timedelta(days=grace_days)
    return left_on


def check_reason(reason: str) -> str:
    """Return the reason without outer space. Raises Invalid for none."""
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": ["Say why; it stays on record."]})
    return reason.strip()
