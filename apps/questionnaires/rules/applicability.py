"""Which questions are asked, and which of those are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from apps.questionnaires.rules.content import Condition, Content, Question
from apps.questionnaires.rules.values import Given


def asked(
    content: Content,
    *,
    party_kind: str,
    channels: Collection[str],
    sets: Collection[str],
) -> tuple[Question, ...]:
    """Questions of an assignment: of its sets, for the kind of party, and about a
    channel in scope; a question without channels or kinds is for all. In order."""
    return tuple(
        question
        for question in content.questions
        if question.set in sets
        and (not question.party_kinds or party_kind in question.party_kinds)
        and (not question.channels or set(question.channels) & set(channels))
    )


def shown_ids(
    questions: Collection[Question], given: Mapping[str, Given]
) -> frozenset[str]:
    """Ids of asked questions whose condition holds for the answers given.

    Several conditions: one is enough. A condition on a question that is itself
    hidden, or not asked, does not hold.
    """
    shown: set[str] = set()
    for question in questions:
        if not question.shown_if or any(
            _holds(condition, given, shown) for condition in question.shown_if
        ):
            shown.add(question.id)
    return frozenset(shown)


def _holds(
    condition: Condition, given: Mapping[str, Given], shown: Collection[str]
) -> bool:
    answer = given.get(condition.question)
    if condition.question not in shown or answer is None or answer.value is None:
        return False
    values = answer.value if isinstance(answer.value, list) else [answer.value]
    return bool(set(values) & set(condition.answer_in))
