"""Rules of questionnaires, by tables computed by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as any_given
from hypothesis import strategies as st

from apps.questionnaires import rules
from apps.questionnaires.enums import (
    AssignmentState,
    Criticality,
    Decision,
    FindingState,
    Outcome,
)
from apps.questionnaires.rules import Given
from tests.factories.questionnaires import make_content

CONTENT = rules.read_content(make_content())
BY_ID = CONTENT.by_id


def _question(**fields: Any) -> rules.Question:
    row = {"id": "Q", "section": "S", "text": "?", "type": "yes_no_partial_na"}
    return rules.read_question(row | fields)


@pytest.mark.parametrize(
    ("fields", "given", "decision", "value"),
    [
        ({}, Given("yes"), None, Fraction(1)),
        ({}, Given("partial"), None, Fraction(1, 2)),
        ({}, Given("no"), None, Fraction(0)),
        ({}, Given("na", "Not our service"), None, None),
        ({}, Given("na"), None, Fraction(0)),
        ({}, Given(), None, Fraction(0)),
        ({}, Given("yes"), Decision.REJECT, Fraction(0)),
        ({}, Given("yes"), Decision.ACCEPT_WITH_GAP, Fraction(1, 2)),
        ({"evidence": ["Policy"]}, Given("yes"), Decision.ACCEPT, Fraction(1, 2)),
        ({"evidence": ["Policy"]}, Given("yes", "", 1), Decision.ACCEPT, Fraction(1)),
        ({"criticality": "informational"}, Given("no"), None, None),
        ({"weight": 0}, Given("no"), None, None),
        ({"type": "text"}, Given("words"), None, Fraction(0)),
        ({"type": "text"}, Given("words"), Decision.ACCEPT, Fraction(1)),
        ({"type": "text"}, Given("words"), Decision.ACCEPT_WITH_GAP, Fraction(1, 2)),
        ({"type": "file"}, Given(None, "", 1), Decision.ACCEPT, Fraction(1)),
        ({"type": "file"}, Given("a name", "", 0), Decision.ACCEPT, Fraction(0)),
        ({"type": "number"}, Given("12"), None, Fraction(1)),
        ({"type": "number", "fails_if": {"less_than": 6}}, Given("5.9"), None, 0),
        ({"type": "number", "fails_if": {"less_than": 6}}, Given("6"), None, 1),
        ({"type": "choice", "choices": ["a", "b", "c"]}, Given("a"), None, 1),
        (
            {"type": "choice", "choices": ["a", "b", "c", "d"]},
            Given("c"),
            None,
            Fraction(1, 3),
        ),
        (
            {
                "type": "choice",
                "choices": ["a", "b", "c"],
                "fails_if": {"answer_in": ["b"]},
            },
            Given("b"),
            None,
            Fraction(0),
        ),
        (
            {"type": "choice", "choices": ["a", "b"], "multiple": True},
            Given(["a"]),
            None,
            None,
        ),
    ],
)
def test_value_of_an_answer(
    fields: dict[str, Any],
    given: Given,
    decision: Decision | None,
    value: Fraction | None,
) -> None:
    assert rules.value_of(_question(**fields), given, decision) == value


@pytest.mark.parametrize(
    ("test", "given", "decision", "hit"),
    [
        (None, Given(), None, False),
        ({"answer_in": ["no"]}, Given("no"), None, True),
        ({"answer_in": ["no"]}, Given("yes"), None, False),
        ({"answer_in": ["no"]}, Given("yes"), Decision.REJECT, True),
        ({"answer_in": ["no"]}, Given(), None, True),
        ({"answer_in": ["no"]}, Given("na", "why"), None, False),
        ({"empty": True}, Given(), None, True),
        ({"empty": True}, Given("yes"), None, False),
    ],
)
def test_hit(test: Any, given: Given, decision: Decision | None, *, hit: bool) -> None:
    assert rules.is_hit(_question(fails_if=test), given, decision) is hit


@pytest.mark.parametrize(
    ("total", "knockouts", "criticals", "outcome"),
    [
        (Fraction(1), ("K",), (), Outcome.FAIL),
        (Fraction(1), ("K",), ("C",), Outcome.FAIL),
        (Fraction(1), (), ("C",), Outcome.CONDITIONAL),
        (Fraction(7999, 10000), (), (), Outcome.CONDITIONAL),
        (Fraction(80, 100), (), (), Outcome.PASS),
        (None, (), (), Outcome.CONDITIONAL),
    ],
)
def test_verdict(
    total: Fraction | None,
    knockouts: tuple[str, ...],
    criticals: tuple[str, ...],
    outcome: Outcome,
) -> None:
    found = rules.verdict(total, knockouts=knockouts, criticals=criticals)
    assert found == outcome


def test_score_by_hand() -> None:
    """E-1 partial 5 x 1/2, E-2 best 2 x 1, I-1 fails 3 x 0, I-2 text accepted 1 x 1:
    (2.5 + 2 + 0 + 1) / 11 = 1/2; I-1 is critical: conditional."""
    given = {
        "E-1": Given("partial"),
        "E-2": Given("1.3"),
        "I-1": Given("80"),
        "I-2": Given("Night shift"),
    }
    decisions = dict.fromkeys(given, Decision.ACCEPT)
    score = rules.score(CONTENT, CONTENT.questions, given, decisions)
    assert score.score == Fraction(1, 2)
    assert score.coverage == 1
    assert (score.knockouts, score.criticals) == ((), ("I-1",))
    assert score.outcome == Outcome.CONDITIONAL
    assert [part.score for part in score.sections] == [
        Fraction(9, 14),
        Fraction(1, 4),
    ]


def test_hidden_questions_do_not_count() -> None:
    given = {"E-1": Given("yes"), "E-2": Given("1.3"), "I-1": Given("24")}
    score = rules.score(CONTENT, CONTENT.questions, given, {})
    assert (score.shown, score.answered, score.outcome) == (3, 3, Outcome.PASS)


def test_applicability_by_kind_channel_and_set() -> None:
    content = rules.read_content(
        {
            "sections": [{"id": "S", "title": "S"}],
            "questions": [
                _row("ALL"),
                _row("SMS", channels=["sms"]),
                _row("PLT", party_kinds=["software_platform"]),
                _row("EXT", set="extended"),
            ],
        }
    )

    def ids(kind: str, channels: list[str], sets: list[str]) -> list[str]:
        found = rules.asked(content, party_kind=kind, channels=channels, sets=sets)
        return [question.id for question in found]

    assert ids("bpo_operator", ["chat"], ["core"]) == ["ALL"]
    assert ids("bpo_operator", ["sms"], ["core"]) == ["ALL", "SMS"]
    assert ids("software_platform", ["social"], ["core"]) == ["ALL", "PLT"]
    assert ids("bpo_operator", ["chat"], ["core", "extended"]) == ["ALL", "EXT"]


def _row(pk: str, **fields: Any) -> dict[str, Any]:
    row = {"id": pk, "section": "S", "text": "?", "type": "yes_no_partial_na"}
    return row | fields


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (
            _row("A", section="X"),
            """A', section: "X"; expected a section that exists""",
        ),
        (_row("a b"), "Question 'a b', id: \"a b\"; expected letters, digits"),
        (_row("A", type="choice"), "choices: expected at least two different values"),
        (_row("A", choices=["x", "y"]), "only a choice has choices"),
        (_row("A", channels=["fax"]), 'channels: "fax"; expected one of chat'),
        (_row("A", weight=True), 'weight: "True"; expected a whole number'),
        (_row("A", weight=101), 'weight: "101"; expected a whole number from 0 to 100'),
        (_row("A", verdict="pass"), 'verdict: "pass"; expected no such field'),
        (_row("A", type="magic"), 'type: "magic"; expected one of yes_no_partial_na'),
        (_row("A", fails_if={"regex": "x"}), "fails_if: .* expected a mapping of"),
        (_row("A", choices=[True, "no"]), "quote yes and no"),
        (_row("A", text=" "), 'text: " "; expected 1 to 2,000 characters'),
        (
            _row("A", shown_if=[{"question": "B", "answer_in": ["yes"]}]),
            'shown_if: "B"; expected a question that comes before it',
        ),
    ],
)
def test_content_is_refused(question: dict[str, Any], message: str) -> None:
    data = {"sections": [{"id": "S", "title": "S"}], "questions": [question]}
    with pytest.raises(rules.ContentRefused, match=message):
        rules.read_content(data)


