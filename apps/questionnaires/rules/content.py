"""What a version of a questionnaire holds: sections and questions, checked."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Any

from apps.audit.rules import canonical
from apps.questionnaires.enums import (
    AnswerType,
    AskedChannel,
    Criticality,
    PartyKind,
    QuestionSet,
)
from apps.questionnaires.rules.flaws import ContentRefused, Flaw, refused
from apps.questionnaires.rules.flaws import shown as _shown

MAX_QUESTIONS = 1_000
MAX_SECTIONS = 100
MAX_TEXT = 2_000
MAX_CHOICES = 50
MAX_WEIGHT = 100
REQUIREMENTS = range(1, 8)
QUESTION_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.&_-]{0,39}$")

Values = tuple[str, ...]


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
_TESTS = ("answer_in", "empty", "greater_than", "less_than")


def read_content(data: Mapping[str, Any], *, places: Sequence[str] = ()) -> Content:
    """The content of stored or uploaded data; ContentRefused names every flaw.

    ``data`` has ``sections`` and ``questions`` as lists of mappings, keys named as
    the fields here; what is absent takes its default. ``places`` says where each
    question stands in the file it came from.
    """
    flaws: list[Flaw] = []
    found = _read(_rows(data, "sections", MAX_SECTIONS), _section, (), flaws)
    rows = _read(_rows(data, "questions", MAX_QUESTIONS), read_question, places, flaws)
    if not flaws:
        content = Content(tuple(found), tuple(rows))
        check_content(content, places=places)
        return content
    raise ContentRefused(flaws)


def _rows(data: Mapping[str, Any], key: str, most: int) -> list[Mapping[str, Any]]:
    rows = data.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise refused("The questionnaire", key, "", "a list of mappings")
    if len(rows) > most:
        raise refused(
            "The questionnaire", key, f"{len(rows):,} of them", f"at most {most:,}"
        )
    return rows


def _read(
    rows: list[Mapping[str, Any]],
    read: Callable[..., Any],
    places: Sequence[str],
    flaws: list[Flaw],
) -> list[Any]:
    """Every row that can be read; the first flaw of each other one."""
    found = []
    for number, row in enumerate(rows):
        try:
            found.append(read(row, where=places[number] if places else ""))
        except ContentRefused as error:
            flaws += error.flaws
    return found


def _section(row: Mapping[str, Any], *, where: str = "") -> Section:
    where = where or f"Section {_shown(row.get('id'))!r}"
    requirement = row.get("requirement")
    if requirement is not None and requirement not in REQUIREMENTS:
        raise refused(where, "requirement", requirement, "a number from 1 to 7")
    return Section(
        id=_text(row, "id", where),
        title=_text(row, "title", where),
        requirement=requirement,
    )


def read_question(row: Mapping[str, Any], *, where: str = "") -> Question:
    """One question of data; ContentRefused names the field that is wrong."""
    where = where or f"Question {_shown(row.get('id'))!r}"
    strange = sorted(set(map(str, row)) - _KEYS)
    if strange:
        raise refused(where, strange[0], row.get(strange[0]), "no such field")
    return Question(
        id=_text(row, "id", where),
        section=_text(row, "section", where),
        text=_text(row, "text", where),
        type=_choice(AnswerType, row, "type", where),
        set=_choice(QuestionSet, row, "set", where, QuestionSet.CORE),
        choices=_texts(row, "choices", where),
        multiple=row.get("multiple") is True,
        unit=str(row.get("unit", "")),
        weight=_weight(row.get("weight", 1), where),
        criticality=_choice(
            Criticality, row, "criticality", where, Criticality.STANDARD
        ),
        fails_if=_test(row.get("fails_if"), where),
        shown_if=_conditions(row.get("shown_if"), where),
        channels=_texts(row, "channels", where),
        party_kinds=_texts(row, "party_kinds", where),
        citations=_texts(row, "citations", where),
        frameworks=_texts(row, "frameworks", where),
        evidence=_texts(row, "evidence", where),
        help=str(row.get("help", ""))[:MAX_TEXT],
        proposed=str(row.get("proposed", ""))[:MAX_TEXT],
    )


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    text = str(value).strip() if isinstance(value, str | int) else ""
    if not text or len(text) > MAX_TEXT:
        raise refused(where, key, value, f"1 to {MAX_TEXT:,} characters")
    return text


def _texts(row: Mapping[str, Any], key: str, where: str) -> Values:
    value = row.get(key)
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > MAX_CHOICES:
        raise refused(where, key, value, f"a list of at most {MAX_CHOICES} texts")
    # YAML reads a bare yes as true.
    if not all(isinstance(v, str | int) and not isinstance(v, bool) for v in value):
        raise refused(where, key, value, "texts; quote yes and no")
    return tuple(str(item).strip() for item in value)


def _choice(
    kind: Any, row: Mapping[str, Any], key: str, where: str, usual: Any = None
) -> Any:
    value = row.get(key, usual)
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind.values)
        raise refused(where, key, value, f"one of {known}") from None


def _weight(value: Any, where: str) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not 0 <= value <= MAX_WEIGHT:
        raise refused(where, "weight", value, f"a whole number from 0 to {MAX_WEIGHT}")
    return int(value)


def _test(value: Any, where: str) -> Test | None:
    if not value:
        return None
    if not isinstance(value, Mapping) or not set(value) <= set(_TESTS):
        raise refused(where, "fails_if", value, f"a mapping of {', '.join(_TESTS)}")
    for key in ("greater_than", "less_than"):
        if value.get(key) is not None and not isinstance(value[key], int):
            raise refused(where, f"fails_if.{key}", value[key], "a whole number")
    return Test(
        answer_in=_texts(value, "answer_in", where),
        empty=value.get("empty") is True,
        greater_than=value.get("greater_than"),
        less_than=value.get("less_than"),
    )


def _conditions(value: Any, where: str) -> tuple[Condition, ...]:
    if not value:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
        raise refused(where, "shown_if", value, "a list of question and answer_in")
    return tuple(
        Condition(_text(each, "question", where), _texts(each, "answer_in", where))
        for each in value
    )


def check_content(content: Content, *, places: Sequence[str] = ()) -> None:
    """Raise ContentRefused, with every flaw, unless ids are single, references lead
    somewhere earlier and each question has what its type needs."""
    flaws = [
        Flaw(f"Section {pk!r}", "id", pk, "an id of its own; it stands twice")
        for pk in _twice(section.id for section in content.sections)
    ]
    known = {section.id for section in content.sections}
    earlier: set[str] = set()
    for number, question in enumerate(content.questions):
        where = places[number] if places else f"Question {question.id!r}"
        flaws += _flaws_of(question, where, known, earlier)
        earlier.add(question.id)
    if flaws:
        raise ContentRefused(flaws)


def _twice(ids: Iterable[str]) -> list[str]:
    return [each for each, count in Counter(ids).items() if count > 1]


def _flaws_of(
    question: Question, where: str, sections: Collection[str], earlier: Collection[str]
) -> Iterator[Flaw]:
    if not QUESTION_ID.match(question.id):
        expected = "letters, digits and . & _ -, at most 40"
        yield Flaw(where, "id", _shown(question.id), expected)
    if question.id in earlier:
        yield Flaw(where, "id", question.id, "an id of its own; it stands twice")
    if question.section not in sections:
        yield Flaw(where, "section", _shown(question.section), "a section that exists")
    yield from _flaws_of_type(question, where)
    yield from _strange_words("channels", question.channels, AskedChannel.values, where)
    yield from _strange_words(
        "party_kinds", question.party_kinds, PartyKind.values, where
    )
    # Only earlier ones, so that no circle can arise.
    for condition in question.shown_if:
        if condition.question not in earlier:
            expected = "a question that comes before it"
            yield Flaw(where, "shown_if", _shown(condition.question), expected)


def _flaws_of_type(question: Question, where: str) -> Iterator[Flaw]:
    is_choice = question.type is AnswerType.CHOICE
    if is_choice and len(set(question.choices)) < max(2, len(question.choices)):
        shown = _shown("; ".join(question.choices))
        yield Flaw(where, "choices", shown, "at least two different values")
    if not is_choice and (question.choices or question.multiple):
        yield Flaw(where, "choices", "", "none; only a choice has choices")


def _strange_words(
    key: str, given: Sequence[str], known: Sequence[str], where: str
) -> Iterator[Flaw]:
    for word in sorted(set(given) - set(known)):
        yield Flaw(where, key, _shown(word), f"one of {', '.join(known)}")


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
