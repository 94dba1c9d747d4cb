"""The only reader of the clock. Tests and demonstrations hold it still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_held: ContextVar[datetime | None] = ContextVar("held_clock", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    held = _held.get()
    return held if held is not None else datetime.now(UTC)


def today(zone: str) -> date:
    """Return the local date in the IANA zone (for example ``Asia/Manila``)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def held(instant: datetime) -> Iterator[None]:
    """Hold the clock at an aware instant within the block."""
    if instant.tzinfo is None:
        raise ValueError("The clock is held at an aware instant.")
    token = _held.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
