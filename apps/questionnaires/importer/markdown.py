"""HECVAT-shaped Markdown: ``## Section`` and ``**ID-01** — question``."""

from __future__ import annotations

import re
from typing import Any

from apps.questionnaires import rules
from apps.questionnaires.enums import AnswerType

_TITLE = re.compile(r"^#\s+(?P<title>.+)$")
_SECTION = re.compile(r"^##\s+(?P<title>.+)$")
_QUESTION = re.compile(
    r"^\*\*(?P<id>[A-Z]{2,6}-\d{1,3})\*\*\s*[\u2014\u2013:-]\s*(?P<text>.+)$"
)
_ANSWER = re.compile(r"^\*\*Answer:\*\*\s*(?P<answer>.+)$")
# A question mark asks for yes or no; a bare name asks for text.
_ASKS_WHAT = re.compile(
    r"^(what|which|who|how|when|where|describe|list|name|provide|explain)\b", re.I
)


def read(text: str) -> dict[str, Any]:
    """Sections and questions; answers in the file are not taken into a template.

    Raises ContentRefused where nothing looks like a question.
    """
    title, answered = "", 0
    sections: list[dict[str, str]] = []
    questions: list[dict[str, Any]] = []
    for line in text.splitlines():
        if found := _QUESTION.match(line):
            section = sections[-1]["id"] if sections else _general(sections)
            questions.append(_question(found["id"], found["text"].strip(), section))
        elif found := _SECTION.match(line):
            pk = f"S{len(sections) + 1:02d}"
            sections.append({"id": pk, "title": found["title"].strip()})
        elif not title and (found := _TITLE.match(line)):
            title = found["title"].strip()
        elif _ANSWER.match(line):
            answered += 1
    if not questions:
        raise rules.ContentRefused(
            "No question was found. Write each as **ID-01** — text below a section "
            "heading with ##."
        )
    used = {question["section"] for question in questions}
    notes = [f"{len(questions):,} questions were read from a HECVAT-shaped file."]
    if answered:
        notes.append(f"The file holds {answered:,} answers; a template takes none.")
    return {
        "title": title,
        "sections": [each for each in sections if each["id"] in used],
        "questions": questions,
        "notes": notes,
    }


def _general(sections: list[dict[str, str]]) -> str:
    sections.append({"id": "S01", "title": "General"})
    return "S01"


def _question(pk: str, text: str, section: str) -> dict[str, Any]:
    is_closed = text.endswith("?") and not _ASKS_WHAT.match(text)
    kind = AnswerType.YES_NO if is_closed else AnswerType.TEXT
    return {"id": pk, "section": section, "text": text, "type": kind}
