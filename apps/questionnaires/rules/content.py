"""What a version of a questionnaire holds: sections and questions, checked."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.audit.rules import canonical
from apps.core.errors import Invalid
from apps.questionnaires.enums import (
    AnswerType,
    AskedChannel,
    Criticality,
    PartyKind,
    QuestionSet,
)

MAX_QUESTIONS = 1_000
MAX_SECTIONS = 100
MAX_TEXT = 2_000
MAX_CHOICES = 50
MAX_WEIGHT = 100
REQUIREMENTS = range(1, 8)
QUESTION_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.&_-]{0,39}$")

Values = tuple[str, ...]


class ContentRefused(Invalid):
    """A questionnaire that cannot be used as it is written."""

    default_code = "content_refused"


@dataclass(frozen=True, slots=True)
class Test:
    """When an answer fails: any part that is set and holds."""

    answer_in: Values = ()
    empty: bool = False
    greater_than: int | None = None
    less_than: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Show a question when another one was answered with one of the values."""

    question: str
    answer_in: Values


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together; ``requirement`` is one of the seven or None."""

    id: str
    title: str
    requirement: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Without ``channels`` or ``party_kinds`` it is asked of all."""

    id: str
    section: str
    text: str
    type: AnswerType
    set: QuestionSet = QuestionSet.CORE
    choices: Values = ()
    multiple: bool = False
    unit: str = ""
    weight: int = 1
    criticality: Criticality = Criticality.STANDARD
    fails_if: Test | None = None
    shown_if: tuple[Condition, ...] = ()
    channels: Values = ()
    party_kinds: Values = ()
    citations: Values = ()
    frameworks: Values = ()
    evidence: Values = ()
    help: str = ""
    proposed: str = ""

    @property
    def is_scored(self) -> bool:
        """Several choices at once and questions for information are not scored."""
        informs = self.criticality is Criticality.INFORMATIONAL
        return not self.multiple and not informs and self.weight > 0

    @property
    def wording(self) -> tuple[Any, ...]:
        """What makes it the same question as last time."""
        return self.text, self.type, self.choices, self.multiple, self.unit


@dataclass(frozen=True, slots=True)
class Content:
    """A whole questionnaire in its order."""

    sections: tuple[Section, ...]
    questions: tuple[Question, ...]

    @property
    def by_id(self) -> dict[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.questions}


_KEYS = set(Question.__dataclass_fields__)


def read_content(data: Mapping[str, Any]) -> Content:
    """The content of stored or uploaded data; ContentRefused says what is wrong.

    ``data`` has ``sections`` and ``questions`` as lists of mappings, keys named as
    the fields here; what is absent takes its default.
    """
    sections = tuple(_section(row) for row in _rows(data, "sections", MAX_SECTIONS))
    questions = tuple(
        read_question(row) for row in _rows(data, "questions", MAX_QUESTIONS)
    )
    content = Content(sections, questions)
    check_content(content)
    return content


def _rows(data: Mapping[str, Any], key: str, most: int) -> list[Mapping[str, Any]]:
    rows = data.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ContentRefused(f'The questionnaire has no list "{key}". Add it.')
    if len(rows) > most:
        raise ContentRefused(f"At most {most:,} {key} are taken; split the file.")
    return rows


def _section(row: Mapping[str, Any]) -> Section:
    where = f"Section {str(row.get('id', ''))[:40]!r}"
    requirement = row.get("requirement")
    if requirement is not None and requirement not in REQUIREMENTS:
        raise ContentRefused(f"{where}: the requirement is a number from 1 to 7.")
    return Section(
        id=_text(row, "id", where),
        title=_text(row, "title", where),
        requirement=requirement,
    )


def read_question(row: Mapping[str, Any]) -> Question:
    """One question of data; ContentRefused names the field that is wrong."""
    where = f"Question {str(row.get('id', ''))[:40]!r}"
    strange = sorted(set(map(str, row)) - _KEYS)
    if strange:
        raise ContentRefused(f"{where}: unknown field {strange[0]!r}. Remove it.")
    return Question(
        id=_text(row, "id", where),
        section=_text(row, "section", where),
        text=_text(row, "text", where),
        type=_choice(AnswerType, row.get("type"), where),
        set=_choice(QuestionSet, row.get("set", QuestionSet.CORE), where),
        choices=_texts(row.get("choices"), where),
        multiple=row.get("multiple") is True,
        unit=str(row.get("unit", "")),
        weight=_whole(row.get("weight", 1), where),
        criticality=_choice(
            Criticality, row.get("criticality", Criticality.STANDARD), where
        ),
        fails_if=_test(row.get("fails_if"), where),
        shown_if=_conditions(row.get("shown_if"), where),
        channels=_texts(row.get("channels"), where),
        party_kinds=_texts(row.get("party_kinds"), where),
        citations=_texts(row.get("citations"), where),
        frameworks=_texts(row.get("frameworks"), where),
        evidence=_texts(row.get("evidence"), where),
        help=str(row.get("help", ""))[:MAX_TEXT],
        proposed=str(row.get("proposed", ""))[:MAX_TEXT],
    )


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    text = str(value).strip() if isinstance(value, str | int) else ""
    if not text or len(text) > MAX_TEXT:
        raise ContentRefused(f"{where}: {key} takes 1 to {MAX_TEXT:,} characters.")
    return text


