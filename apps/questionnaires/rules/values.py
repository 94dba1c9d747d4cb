"""Values of answers: what may be said, how it is stored and how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.core.errors import Conflict, Invalid
from apps.questionnaires.enums import AnswerType, YesNo
from apps.questionnaires.rules.content import Question

MAX_ANSWER = 20_000
MAX_NOTE = 5_000
MAX_NUMBER = Decimal(10) ** 12

Value = str | list[str] | None


class AnswerRefused(Invalid):
    """A value the question does not take."""

    default_code = "answer_refused"


class AnswerChanged(Conflict):
    """Somebody else saved the answer meanwhile; both texts are at hand."""

    default_code = "answer_changed"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as rules see it: value, note, and how many files stand behind it."""

    value: Value = None
    note: str = ""
    files: int = 0


def clean_value(question: Question, raw: str | Sequence[str] | None) -> Value:
    """The value to store: text, a list for several choices, None for no answer.

    Numbers are kept as plain text without exponent. Raises AnswerRefused.
    """
    if question.multiple:
        return _several(question, raw)
    text = _single(raw).replace("\r\n", "\n").strip()
    if not text:
        return None
    match question.type:
        case AnswerType.YES_NO:
            return _yes_no(text)
        case AnswerType.CHOICE:
            return _one_of(question, text)
        case AnswerType.NUMBER:
            return _number(question, text)
        case _:
            return _within(text, MAX_ANSWER)


def _single(raw: str | Sequence[str] | None) -> str:
    if raw is None or isinstance(raw, str):
        return raw or ""
    return raw[0] if raw else ""


def _several(question: Question, raw: str | Sequence[str] | None) -> Value:
    given = [raw] if isinstance(raw, str) else list(raw or ())
    words = {_one_of(question, text.strip()) for text in given if text.strip()}
    chosen = [choice for choice in question.choices if choice in words]
    return chosen or None


def _yes_no(text: str) -> str:
    labels = {str(member.label).casefold(): member.value for member in YesNo}
    known = {member.value: member.value for member in YesNo}
    aliases = {"n/a": "na", "not applicable": "na", "partial": "partial"}
    found = (labels | known | aliases).get(text.casefold())
    if found is None:
        raise _refused("Answer yes, partial, no or na.")
    return str(found)


def _one_of(question: Question, text: str) -> str:
    for choice in question.choices:
        if choice.casefold() == text.casefold():
            return choice
    raise _refused(f"Choose one of: {'; '.join(question.choices)}.")


def _number(question: Question, text: str) -> str:
    try:
        number = Decimal(text.replace(" ", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= MAX_NUMBER:
        unit = f" of {question.unit}" if question.unit else ""
        raise _refused(f"Give the number{unit} with digits, for example 12 or 1.5.")
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _within(text: str, most: int) -> str:
    if len(text) > most:
        raise _refused(f"At most {most:,} characters; attach a file for more.")
    return text


def clean_note(raw: str) -> str:
    """The note to store; AnswerRefused when it is too long."""
    return _within(raw.replace("\r\n", "\n").strip(), MAX_NOTE)


def _refused(text: str) -> AnswerRefused:
    return AnswerRefused(text, fields={"value": [text]})


def is_answered(question: Question, given: Given | None) -> bool:
    """Whether the question is answered: a value, or a file where one is asked for;
    "not applicable" needs its reason in the note."""
    if given is None:
        return False
    if question.type is AnswerType.FILE:
        return given.files > 0
    if given.value == YesNo.NOT_APPLICABLE and question.type is AnswerType.YES_NO:
        return bool(given.note)
    return given.value is not None


def in_words(question: Question, value: Any) -> str:
    """A stored value as people read it; "" for none."""
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if question.type is AnswerType.YES_NO:
        return str(YesNo(value).label)
    if question.type is AnswerType.NUMBER and question.unit:
        return f"{value} {question.unit}"
    return str(value)


def plain_words(value: Any) -> str:
    """A stored value as people read it where its question is not at hand."""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(YesNo(value).label) if value in YesNo.values else str(value or "")


def check_version(expected: int, actual: int) -> None:
    """Raise AnswerChanged when another save came between: versions count from 0 for
    a question nobody answered."""
    if expected != actual:
        raise AnswerChanged(
            "Somebody else changed this answer meanwhile. Both texts are shown: keep "
            "theirs, or save yours over it."
        )
