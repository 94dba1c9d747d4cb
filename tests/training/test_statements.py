"""xAPI statements: what each becomes, sent once or again, taken back."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed
from apps.training import actions
from apps.training.models import (
    Certification,
    Statement,
    TrainingImport,
    TrainingRecord,
)
from tests.conftest import Cast
from tests.factories.imports import make_people, stored, take, upload
from tests.factories.training import make_version

VERBS = "http://adlnet.gov/expapi/verbs/"
SHA1 = hashlib.sha1(b"mailto:aalder@careline.test", usedforsecurity=False).hexdigest()
COURSE = "https://lms.careline.test/course/7"
ONE, TWO, THREE = (str(UUID(int=number)) for number in (1, 2, 3))


def statement(pk: str | None = ONE, verb: str = "passed", **parts: Any) -> dict:
    """A-1 did something with the course on the morning of 15 January, Manila time."""
    found: dict[str, Any] = {
        "id": pk,
        "actor": {"account": {"homePage": "https://lms.careline.test", "name": "A-1"}},
        "verb": {"id": verb if ":" in verb else VERBS + verb},
        "object": {"id": COURSE, "definition": {"name": {"en": "HIPAA Basics"}}},
        "timestamp": "2026-01-15T00:30:00+08:00",
    }
    if pk is None:
        del found["id"]
    return {key: value for key, value in (found | parts).items() if value is not None}


def voiding(pk: str, target: str) -> dict:
    reference = {"objectType": "StatementRef", "id": target}
    return statement(pk, "voided", object=reference)


def read(cast: Cast, *statements: Any) -> TrainingImport:
    cast.vendor.time_zone = "Asia/Manila"
    cast.vendor.save(update_fields=["time_zone"])
    return upload(cast, json.dumps(statements), "statements.json")


def send(cast: Cast, *statements: Any) -> dict[str, Any]:
    return take(read(cast, *statements))


def sums(account: dict) -> bool:
    fates = ("imported", "updated", "unchanged", "refused_total")
    return account["read"] == sum(account[fate] for fate in fates)


# -- Records ------------------------------------------------------------------
def test_statement_makes_a_record_on_the_local_day(cast: Cast) -> None:
    course = make_people(cast)
    job = read(
        cast,
        statement(
            result={"success": True, "score": {"scaled": 0.915}},
            context={"language": "en-US", "instructor": {"name": "T. Rainer"}},
        ),
    )
    assert (job.state, job.understood["kind"]) == ("preview", "xapi")
    assert TrainingRecord.objects.count() == 0
    assert take(job)["imported"] == 1
    row = TrainingRecord.objects.get()
    assert (row.course, row.completed_on, row.valid_until, row.outcome) == (
        course,
        date(2026, 1, 15),
        date(2027, 1, 15),
        "passed",
    )
    assert (row.score, row.language, row.trainer, row.source_row) == (
        Decimal("91.50"),
        "en-US",
        "T. Rainer",
        1,
    )
    kept = Statement.objects.get()
    assert (str(kept.statement_id), kept.record) == (ONE, row)
    assert Certification.objects.get().record == row


@pytest.mark.parametrize(
    ("verb", "result", "outcome"),
    [
        ("passed", None, "passed"),
        ("failed", None, "failed"),
        ("failed", {"success": False}, "failed"),
        ("completed", None, "passed"),
        ("completed", {"success": False}, "failed"),
        ("completed", {"score": {"raw": 7, "max": 10}}, "failed"),
        ("completed", {"score": {"raw": 8, "max": 10}}, "passed"),
        ("completed", {"success": True, "score": {"scaled": 0.1}}, "passed"),
        ("attended", {"completion": True}, "passed"),
    ],
)
def test_verb_and_result_decide_the_outcome(
    cast: Cast, verb: str, result: dict | None, outcome: str
) -> None:
    course = make_people(cast)
    make_version(course, effective_on=date(2026, 1, 1), pass_mark=Decimal(80))
    assert send(cast, statement(verb=verb, result=result))["imported"] == 1
    assert TrainingRecord.objects.get().outcome == outcome


@pytest.mark.parametrize(
    "actor",
    [
        {"account": {"name": "a-1"}},
        {"account": {"name": "AAlder@careline.test"}},
        {"mbox": "mailto:aalder@careline.test"},
        {"mbox_sha1sum": SHA1},
    ],
)
def test_agent_is_known_by_every_kind_of_actor(cast: Cast, actor: dict) -> None:
    make_people(cast)
    assert send(cast, statement(actor=actor))["imported"] == 1
    assert TrainingRecord.objects.get().agent.external_id == "A-1"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"verb": f"{VERBS}launched"}, "verb is no completion"),
        ({"actor": {"account": {"name": "A-99"}}}, "unknown agent"),
        ({"actor": {"mbox": "mailto:shared@careline.test"}}, "ambiguous agent"),
        ({"actor": {"name": "Nobody"}}, "unknown agent"),
        (
            {"actor": {"objectType": "Group", "mbox": "mailto:aalder@careline.test"}},
            "actor is a group",
        ),
        ({"object": {"id": "https://elsewhere.test"}}, "unknown course"),
        ({"object": "text"}, "unknown course"),
        ({"timestamp": None}, "no timestamp"),
        ({"timestamp": "soon"}, "not a date"),
        ({"timestamp": "2026-01-15T00:30:00"}, "no zone"),
        ({"timestamp": "2026-06-16T12:00:00Z"}, "implausible date"),
        ({"timestamp": "1970-01-01T00:00:00Z"}, "implausible date"),
        ({"timestamp": "9999-12-31T23:59:59-12:00"}, "implausible date"),
        ({"timestamp": "2019-12-31T00:00:00Z"}, "before first version"),
        ({"result": {"success": False}}, "verb and result contradict"),
        ({"verb": "completed", "result": {"completion": False}}, "not completed"),
        ({"result": {"score": {"scaled": -0.5}}}, "not a score"),
        ({"result": {"score": {"raw": 10**400}}}, "not a score"),
        ({"pk": "not-a-uuid"}, "bad id"),
    ],
)
def test_statement_is_refused_because(cast: Cast, parts: dict, reason: str) -> None:
    make_people(cast)
    account = send(cast, statement(**parts))
    assert (account["read"], account["refused"]) == (1, {reason: 1})
    assert TrainingRecord.objects.count() == Statement.objects.count() == 0


def test_what_is_no_statement_is_counted_and_numbered(cast: Cast) -> None:
    make_people(cast)
    job = read(cast, statement(), "text", {"actor": {}}, None, [statement()])
    assert job.account["refused"] == {"not a statement": 4}
    assert [each["row"] for each in job.problems] == [2, 3, 4, 5]
    assert sums(job.account)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "no xAPI statements"),
        (b'[{"verb": 1}]', "no xAPI statements"),
        (b"7", "no xAPI statements"),
        (b"[" + b" " * (5 * 1024 * 1024) + b"]", "larger than 5 MB"),
        (json.dumps([statement()] * 10_001).encode(), "more than 10,000 statements"),
    ],
)
def test_file_without_statements_is_refused_with_a_sentence(
    cast: Cast, content: bytes, words: str
) -> None:
    job = upload(cast, content or b" ", "statements.json")
    assert job.state == "refused"
    assert words in job.refusal


def test_unknown_course_can_be_mapped_and_is_remembered(cast: Cast) -> None:
    course = make_people(cast)
    job = read(cast, statement(object={"id": COURSE}))
    assert job.understood["unknown_courses"] == {COURSE: {"rows": 1, "first": ""}}
    actions.alias_courses(
        by=cast.manager, organization=cast.vendor, names={COURSE: course.pk}
    )
    job = actions.read_training(actions.reread_training(job, by=cast.manager))
    assert take(job)["imported"] == 1


# -- Once ---------------------------------------------------------------------
def test_same_statement_is_one_however_often_it_comes(cast: Cast) -> None:
    make_people(cast)
    stored_by = {"stored": "2026-01-16T00:00:00Z", "authority": {"name": "LRS"}}
    first = send(cast, statement(), statement(), statement(**stored_by))
    assert first["unchanged_because"] == {"repeated in the file": 2}
    again = send(cast, statement(ONE, version="1.0.3"))
    assert again["unchanged_because"] == {"received before": 1}
    assert sums(first)
    assert sums(again)
    assert TrainingRecord.objects.count() == Statement.objects.count() == 1


def test_statement_without_an_id_is_known_by_what_it_says(cast: Cast) -> None:
    make_people(cast)
    for count in (1, 0):
        account = send(cast, statement(None))
        assert (account["imported"], account["unchanged"]) == (count, 1 - count)


def test_same_id_with_another_content_keeps_the_first(cast: Cast) -> None:
    make_people(cast)
    job = read(cast, statement(), statement(verb="failed"))
    assert job.account["refused"] == {"same id other content": 1}
    assert job.problems[0]["value"] == ONE
    take(job)
    account = send(cast, statement(verb="failed"))
    assert account["refused"] == {"same id other content": 1}
    assert TrainingRecord.objects.get().outcome == "passed"


def test_refused_statement_may_come_again(cast: Cast) -> None:
    course = make_people(cast)
    unknown = statement(object={"id": COURSE})
    assert send(cast, unknown)["refused_total"] == 1
    actions.alias_courses(
        by=cast.manager, organization=cast.vendor, names={COURSE: course.pk}
    )
    assert send(cast, unknown, statement(TWO, "completed"))["imported"] == 1
    assert Statement.objects.filter(record__isnull=False).count() == 2


# -- Taken back ---------------------------------------------------------------
def test_voided_statement_withdraws_its_record(cast: Cast) -> None:
    make_people(cast)
    send(cast, statement())
    account = send(cast, voiding(TWO, ONE))
    assert (account["updated"], account["voided"]) == (1, 1)
    row = TrainingRecord.objects.get(outcome="passed")
    assert row.superseded_by is not None
    assert row.superseded_by.outcome == "withdrawn"
    assert row.superseded_by.correction_reason == "An xAPI statement voided it."
    assert Certification.objects.count() == 0
    assert send(cast, statement())["unchanged_because"] == {"received before": 1}


def test_order_in_the_file_does_not_matter(cast: Cast) -> None:
    make_people(cast)
    account = send(cast, voiding(TWO, ONE), statement())
    assert (account["imported"], account["updated"], sums(account)) == (1, 1, True)
    assert Certification.objects.count() == 0


def test_record_stands_while_one_statement_says_it(cast: Cast) -> None:
    make_people(cast)
    send(cast, statement(), statement(TWO, "completed"))
    assert TrainingRecord.objects.count() == 1
    send(cast, voiding(THREE, ONE))
    assert Certification.objects.count() == 1
    send(cast, voiding(str(UUID(int=4)), TWO))
    assert Certification.objects.count() == 0


def test_record_of_a_file_stands_whatever_a_statement_says(cast: Cast) -> None:
    make_people(cast)
    take(upload(cast, "Employee ID,Course,Completion Date\nA-1,HIPAA,2026-01-15\n"))
    assert send(cast, statement())["unchanged_because"] == {"already recorded": 1}
    send(cast, voiding(TWO, ONE))
    assert TrainingRecord.objects.get().superseded_by is None


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (str(UUID(int=9)), "voids unknown statement"),
        ("text", "voids unknown statement"),
        (ONE, "cannot be voided"),
        (TWO, "cannot be voided"),
    ],
)
def test_only_a_standing_statement_can_be_voided(
    cast: Cast, target: str, reason: str
) -> None:
    make_people(cast)
    send(cast, statement(), voiding(TWO, ONE))
    assert send(cast, voiding(THREE, target))["refused"] == {reason: 1}


# -- In one go ----------------------------------------------------------------
def test_statements_are_taken_in_one_go_and_once(cast: Cast) -> None:
    make_people(cast)
    file = stored(cast, json.dumps(statement()).encode(), "statements.json")
    for expected in (1, 0):
        job = actions.take_statements(
            by=cast.manager, organization=cast.vendor, file=file
        )
        assert (job.state, job.account["imported"]) == ("done", expected)
        assert actions.read_training(job) == actions.commit_training(job) == job
    types = list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))
    assert types[:3] == ["training.uploaded", "training.confirmed", "training.imported"]
    with pytest.raises(NotAllowed):
        actions.take_statements(by=cast.lead, organization=cast.vendor, file=file)