def _texts(value: Any, where: str) -> Values:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > MAX_CHOICES:
        raise ContentRefused(f"{where}: a list of at most {MAX_CHOICES} texts fits.")
    if not all(isinstance(item, str | int) for item in value):
        raise ContentRefused(f"{where}: a list holds texts. Quote yes and no.")
    return tuple(str(item).strip() for item in value)


def _choice(kind: Any, value: Any, where: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind.values)
        raise ContentRefused(
            f"{where}: {str(value)[:40]!r} is not one of {known}."
        ) from None


def _whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ContentRefused(f"{where}: the weight is a whole number.")
    if not 0 <= value <= MAX_WEIGHT:
        raise ContentRefused(f"{where}: the weight lies from 0 to {MAX_WEIGHT}.")
    return value


def _test(value: Any, where: str) -> Test | None:
    if not value:
        return None
    known = {"answer_in", "empty", "greater_than", "less_than"}
    if not isinstance(value, Mapping) or not set(value) <= known:
        raise ContentRefused(f"{where}: fails_if knows {', '.join(sorted(known))}.")
    for key in ("greater_than", "less_than"):
        if value.get(key) is not None and not isinstance(value[key], int):
            raise ContentRefused(f"{where}: {key} is a whole number.")
    return Test(
        answer_in=_texts(value.get("answer_in"), where),
        empty=value.get("empty") is True,
        greater_than=value.get("greater_than"),
        less_than=value.get("less_than"),
    )


def _conditions(value: Any, where: str) -> tuple[Condition, ...]:
    if not value:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
        raise ContentRefused(f"{where}: shown_if is a list of question and answer_in.")
    return tuple(
        Condition(_text(each, "question", where), _texts(each.get("answer_in"), where))
        for each in value
    )


def check_content(content: Content) -> None:
    """Raise ContentRefused unless ids are single, references lead somewhere earlier
    and each question has what its type needs."""
    _check_single((section.id for section in content.sections), "Section")
    _check_single((question.id for question in content.questions), "Question")
    known = {section.id for section in content.sections}
    earlier: dict[str, Question] = {}
    for question in content.questions:
        where = f"Question {question.id!r}"
        if not QUESTION_ID.match(question.id):
            raise ContentRefused(
                f"{where}: an id has letters, digits and . & _ - , at most 40."
            )
        if question.section not in known:
            raise ContentRefused(f"{where}: there is no section {question.section!r}.")
        _check_type(question, where)
        _check_words(question.channels, AskedChannel.values, where)
        _check_words(question.party_kinds, PartyKind.values, where)
        for condition in question.shown_if:
            # Only earlier ones, so that no circle can arise.
            if condition.question not in earlier:
                raise ContentRefused(
                    f"{where}: its condition names {condition.question!r}, which does "
                    "not come before it."
                )
        earlier[question.id] = question


def _check_single(ids: Iterable[str], what: str) -> None:
    twice = [each for each, count in Counter(ids).items() if count > 1]
    if twice:
        raise ContentRefused(f"{what} {twice[0]!r} stands twice. Give each its own id.")


def _check_type(question: Question, where: str) -> None:
    is_choice = question.type is AnswerType.CHOICE
    if is_choice and len(set(question.choices)) < max(2, len(question.choices)):
        raise ContentRefused(f"{where}: a choice has at least two different values.")
    if not is_choice and (question.choices or question.multiple):
        raise ContentRefused(f"{where}: only a choice has choices.")


def _check_words(given: Sequence[str], known: Sequence[str], where: str) -> None:
    strange = sorted(set(given) - set(known))
    if strange:
        raise ContentRefused(
            f"{where}: {strange[0]!r} is not one of {', '.join(known)}."
        )


def as_data(content: Content) -> dict[str, Any]:
    """The content as plain data, defaults left out; ``read_content`` reads it back."""
    return {
        "sections": [_plain(section) for section in content.sections],
        "questions": [_plain(question) for question in content.questions],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return str(value) if isinstance(value, str) else value
    return {
        name: _plain(getattr(value, name))
        for name in value.__dataclass_fields__
        if not _is_blank(getattr(value, name))
    }


def _is_blank(value: Any) -> bool:
    return value is None or value is False or value == "" or value == ()


def sha256_of(content: Content) -> str:
    """Hex SHA-256 of the canonical data: two versions with it are the same."""
    return hashlib.sha256(canonical(as_data(content))).hexdigest()
