"""Jobs that do the same for many, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")


def each(items: Iterable[T], work: Callable[[T], object]) -> None:
    """Do the work for each item; one that fails holds up none of the others.

    A failure is logged as an error with the item, which is an id or an object whose
    text tells nothing secret. Each piece of work keeps a transaction of its own.
    """
    for item in items:
        try:
            work(item)
        except Exception:
            log.exception("one of many failed", work=work.__qualname__, item=str(item))