def test_content_with_an_id_twice_is_refused() -> None:
    data = {
        "sections": [{"id": "S", "title": "S"}, {"id": "S", "title": "S"}],
        "questions": [_row("A"), _row("A")],
    }
    with pytest.raises(rules.ContentRefused) as refused:
        rules.read_content(data, places=["Row 2", "Row 3"])
    assert refused.value.fields["content"] == [
        "Section 'S', id: \"S\"; expected an id of its own; it stands twice.",
        'Row 3, id: "A"; expected an id of its own; it stands twice.',
    ]


def test_every_flaw_is_named_and_fifty_at_most() -> None:
    rows = [_row(f"Q{n}", weight="heavy") for n in range(60)]
    data = {"sections": [{"id": "S", "title": "S"}], "questions": rows}
    with pytest.raises(rules.ContentRefused) as refused:
        rules.read_content(data)
    named = refused.value.fields["content"]
    assert (len(refused.value.flaws), len(named)) == (60, 51)
    assert named[-1] == "And 10 more."


@pytest.mark.parametrize("data", [{}, {"sections": [], "questions": ["x"]}])
def test_content_without_lists_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(rules.ContentRefused, match="expected a list of mappings"):
        rules.read_content(data)


def _ids(content: rules.Content) -> tuple[list[str], list[str]]:
    return [s.id for s in content.sections], [q.id for q in content.questions]


