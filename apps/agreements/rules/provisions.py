"""The checklist of provisions, and which of them a version lacks.

The data file is read once, at the first call. That is the one file a rule touches:
it is part of the code (packaged beside it, changed only by a release), so that the
same version of the portal always decides alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import yaml

from apps.agreements.enums import (
    Layer,
    ProvisionStanding,
    ProvisionStatus,
    Requirement,
)

_FIELDS = {
    "id",
    "title",
    "meaning",
    "citation",
    "requirement",
    "legal_status",
    "layers",
}


@dataclass(frozen=True, slots=True)
class Provision:
    """One line of the checklist. ``layers`` are the hops it applies to; where
    ``applies_if`` names no case, a required line applies to every agreement."""

    id: str
    title: str
    meaning: str
    citation: str
    requirement: Requirement
    legal_status: ProvisionStatus
    layers: frozenset[Layer]
    applies_if: str = ""

    def shifted(self, layer: Layer) -> Provision:
        """The line in the words of the hop: one step down the vendor is the client
        and the subcontractor the vendor. Source: 45 CFR 164.504(e)(5).

        Lines of one hop only are written for it already.
        """
        if layer is Layer.CLIENT_TO_VENDOR or len(self.layers) == 1:
            return self
        return replace(self, title=_shift(self.title), meaning=_shift(self.meaning))

    def is_required(self, layer: Layer) -> bool:
        """Whether an agreement of the layer must state it. Proposed and
        recommended lines are never required."""
        return (
            self.requirement is Requirement.REQUIRED
            and self.legal_status is ProvisionStatus.IN_FORCE
            and layer in self.layers
        )

    def always_applies(self, layer: Layer) -> bool:
        """Whether nobody can say of it that it does not apply."""
        return self.is_required(layer) and not self.applies_if

    def is_conditional(self, layer: Layer) -> bool:
        """Whether it is a gap once the recorder says it applies and is missing."""
        return (
            self.requirement is Requirement.CONDITIONAL
            and self.legal_status is ProvisionStatus.IN_FORCE
            and layer in self.layers
        )


_STEP_DOWN = {"vendor": "subcontractor", "client": "vendor"}
_PARTIES = re.compile(r"\b(vendor|client)", re.IGNORECASE)


def _shift(text: str) -> str:
    """Every party named one step down, capitals kept."""

    def below(found: re.Match[str]) -> str:
        word = found[1]
        lower = _STEP_DOWN[word.lower()]
        return lower.capitalize() if word[0].isupper() else lower

    return _PARTIES.sub(below, text)


@cache
def checklist() -> tuple[Provision, ...]:
    """All lines in the order of their ids. Source: 45 CFR 164.504(e), 164.314(a),
    164.308(b), 164.502(e), 164.410. ValueError for a damaged file."""
    source = resources.files("apps.agreements") / "data" / "provisions.yaml"
    return read_lines(yaml.safe_load(source.read_text(encoding="utf-8"))["provisions"])


def read_lines(rows: Iterable[Mapping[str, Any]]) -> tuple[Provision, ...]:
    """Lines of the data file; ValueError where one is incomplete or out of order."""
    read = tuple(_provision(row) for row in rows)
    names = [line.id for line in read]
    if names != sorted(set(names)):
        raise ValueError("The checklist repeats an id or is out of order.")
    return read


def _provision(row: Mapping[str, Any]) -> Provision:
    if set(row) - {"applies_if"} != _FIELDS or not all(row.values()):
        raise ValueError(f"The checklist line {row.get('id')} is incomplete.")
    return Provision(
        id=row["id"],
        title=row["title"],
        meaning=row["meaning"],
        citation=row["citation"],
        requirement=Requirement(row["requirement"]),
        legal_status=ProvisionStatus(row["legal_status"]),
        layers=frozenset(Layer(name) for name in row["layers"]),
        applies_if=row.get("applies_if", ""),
    )


def provision(provision_id: str) -> Provision:
    """The line with the id; KeyError when the checklist has none."""
    return {line.id: line for line in checklist()}[provision_id]


def required_ids(layer: Layer) -> tuple[str, ...]:
    """Ids an agreement of the layer must state."""
    return tuple(line.id for line in checklist() if line.is_required(layer))


def gaps(marks: Mapping[str, ProvisionStanding], layer: Layer) -> tuple[Provision, ...]:
    """Lines marked missing that the layer requires, or that apply to it, and those
    marked as not applicable that apply to every agreement."""
    return tuple(
        line for line in checklist() if _is_gap(line, marks.get(line.id), layer)
    )


def _is_gap(line: Provision, mark: ProvisionStanding | None, layer: Layer) -> bool:
    if mark == ProvisionStanding.NOT_APPLICABLE:
        return line.always_applies(layer)
    is_asked = line.is_required(layer) or line.is_conditional(layer)
    return is_asked and mark == ProvisionStanding.MISSING


def unassessed(
    marks: Mapping[str, ProvisionStanding], layer: Layer
) -> tuple[Provision, ...]:
    """Required lines nobody has marked: not known, which is not the same as no."""
    return tuple(
        line for line in checklist() if line.is_required(layer) and line.id not in marks
    )
