"""The room over HTTP."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.training import actions
from apps.training.models import Requirement, TrainingImport, TrainingRecord
from tests.conftest import Cast
from tests.factories.imports import make_people, upload
from tests.factories.training import (
    make_certification,
    make_course,
    make_requirement,
)
from tests.factories.workforce import make_agent, make_assignment

API = "/api/v1"
CONTENT = "Employee ID,Course,Completion Date\nA-1,HIPAA,2026-01-15\n"


def post(client, path: str, body: dict | None = None):
    return client.post(f"{API}/{path}", body or {}, content_type="application/json")


def rows(client, path: str, **query: str) -> list[dict]:
    answer = client.get(f"{API}/{path}", query)
    assert answer.status_code == 200
    return answer.json()["results"]


@pytest.mark.parametrize("path", ["courses", "certifications", "training-imports"])
def test_lists_hold_the_vendors_own(cast: Cast, client_for, path: str) -> None:
    course = make_people(cast)
    make_certification(make_agent(cast.vendor), course)
    upload(cast, CONTENT)
    [row] = rows(client_for(cast.manager), f"{path}/")
    assert rows(client_for(cast.other_manager), f"{path}/") == []
    one = f"{API}/{path}/{row['id']}/"
    assert client_for(cast.manager).get(one).json() == row
    assert client_for(cast.other_manager).get(one).status_code == 404


def test_certifications_and_imports_are_not_for_clients(cast: Cast, client_for) -> None:
    for actor in (cast.officer, cast.reader, cast.auditor):
        for path in ("certifications", "training-imports"):
            assert client_for(actor).get(f"{API}/{path}/").status_code == 403


def test_course_and_version_are_created(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    body = {
        "code": "HIPAA",
        "title": "HIPAA Basics",
        "version": {"label": "2026", "effective_on": "2026-01-01"},
    }
    answer = post(client, "courses/", body)
    assert (answer.status_code, answer.json()["aliases"]) == (201, [])
    assert post(client, "courses/", body).status_code == 409
    path = f"courses/{answer.json()['id']}/versions/"
    later = {"label": "2027", "effective_on": "2027-01-01", "validity_months": 12}
    assert post(client, path, later).status_code == 201
    assert post(client, path, later).status_code == 409
    assert [each["label"] for each in client.get(f"{API}/{path}").json()] == [
        "2027",
        "2026",
    ]
    assert post(client_for(cast.lead), path, later).status_code == 403


def test_requirement_is_created_and_ended(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor)
    client = client_for(cast.officer)
    body = {
        "engagement": str(cast.engagement.pk),
        "course": str(course.pk),
        "effective_on": "2026-06-15",
    }
    answer = post(client, "requirements/", body)
    assert (answer.status_code, answer.json()["timing"]) == (201, "before_contact")
    assert post(client, "requirements/", body).status_code == 409
    strange = body | {"course": str(make_course(cast.other_vendor).pk)}
    refused = post(client, "requirements/", strange)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["course"])
    outsider = post(client_for(cast.outsider), "requirements/", body)
    assert list(outsider.json()["fields"]) == ["engagement"]
    end = f"requirements/{answer.json()['id']}/end/"
    assert (
        post(client_for(cast.outsider), end, {"ended_on": "2026-06-30"}).status_code
        == 404
    )
    assert post(client, end, {"ended_on": "2026-06-30"}).status_code == 200
    assert str(Requirement.objects.get().ended_on) == "2026-06-30"
    assert len(rows(client_for(cast.reader), "requirements/")) == 1


def test_coverage_is_counts_only(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor, code="HIPAA")
    make_requirement(cast.engagement, course)
    make_assignment(cast.engagement)
    path = f"{API}/coverage/{cast.engagement.pk}/"
    found = client_for(cast.reader).get(path).json()
    assert (found["as_of"], found["agents"], found["cleared"]) == ("2026-06-15", 1, 0)
    assert found["requirements"][0]["missing"] == 1
    before = client_for(cast.reader).get(path, {"as_of": "2026-01-01"}).json()
    assert before["agents"] == 0
    assert client_for(cast.outsider).get(path).status_code == 404


@pytest.mark.parametrize("day", ["x", "0001-01-01", "2026-06-16", "9999-12-31"])
def test_coverage_of_no_day_is_refused(cast: Cast, client_for, day: str) -> None:
    """As on the page: a day to come says nothing, one before the calendar neither."""
    client = client_for(cast.manager)
    for part in ("", "trend/", "agents/", "uncleared/"):
        path = f"{API}/coverage/{cast.engagement.pk}/{part}"
        answer = client.get(path, {"as_of": day})
        assert answer.status_code == 400, part
        assert "as_of" in answer.text


def test_training_is_uploaded_confirmed_and_asked_about(cast: Cast, client_for) -> None:
    make_people(cast)
    client = client_for(cast.manager)
    file = SimpleUploadedFile("training.csv", CONTENT.encode())
    answer = client.post(f"{API}/training-imports/", {"file": file})
    assert (answer.status_code, answer.json()["state"]) == (201, "reading")
    job = TrainingImport.objects.get()
    one = f"training-imports/{job.pk}/"
    assert post(client, f"{one}confirm/").status_code == 409
    actions.read_training(job)
    assert client.get(f"{API}/{one}").json()["account"]["imported"] == 1
    assert client.get(f"{API}/{one}problems/").json() == []
    assert post(client, f"{one}confirm/").json()["state"] == "committing"
    job.refresh_from_db()
    actions.commit_training(job)
    assert TrainingRecord.objects.count() == 1


def test_reading_may_come_with_the_confirmation(cast: Cast, client_for) -> None:
    make_people(cast)
    job = upload(cast, CONTENT.replace("2026-01-15", "03/04/2026"))
    client = client_for(cast.manager)
    path = f"training-imports/{job.pk}/confirm/"
    assert post(client, path, {"date_order": "sideways"}).status_code == 400
    assert post(client, path, {"columns": {"shoe": 0}}).status_code == 422
    assert post(client, path, {"date_order": "day_first"}).status_code == 200
    job.refresh_from_db()
    assert actions.commit_training(job).account["imported"] == 1


def test_file_of_a_strange_course_is_refused(cast: Cast, client_for) -> None:
    file = SimpleUploadedFile("training.csv", CONTENT.encode())
    course = make_course(cast.other_vendor)
    given = {"file": file, "course": str(course.pk)}
    answer = client_for(cast.manager).post(f"{API}/training-imports/", given)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["course"])
    assert TrainingImport.objects.count() == 0
