"""Score, knock-outs and verdict of a reviewed questionnaire.

All of it is our own default: no law gives a score. Weights, tests and knock-outs
stand in the questionnaire; the numbers below apply to every one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from apps.questionnaires.enums import (
    AnswerType,
    Criticality,
    Decision,
    Outcome,
    YesNo,
)
from apps.questionnaires.rules.applicability import shown_ids
from apps.questionnaires.rules.content import Content, Question, Section
from apps.questionnaires.rules.values import Given, is_answered

RULES_VERSION = "questionnaire-score/1"
PASS_FROM = Fraction(80, 100)
_ONE, _HALF, _ZERO = Fraction(1), Fraction(1, 2), Fraction(0)
_BASE = {YesNo.YES: _ONE, YesNo.PARTIAL: _HALF, YesNo.NO: _ZERO}
_REVIEWED = {Decision.ACCEPT: _ONE, Decision.ACCEPT_WITH_GAP: _HALF}


@dataclass(frozen=True, slots=True)
class Line:
    """One shown question with what it brought. ``value`` None leaves the sum."""

    question: Question
    is_answered: bool
    value: Fraction | None
    is_hit: bool


@dataclass(frozen=True, slots=True)
class SectionScore:
    """A section: ``score`` None where nothing in it is scored."""

    section: Section
    shown: int
    answered: int
    score: Fraction | None
    hits: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Everything answered and nothing failed. A vendor who cannot answer is not
        ready, which is not the same as having said no."""
        return self.answered == self.shown and not self.hits


@dataclass(frozen=True, slots=True)
class Score:
    """The whole: exact score from 0 to 1, coverage by weight, hits, verdict."""

    score: Fraction | None
    coverage: Fraction
    shown: int
    answered: int
    knockouts: tuple[str, ...]
    criticals: tuple[str, ...]
    outcome: Outcome
    sections: tuple[SectionScore, ...]

    @property
    def score_words(self) -> str:
        """The score as it is shown."""
        return "not scored" if self.score is None else str(rounded(self.score))

    @property
    def coverage_words(self) -> str:
        """The coverage as it is shown."""
        return str(rounded(self.coverage))


def fails(question: Question, given: Given | None) -> bool:
    """Whether the test of the question hits. No answer hits where the test asks for
    one; "not applicable" does not hit, the reviewer may reject it."""
    test = question.fails_if
    if test is None:
        return False
    if not is_answered(question, given) or given is None:
        return test.empty
    value = given.value
    values = value if isinstance(value, list) else [str(value)]
    if set(values) & set(test.answer_in):
        return True
    if question.type is not AnswerType.NUMBER or value is None:
        return False
    number = Decimal(str(value))
    above = test.greater_than is not None and number > test.greater_than
    return above or (test.less_than is not None and number < test.less_than)


def is_hit(
    question: Question, given: Given | None, decision: Decision | None = None
) -> bool:
    """Whether a question with a test counts as failed: its test hits, it was not
    answered, or the reviewer rejected the answer."""
    if question.fails_if is None:
        return False
    missing = not is_answered(question, given)
    return missing or decision == Decision.REJECT or fails(question, given)


def value_of(
    question: Question, given: Given | None, decision: Decision | None = None
) -> Fraction | None:
    """What one answer is worth, from 0 to 1; None leaves the sum.

    Yes 1, partly 1/2, no 0; not applicable leaves. A choice: first 1, last 0, even
    steps between. A number: 1 unless its test hits. Text and files: 1 once accepted,
    1/2 with a gap. Not answered, rejected or failed: 0. Accepted with a gap is worth
    1/2 at most. A yes that wants evidence and has none counts as partly.
    """
    if not question.is_scored:
        return None
    if not is_answered(question, given) or given is None:
        return _ZERO
    if decision == Decision.REJECT:
        return _ZERO
    if given.value == YesNo.NOT_APPLICABLE and question.type is AnswerType.YES_NO:
        return None
    if fails(question, given):
        return _ZERO
    most = _HALF if decision == Decision.ACCEPT_WITH_GAP else _ONE
    return min(most, _base(question, given, decision))


