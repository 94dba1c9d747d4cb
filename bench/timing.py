"""Product and limit timed turn by turn in one run; ratios are what counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Seconds of both, one entry a round."""

    product: tuple[float, ...]
    limit: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Median of product over median of limit: 2.0 is twice as slow."""
        return statistics.median(self.product) / statistics.median(self.limit)

    @property
    def tail(self) -> float:
        """95th percentile of the product over its own median."""
        ordered = sorted(self.product)
        last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        return last / statistics.median(self.product)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    what: str
    result: str
    goal: str


def turn_by_turn(
    product: Callable[[int], object],
    limit: Callable[[int], object],
    *,
    rounds: int,
) -> Measured:
    """Call each with the round's number, in turns, after one round uncounted."""
    product(-1)
    limit(-1)
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for kept, call in zip(times, (product, limit), strict=True):
            start = time.perf_counter()
            call(number)
            kept.append(time.perf_counter() - start)
    return Measured(tuple(times[0]), tuple(times[1]))


def once(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
