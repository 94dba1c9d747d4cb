"""Pages of training: what stands on them, who reaches them, what a form does."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.training import actions
from apps.training.models import Course, Requirement, TrainingImport, TrainingRecord
from tests.conftest import Cast
from tests.factories.engagements import make_grant
from tests.factories.imports import DATA, make_people, take, upload
from tests.factories.training import (
    make_certification,
    make_course,
    make_record,
    make_requirement,
)
from tests.factories.workforce import make_agent, make_assignment

CONTENT = "Employee ID,Course,Completion Date\nA-1,HIPAA,2026-01-15\n"


def url(name: str, row: object | None = None) -> str:
    return reverse(f"training:{name}", args=[row.pk] if row else [])  # type: ignore[attr-defined]


def text(response) -> str:
    return " ".join(response.content.decode().split())


PAGES = {
    "courses": {"officer", "analyst", "reader", "manager", "lead", "auditor"},
    "course_create": {"manager"},
    "imports": {"manager"},
    "upload": {"manager"},
}
PEOPLE = ("officer", "analyst", "reader", "manager", "lead", "auditor")


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_for_the_roles_that_may(cast: Cast, client_for, page: str) -> None:
    for name in PEOPLE:
        response = client_for(getattr(cast, name)).get(url(page))
        assert response.status_code == (200 if name in PAGES[page] else 403), name


def test_pages_of_strangers_do_not_exist(cast: Cast, client_for) -> None:
    course = make_people(cast)
    job = upload(cast, CONTENT)
    row = make_record(make_agent(cast.vendor), course)
    requirement = make_requirement(cast.engagement, course)
    client = client_for(cast.other_manager)
    for page, thing in (
        ("course", course),
        ("version_create", course),
        ("agent", row.agent),
        ("correct", row),
        ("engagement", cast.engagement),
        ("export", cast.engagement),
        ("require", cast.engagement),
        ("requirement_end", requirement),
        ("import", job),
        ("import_status", job),
        ("import_problems", job),
    ):
        assert client.get(url(page, thing)).status_code == 404, page
    for page in ("import_confirm", "import_columns", "import_courses"):
        assert client.post(url(page, job)).status_code == 404, page
    assert (
        client_for(cast.auditor).get(url("engagement", cast.engagement)).status_code
        == 404
    )


# -- Courses ------------------------------------------------------------------
def test_empty_pages_say_how_to_begin(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    assert "No courses yet" in text(client.get(url("courses")))
    assert "No training file yet" in text(client.get(url("imports")))
    assert "kept by the provider" in text(client_for(cast.reader).get(url("courses")))


def test_course_and_version_are_added_by_form(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    given = {
        "code": "HIPAA",
        "title": "HIPAA Basics",
        "aliases": "Privacy 101\nPrivacy 102",
        "label": "2026",
        "effective_on": "2026-01-01",
        "topics": "Privacy\nSecurity",
        "validity_months": "12",
    }
    response = client.post(url("course_create"), given)
    course = Course.objects.get()
    assert response["Location"] == url("course", course)
    assert course.aliases == ["Privacy 101", "Privacy 102"]
    again = client.post(url("course_create"), given)
    assert again.status_code == 422
    version = {"label": "2027", "effective_on": "2027-01-01"}
    assert client.post(url("version_create", course), version).status_code == 302
    page = text(client.get(url("course", course)))
    assert "Privacy; Security" in page
    assert "12 months" in page
    assert "for ever" in page
    bad = client.post(url("version_create", course), version)
    assert (bad.status_code, course.versions.count()) == (422, 2)


def test_course_page_lists_what_runs_out(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor)
    agent = make_agent(cast.vendor, full_name="Ann Alder")
    make_certification(agent, course, completed_on=date(2025, 7, 1))
    page = text(client_for(cast.lead).get(url("course", course)))
    assert "1 agent holds it on 15 Jun 2026" in page
    assert "Ann Alder" in page


def test_agent_page_shows_history_and_a_record_is_corrected(
    cast: Cast, client_for
) -> None:
    row = make_certification(make_agent(cast.vendor), make_course(cast.vendor)).record
    client = client_for(cast.manager)
    page = text(client.get(url("agent", row.agent)))
    assert "4 Jan 2026" in page
    assert url("correct", row) in page
    assert url("correct", row) not in text(
        client_for(cast.lead).get(url("agent", row.agent))
    )
    given = {"completed_on": "2026-02-01", "outcome": "passed", "reason": "Typo"}
    bad = client.post(url("correct", row), given | {"completed_on": "2027-01-01"})
    assert (bad.status_code, TrainingRecord.objects.count()) == (422, 1)
    response = client.post(url("correct", row), given)
    assert response["Location"] == url("agent", row.agent)
    page = text(client.get(url("agent", row.agent)))
    assert "Corrected later" in page
    assert "1 Feb 2026" in page
    assert client.get(url("correct", row)).status_code == 404


# -- Coverage -----------------------------------------------------------------
@pytest.fixture
def served(cast: Cast) -> Course:
    """Two agents, one of them trained in the one required course."""
    course = make_course(cast.vendor, title="HIPAA Basics")
    make_requirement(cast.engagement, course)
    for name in ("Ann Alder", "Ben Birch"):
        agent = make_agent(cast.vendor, full_name=name)
        make_assignment(cast.engagement, agent)
    make_record(agent, course)
    return course


def test_coverage_without_anything_says_how_to_begin(cast: Cast, client_for) -> None:
    page = text(client_for(cast.officer).get(url("engagement", cast.engagement)))
    assert "No agent of Careline is known" in page
    assert "No course is required" in page
    assert "No agents are known" in page


def test_coverage_counts_for_readers_and_names_for_managers(
    cast: Cast, served: Course, client_for
) -> None:
    where = url("engagement", cast.engagement)
    page = text(client_for(cast.officer).get(where))
    assert "1 of 2 agents are cleared on 15 Jun 2026." in page
    assert "Ann Alder" in page
    assert "<svg" in page
    reader = text(client_for(cast.reader).get(where))
    assert "1 of 2 agents are cleared" in reader
    assert "Ann Alder" not in reader
    make_grant(cast.engagement, cast.auditor.user)
    auditor = text(client_for(cast.auditor).get(where))
    assert "Ann Alder" not in auditor
    assert "Agent " in auditor
    export = url("export", cast.engagement)
    assert client_for(cast.reader).get(export).status_code == 403
    lines = b"".join(client_for(cast.auditor).get(export).streaming_content).decode()
    assert "Ann Alder" not in lines
    lines = b"".join(client_for(cast.manager).get(export).streaming_content).decode()
    assert "Ann Alder" in lines
    assert "HIPAA Basics: until" in lines


def test_coverage_of_a_past_day_and_of_the_uncleared(
    cast: Cast, served: Course, client_for
) -> None:
    client = client_for(cast.manager)
    where = url("engagement", cast.engagement)
    page = text(client.get(where, {"as_of": "2026-01-04"}))
    assert "No agent of Careline is known" in page
    page = text(client.get(where, {"state": "not_cleared"}))
    assert "Ann Alder" in page
    assert "Ben Birch" not in page
    assert client.get(where, {"as_of": "soon"}).status_code == 422
    assert client.get(where, {"after": "nonsense"}).status_code == 200


def test_coverage_queries_do_not_grow_with_agents(
    cast: Cast, served: Course, client_for
) -> None:
    client = client_for(cast.manager)
    where = url("engagement", cast.engagement)
    client.get(where)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(where)
        return len(captured)

    before = count()
    for _ in range(3):
        make_record(make_assignment(cast.engagement).agent, served)
    assert count() == before


def test_grid_is_paged_without_telling_ids(
    cast: Cast, served: Course, client_for
) -> None:
    for _ in range(50):
        make_assignment(cast.engagement)
    make_grant(cast.engagement, cast.auditor.user)
    client = client_for(cast.auditor)
    where = url("engagement", cast.engagement)
    page = text(client.get(where))
    assert 'rel="next"' in page
    last = page.split("after=")[1].split('"')[0]
    second = text(client.get(where, {"after": last}))
    assert second.split("<tbody>")[-1].count("Agent ") == 2


def test_course_is_required_and_ended_by_form(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor, title="HIPAA Basics")
    client = client_for(cast.analyst)
    given = {
        "course": str(course.pk),
        "timing": "within_days",
        "effective_on": "2026-06-15",
    }
    bad = client.post(url("require", cast.engagement), given)
    assert (bad.status_code, Requirement.objects.count()) == (422, 0)
    good = client.post(url("require", cast.engagement), given | {"within_days": "30"})
    assert good["Location"] == url("engagement", cast.engagement)
    page = text(client.get(url("engagement", cast.engagement)))
    assert "within 30 days" in page
    row = Requirement.objects.get()
    assert url("requirement_end", row) in page
    end = url("requirement_end", row)
    assert client.post(end, {"ended_on": "2026-06-14"}).status_code == 422
    assert client.post(end, {"ended_on": "2026-06-30"}).status_code == 302
    assert client_for(cast.reader).get(end).status_code == 403


# -- Imports ------------------------------------------------------------------
def test_upload_starts_an_import(cast: Cast, client_for) -> None:
    course = make_people(cast)
    client = client_for(cast.manager)
    file = SimpleUploadedFile("June.csv", CONTENT.encode())
    response = client.post(url("upload"), {"file": file, "course": str(course.pk)})
    job = TrainingImport.objects.get()
    assert response["Location"] == url("import", job)
    assert (job.file_name, job.course, job.state) == ("June.csv", course, "reading")
    assert "Reading the file" in text(client.get(url("import", job)))
    assert "Reading the file" in text(client.get(url("import_status", job)))


def test_preview_is_confirmed_and_the_result_shown(cast: Cast, client_for) -> None:
    make_people(cast)
    client = client_for(cast.manager)
    job = upload(cast, (DATA / "training" / "hr_reasons.csv").read_bytes())
    page = text(client.get(url("import", job)))
    assert "What would happen" in page
    assert "Completed before start" in page
    assert "Not completed: Enrolled 1, In Progress 1." in page
    assert client.get(url("import_status", job))["HX-Refresh"] == "true"
    assert client.post(url("import_confirm", job)).status_code == 302
    job.refresh_from_db()
    actions.commit_training(job)
    page = text(client.get(url("import", job)))
    assert "Download the 13 problems" in page
    lines = b"".join(client.get(url("import_problems", job)).streaming_content)
    assert len(lines.decode("utf-8-sig").splitlines()) == 14
    assert client.post(url("import_confirm", job)).status_code == 422
    assert "hr_reasons" not in text(client.get(url("imports")))
    assert "file.csv" in text(client.get(url("imports")))


def test_unknown_course_names_are_mapped_on_the_page(cast: Cast, client_for) -> None:
    course = make_people(cast)
    client = client_for(cast.manager)
    job = upload(cast, CONTENT.replace("HIPAA", "Privacy 101"))
    page = text(client.get(url("import", job)))
    assert "These course names are unknown" in page
    assert "Privacy 101" in page
    response = client.post(url("import_courses", job), {"name_0": str(course.pk)})
    assert response.status_code == 302
    course.refresh_from_db()
    assert course.aliases == ["Privacy 101"]
    job.refresh_from_db()
    assert actions.read_training(job).account["imported"] == 1


def test_reading_is_corrected_by_form(cast: Cast, client_for) -> None:
    make_people(cast)
    client = client_for(cast.manager)
    job = upload(cast, CONTENT.replace("2026-01-15", "03/04/2026"))
    assert "can be read two ways" in text(client.get(url("import", job)))
    assert client.post(url("import_confirm", job)).status_code == 422
    given = {
        "date_order": "day_first",
        "agent_id": "0",
        "course_title": "1",
        "completed_on": "2",
    }
    assert client.post(url("import_columns", job), given).status_code == 302
    job.refresh_from_db()
    job = actions.read_training(job)
    take(job)
    assert TrainingRecord.objects.get().completed_on == date(2026, 4, 3)
    assert client.post(url("import_columns", job), given).status_code == 422
