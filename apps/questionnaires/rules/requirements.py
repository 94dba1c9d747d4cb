"""The seven things a client must be able to ask a vendor, row by row.

Our own list, from what a covered entity has to obtain under 45 CFR 164.308(b) and
164.504(e) and from the safeguards of 164.308 to 164.316; no law numbers them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

SEVEN = {
    1: "Signed BAA that covers every subcontractor",
    2: "Encryption in transit and at rest: transcripts, logs, backups, exports",
    3: "Documented training of each agent",
    4: "Access by role, minimum necessary, auditable, revocable at once",
    5: "Audit logs that show tampering, kept six years",
    6: "Incident response: detection, timeline, who is reached across time zones",
    7: "Sites and remote work: screen lock, clean desk, managed devices",
}


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One requirement, or one section that belongs to none (``number`` None)."""

    number: int | None
    title: str
    sections: tuple[str, ...]
    scores: tuple[str, ...]
    shown: int
    answered: int
    hits: tuple[str, ...]

    @property
    def is_asked(self) -> bool:
        """Whether any question of it was shown."""
        return self.shown > 0

    @property
    def unanswered(self) -> int:
        """Questions the vendor could not answer."""
        return self.shown - self.answered

    @property
    def is_ready(self) -> bool:
        """Asked, everything answered and nothing failed. A vendor who cannot answer is
        not ready; what was not asked is not known to be ready."""
        return self.is_asked and not self.unanswered and not self.hits

    @property
    def standing(self) -> str:
        """The row in words, worst first."""
        if not self.is_asked:
            return "Not asked"
        if self.unanswered:
            return f"Not ready: cannot answer {self.unanswered} of {self.shown}"
        return "Not ready: failed" if self.hits else "Ready"


def requirement_rows(sections: Sequence[Mapping[str, Any]]) -> list[RequirementRow]:
    """The seven in order, asked or not, then each section that belongs to none.

    ``sections`` is plain data as frozen with a verdict: title, requirement, shown,
    answered, score, hits.
    """
    rows = [
        _row(number, title, [s for s in sections if s["requirement"] == number])
        for number, title in SEVEN.items()
    ]
    others = [each for each in sections if each["requirement"] is None]
    return rows + [_row(None, each["title"], [each]) for each in others]


def _row(
    number: int | None, title: str, sections: Sequence[Mapping[str, Any]]
) -> RequirementRow:
    return RequirementRow(
        number=number,
        title=title,
        sections=tuple(each["title"] for each in sections),
        scores=tuple(each["score"] or "not scored" for each in sections),
        shown=sum(each["shown"] for each in sections),
        answered=sum(each["answered"] for each in sections),
        hits=tuple(pk for each in sections for pk in each["hits"]),
    )


def requirement_data(sections: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as plain data with their words, to freeze with a document."""
    return [
        asdict(row) | {"standing": row.standing} for row in requirement_rows(sections)
    ]