def _base(question: Question, given: Given, decision: Decision | None) -> Fraction:
    match question.type:
        case AnswerType.YES_NO:
            base = _BASE[YesNo(str(given.value))]
            lacks = bool(question.evidence) and given.files == 0
            return min(base, _HALF) if lacks else base
        case AnswerType.CHOICE:
            last = len(question.choices) - 1
            return 1 - Fraction(question.choices.index(str(given.value)), last)
        case AnswerType.NUMBER:
            return _ONE
        case _:
            return _REVIEWED.get(decision, _ZERO) if decision else _ZERO


def score(
    content: Content,
    questions: tuple[Question, ...],
    given: Mapping[str, Given],
    decisions: Mapping[str, Decision],
) -> Score:
    """Score the asked ``questions`` of a review.

    Score and sections: sum of weight times value over sum of weight, of scored
    questions that are shown. Coverage: weight answered over weight shown. Fail: a
    knock-out hit. Conditional: a critical hit, or below 0.80. Pass: the rest.
    """
    shown = shown_ids(questions, given)
    lines = [
        _line(question, given.get(question.id), decisions.get(question.id))
        for question in questions
        if question.id in shown
    ]
    total = _mean(lines)
    knockouts = _hits(lines, Criticality.KNOCKOUT)
    criticals = _hits(lines, Criticality.CRITICAL)
    return Score(
        score=total,
        coverage=_coverage(lines),
        shown=len(lines),
        answered=sum(line.is_answered for line in lines),
        knockouts=knockouts,
        criticals=criticals,
        outcome=verdict(total, knockouts=knockouts, criticals=criticals),
        sections=_sections(content, lines),
    )


def verdict(
    total: Fraction | None, *, knockouts: tuple[str, ...], criticals: tuple[str, ...]
) -> Outcome:
    """Fail for a knock-out; conditional for a critical hit, a score below 0.80, or
    nothing to score; otherwise pass. 0.80 itself passes."""
    if knockouts:
        return Outcome.FAIL
    if criticals or total is None or total < PASS_FROM:
        return Outcome.CONDITIONAL
    return Outcome.PASS


def _line(question: Question, given: Given | None, decision: Decision | None) -> Line:
    return Line(
        question=question,
        is_answered=is_answered(question, given),
        value=value_of(question, given, decision),
        is_hit=is_hit(question, given, decision),
    )


def _mean(lines: Iterable[Line]) -> Fraction | None:
    scored = [line for line in lines if line.value is not None]
    weights = sum(line.question.weight for line in scored)
    if not weights:
        return None
    brought = sum(
        (line.question.weight * (line.value or _ZERO) for line in scored), _ZERO
    )
    return brought / weights


def _coverage(lines: list[Line]) -> Fraction:
    whole = sum(line.question.weight for line in lines)
    said = sum(line.question.weight for line in lines if line.is_answered)
    return Fraction(said, whole) if whole else _ONE


def _hits(lines: list[Line], criticality: Criticality) -> tuple[str, ...]:
    return tuple(
        line.question.id
        for line in lines
        if line.is_hit and line.question.criticality is criticality
    )


def _sections(content: Content, lines: list[Line]) -> tuple[SectionScore, ...]:
    found = []
    for section in content.sections:
        own = [line for line in lines if line.question.section == section.id]
        if own:
            hits = tuple(
                line.question.id
                for line in own
                if line.is_hit
                and line.question.criticality
                in {Criticality.KNOCKOUT, Criticality.CRITICAL}
            )
            answered = sum(line.is_answered for line in own)
            found.append(SectionScore(section, len(own), answered, _mean(own), hits))
    return tuple(found)


def rounded(value: Fraction) -> Decimal:
    """Four places, half away from zero, for storing and showing; the verdict is
    decided on the exact value."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
