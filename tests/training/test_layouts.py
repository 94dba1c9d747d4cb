"""Reports known by their headers."""

from __future__ import annotations

import pytest

from apps.core.tables import DateOrder
from apps.training.importer import LAYOUTS, columns_of, layout_of, questions
from apps.training.importer.columns import FIELDS
from apps.training.models import TrainingRecord
from apps.workforce.rules import Confidence, recognise, with_choices
from tests.conftest import Cast
from tests.factories.imports import make_people, take, upload

HEADERS = {
    "SAP Litmos course report": (
        "User,FirstName,Last Attempt,Completed,Percentage Completed,"
        "External Employee ID,Email,CompletedDate"
    ),
    "SAP Litmos achievements report": (
        "People,Username,Compliant Until,Achievement Date,Certificate Number,"
        "Course/Learning Path Name"
    ),
    "SAP Litmos assessment report": (
        "User,Score,Attempt,Time Taken,Complete,Status,Email,Last Attempt"
    ),
    "SAP Litmos compliance report": (
        "Name,Start Date,Up To Date?,Complete,Compliant Until"
    ),
    "SAP Litmos people report": "FullName,UserName,TotalCourses,TotalCompleted",
    "SAP Litmos modules report": "Module,Course,Type,Passmark,Relationship",
    "Totara certification completion upload": (
        "username,certificationshortname,certificationidnumber,completiondate,duedate"
    ),
    "Totara course completion upload": (
        "username,courseshortname,courseidnumber,completiondate,grade"
    ),
    "Moodle course completion report": "Name,Email address,Course complete",
    "Open edX grade report": "Student ID,Grade,Enrollment Track,Certificate Eligible",
    "HR training records": (
        "employee_id,course_name,start_date,completion_date,status,score_pct"
    ),
}


@pytest.mark.parametrize(("name", "header"), HEADERS.items())
def test_report_is_known_and_knows_its_columns(name: str, header: str) -> None:
    cells = header.split(",")
    layout = layout_of(cells)
    assert layout is not None
    assert layout.name == name
    assert set(columns_of(layout, cells)) == set(layout.columns)
    found = with_choices(
        cells,
        recognise(cells, FIELDS),
        columns_of(layout, cells),
        confidence=Confidence.EXACT,
    )
    asked = questions(found, DateOrder.ISO, has_course=True)
    assert bool(asked) is bool(layout.advice)


def test_every_report_is_tried_and_others_are_unknown() -> None:
    assert set(HEADERS) == {layout.name for layout in LAYOUTS}
    assert layout_of(["agent", "day"]) is None


def test_report_without_completions_says_which_has_them(cast: Cast) -> None:
    job = upload(cast, HEADERS["SAP Litmos people report"] + "\nA,a,1,1\n")
    assert list(job.understood["questions"]) == ["layout"]
    assert "course report" in job.understood["questions"]["layout"]


def test_moodle_report_says_who_has_not_completed(cast: Cast) -> None:
    course = make_people(cast)
    content = (
        "Name,Email address,Course complete\n"
        '"A. Alder",aalder@careline.test,"15 January 2026, 9:30 AM"\n'
        '"B. Birch",bbirch@careline.test,Not completed\n'
    )
    job = upload(cast, content, course=course)
    assert job.understood["layout"] == "Moodle course completion report"
    account = take(job)
    assert (account["imported"], account["refused"]) == (1, {"not completed": 1})
    assert TrainingRecord.objects.get().completed_on.isoformat() == "2026-01-15"
