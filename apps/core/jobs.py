"""Jobs that do the same for many, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")


def each(items: Iterable[T], work: Callable[..., object], **given: Any) -> None:
    """Do ``work(item, **given)`` for each; one that fails holds up no other.

    A failure is logged as an error with its traceback and the id of the item. Each
    piece of work keeps a transaction of its own.
    """
    for item in items:
        try:
            work(item, **given)
        except Exception:
            name = getattr(work, "__name__", "")
            log.exception("one of many failed", work=name, item=_id(item))


def _id(item: object) -> str:
    if isinstance(item, tuple):
        return " ".join(map(_id, item))
    return str(getattr(item, "pk", item))
