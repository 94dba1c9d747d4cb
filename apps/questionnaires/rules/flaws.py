"""What is wrong with a questionnaire: where, which field, its value, what fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.errors import Invalid
from apps.core.tables.problems import visible

MAX_NAMED = 50
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Flaw:
    """One place that cannot be taken as it is."""

    where: str
    field: str
    value: str
    expected: str

    def __str__(self) -> str:
        said = f'"{self.value}"; ' if self.value else ""
        return f"{self.where}, {self.field}: {said}expected {self.expected}."


class ContentRefused(Invalid):
    """A questionnaire that cannot be used as it is written; nothing of it is kept."""

    default_code = "content_refused"

    def __init__(self, why: str | Sequence[Flaw]) -> None:
        self.flaws: tuple[Flaw, ...] = () if isinstance(why, str) else tuple(why)
        named = [str(flaw) for flaw in self.flaws[:MAX_NAMED]]
        if len(self.flaws) > MAX_NAMED:
            named.append(f"And {len(self.flaws) - MAX_NAMED:,} more.")
        message = why if isinstance(why, str) else " ".join(named[:3])
        # Under both names: a page has a file, a program sends the content.
        fields = {"file": named, "content": named} if named else None
        super().__init__(message, fields=fields)


def refused(where: str, field: str, value: Any, expected: str) -> ContentRefused:
    """The refusal of one value."""
    return ContentRefused([Flaw(where, field, shown(value), expected)])


def shown(value: Any) -> str:
    """A value as it is named: visible and short."""
    text = "" if value is None else visible(str(value)[: LONGEST + 1])
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