def test_arranging_a_questionnaire() -> None:
    sections, questions = ["ENC", "INC"], ["E-1", "E-2", "I-1", "I-2"]
    assert _ids(CONTENT) == (sections, questions)

    def moved(pk: str, steps: int) -> list[str]:
        return _ids(rules.moved_question(CONTENT, pk, steps=steps))[1]

    assert moved("E-2", -1) == ["E-2", "E-1", "I-1", "I-2"]
    assert moved("E-1", -1) == moved("E-2", 1) == moved("X", 1) == questions
    down = rules.moved_section(CONTENT, "ENC", steps=1)
    assert _ids(down) == (["INC", "ENC"], ["I-1", "I-2", "E-1", "E-2"])
    assert rules.moved_section(down, "INC", steps=-1) == down
    assert _ids(rules.without_question(CONTENT, "E-2"))[1] == ["E-1", "I-1", "I-2"]
    with pytest.raises(rules.ContentRefused, match="2 of them"):
        rules.without_section(CONTENT, "INC")
    more = rules.with_section(CONTENT, rules.Section("NEW", "New"))
    assert _ids(rules.without_section(more, "NEW")) == (sections, questions)
    renamed = rules.with_section(CONTENT, rules.Section("X", "X"), replaces="ENC")
    assert [q.section for q in renamed.questions] == ["X", "X", "INC", "INC"]
    fresh = rules.read_question(_row("E-3", section="ENC"))
    assert _ids(rules.with_question(CONTENT, fresh))[1] == [
        *["E-1", "E-2", "E-3"], *["I-1", "I-2"],
    ]  # fmt: skip
    elsewhere = rules.read_question(_row("E-1", section="INC"))
    changed = rules.with_question(CONTENT, elsewhere, replaces="E-1")
    assert _ids(changed)[1] == ["E-2", "I-1", "I-2", "E-1"]


def test_content_reads_back_as_written() -> None:
    assert rules.read_content(rules.as_data(CONTENT)) == CONTENT
    zero = rules.Content(
        (rules.Section("S", "S"),), (_question(section="S", weight=0, id="Z"),)
    )
    assert rules.read_content(rules.as_data(zero)) == zero


@pytest.mark.parametrize(
    ("fields", "raw", "value"),
    [
        ({}, "Yes", "yes"),
        ({}, "N/A", "na"),
        ({}, "partly", "partial"),
        ({}, " ", None),
        ({"type": "number"}, "1 000.50", "1000.5"),
        ({"type": "number"}, "100", "100"),
        ({"type": "choice", "choices": ["A", "B"]}, "a", "A"),
        (
            {"type": "choice", "choices": ["A", "B", "C"], "multiple": True},
            ["C", "a", ""],
            ["A", "C"],
        ),
        ({"type": "text"}, " two\r\nlines ", "two\nlines"),
    ],
)
def test_clean_value(fields: dict[str, Any], raw: Any, value: Any) -> None:
    assert rules.clean_value(_question(**fields), raw) == value


@pytest.mark.parametrize(
    ("fields", "raw"),
    [
        ({}, "maybe"),
        ({"type": "number"}, "NaN"),
        ({"type": "number"}, "-1"),
        ({"type": "number"}, "1,5"),
        ({"type": "number"}, "1e400"),
        ({"type": "choice", "choices": ["A", "B"]}, "C"),
        ({"type": "text"}, "x" * 20_001),
    ],
)
def test_clean_value_is_refused(fields: dict[str, Any], raw: Any) -> None:
    with pytest.raises(rules.AnswerRefused):
        rules.clean_value(_question(**fields), raw)


