"""Where a request for evidence stands and what may happen to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from apps.assurance.enums import RequestState
from apps.core.errors import Conflict, Invalid

MAX_DAYS_AHEAD = 365

_REMEDIES = {
    RequestState.OPEN: "Nothing was handed in yet.",
    RequestState.ANSWERED: "The answer waits for the party that asked.",
    RequestState.RETURNED: "It waits for a new answer.",
    RequestState.ACCEPTED: "It is closed; ask again for anything new.",
    RequestState.WITHDRAWN: "It is closed; ask again for anything new.",
}


def request_state(
    *,
    answered_at: datetime | None,
    returned_at: datetime | None,
    accepted_at: datetime | None,
    withdrawn_at: datetime | None,
) -> RequestState:
    """The state that follows from what happened last; a new answer takes
    ``returned_at`` away again."""
    if withdrawn_at is not None:
        return RequestState.WITHDRAWN
    if accepted_at is not None:
        return RequestState.ACCEPTED
    if answered_at is None:
        return RequestState.OPEN
    return RequestState.ANSWERED if returned_at is None else RequestState.RETURNED


def check_state(state: RequestState, *, allowed: Collection[RequestState]) -> None:
    """Refuse what the state does not allow."""
    if state not in allowed:
        raise Conflict(f"This request is: {state.label.lower()}. {_REMEDIES[state]}")


def check_due(due_on: date, *, today: date) -> None:
    """A day from today to one year ahead (our own default)."""
    if not today <= due_on <= today + timedelta(days=MAX_DAYS_AHEAD):
        message = "The day lies between today and one year ahead."
        raise Invalid(message, fields={"due_on": [message]})
