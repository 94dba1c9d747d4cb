"""Terms, records, statements, certificates and retention over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.training import tasks
from apps.training.models import (
    CertificateUpload,
    Destruction,
    Equivalence,
    Requirement,
    Statement,
    TrainingHold,
    TrainingRecord,
)
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file
from tests.factories.imports import make_people
from tests.factories.training import make_course, make_record, make_requirement
from tests.factories.workforce import make_agent, make_assignment
from tests.training.test_certificates import png
from tests.training.test_statements import ONE, TWO, statement, voiding

API = "/api/v1"


def post(client, path: str, body: object):
    return client.post(f"{API}/{path}", body, content_type="application/json")


def rows(client, path: str, **query: str) -> list[dict]:
    return client.get(f"{API}/{path}", query).json()["results"]


def test_version_and_requirement_say_all_their_terms(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor)
    terms = {
        "label": "2026",
        "effective_on": "2026-01-01",
        "validity_months": 12,
        "window_starts_on": "2026-01-01",
        "grace_days": 30,
        "is_scenario_based": True,
        "scenario_percent": 40,
    }
    answer = post(client_for(cast.manager), f"courses/{course.pk}/versions/", terms)
    assert answer.status_code == 201
    assert {key: answer.json()[key] for key in terms} == terms
    asked = {
        "timing": "after_hire",
        "within_days": 90,
        "renew_months": 6,
        "min_scenario_percent": 40,
        "languages": ["english"],
        "accepts_equivalents": False,
        "effective_on": "2026-06-15",
    }
    things = {"engagement": str(cast.engagement.pk), "course": str(course.pk)}
    answer = post(client_for(cast.officer), "requirements/", asked | things)
    assert answer.status_code == 201
    assert {key: answer.json()[key] for key in asked} == asked


def test_requirement_is_changed_from_a_day(cast: Cast, client_for) -> None:
    row = make_requirement(cast.engagement, make_course(cast.vendor))
    path = f"requirements/{row.pk}/change/"
    body = {"renew_months": 6, "effective_on": "2026-07-01"}
    answer = post(client_for(cast.officer), path, body)
    assert (answer.status_code, answer.json()["renew_months"]) == (201, 6)
    row.refresh_from_db()
    assert row.ended_on == date(2026, 6, 30)
    assert Requirement.objects.count() == 2
    assert post(client_for(cast.officer), path, body).status_code == 409


def test_equivalence_is_accepted_and_ended(cast: Cast, client_for) -> None:
    course, other = make_course(cast.vendor), make_course(cast.vendor)
    client = client_for(cast.manager)
    file = make_stored_file(cast.vendor)
    body = {
        "course": str(course.pk),
        "accepted": str(other.versions.get().pk),
        "effective_on": "2026-06-15",
        "reason": "The same contents.",
        "evidence": str(file.pk),
    }
    answer = post(client, "course-equivalences/", body)
    assert (answer.status_code, answer.json()["evidence"]) == (201, str(file.pk))
    assert post(client, "course-equivalences/", body).status_code == 409
    for key in ("course", "accepted", "evidence"):
        wrong = post(client, "course-equivalences/", body | {key: str(cast.clinic.pk)})
        assert (wrong.status_code, list(wrong.json()["fields"])) == (422, [key])
    end = f"course-equivalences/{answer.json()['id']}/end/"
    assert post(client, end, {"ended_on": "2026-06-30"}).status_code == 200
    assert Equivalence.objects.get().ended_on == date(2026, 6, 30)
    assert len(rows(client, "course-equivalences/", course=str(course.pk))) == 1


def test_uncleared_agents_are_listed_by_what_the_role_may_see(
    cast: Cast, client_for
) -> None:
    make_requirement(cast.engagement, make_course(cast.vendor, title="HIPAA Basics"))
    agent = make_assignment(cast.engagement).agent
    path = f"{API}/coverage/{cast.engagement.pk}/uncleared/"
    for actor in (cast.officer, cast.manager):
        assert client_for(actor).get(path).json() == [
            {
                "agent_id": str(agent.pk),
                "external_id": agent.external_id,
                "since": "2026-01-05",
                "days": 162,
                "lacking": ["HIPAA Basics"],
            }
        ]
    early = client_for(cast.officer).get(path, {"as_of": "2026-01-04"})
    assert early.json() == []
    assert client_for(cast.reader).get(path).status_code == 403
    assert client_for(cast.outsider).get(path).status_code == 404


def test_record_is_added_corrected_and_withdrawn(cast: Cast, client_for) -> None:
    agent, course = make_agent(cast.vendor), make_course(cast.vendor)
    client = client_for(cast.manager)
    body = {
        "agent": str(agent.pk),
        "course": str(course.pk),
        "completed_on": "2026-01-15",
        "score": "91.50",
        "mode": "classroom",
    }
    first = post(client, "training-records/", body)
    assert (first.status_code, first.json()["valid_until"]) == (201, "2027-01-15")
    assert post(client, "training-records/", body).status_code == 409
    for key in ("agent", "course"):
        wrong = post(client, "training-records/", body | {key: str(cast.clinic.pk)})
        assert (wrong.status_code, list(wrong.json()["fields"])) == (422, [key])
    path = f"training-records/{first.json()['id']}/"
    fixed = {"completed_on": "2026-01-16", "reason": "Typo."}
    second = post(client, f"{path}correct/", fixed)
    assert (second.status_code, second.json()["correction_reason"]) == (201, "Typo.")
    gone = f"training-records/{second.json()['id']}/withdraw/"
    third = post(client, gone, {"reason": "Another person."})
    assert (third.status_code, third.json()["outcome"]) == (201, "withdrawn")
    assert client.get(f"{API}/{path}").json()["superseded_by"] == second.json()["id"]
    live = rows(client, "training-records/", superseded_by__isnull="true")
    assert [row["id"] for row in live] == [third.json()["id"]]
    assert len(rows(client, "training-records/")) == 3
    assert rows(client_for(cast.other_manager), "training-records/") == []
    assert client_for(cast.officer).get(f"{API}/training-records/").status_code == 403


def test_statements_are_sent_and_accounted_for(cast: Cast, client_for) -> None:
    make_people(cast)
    client = client_for(cast.manager)
    sent = [statement(), statement(TWO, "launched")]
    answer = post(client, "xapi-statements/", sent)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["account"]["imported"]) == ("done", 1)
    assert told["account"]["refused"] == {"verb is no completion": 1}
    assert told["problems"][0]["row"] == 2
    assert TrainingRecord.objects.get().outcome == "passed"
    again = post(client, "xapi-statements/", statement())
    assert again.json()["account"]["unchanged_because"] == {"received before": 1}
    void = post(client, "xapi-statements/", voiding(TWO, ONE))
    assert void.json()["account"]["voided"] == 1
    assert len(rows(client, "xapi-statements/")) == 2
    [kept] = rows(client, "xapi-statements/", statement_id=ONE)
    assert kept["voided_by"] == str(Statement.objects.get(statement_id=TWO).pk)


@pytest.mark.parametrize("body", [[], {"a": 1}, '"text"', 7])
def test_what_holds_no_statement_is_refused(
    cast: Cast, client_for, body: object
) -> None:
    answer = client_for(cast.manager).post(
        f"{API}/xapi-statements/", body, content_type="application/json"
    )
    assert answer.status_code == 422
    assert "no xAPI statements" in answer.json()["refusal"]


def test_certificates_are_attached(cast: Cast, client_for) -> None:
    course, agent = (
        make_course(cast.vendor),
        make_agent(cast.vendor, external_id="A-1"),
    )
    make_record(agent, course)
    files = [
        SimpleUploadedFile(name, png(number))
        for number, name in enumerate(("A-1.png", "x.png"))
    ]
    client = client_for(cast.manager)
    path = f"{API}/training-certificates/"
    answer = client.post(path, {"course": str(course.pk), "files": files})
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["files"]) == ("attaching", 2)
    tasks.attach_certificates(answer.json()["id"])
    later = client.get(f"{path}{answer.json()['id']}/").json()
    assert (later["state"], later["refusal"]) == ("done", "")
    assert [each["fate"] for each in later["account"]] == ["attached", "no_agent"]
    assert CertificateUpload.objects.count() == 1
    strange = str(make_course(cast.other_vendor).pk)
    files = [SimpleUploadedFile("A-1.png", png(1))]
    wrong = client.post(path, {"course": strange, "files": files})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["course"])


def test_holds_and_destruction(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor, version={"effective_on": date(2009, 1, 1)})
    row = make_record(
        make_agent(cast.vendor),
        course,
        completed_on=date(2010, 1, 4),
        created_at=datetime(2010, 1, 5, tzinfo=UTC),
    )
    client = client_for(cast.manager)
    listing = f"{API}/training-destructions/past-retention/"
    assert client.get(listing).json() == [
        {
            "record": str(row.pk),
            "agent": str(row.agent_id),
            "course": str(course.pk),
            "completed_on": "2010-01-04",
            "kept_through": "2017-01-04",
        }
    ]
    body = {"agent": str(row.agent_id), "reason": "A dispute."}
    hold = post(client, "training-holds/", body)
    assert hold.status_code == 201
    assert post(client, "training-holds/", body).status_code == 409
    strange = post(client, "training-holds/", body | {"agent": str(cast.clinic.pk)})
    assert list(strange.json()["fields"]) == ["agent"]
    assert client.get(listing).json() == []
    reason = {"reason": "Over."}
    assert post(client, "training-destructions/", reason).status_code == 409
    release = f"training-holds/{hold.json()['id']}/release/"
    assert post(client, release, reason).json()["release_reason"] == "Over."
    done = post(client, "training-destructions/", reason)
    assert (done.status_code, done.json()["record_count"]) == (201, 1)
    assert TrainingRecord.objects.count() == 0
    assert len(rows(client, "training-destructions/")) == 1
    assert len(rows(client, "training-holds/")) == 1
    assert TrainingHold.objects.count() == Destruction.objects.count() == 1