@pytest.mark.parametrize(
    ("state", "decision", "may"),
    [
        (AssignmentState.OPEN, None, True),
        (AssignmentState.SUBMITTED, None, False),
        (AssignmentState.CLOSED, Decision.REQUEST_CHANGE, False),
        (AssignmentState.RETURNED, Decision.REQUEST_CHANGE, True),
        (AssignmentState.RETURNED, Decision.ACCEPT, False),
        (AssignmentState.RETURNED, None, True),
    ],
)
def test_may_change(
    state: AssignmentState, decision: Decision | None, *, may: bool
) -> None:
    assert rules.may_change(state, decision) is may


@pytest.mark.parametrize(
    ("done", "verified", "state"),
    [
        ([], [], FindingState.OPEN),
        ([True, False], [False, False], FindingState.OPEN),
        ([True, True], [True, False], FindingState.DONE),
        ([True], [True], FindingState.VERIFIED),
    ],
)
def test_finding_state(
    done: list[bool], verified: list[bool], state: FindingState
) -> None:
    assert rules.finding_state(done, verified) == state


@any_given(
    answers=st.dictionaries(
        st.sampled_from(["E-1", "E-2", "I-1", "I-2"]),
        st.sampled_from(["yes", "no", "partial", "1.3", "older", "24", "99", "x"]),
    ),
    decisions=st.dictionaries(
        st.sampled_from(["E-1", "E-2", "I-1", "I-2"]), st.sampled_from(Decision)
    ),
)
def test_score_stays_within_bounds(
    answers: dict[str, str], decisions: dict[str, Decision]
) -> None:
    given = {}
    for pk, raw in answers.items():
        try:
            given[pk] = Given(rules.clean_value(BY_ID[pk], raw))
        except rules.AnswerRefused:
            continue
    score = rules.score(CONTENT, CONTENT.questions, given, decisions)
    assert score.score is None or 0 <= score.score <= 1
    assert 0 <= score.coverage <= 1
    is_out = any(
        rules.is_hit(question, given.get(question.id), decisions.get(question.id))
        for question in CONTENT.questions
        if question.criticality is Criticality.KNOCKOUT
    )
    assert (score.outcome == Outcome.FAIL) is is_out


def _part(title: str, requirement: int | None, **fields: Any) -> dict[str, Any]:
    return {
        "title": title,
        "requirement": requirement,
        "shown": 3,
        "answered": 3,
        "score": "1.0000",
        "hits": [],
    } | fields


def test_seven_requirements_row_by_row() -> None:
    rows = rules.requirement_rows(
        [
            _part("Encryption", 2),
            _part("Training", 3, answered=1, score=""),
            _part("Logs", 5, hits=["AUD-01"]),
            _part("Paper logs", 5, answered=2),
            _part("Governance", None),
        ]
    )
    assert [(row.number, row.standing) for row in rows] == [
        (1, "Not asked"),
        (2, "Ready"),
        (3, "Not ready: cannot answer 2 of 3"),
        (4, "Not asked"),
        (5, "Not ready: cannot answer 1 of 6"),
        (6, "Not asked"),
        (7, "Not asked"),
        (None, "Ready"),
    ]
    assert [row.is_ready for row in rows].count(True) == 2
    assert rows[2].scores == ("not scored",)
    [failed] = [
        row
        for row in rules.requirement_rows([_part("Logs", 5, hits=["AUD-01"])])
        if row.hits
    ]
    assert failed.standing == "Not ready: failed"


@pytest.mark.parametrize(
    ("value", "words"),
    [("na", "Not applicable"), (["a", "b"], "a, b"), (None, ""), ("24", "24")],
)
def test_plain_words(value: Any, words: str) -> None:
    assert rules.plain_words(value) == words


def _content(*questions: dict[str, Any]) -> rules.Content:
    data = {"sections": [{"id": "S", "title": "S"}], "questions": list(questions)}
    return rules.read_content(data)


