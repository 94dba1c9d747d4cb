"""A questionnaire as a table: one question a row, headers by many names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.core.tables import TableFile, open_table
from apps.questionnaires import rules
from apps.questionnaires.enums import (
    AnswerType,
    AskedChannel,
    Criticality,
    PartyKind,
    QuestionSet,
)

MAX_SHEETS = 20
_HIDDEN = " (hidden)"
_NAMES = {
    "id": {"id", "question id", "question_id", "ref", "ref_id", "no", "number"},
    "text": {
        "question",
        "question text",
        "questions",
        "text",
        "consensus assessment question",
        "caiq question",
    },
    "section": {"section", "category", "domain", "control domain", "ccm domain title"},
    "type": {"type", "answer type", "expected answer type"},
    "choices": {"choices", "options"},
    "evidence": {"evidence", "evidence expected", "typical_evidence"},
    "weight": {"weight"},
    "criticality": {"criticality", "importance"},
    "set": {"set"},
    "citations": {"citation", "citations", "reference", "regulation"},
    "unit": {"unit"},
    "help": {"help", "guidance", "description"},
    "fails_if": {"fails if", "fails_if", "knock-out answers"},
    "shown_if": {"shown if", "shown_if", "condition"},
    "channels": {"channels", "channel"},
    "party_kinds": {"party kinds", "party_kinds", "vendor kind"},
}
# The title to name a column by when its cell is refused.
_TITLES = {
    "type": "Type",
    "set": "Set",
    "weight": "Weight",
    "criticality": "Criticality",
    "fails_if": "Fails if",
    "shown_if": "Shown if",
    "channels": "Channels",
    "party_kinds": "Party kinds",
}
_SPLIT = re.compile(r"[;\n]+")
_TYPES = {
    "": AnswerType.YES_NO,
    "yes/no": AnswerType.YES_NO,
    "yes/no/na": AnswerType.YES_NO,
    "yes_no": AnswerType.YES_NO,
    "yes no": AnswerType.YES_NO,
    "single choice": AnswerType.CHOICE,
    "multiple choice": AnswerType.CHOICE,
    "free text": AnswerType.TEXT,
} | {member.value: member for member in AnswerType}


def read(path: Path, *, name: str) -> dict[str, Any]:
    """The first sheet with a column of questions; ContentRefused where none has.

    ``Fails if`` and ``Shown if`` are written "no; partial", "> 24", "< 6", "empty"
    and "GOV-02 = yes, partial".
    """
    seen: list[str] = []
    for sheet in _sheets(path, name):
        with open_table(path, name=name, sheet=sheet) as table:
            columns = _columns(table.info.header)
            if "text" in columns:
                return _read(table, columns)
            seen.append(", ".join(table.info.header[:6]))
    raise rules.ContentRefused(
        'No sheet has a column "Question". Headers found: ' + " | ".join(seen)[:300]
    )


def _sheets(path: Path, name: str) -> list[str | None]:
    with open_table(path, name=name) as table:
        others = [each.removesuffix(_HIDDEN) for each in table.info.other_sheets]
    return [None, *others[:MAX_SHEETS]]


def _columns(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        plain = " ".join(title.casefold().split())
        for field, names in _NAMES.items():
            if plain in names and field not in found:
                found[field] = place
    return found


def _read(table: TableFile, columns: Mapping[str, int]) -> dict[str, Any]:
    """Every row read on its own, so that each that is wrong is named at once."""
    names: dict[str, str] = {}
    questions, places = [], []
    flaws: list[rules.Flaw] = []
    for row in table:
        cells = {key: row.cells[at].strip() for key, at in columns.items()}
        if not cells["text"]:
            continue
        section = cells.get("section") or "General"
        pk = names.setdefault(section, f"S{len(names) + 1:02d}")
        cell = _Cells(cells, f"Row {row.number:,}")
        try:
            questions.append(_question(cell, pk, row.number))
            places.append(cell.where)
        except rules.ContentRefused as error:
            flaws += error.flaws
    if flaws:
        raise rules.ContentRefused(flaws)
    notes = [f"{len(questions):,} questions were read from the table."]
    notes += [problem.message for problem in table.problems[:20]]
    return {
        "sections": [{"id": pk, "title": title} for title, pk in names.items()],
        "questions": questions,
        "places": places,
        "notes": notes,
    }


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of one row by field, and where the row stands."""

    by_field: Mapping[str, str]
    where: str

    def text(self, field: str) -> str:
        """What stands there; "" without such a column."""
        return self.by_field.get(field, "")

    def parts(self, field: str) -> list[str]:
        """Parts by semicolon or line."""
        return [part.strip() for part in _SPLIT.split(self.text(field)) if part.strip()]

    def whole(self, field: str, text: str) -> int:
        """The text as a whole number; ContentRefused names the cell."""
        if not text.isdecimal():
            raise self.refused(field, text, "a whole number")
        return int(text)

    def refused(self, field: str, value: str, expected: str) -> rules.ContentRefused:
        """The refusal of a cell."""
        return rules.refused(self.where, f'column "{_TITLES[field]}"', value, expected)


