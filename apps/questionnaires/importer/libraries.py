"""Libraries of CISO Assistant: a framework whose nodes hold the questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apps.questionnaires import rules
from apps.questionnaires.enums import AnswerType

_YES_OR_NO = {"yes", "no", "partial", "partially", "n/a", "na", "not applicable"}
_TYPES = {
    "unique_choice": AnswerType.CHOICE,
    "multiple_choice": AnswerType.CHOICE,
    "number": AnswerType.NUMBER,
}
Nodes = Mapping[str, Mapping[str, Any]]


def read(data: Mapping[str, Any]) -> dict[str, Any]:
    """Nodes at the top become sections, every question below them one of ours.

    Scores, colours and conditions of the library are left out and said so. Raises
    ContentRefused for a library without questions.
    """
    nodes = list(_nodes(data["objects"]))
    by_urn = {str(node.get("urn")): node for node in nodes}
    sections: dict[str, str] = {}
    questions: list[dict[str, Any]] = []
    for node in nodes:
        asked = node.get("questions")
        for row in asked.values() if isinstance(asked, Mapping) else ():
            title = _section_title(node, by_urn)
            section = sections.setdefault(title, f"S{len(sections) + 1:02d}")
            number = f"Q-{len(questions) + 1:04d}"
            questions.append(_question(row, node, section, number))
    if not questions:
        raise rules.ContentRefused(
            "The library holds no questions, only requirements. Write the questions "
            "first."
        )
    return {
        "title": data.get("name"),
        "label": data.get("version"),
        "sections": [{"id": pk, "title": title} for title, pk in sections.items()],
        "questions": questions,
        "notes": [
            f"{len(questions):,} questions were read from a CISO Assistant library.",
            "Its scores and conditions were not taken over. Set them in the draft.",
        ],
    }


def _nodes(objects: Any) -> Iterator[Mapping[str, Any]]:
    frameworks = []
    if isinstance(objects, Mapping):
        several = objects.get("frameworks")
        frameworks = several if isinstance(several, list) else []
        frameworks = [objects.get("framework"), *frameworks]
    for framework in frameworks:
        nodes = (
            framework.get("requirement_nodes")
            if isinstance(framework, Mapping)
            else None
        )
        for node in nodes if isinstance(nodes, list) else ():
            if isinstance(node, Mapping):
                yield node


def _section_title(node: Mapping[str, Any], by_urn: Nodes) -> str:
    """The title of the node at the top; a circle ends where it began."""
    seen: set[str] = set()
    above = str(node.get("parent_urn"))
    while above in by_urn and above not in seen:
        seen.add(above)
        node = by_urn[above]
        above = str(node.get("parent_urn"))
    names = (node.get("ref_id"), node.get("name"))
    title = " ".join(str(name) for name in names if name)
    return title[:200] or "General"


def _question(
    row: Any, node: Mapping[str, Any], section: str, number: str
) -> dict[str, Any]:
    said = row if isinstance(row, Mapping) else {}
    listed = said.get("choices")
    choices = [
        str(each.get("value")).strip()
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, Mapping)
    ]
    kind = _TYPES.get(str(said.get("type")), AnswerType.TEXT)
    if kind is AnswerType.CHOICE and {c.casefold() for c in choices} <= _YES_OR_NO:
        kind = AnswerType.YES_NO
    is_choice = kind is AnswerType.CHOICE
    return {
        "id": number,
        "section": section,
        "text": said.get("text"),
        "type": kind,
        "choices": choices if is_choice else None,
        "multiple": is_choice and said.get("type") == "multiple_choice",
        "frameworks": [str(node["ref_id"])] if node.get("ref_id") else [],
        "help": str(node.get("description") or "")[:2000],
    }
