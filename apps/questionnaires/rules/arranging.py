"""Editing a questionnaire: put in, take out, move. Each gives a new content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from apps.questionnaires.rules.content import Content, Question, Section
from apps.questionnaires.rules.flaws import refused

T = TypeVar("T")


def with_question(
    content: Content, question: Question, *, replaces: str = ""
) -> Content:
    """With the question in the place of the one with the id ``replaces``; a new one,
    and one that changes its section, comes last in its section."""
    known = content.by_id.get(replaces)
    if known is not None and known.section == question.section:
        return replace(
            content,
            questions=tuple(question if q is known else q for q in content.questions),
        )
    left = [each for each in content.questions if each is not known]
    own = [at for at, each in enumerate(left) if each.section == question.section]
    at = own[-1] + 1 if own else len(left)
    return replace(content, questions=(*left[:at], question, *left[at:]))


def without_question(content: Content, question_id: str) -> Content:
    """Without the question."""
    left = tuple(each for each in content.questions if each.id != question_id)
    return replace(content, questions=left)


def moved_question(content: Content, question_id: str, *, steps: int) -> Content:
    """With the question up (below 0) or down among those of its section; where there
    is nothing to pass it stays."""
    question = content.by_id.get(question_id)
    if question is None:
        return content
    questions = list(content.questions)
    own = [q for q in questions if q.section == question.section]
    here = questions.index(question)
    there = questions.index(_neighbour(own, question, steps))
    questions[here], questions[there] = questions[there], questions[here]
    return replace(content, questions=tuple(questions))


def with_section(content: Content, section: Section, *, replaces: str = "") -> Content:
    """With the section last, or in the place of the one with the id ``replaces``,
    whose questions follow it."""
    if replaces not in {each.id for each in content.sections}:
        return replace(content, sections=(*content.sections, section))
    return Content(
        sections=tuple(
            section if each.id == replaces else each for each in content.sections
        ),
        questions=tuple(
            replace(each, section=section.id) if each.section == replaces else each
            for each in content.questions
        ),
    )


def without_section(content: Content, section_id: str) -> Content:
    """Without the section; ContentRefused while it holds questions."""
    count = sum(each.section == section_id for each in content.questions)
    if count:
        raise refused(
            f"Section {section_id!r}",
            "questions",
            f"{count:,} of them",
            "none; move or remove them first",
        )
    left = tuple(each for each in content.sections if each.id != section_id)
    return replace(content, sections=left)


def moved_section(content: Content, section_id: str, *, steps: int) -> Content:
    """With the section, and its questions, up (below 0) or down by one."""
    sections = list(content.sections)
    for section in content.sections:
        if section.id == section_id:
            here = sections.index(section)
            there = sections.index(_neighbour(content.sections, section, steps))
            sections[here], sections[there] = sections[there], sections[here]
    order = {each.id: at for at, each in enumerate(sections)}
    questions = sorted(content.questions, key=lambda each: order[each.section])
    return Content(sections=tuple(sections), questions=tuple(questions))


def _neighbour(rows: Sequence[T], row: T, steps: int) -> T:
    """The row above or below; the row itself at an end."""
    at = rows.index(row) + (1 if steps > 0 else -1)
    return rows[at] if 0 <= at < len(rows) else row
