"""Every shared training file, through the page and through the command, to the row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client

from apps.training import actions
from apps.training.models import Course, TrainingImport
from apps.workforce.models import Agent
from tests.conftest import Cast
from tests.factories.training import make_course
from tests.factories.workforce import JOINED
from tests.shared_data import shared
from tests.training.running import run

FOLDERS = ("training_csv", "training_xapi", "messy_tables", "names")
# Reports of one course that do not name it.
OF_ONE_COURSE = {
    "litmos_CourseReport.csv",
    "litmos_SpecificAssessmentReport.csv",
    "litmos_ComplianceReport.csv",
    "edx_grade_report.csv",
}


NO_STATEMENTS = (
    "refused: The file holds JSON, but no xAPI statements: nothing in it has an actor, "
    "a verb and an object. Export the statements of the learning record store and "
    "upload that file."
)
NO_ROWS = (
    "refused: The table has a header but no rows. Upload a file with at least one row "
    "below the header."
)
# What is told to the files it is told of; read = imported + corrected + as before +
# refused. Questions are those a person answers on the page of the import.
EXPECTED = {
    "asks: layout": [
        "edx_grade_report.csv",
        "litmos_AllModulesReport.csv",
        "litmos_ComplianceReport.csv",
        "litmos_PeopleReport.csv",
    ],
    (
        "800 = 242 + 0 + 1 + 557 (completed before start 219, no completion "
        "date 54, not completed 284, repeated in the file 1)"
    ): [
        "hr_platform_training_records.csv",
    ],
    "asks: agent, completed_on": [
        "ld_dashboard_courses.csv",
    ],
    "359 = 226 + 0 + 0 + 133 (not completed 133)": [
        "ld_dashboard_dataset.xlsx",
    ],
    "asks: completed_on, course": [
        "ld_dashboard_employees.csv",
    ],
    "3 = 3 + 0 + 0 + 0": [
        "litmos_AchievementsReport.csv",
    ],
    "25 = 15 + 0 + 0 + 10 (not completed 10)": [
        "litmos_CourseReport.csv",
    ],
    "25 = 14 + 0 + 0 + 11 (not completed 11)": [
        "litmos_SpecificAssessmentReport.csv",
    ],
    NO_STATEMENTS: [
        "physionet_training_records.json",
        "moodle_core_badge_awarded_user_achieved_badge.data.json",
        "moodle_core_badge_revoked_user_forfeited_badge.data.json",
        "moodle_core_course_completed_completing_existing_course.data.json",
        "moodle_core_course_module_completion_update_completing_existing_module.data.json",
        "moodle_core_course_module_completion_update_uncompleting_existing_module.data.json",
        "moodle_mod_facetoface_take_attendance_existing_attendance_taken.data.json",
        "moodle_mod_scorm_status_submitted_existing_status_submitted.data.json",
        "moodle_tool_certificate_certificate_issued.data.json",
        "moodle_tool_certificate_certificate_revoked.data.json",
        "openedx_tracking_edx.course.enrollment.activated.required.only.data.json",
        "openedx_tracking_edx.course.grade.now_passed.json",
        "openedx_tracking_edx.grades.problem.submitted.weighted_possible_null.json",
        "blns.json",
    ],
    "2 = 1 + 0 + 0 + 1 (unknown agent 1)": [
        "totara_certification_long_fields.csv",
    ],
    "1 = 1 + 0 + 0 + 0": [
        "totara_completion_upload_23158.csv",
        "openedx_xapi_edx.course.grade.now_failed.json",
        "openedx_xapi_edx.course.grade.now_passed.json",
        "openedx_xapi_edx.course.grade.passed.first_time.json",
    ],
    "2 = 1 + 0 + 0 + 1 (unknown course 1)": [
        "totara_course_completion_3a.csv",
    ],
    (
        "refused: The file is a web page, a drawing or XML. Upload a PDF or a "
        "table instead."
    ): [
        "cmi5_extended.xml",
        "cmi5_simple.xml",
    ],
    "1 = 0 + 0 + 0 + 1 (verb is no completion 1)": [
        "moodle_core_badge_awarded_user_achieved_badge.statements.json",
        "moodle_core_badge_revoked_user_forfeited_badge.statements.json",
        "moodle_core_course_module_completion_update_uncompleting_existing_module.statements.json",
        "moodle_tool_certificate_certificate_issued.statements.json",
        "moodle_tool_certificate_certificate_revoked.statements.json",
        "openedx_xapi_edx.completion.block_completion.changed.json",
        "openedx_xapi_edx.course.enrollment.deactivated.json",
        "openedx_xapi_edx.grades.subsection.grade_calculated.weighted_possible_0.json",
        "openedx_xapi_edx.special_exam.proctored.attempt.submitted.json",
        "openedx_xapi_edx.ui.lms.link_clicked(anonymous_user).json",
    ],
    "1 = 0 + 0 + 0 + 1 (no timestamp 1)": [
        "moodle_core_course_completed_completing_existing_course.statements.json",
    ],
    "1 = 0 + 0 + 0 + 1 (unknown course 1)": [
        "moodle_core_course_module_completion_update_completing_existing_module.statements.json",
        "moodle_mod_facetoface_take_attendance_existing_attendance_taken.statements.json",
        "moodle_mod_scorm_status_submitted_existing_status_submitted.statements.json",
    ],
    "asks: agent, completed_on, course": [
        "cal_date.xlsx",
        "cal_date_1904.xlsx",
        "cal_date_iso.xlsx",
        "cal_errors.xlsx",
        "cal_whitespace_trim.xlsx",
        "mt_blank_line.ods",
        "mt_excel_pasting.csv",
        "mt_null.csv",
        "mt_utf-16le_encoded.csv",
        "mt_weird_head_padding.csv",
        "poi_DateFormatTests.xlsx",
        "spectrum_escaped_quotes.csv",
        "spectrum_json.csv",
        "spectrum_newlines_crlf.csv",
        "spectrum_quotes_and_newlines.csv",
        "tab_accent.csv",
        "tab_bom.csv",
        "tab_escaping.csv",
        "tab_latin1.csv",
        "tab_multiline-headers.xlsx",
        "cldr_person_names_ja_ar.txt",
    ],
    NO_ROWS: [
        "cal_has_x000D_.xlsx",
        "mt_utf8bom.csv",
        "poi_TwoSheetsOneHidden.xlsx",
        "tab_merged-cells.xlsx",
    ],
    (
        "refused: The file is protected by a password. Remove the password and "
        "upload it again."
    ): [
        "cal_pass_protected.xlsx",
    ],
    (
        "refused: The name ends in .psv, but the content is of the kind Text. "
        "Rename the file or upload the right one."
    ): [
        "mt_simple.psv",
    ],
    "refused: The file is empty. Check the export and upload it again.": [
        "mt_simple.unknown",
    ],
}
# The form of the page refuses an empty file before anything looks at it.
EMPTY = {"mt_simple.unknown": "refused: The submitted file is empty."}


def files() -> list[Path]:
    return [
        path
        for folder in FOLDERS
        for path in sorted(shared("data", folder).iterdir())
        if path.suffix != ".md"
    ]


def column(name: str, header: str) -> set[str]:
    path = shared("data", "training_csv", name)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return {row[header] for row in csv.DictReader(handle) if row[header]}


def actors() -> set[str]:
    """Account names of the Open edX statements."""
    found = set()
    for path in shared("data", "training_xapi").glob("openedx_xapi_*.json"):
        account = json.loads(path.read_text(encoding="utf-8"))["actor"]["account"]
        found.add(account["name"])
    return found


def make_world(cast: Cast) -> None:
    """The people and courses the files speak of, taught since 1996."""
    ids = column("hr_platform_training_records.csv", "employee_id")
    ids |= column("ld_dashboard_employees.csv", "employee_id")
    ids |= column("totara_certification_long_fields.csv", "username")
    ids |= {"student1", "9", "17", "1", "2"}
    ids |= actors()
    mails = column("litmos_CourseReport.csv", "Email")
    Agent.objects.bulk_create(
        Agent(
            organization=cast.vendor,
            external_id=external_id[:64],
            full_name=f"Agent {number}",
            email=external_id if external_id in mails else "",
            joined_on=JOINED,
        )
        for number, external_id in enumerate(sorted(ids | mails))
    )
    titles = column("hr_platform_training_records.csv", "course_name")
    titles |= column("litmos_AchievementsReport.csv", "Course/Learning Path Name")
    titles |= {"C1", "DC", "Certification 1", "test_name", "Demonstration Course"}
    for number, title in enumerate(sorted(titles)):
        make_course(
            cast.vendor,
            code=f"K-{number}",
            title=title[:200],
            version={"effective_on": date(1996, 1, 1)},
        )
    for code in column("ld_dashboard_courses.csv", "course_id") | {"ONE"}:
        make_course(cast.vendor, code=code, version={"effective_on": date(1996, 1, 1)})


def told(job: TrainingImport) -> str:
    """What became of a file, in one line."""
    if job.state == "refused":
        return f"refused: {job.refusal}"
    if job.state != "done":
        return f"asks: {', '.join(sorted(job.understood['questions']))}"
    account = job.account
    fates = ("imported", "updated", "unchanged", "refused_total")
    assert account["read"] == sum(account[fate] for fate in fates)
    sums = " + ".join(str(account[fate]) for fate in fates)
    reasons = account["unchanged_because"] | account["refused"]
    why = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    return f"{account['read']} = {sums}" + (f" ({why})" if why else "")


def by_command(path: Path) -> str:
    options = ["--course=ONE"] if path.name in OF_ONE_COURSE else []
    code, lines, sentence = run(path, *options)
    job = TrainingImport.objects.order_by("-created_at").first()
    if job is None:
        assert (code, lines) == (1, [])
        return f"refused: {sentence}"
    assert code == int(job.state != "done")
    return told(job)


def by_page(client: Client, path: Path) -> str:
    body: dict[str, Any] = {"course": ""}
    if path.name in OF_ONE_COURSE:
        body["course"] = str(Course.objects.get(code="ONE").pk)
    with path.open("rb") as handle:
        answer = client.post("/training/imports/upload/", body | {"file": handle})
    job = TrainingImport.objects.order_by("-created_at").first()
    if job is None:
        assert answer.status_code == 422
        [error] = answer.context["form"].errors.values()
        return f"refused: {error[0]}"
    actions.read_training(job)
    page = f"/training/imports/{job.pk}/"
    assert client.get(page).status_code == 200
    if job.state == "preview":
        answer = client.post(f"{page}confirm/")
        assert answer.status_code == (422 if job.understood["questions"] else 302)
        job.refresh_from_db()
    if job.state == "committing":
        actions.commit_training(job)
    assert client.get(page).status_code == 200
    return told(job)


def accounts(way: Callable[[Path], str]) -> dict[str, str]:
    """Each file alone: what one leaves behind is taken back before the next."""
    found = {}
    for path in files():
        with transaction.atomic():
            found[path.name] = way(path)
            transaction.set_rollback(True)
    return found


def expected() -> dict[str, str]:
    return {name: told for told, names in EXPECTED.items() for name in names}


def test_every_file_through_the_command(cast: Cast) -> None:
    make_world(cast)
    assert accounts(by_command) == expected()


def test_every_file_through_the_page(cast: Cast, client_for) -> None:
    make_world(cast)
    client = client_for(cast.manager)
    assert accounts(lambda path: by_page(client, path)) == expected() | EMPTY