def _question(cells: _Cells, section: str, number: int) -> dict[str, Any]:
    told = cells.text("type").casefold()
    kind = _TYPES.get(told)
    if kind is None:
        raise cells.refused("type", told, f"one of {', '.join(AnswerType.values)}")
    return {
        "id": cells.text("id") or f"Q-{number:04d}",
        "section": section,
        "text": cells.text("text"),
        "type": kind,
        "set": _one(cells, "set", QuestionSet, QuestionSet.CORE),
        "choices": cells.parts("choices") or None,
        "multiple": told == "multiple choice",
        "unit": cells.text("unit"),
        "weight": cells.whole("weight", cells.text("weight") or "1"),
        "criticality": _one(cells, "criticality", Criticality, Criticality.STANDARD),
        "fails_if": _test(cells),
        "shown_if": _conditions(cells),
        "channels": _words(cells, "channels", AskedChannel),
        "party_kinds": _words(cells, "party_kinds", PartyKind),
        "citations": cells.parts("citations"),
        "evidence": cells.parts("evidence"),
        "help": cells.text("help")[:2000],
    }


def _one(cells: _Cells, field: str, known: Any, usual: str) -> str:
    """One word of an enum, by value or by what people read; blank is ``usual``."""
    text = cells.text(field)
    if not text:
        return usual
    for member in known:
        if text.casefold() in {member.value, str(member.label).casefold()}:
            return str(member.value)
    raise cells.refused(field, text, f"one of {', '.join(known.values)}")


def _words(cells: _Cells, field: str, known: Any) -> list[str]:
    """Several words of an enum; none and "all" are all."""
    parts = [p.strip() for p in re.split(r"[;,\n]+", cells.text(field)) if p.strip()]
    if {"all"} >= {part.casefold() for part in parts}:
        return []
    return [
        _one(_Cells({field: part}, cells.where), field, known, "") for part in parts
    ]


def _test(cells: _Cells) -> dict[str, Any] | None:
    test: dict[str, Any] = {}
    values = []
    for part in cells.parts("fails_if"):
        if part.casefold() == "empty":
            test["empty"] = True
        elif part[0] in "<>":
            key = "greater_than" if part[0] == ">" else "less_than"
            test[key] = cells.whole("fails_if", part[1:].strip())
        else:
            values.append(part)
    if values:
        test["answer_in"] = values
    return test or None


def _conditions(cells: _Cells) -> list[dict[str, Any]] | None:
    found = []
    for part in cells.parts("shown_if"):
        pk, sign, values = part.partition("=")
        answers = [each.strip() for each in values.split(",") if each.strip()]
        if not sign or not answers:
            raise cells.refused("shown_if", part, "ID = value, value")
        found.append({"question": pk.strip(), "answer_in": answers})
    return found or None