def test_words_of_tests_and_conditions_are_read_as_they_are_meant() -> None:
    """A knock-out that waits for "No" would never fail anybody."""
    content = rules.as_meant(
        _content(
            _row("A", criticality="knockout", fails_if={"answer_in": ["No", "PARTLY"]}),
            _row(
                "B",
                type="choice",
                choices=["TLS 1.3", "Older"],
                fails_if={"answer_in": ["older"]},
            ),
            _row("C", shown_if=[{"question": "A", "answer_in": ["Yes", "N/A"]}]),
            _row("D", type="number", fails_if={"answer_in": ["0"]}),
        )
    )
    by_id = content.by_id
    assert by_id["A"].fails_if == rules.Test(answer_in=("no", "partial"))
    assert by_id["B"].fails_if == rules.Test(answer_in=("Older",))
    assert by_id["C"].shown_if[0].answer_in == ("yes", "na")
    assert by_id["D"].fails_if == rules.Test(answer_in=("0",))
    rules.check_words(content)
    assert rules.as_meant(content) == content
    given = {"A": Given("no"), "B": Given("Older")}
    score = rules.score(content, content.questions, given, {})
    assert (score.knockouts, score.shown) == (("A",), 3)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"fails_if": {"answer_in": ["never"]}}, '"never"; expected one of yes, part'),
        (
            {
                "type": "choice",
                "choices": ["1.2", "1.3"],
                "fails_if": {"answer_in": ["1.1"]},
            },
            '"1.1"; expected one of 1.2, 1.3',
        ),
        ({"fails_if": {"greater_than": 24}}, "expected a limit on a number only"),
        (
            {"type": "file", "fails_if": {"answer_in": ["no"]}},
            "expected no answer in words to a file",
        ),
        (
            {"shown_if": [{"question": "A", "answer_in": ["always"]}]},
            'shown_if: "always"; expected one of yes',
        ),
    ],
)
def test_an_answer_nobody_can_give_is_refused(
    fields: dict[str, Any], message: str
) -> None:
    content = rules.as_meant(_content(_row("A"), _row("B", **fields)))
    with pytest.raises(rules.ContentRefused, match=message):
        rules.check_words(content)
    # What was wrong before does not stand in the way of mending the rest.
    rules.check_words(content, former=content)


_ODD = _content(
    _row("Y", weight=7),
    _row("P", weight=3, evidence=["Policy"]),
    _row("K", weight=11, criticality="knockout", fails_if={"answer_in": ["no"]}),
    _row("H", weight=13, shown_if=[{"question": "Y", "answer_in": ["no"]}]),
    _row("Z", weight=0, criticality="knockout", fails_if={"empty": True}),
    _row("C", weight=5, type="choice", choices=["a", "b", "c"]),
)
_FULL = {"Y": "yes", "P": "yes", "K": "yes", "Z": "yes", "C": "b"}


@pytest.mark.parametrize(
    ("changed", "score", "coverage", "outcome"),
    [
        # 7 + 3/2 (no evidence) + 11 + 5/2 over 7 + 3 + 11 + 5.
        ({}, Fraction(22, 26), Fraction(1), "pass"),
        # An answer hidden by its condition neither helps nor harms.
        ({"H": "no"}, Fraction(22, 26), Fraction(1), "pass"),
        # Shown and not answered: 13 of 39 bring nothing, 26 of 39 are covered; Y is 0.
        ({"Y": "no"}, Fraction(15, 39), Fraction(26, 39), "conditional"),
        # Not answered is as good as failed, a weight of 0 fails all the same.
        ({"K": None}, Fraction(11, 26), Fraction(15, 26), "fail"),
        ({"Z": None}, Fraction(22, 26), Fraction(1), "fail"),
        # Not applicable leaves the sum: 7 + 11 + 5/2 over 23.
        ({"P": "na"}, Fraction(41, 46), Fraction(1), "pass"),
        ({"K": "no"}, Fraction(11, 26), Fraction(1), "fail"),
    ],
)
def test_odd_weights_score_as_by_hand(
    changed: dict[str, str | None], score: Fraction, coverage: Fraction, outcome: str
) -> None:
    given = {
        pk: Given(value, "Not our service" if value == "na" else "")
        for pk, value in (_FULL | changed).items()
    }
    found = rules.score(_ODD, _ODD.questions, given, {})
    assert (found.score, found.coverage, found.outcome) == (score, coverage, outcome)


def test_nothing_applicable_is_no_score_and_no_pass() -> None:
    content = _content(_row("A", weight=7), _row("B", weight=3))
    given = {pk: Given("na", "Not our service") for pk in ("A", "B")}
    found = rules.score(content, content.questions, given, {})
    assert (found.score, found.coverage, found.outcome) == (None, 1, "conditional")
    assert found.score_words == "not scored"
