"""Jobs for many: one that fails holds up none of the others."""

from __future__ import annotations

from structlog.testing import capture_logs

from apps.core.jobs import each


def test_each_does_the_rest_and_says_which_failed() -> None:
    done: list[int] = []

    def half(item: int) -> None:
        done.append(12 // item)

    with capture_logs() as logs:
        each([1, 0, 3], half)
    assert done == [12, 4]
    [line] = logs
    assert line["log_level"] == "error"
    assert line["item"] == "0"
    assert line["work"].endswith("half")
