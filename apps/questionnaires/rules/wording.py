"""Answers a questionnaire names in its tests and conditions: which answer is meant,
and which can never be given. A knock-out that waits for such an answer never fails
anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from apps.questionnaires.enums import AnswerType, YesNo
from apps.questionnaires.rules.content import (
    Condition,
    Content,
    Question,
    Test,
    Values,
)
from apps.questionnaires.rules.flaws import ContentRefused, Flaw, shown

_YES_OR_NO = {str(each.label).casefold(): each.value for each in YesNo} | {
    "n/a": YesNo.NOT_APPLICABLE.value,
    "partially": YesNo.PARTIAL.value,
}


def as_meant(content: Content) -> Content:
    """The content with "No" read as no, and choices in their own spelling."""
    by_id = content.by_id
    return replace(
        content, questions=tuple(_meant(each, by_id) for each in content.questions)
    )


def _meant(question: Question, by_id: Mapping[str, Question]) -> Question:
    test = question.fails_if
    if test is not None and test.answer_in:
        test = replace(test, answer_in=_words(question, test.answer_in))
    conditions = tuple(
        replace(each, answer_in=_words(by_id.get(each.question), each.answer_in))
        for each in question.shown_if
    )
    return replace(question, fails_if=test, shown_if=conditions)


def _words(question: Question | None, words: Values) -> Values:
    return tuple(_word(question, word) for word in words)


def _word(question: Question | None, word: str) -> str:
    if question is None or word in _possible(question):
        return word
    if question.type is AnswerType.YES_NO:
        return _YES_OR_NO.get(word.casefold(), word.casefold())
    alike = [each for each in question.choices if each.casefold() == word.casefold()]
    return alike[0] if alike else word


def _possible(question: Question) -> Values:
    """Answers of a question that has a list of them; () where anything may be said."""
    if question.type is AnswerType.YES_NO:
        return tuple(YesNo.values)
    return question.choices


def check_words(
    content: Content, *, places: Sequence[str] = (), former: Content | None = None
) -> None:
    """Raise ContentRefused where a test or a condition waits for an answer that cannot
    be given. What was wrong in ``former`` already does not stand in the way of mending
    the rest."""
    known = set(_flaws(former, ())) if former else set()
    flaws = [flaw for flaw in _flaws(content, places) if flaw not in known]
    if flaws:
        raise ContentRefused(flaws)


def _flaws(content: Content, places: Sequence[str]) -> Iterator[Flaw]:
    by_id = content.by_id
    for number, question in enumerate(content.questions):
        where = places[number] if places else f"Question {question.id!r}"
        if question.fails_if is not None:
            yield from _flaws_of_test(question, question.fails_if, where)
        for condition in question.shown_if:
            yield from _flaws_of_condition(by_id, condition, where)


def _flaws_of_test(question: Question, test: Test, where: str) -> Iterator[Flaw]:
    yield from _impossible(question, test.answer_in, "fails_if", where)
    has_limit = test.greater_than is not None or test.less_than is not None
    if has_limit and question.type is not AnswerType.NUMBER:
        yield Flaw(where, "fails_if", "", "a limit on a number only")


def _flaws_of_condition(
    by_id: Mapping[str, Question], condition: Condition, where: str
) -> Iterator[Flaw]:
    if condition.question in by_id:
        asked = by_id[condition.question]
        yield from _impossible(asked, condition.answer_in, "shown_if", where)


def _impossible(
    question: Question, words: Values, field: str, where: str
) -> Iterator[Flaw]:
    possible = _possible(question)
    if question.type is AnswerType.FILE and words:
        yield Flaw(where, field, shown(words[0]), "no answer in words to a file")
    for word in words:
        if possible and word not in possible:
            yield Flaw(where, field, shown(word), f"one of {', '.join(possible)}")
