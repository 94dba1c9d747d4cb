"""A questionnaire as a table: one question a row, headers by many names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from apps.core.tables import TableFile, open_table
from apps.questionnaires import rules
from apps.questionnaires.enums import AnswerType, AskedChannel, Criticality, PartyKind

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
    "citations": {"citation", "citations", "reference", "regulation"},
    "unit": {"unit"},
    "help": {"help", "guidance", "description"},
    "fails_if": {"fails if", "fails_if", "knock-out answers"},
    "shown_if": {"shown if", "shown_if", "condition"},
    "channels": {"channels", "channel"},
    "party_kinds": {"party kinds", "party_kinds", "vendor kind"},
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
    names: dict[str, str] = {}
    questions = []
    for row in table:
        cells = {key: row.cells[at].strip() for key, at in columns.items()}
        if not cells["text"]:
            continue
        section = cells.get("section") or "General"
        pk = names.setdefault(section, f"S{len(names) + 1:02d}")
        questions.append(_question(cells, pk, row.number))
    notes = [f"{len(questions):,} questions were read from the table."]
    notes += [problem.message for problem in table.problems[:20]]
    return {
        "sections": [{"id": pk, "title": title} for title, pk in names.items()],
        "questions": questions,
        "notes": notes,
    }


def _question(cells: Mapping[str, str], section: str, number: int) -> dict[str, Any]:
    where = f"Row {number:,}"
    told = cells.get("type", "").casefold()
    kind = _TYPES.get(told)
    if kind is None:
        raise rules.ContentRefused(
            f"{where}: the type {told[:40]!r} is not one of "
            f"{', '.join(AnswerType.values)}."
        )
    weight = cells.get("weight", "")
    if weight and not weight.isdigit():
        raise rules.ContentRefused(f"{where}: the weight is a whole number.")
    criticality = (
        cells.get("criticality", "").casefold().replace("knock-out", "knockout")
    )
    known = criticality in Criticality.values
    return {
        "id": cells.get("id") or f"Q-{number:04d}",
        "section": section,
        "text": cells["text"][:2000],
        "type": kind,
        "choices": _parts(cells.get("choices", "")) or None,
        "multiple": told == "multiple choice",
        "unit": cells.get("unit", ""),
        "weight": int(weight) if weight else 1,
        "criticality": criticality if known else Criticality.STANDARD,
        "fails_if": _test(cells.get("fails_if", ""), where),
        "shown_if": _conditions(cells.get("shown_if", ""), where),
        "channels": _words(cells.get("channels", ""), AskedChannel),
        "party_kinds": _words(cells.get("party_kinds", ""), PartyKind),
        "citations": _parts(cells.get("citations", "")),
        "evidence": _parts(cells.get("evidence", "")),
        "help": cells.get("help", "")[:2000],
    }


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SPLIT.split(text) if part.strip()]


def _words(text: str, known: Any) -> list[str]:
    labels = {str(member.label).casefold(): member.value for member in known}
    parts = [part.strip() for part in re.split(r"[;,\n]+", text) if part.strip()]
    if {"all"} >= {part.casefold() for part in parts}:
        return []
    return [labels.get(part.casefold(), part) for part in parts]


def _test(text: str, where: str) -> dict[str, Any] | None:
    test: dict[str, Any] = {}
    values = []
    for part in _parts(text):
        if part.casefold() == "empty":
            test["empty"] = True
        elif part[0] in "<>":
            key = "greater_than" if part[0] == ">" else "less_than"
            test[key] = _whole(part[1:].strip(), where)
        else:
            values.append(part)
    if values:
        test["answer_in"] = values
    return test or None


def _whole(text: str, where: str) -> int:
    if not text.isdigit():
        raise rules.ContentRefused(f"{where}: {text[:20]!r} is not a whole number.")
    return int(text)


def _conditions(text: str, where: str) -> list[dict[str, Any]] | None:
    found = []
    for part in _parts(text):
        pk, sign, values = part.partition("=")
        if not sign:
            raise rules.ContentRefused(
                f"{where}: a condition is written ID = value, value."
            )
        answers = [each.strip() for each in values.split(",") if each.strip()]
        found.append({"question": pk.strip(), "answer_in": answers})
    return found or None
