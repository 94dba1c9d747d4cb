"""Training files from upload to account: every kind of row and of file."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.audit.subscriptions import handlers_of
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.training import actions, queries, reactions, tasks, trail
from apps.training.actions import FileReading
from apps.training.models import (
    Certification,
    ColumnMapping,
    TrainingImport,
    TrainingRecord,
)
from tests.conftest import Cast
from tests.factories.imports import DATA, make_people, stored, take, upload, workbook
from tests.factories.training import make_course, make_version
from tests.factories.workforce import make_agent

FOLDER = DATA / "training"
SIMPLE = "Employee ID,Course,Completion Date\nA-1,HIPAA Basics,2026-01-15\n"


def data(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def sums(account: dict) -> bool:
    fates = ("imported", "updated", "unchanged", "refused_total")
    return account["read"] == sum(account[fate] for fate in fates)


# -- Systems ------------------------------------------------------------------
def test_litmos_report_is_understood(cast: Cast) -> None:
    course = make_people(cast)
    job = upload(cast, data("litmos.csv"))
    assert job.state == "preview"
    assert job.understood["date_order"] == "month_first"
    assert job.understood["questions"] == {}
    account = take(job)
    assert (account["read"], account["imported"]) == (3, 3)
    assert account["expiry_differs"] == 1
    found = TrainingRecord.objects.filter(course=course).order_by("source_row")
    assert [
        (each.agent.external_id, each.completed_on, each.valid_until, each.score)
        for each in found
    ] == [
        ("A-1", date(2026, 5, 22), date(2027, 5, 22), Decimal("100.00")),
        ("A-2", date(2026, 5, 13), date(2027, 5, 13), Decimal("90.00")),
        ("A-3", date(2026, 2, 28), date(2027, 2, 28), None),
    ]
    assert [each.source_row for each in found] == [2, 3, 4]


def test_totara_report_is_understood_and_the_pass_mark_decides(cast: Cast) -> None:
    make_people(cast)
    make_version(make_course(cast.vendor, code="OTHER"), effective_on=date(2021, 1, 1))
    course = queries.courses(cast.manager).get(code="HIPAA")
    make_version(
        course, label="2026", effective_on=date(2026, 1, 1), pass_mark=Decimal(80)
    )
    take(upload(cast, data("totara.csv")))
    assert list(
        TrainingRecord.objects.order_by("completed_on").values_list(
            "outcome", "valid_until", "course_version__label"
        )
    ) == [("passed", date(2027, 1, 15), "2026"), ("failed", None, "2026")]


def test_moodle_report_in_latin_letters_and_decimal_commas(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, data("moodle_latin1.csv"))
    assert job.understood["encoding"] == "windows-1252"
    assert job.understood["delimiter"] == ";"
    assert take(job)["imported"] == 2
    first = TrainingRecord.objects.order_by("completed_on").first()
    assert first is not None
    assert (first.trainer, first.score) == ("Zoë Núñez", Decimal("92.50"))


def test_every_reason_is_counted_and_numbered(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, data("hr_reasons.csv"))
    expected = {
        "agent is ambiguous": 1,
        "before the first version of the course": 1,
        "completed before start": 1,
        "implausible date": 1,
        "names two agents": 1,
        "no agent": 1,
        "no completion date": 1,
        "no course": 1,
        "not a date": 1,
        "not a score": 1,
        "not completed": 2,
        "unknown agent": 1,
        "unknown course": 1,
        "unknown status": 1,
    }
    assert job.account["refused"] == expected
    assert (job.account["read"], job.account["imported"]) == (20, 4)
    assert job.account["unchanged_because"] == {"repeated in the file": 1}
    assert job.understood["not_completed"] == {"Enrolled": 1, "In Progress": 1}
    # "Not completed" is no fault of the file.
    assert len(job.problems) == job.account["refused_total"] - 2
    assert [each["row"] for each in job.problems] == sorted(
        each["row"] for each in job.problems
    )
    assert take(job) == job.account
    best = TrainingRecord.objects.get(completed_on=date(2026, 1, 3))
    assert best.score == Decimal("95.00")


# -- Files --------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        SIMPLE.encode("utf-8-sig"),
        SIMPLE.encode("utf-16"),
        SIMPLE.replace("\n", "\r\n").encode(),
        SIMPLE.replace(",", "\t").encode(),
        b"Report of June\n\n" + SIMPLE.encode(),
        SIMPLE.replace("Employee ID", '"Employee ID"').encode("utf-8-sig"),
    ],
    ids=["bom", "utf-16", "crlf", "tabs", "title", "bom-and-quotes"],
)
def test_file_in_any_dress_gives_the_same_record(cast: Cast, content: bytes) -> None:
    make_people(cast)
    assert take(upload(cast, content))["imported"] == 1
    assert TrainingRecord.objects.get().completed_on == date(2026, 1, 15)


@pytest.mark.parametrize("is_1904", [False, True])
def test_workbook_dates_agree_under_both_epochs(cast: Cast, *, is_1904: bool) -> None:
    make_people(cast)
    rows = [
        ["Employee ID", "Course", "Completion Date"],
        ["A-1", "HIPAA", date(2026, 1, 15)],
        ["A-3", "HIPAA", datetime(2026, 1, 16, 9, 30)],  # noqa: DTZ001 - as Excel has it
    ]
    job = upload(cast, workbook(rows, is_1904=is_1904), "report.xlsx")
    assert job.understood["kind"] == "xlsx"
    assert take(job)["imported"] == 2
    assert list(
        TrainingRecord.objects.order_by("completed_on").values_list(
            "completed_on", flat=True
        )
    ) == [date(2026, 1, 15), date(2026, 1, 16)]


@pytest.mark.parametrize(
    "content",
    [b"\n\n", b"Employee ID,Course,Completion Date\n", b"\x00\x01\x02" * 50],
    ids=["blank", "header-only", "no-text"],
)
def test_unreadable_file_is_refused_with_a_sentence(cast: Cast, content: bytes) -> None:
    job = upload(cast, content)
    assert job.state == "refused"
    assert job.refusal.endswith(".")
    assert AuditEvent.objects.filter(type="training.refused").count() == 1
    with pytest.raises(Conflict):
        actions.confirm_training(job, by=cast.manager)


def test_bomb_is_refused(cast: Cast) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 150_000_000)
    job = upload(cast, out.getvalue(), "bomb.xlsx")
    assert job.state == "refused"


def test_encrypted_workbook_is_refused(cast: Cast) -> None:
    job = upload(
        cast, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096, "locked.xlsx"
    )
    assert job.state == "refused"
    assert job.refusal.endswith(".")


# -- Asking -------------------------------------------------------------------
def test_ambiguous_dates_are_asked_and_an_answer_is_enough(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, data("ambiguous.csv"))
    assert list(job.understood["questions"]) == ["date_order"]
    with pytest.raises(Conflict, match="03/04/2026"):
        actions.confirm_training(job, by=cast.manager)
    job = actions.remap_training(
        job, by=cast.manager, reading=FileReading(date_order="day_first")
    )
    assert job.state == "reading"
    job = actions.read_training(job)
    assert take(job)["imported"] == 2
    first = TrainingRecord.objects.order_by("completed_on").first()
    assert first is not None
    assert first.completed_on == date(2026, 4, 3)


def test_columns_told_once_are_remembered_for_that_header(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, data("odd_headers.csv"))
    assert set(job.understood["questions"]) == {"agent", "completed_on", "course"}
    columns = {"agent_id": 0, "course_title": 1, "completed_on": 2}
    job = actions.remap_training(
        job, by=cast.manager, reading=FileReading(columns=columns)
    )
    assert take(actions.read_training(job))["imported"] == 1
    assert ColumnMapping.objects.count() == 1
    again = upload(cast, data("odd_headers.csv"))
    assert {each["confidence"] for each in again.understood["columns"]} == {
        "remembered"
    }
    assert again.account["unchanged"] == 1


def test_mapping_of_an_unknown_field_or_order_is_refused(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, data("odd_headers.csv"))
    for reading in (
        FileReading(columns={"shoe": 0}),
        FileReading(date_order="unknown"),
    ):
        with pytest.raises(Invalid):
            actions.remap_training(job, by=cast.manager, reading=reading)


def test_mapping_given_with_the_confirmation_is_used(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, data("ambiguous.csv"))
    mapping = FileReading(date_order="month_first")
    job = actions.confirm_training(job, by=cast.manager, mapping=mapping)
    assert actions.commit_training(job).account["imported"] == 2


def test_file_confirmed_without_an_answer_is_refused_whole(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, data("odd_headers.csv"))
    job = actions.confirm_training(job, by=cast.manager, mapping=FileReading())
    job = actions.commit_training(job)
    assert job.state == "refused"
    assert TrainingRecord.objects.count() == 0


# -- Courses ------------------------------------------------------------------
def test_unknown_course_name_can_be_taught(cast: Cast) -> None:
    course = make_people(cast)
    content = SIMPLE.replace("HIPAA Basics", "Privacy  101")
    job = upload(cast, content)
    assert job.account["refused"] == {"unknown course": 1}
    assert job.understood["unknown_courses"] == {
        "Privacy 101": {"rows": 1, "first": "2026-01-15"}
    }
    actions.alias_courses(
        by=cast.manager, organization=cast.vendor, names={"Privacy 101": course.pk}
    )
    job = actions.read_training(actions.reread_training(job, by=cast.manager))
    assert job.account["imported"] == 1


def test_chosen_course_stands_for_a_file_that_names_none(cast: Cast) -> None:
    course = make_people(cast)
    content = "Employee ID,Completed on\nA-1,2026-01-15\n"
    assert "course" in upload(cast, content).understood["questions"]
    assert take(upload(cast, content, course=course))["imported"] == 1


def test_chosen_course_stands_for_one_unknown_name_and_not_for_several(
    cast: Cast,
) -> None:
    course = make_people(cast)
    one = SIMPLE.replace("HIPAA Basics", "Privacy 101")
    assert upload(cast, one, course=course).account["imported"] == 1
    two = one + "A-3,Pottery,2026-01-15\nA-3,,2026-01-16\n"
    job = upload(cast, two, course=course)
    assert job.account["refused"] == {"unknown course": 2}
    assert job.account["imported"] == 1


def test_chosen_course_that_is_not_the_one_named_is_refused(cast: Cast) -> None:
    make_people(cast)
    other = make_course(cast.vendor, code="OTHER")
    job = upload(cast, SIMPLE, course=other)
    assert job.account["refused"] == {"names two courses": 1}


def test_fitting_sheet_of_a_workbook_is_found(cast: Cast) -> None:
    make_people(cast)
    book = openpyxl.Workbook()
    book.active.append(["Employee ID", "Name"])
    book.active.append(["A-1", "Ann"])
    sheet = book.create_sheet("Records")
    sheet.append(["Employee ID", "Course", "Completion Date"])
    sheet.append(["A-1", "HIPAA", date(2026, 1, 15)])
    out = io.BytesIO()
    book.save(out)
    job = upload(cast, out.getvalue(), "three.xlsx")
    assert (job.understood["sheet"], job.account["imported"]) == ("Records", 1)


# -- Again, and over time -----------------------------------------------------
def test_same_file_twice_changes_nothing(cast: Cast) -> None:
    make_people(cast)
    first = take(upload(cast, data("hr_reasons.csv")))
    before = list(TrainingRecord.objects.order_by("pk").values())
    again = take(upload(cast, data("hr_reasons.csv")))
    assert list(TrainingRecord.objects.order_by("pk").values()) == before
    assert (again["imported"], again["updated"]) == (0, 0)
    assert again["unchanged"] == first["imported"] + first["unchanged"]
    assert again["refused"] == first["refused"]
    assert sums(again)


def test_job_that_runs_twice_writes_once(cast: Cast) -> None:
    make_people(cast)
    job = actions.confirm_training(upload(cast, SIMPLE), by=cast.manager)
    tasks.commit_training.apply(args=[str(job.pk)]).get()
    tasks.commit_training.apply(args=[str(job.pk)]).get()
    assert TrainingRecord.objects.count() == 1
    assert AuditEvent.objects.filter(type="training.imported").count() == 1


def test_reading_task_reads_once(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, SIMPLE)
    tasks.read_training.apply(args=[str(job.pk)]).get()
    job.refresh_from_db()
    assert job.state == "preview"


def test_other_score_corrects_and_the_old_record_stays(cast: Cast) -> None:
    make_people(cast)
    header = "Employee ID,Course,Completion Date,Score\n"
    take(upload(cast, header + "A-1,HIPAA,2026-01-15,80\n"))
    old = TrainingRecord.objects.get()
    account = take(upload(cast, header + "A-1,HIPAA,2026-01-15,90\n"))
    assert (account["updated"], account["imported"]) == (1, 0)
    old.refresh_from_db()
    new = TrainingRecord.objects.get(superseded_by=None)
    assert old.superseded_by == new
    assert new.score == Decimal("90.00")
    assert Certification.objects.get().record == new
    # A file that leaves the score out does not take it back.
    assert take(upload(cast, SIMPLE))["unchanged"] == 1


def test_failed_attempt_never_takes_a_certification_away(cast: Cast) -> None:
    make_people(cast)
    header = "Employee ID,Course,Completion Date,Status\n"
    take(upload(cast, header + "A-1,HIPAA,2026-01-15,Passed\n"))
    take(upload(cast, header + "A-1,HIPAA,2026-05-15,Failed\n"))
    assert TrainingRecord.objects.count() == 2
    assert Certification.objects.get().valid_until == date(2027, 1, 15)


def test_certification_rests_on_the_pass_that_counts_longest(cast: Cast) -> None:
    course = make_people(cast)
    take(upload(cast, SIMPLE))
    take(upload(cast, SIMPLE.replace("2026-01-15", "2025-01-15")))
    assert Certification.objects.get().completed_on == date(2026, 1, 15)
    make_version(course, effective_on=date(2026, 2, 1), validity_months=None)
    take(upload(cast, SIMPLE.replace("2026-01-15", "2026-02-15")))
    found = Certification.objects.get()
    assert (found.completed_on, found.valid_until) == (date(2026, 2, 15), None)


def test_new_version_rewrites_nothing(cast: Cast) -> None:
    course = make_people(cast)
    take(upload(cast, SIMPLE))
    make_version(course, effective_on=date(2026, 1, 1), validity_months=1)
    assert take(upload(cast, SIMPLE))["unchanged"] == 1
    assert TrainingRecord.objects.get().valid_until == date(2027, 1, 15)


# -- Who, and the trail -------------------------------------------------------
def test_only_the_provider_imports(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, SIMPLE)
    for actor in (cast.officer, cast.lead, cast.reader, cast.auditor):
        with pytest.raises(NotAllowed):
            actions.confirm_training(job, by=actor)
    with pytest.raises(NotAllowed):
        actions.confirm_training(job, by=cast.other_manager)
    job.refresh_from_db()
    assert job.state == "preview"


def test_trail_names_the_file_by_hash_and_counts_rows(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, SIMPLE)
    take(job)
    types = AuditEvent.objects.order_by("pk").values_list("type", flat=True)
    assert list(types) == [
        "training.uploaded",
        "training.confirmed",
        "training.imported",
    ]
    last = bytes(AuditEvent.objects.get(type="training.imported").body)
    assert job.file.sha256.encode() in last
    assert b'"imported":1' in last
    assert b"file.csv" not in last


def test_statements_do_not_grow_with_rows(cast: Cast) -> None:
    make_people(cast)

    def statements(rows: int) -> int:
        content = "Employee ID,Course,Completion Date\n" + "".join(
            f"A-1,HIPAA,2026-01-{day:02}\n" for day in range(1, rows + 1)
        )
        job = actions.confirm_training(upload(cast, content), by=cast.manager)
        job = queries.training_import_for_job(job.pk)
        with CaptureQueriesContext(connection) as captured:
            actions.commit_training(job)
        return len(captured)

    statements(1)  # makes the keys of the trail
    assert statements(2) == statements(4) == statements(20)


def test_problems_stop_at_the_ceiling_and_the_count_does_not(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_people(cast)
    monkeypatch.setattr(TrainingImport, "MAX_PROBLEMS", 3)
    content = "Employee ID,Course,Completion Date\n" + "Z,HIPAA,2026-01-15\n" * 9
    job = upload(cast, content)
    assert len(job.problems) == 3
    assert job.account["problems_total"] == 9
    assert job.account["refused"] == {"unknown agent": 9}


def test_agents_of_another_vendor_are_unknown(cast: Cast) -> None:
    make_people(cast)
    make_agent(cast.other_vendor, external_id="O-1")
    job = upload(cast, SIMPLE.replace("A-1", "O-1"))
    assert job.account["refused"] == {"unknown agent": 1}


HEADER = (
    "Employee ID,Course code,Course,Completion Date,Start Date,Expires,Status,"
    "Score,Language\n"
)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("A-1,,Twins,2026-01-15,,,,,", "course is ambiguous"),
        ("A-1,HIPAA,Other Title,2026-01-15,,,,,", "names two courses"),
        ("A-1,HIPAA,,2026-01-15,,,,1000,", "score too high"),
        ("A-1,HIPAA,,2026-01-15,,,,Not Attempted,", "not completed"),
        ("A-1,HIPAA,,,,,,,", "not completed"),
        ("A-1,HIPAA,,2026-01-15,soon,,,,", "not a date"),
        ("A-1,HIPAA,,2026-01-15,,,,," + "x" * 21, "too long"),
        ("A-1,HIPAA,,15/1/26,,,,,", "two digit year"),
    ],
)
def test_row_is_refused_because(cast: Cast, cells: str, reason: str) -> None:
    make_people(cast)
    make_course(cast.vendor, code="OTHER", title="Other Title")
    for code in ("T1", "T2"):
        make_course(cast.vendor, code=code, title="Twins")
    assert upload(cast, HEADER + cells + "\n").account["refused"] == {reason: 1}


@pytest.mark.parametrize("expires", ["soon", "2027-01-16"])
def test_other_expiry_is_counted_and_the_course_decides(
    cast: Cast, expires: str
) -> None:
    make_people(cast)
    account = take(upload(cast, HEADER + f"A-1,HIPAA,,2026-01-15,,{expires},,,\n"))
    assert (account["imported"], account["expiry_differs"]) == (1, 1)
    assert TrainingRecord.objects.get().valid_until == date(2027, 1, 15)


def test_row_the_reader_could_not_give_is_counted(cast: Cast) -> None:
    make_people(cast)
    content = SIMPLE + 'A-1,"HIPAA" x,2026-01-16\n' + "A-3,HIPAA,2026-01-17\n"
    account = take(upload(cast, content))
    assert sums(account)
    assert account["read"] == 3


def test_file_in_quarantine_is_not_read(cast: Cast) -> None:
    make_people(cast)
    job = upload(cast, SIMPLE)
    job.file.quarantined_reason = "A macro was found"
    job.file.save(update_fields=["quarantined_reason"])
    job = actions.commit_training(actions.confirm_training(job, by=cast.manager))
    assert job.state == "refused"
    assert "quarantine" in job.refusal


def test_course_of_another_vendor_is_refused(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        upload(cast, SIMPLE, course=make_course(cast.other_vendor))
    with pytest.raises(NotAllowed):
        actions.upload_training(
            by=cast.other_manager,
            organization=cast.vendor,
            file=stored(cast, SIMPLE.encode(), "file.csv"),
        )


def test_steps_follow_what_was_recorded(cast: Cast) -> None:
    for verb in (trail.TRAINING_UPLOADED, trail.TRAINING_REMAPPED):
        assert handlers_of(verb.name) == [reactions.read_training]
    assert reactions.commit_training in handlers_of(trail.TRAINING_CONFIRMED.name)
