"""Our own clauses, and what a draft written from them says about the checklist.

The data file is part of the code, like the checklist itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from apps.agreements.enums import Layer, ProvisionStanding, Requirement
from apps.agreements.rules.provisions import Provision, checklist
from apps.agreements.rules.terms import AgreementNotAcceptable, ProvisionMark

MAX_WORDING = 4000
# Source: 45 CFR 160.103: every level below a business associate is one itself; the
# words tell the two parties of a hop apart.
ROLES: dict[Layer, dict[str, str]] = {
    Layer.CLIENT_TO_VENDOR: {
        "discloser": "the Covered Entity",
        "recipient": "the Business Associate",
    },
    Layer.VENDOR_TO_SUBCONTRACTOR: {
        "discloser": "the Business Associate",
        "recipient": "the Subcontractor",
    },
}
LEFT_OUT = "Left out of the agreement, so the permission is not given."


@dataclass(frozen=True, slots=True)
class TemplateClause:
    """Our clause for one line of the checklist, roles open."""

    id: str
    text: str
    is_default: bool

    def wording(self, layer: Layer) -> str:
        """The clause with the roles of the hop, each sentence begun with a capital."""
        text = self.text.format(**ROLES[layer])
        parts = (f"{part[:1].upper()}{part[1:]}" for part in text.split(". "))
        return ". ".join(parts)


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of the checklist in a proposal.

    ``standing`` None where nobody marked it; ``place`` a page, or the clause number.
    """

    provision: str
    wording: str = ""
    is_included: bool = True
    standing: ProvisionStanding | None = None
    place: str = ""
    reason: str = ""


@cache
def template_clauses() -> dict[str, TemplateClause]:
    """Our clauses by id; ValueError unless there is one for each line."""
    clauses = read_clauses(_file()["clauses"])
    if list(clauses) != [line.id for line in checklist()]:
        raise ValueError("The clauses do not match the checklist.")
    return clauses


@cache
def template_notice() -> str:
    """What every document written from the template says about itself."""
    return str(_file()["notice"])


def _file() -> Any:
    source = resources.files("apps.agreements") / "data" / "clauses.yaml"
    return yaml.safe_load(source.read_text(encoding="utf-8"))


def read_clauses(rows: Iterable[Mapping[str, Any]]) -> dict[str, TemplateClause]:
    """Clauses of the data file by id; ValueError for an incomplete one."""
    found = {}
    for row in rows:
        if set(row) != {"id", "is_default", "text"} or not row["text"]:
            raise ValueError(f"The clause {row.get('id')} is incomplete.")
        found[row["id"]] = TemplateClause(row["id"], row["text"], row["is_default"])
    return found


def lines_of(layer: Layer) -> tuple[Provision, ...]:
    """The lines of the checklist a document of the hop may hold."""
    return tuple(line for line in checklist() if layer in line.layers)


def lines_by_id(layer: Layer) -> dict[str, Provision]:
    """Every line in the words of the hop; an upload may mark one of another hop."""
    return {line.id: line.shifted(layer) for line in checklist()}


def first_clauses(layer: Layer) -> tuple[Clause, ...]:
    """What a new draft begins with."""
    known = template_clauses()
    return tuple(
        Clause(
            line.id,
            wording=known[line.id].wording(layer),
            is_included=line.is_required(layer) or known[line.id].is_default,
        )
        for line in lines_of(layer)
    )


def written_clauses(clauses: Sequence[Clause], layer: Layer) -> tuple[Clause, ...]:
    """The clauses of a written draft, numbered, with where each line stands.

    What is in is met. A permission left out is not given, which is no gap. Raises
    AgreementNotAcceptable for a required clause left out, one without wording, or a
    line that is missing, unknown or there twice.
    """
    _check_complete(clauses, layer)
    lines = {line.id: line for line in lines_of(layer)}
    numbered, number = [], 0
    for clause in sorted(clauses, key=lambda one: one.provision):
        number += clause.is_included
        numbered.append(_standing(clause, lines[clause.provision], number))
    return tuple(numbered)


def _standing(clause: Clause, line: Provision, number: int) -> Clause:
    if clause.is_included:
        return Clause(
            clause.provision,
            wording=clause.wording.strip(),
            standing=ProvisionStanding.MET,
            place=f"Clause {number}",
        )
    is_permission = line.requirement in {Requirement.OPTIONAL, Requirement.CONDITIONAL}
    return Clause(
        clause.provision,
        wording=clause.wording.strip(),
        is_included=False,
        standing=ProvisionStanding.NOT_APPLICABLE if is_permission else None,
        reason=LEFT_OUT if is_permission else "",
    )


def _check_complete(clauses: Sequence[Clause], layer: Layer) -> None:
    wanted = [line.id for line in lines_of(layer)]
    if sorted(clause.provision for clause in clauses) != wanted:
        raise AgreementNotAcceptable(
            "A draft says of every line of the checklist whether it is in, once: "
            f"{', '.join(wanted)}."
        )
    required = {line.id for line in lines_of(layer) if line.is_required(layer)}
    problems: dict[str, list[str]] = {}
    for clause in clauses:
        words = clause.wording.strip()
        if clause.provision in required and not clause.is_included:
            problems[f"{clause.provision}_included"] = [
                "The law requires this clause. Keep it in."
            ]
        elif clause.is_included and not words:
            problems[f"{clause.provision}_wording"] = ["Write the clause."]
        elif len(words) > MAX_WORDING:
            problems[f"{clause.provision}_wording"] = [
                f"Shorten it to {MAX_WORDING} characters."
            ]
    if problems:
        names = ", ".join(sorted({key.split("_")[0] for key in problems}))
        raise AgreementNotAcceptable(
            f"These clauses cannot stand as they are: {names}.", fields=problems
        )


def marks_of_clauses(clauses: Iterable[Clause]) -> list[ProvisionMark]:
    """Clauses as the checklist of the version to record."""
    return [
        ProvisionMark(
            clause.provision, clause.standing, place=clause.place, reason=clause.reason
        )
        for clause in clauses
        if clause.standing is not None
    ]


def clauses_of_marks(marks: Iterable[ProvisionMark]) -> tuple[Clause, ...]:
    """The checklist of an uploaded document as clauses without wording."""
    return tuple(
        Clause(
            mark.provision,
            is_included=mark.standing == ProvisionStanding.MET,
            standing=ProvisionStanding(mark.standing),
            place=mark.place.strip(),
            reason=mark.reason.strip(),
        )
        for mark in marks
    )
