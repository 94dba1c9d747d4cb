"""Jobs for many: one that fails holds up none of the others."""

from __future__ import annotations

from structlog.testing import capture_logs

from apps.core.jobs import each
from apps.tenancy.models import User


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
    assert line["work"] == "half"


def test_a_failure_names_ids_and_never_the_text_of_an_object() -> None:
    person = User(full_name="Ana Reyes")

    def fail(item: tuple[User, int]) -> None:
        raise ValueError

    with capture_logs() as logs:
        each([(person, 24)], fail)
    assert [line["item"] for line in logs] == [f"{person.pk} 24"]
