"""Data files of others, turned into the shape the portal reads.

Known: our own; files with ``question`` and ``answer_type`` in our own shape's
place; CAIQ-shaped files with ``category`` and ``question_text``; libraries of CISO
Assistant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.questionnaires import rules
from apps.questionnaires.enums import AnswerType
from apps.questionnaires.importer import libraries

# Their word: ours.
_RENAMED = {
    "question": "text",
    "answer_type": "type",
    "evidence_expected": "evidence",
    "cfr": "citations",
    "pending_rule_note": "proposed",
}
_TYPES = {
    "yes_no": AnswerType.YES_NO,
    "boolean": AnswerType.YES_NO,
    "yes_no_na": AnswerType.YES_NO,
    "text": AnswerType.TEXT,
    "textarea": AnswerType.TEXT,
    "number": AnswerType.NUMBER,
    "file": AnswerType.FILE,
    "choice": AnswerType.CHOICE,
    "multiple_choice": AnswerType.CHOICE,
}


def as_native(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data in our shape; ContentRefused when the shape is not known."""
    if "objects" in data:
        return libraries.read(data)
    questions = data.get("questions")
    if not isinstance(questions, list) or not questions:
        raise rules.ContentRefused(
            'The file has no list "questions". Catalogues of controls are not '
            "questionnaires; write the questions first."
        )
    first = questions[0]
    if not isinstance(first, Mapping):
        raise rules.ContentRefused("Each question is a mapping with its fields.")
    if "question_text" in first:
        return _caiq(data, questions)
    return {
        "title": data.get("title") or data.get("id"),
        "label": data.get("label") or data.get("version"),
        "intro": data.get("intro"),
        "sections": [_section(row) for row in data.get("sections") or ()],
        "questions": [_question(row) for row in questions],
    }


def _section(row: Any) -> Any:
    if not isinstance(row, Mapping):
        return row
    return {key: row[key] for key in ("id", "title", "requirement") if key in row}


def _question(row: Any) -> Any:
    if not isinstance(row, Mapping):
        return row
    made = {_RENAMED.get(str(key), str(key)): value for key, value in row.items()}
    if "cfr" in row and isinstance(row["cfr"], list):
        made["citations"] = [_cited(str(place)) for place in row["cfr"]]
    depends = made.pop("depends_on", None)
    if isinstance(depends, Mapping):
        made["shown_if"] = depends.get("any_of") or [dict(depends)]
    return made


def _cited(place: str) -> str:
    """A section by number is one of 45 CFR; a law of a state names itself."""
    return f"45 CFR {place}" if place[:1].isdigit() else place


def _caiq(data: Mapping[str, Any], questions: list[Any]) -> dict[str, Any]:
    """Categories become sections; controls and mappings become references."""
    about = data.get("metadata")
    about = about if isinstance(about, Mapping) else {}
    names: dict[str, str] = {}
    made = []
    for row in questions:
        if not isinstance(row, Mapping):
            raise rules.ContentRefused("Each question is a mapping with its fields.")
        category = str(row.get("category") or "General")
        section = names.setdefault(category, f"S{len(names) + 1:02d}")
        made.append(_caiq_question(row, section))
    return {
        "title": about.get("name"),
        "label": about.get("version"),
        "sections": [{"id": pk, "title": title} for title, pk in names.items()],
        "questions": made,
        "notes": [
            f"{len(made):,} questions were read from a CAIQ-shaped file.",
            "The file names no knock-outs. Set them in the draft.",
        ],
    }


def _caiq_question(row: Mapping[str, Any], section: str) -> dict[str, Any]:
    kind = _TYPES.get(str(row.get("expected_answer_type")), AnswerType.TEXT)
    choices = row.get("choices") or row.get("options")
    if kind is AnswerType.CHOICE and not choices:
        kind = AnswerType.TEXT
    mappings = row.get("regulatory_mappings")
    frameworks = [str(row["ccm_control_id"])] if row.get("ccm_control_id") else []
    frameworks += [str(each) for each in mappings or () if isinstance(each, str)]
    return {
        "id": str(row.get("id", "")),
        "section": section,
        "text": row.get("question_text"),
        "type": kind,
        "choices": choices if kind is AnswerType.CHOICE else None,
        "weight": row.get("weight", 1),
        "frameworks": frameworks,
        "help": str(row.get("description") or "")[:2000],
    }
