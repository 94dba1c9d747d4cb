"""The account of an import: what became of every row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Account:
    """Rows read, and exactly one fate for each.

    ``refused`` and ``unchanged_because`` count by reason; ``extra`` counts things
    that are no rows (people who left, expiry dates that differ).
    """

    read: int = 0
    imported: int = 0
    updated: int = 0
    unchanged_because: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    extra: dict[str, int] = field(default_factory=dict)

    @property
    def unchanged(self) -> int:
        """Rows that say what is already recorded."""
        return self.unchanged_because.total()

    @property
    def is_complete(self) -> bool:
        """Whether every row read has its fate."""
        fates = self.imported + self.updated + self.unchanged + self.refused.total()
        return self.read == fates

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "read": self.read,
            "imported": self.imported,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "unchanged_because": dict(sorted(self.unchanged_because.items())),
            "refused_total": self.refused.total(),
            "refused": dict(sorted(self.refused.items())),
            **self.extra,
        }


def lines(account: dict[str, Any]) -> list[str]:
    """Return a stored account as lines of text, the reasons indented."""
    first = [
        f"read: {account['read']}",
        f"imported: {account['imported']}",
        f"updated: {account['updated']}",
        f"unchanged: {account['unchanged']}",
    ]
    first += [f"  {why}: {n}" for why, n in account["unchanged_because"].items()]
    first.append(f"refused: {account['refused_total']}")
    return first + [f"  {why}: {n}" for why, n in account["refused"].items()]
