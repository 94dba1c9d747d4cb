"""Identifiers: UUID version 7, ordered by time so that indexes stay dense."""

from __future__ import annotations

import os
import threading
import time
import uuid

_RANDOM_BITS = 74
# Two bits fewer than fit, so that there is room for steps.
_START_BYTES = 9
_STEP_BYTES = 4
_lock = threading.Lock()
_last = (0, 0)


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7, greater than every one this process made before.

    Within a millisecond, or when the clock was set back, the random part grows by a
    random step. Source: RFC 9562, section 5.7, and 6.2, method 2.
    """
    milliseconds, rest = _next()
    high, low = divmod(rest, 1 << 62)
    return uuid.UUID(
        int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low,
    )


def _next() -> tuple[int, int]:
    global _last
    with _lock:
        milliseconds = time.time_ns() // 1_000_000
        if milliseconds > _last[0]:
            _last = milliseconds, _random(_START_BYTES)
        else:
            milliseconds, rest = _last
            rest += 1 + _random(_STEP_BYTES)
            carry, rest = divmod(rest, 1 << _RANDOM_BITS)
            _last = milliseconds + carry, rest
        return _last


def _random(length: int) -> int:
    return int.from_bytes(os.urandom(length), "big")
