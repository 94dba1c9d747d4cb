"""Pages about terms, single records, certificates and retention."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.training import actions, tasks
from apps.training.models import (
    CertificateUpload,
    Course,
    CourseVersion,
    Destruction,
    Equivalence,
    Requirement,
    TrainingHold,
    TrainingRecord,
)
from tests.conftest import Cast
from tests.factories.training import (
    make_certification,
    make_course,
    make_equivalence,
    make_record,
    make_requirement,
)
from tests.factories.workforce import make_agent, make_assignment
from tests.training.test_certificates import png
from tests.training.test_statements import read, statement

ROOT = "/training"


def page(client: Client, path: str, *, status: int = 200) -> str:
    answer = client.get(f"{ROOT}{path}")
    assert answer.status_code == status
    return " ".join(answer.text.split())


def test_version_with_every_term_is_added_and_shown(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor)
    client = client_for(cast.manager)
    body = {
        "label": "2027",
        "effective_on": "2027-01-01",
        "topics": "Privacy",
        "validity_months": "12",
        "window_starts_on": "2027-01-01",
        "grace_days": "30",
        "is_scenario_based": "on",
        "scenario_percent": "40",
    }
    path = f"{ROOT}/courses/{course.pk}/versions/new/"
    refused = client.post(path, body | {"validity_months": ""})
    assert refused.status_code == 422
    assert "A fixed window needs a length" in refused.text
    assert CourseVersion.objects.count() == 1
    assert client.post(path, body).status_code == 302
    text = page(client, f"/courses/{course.pk}/")
    assert "in fixed windows from 1 Jan 2027" in text
    assert "40 %" in text


def test_equal_course_is_accepted_shown_to_both_sides_and_ended(
    cast: Cast, client_for
) -> None:
    course = make_course(cast.vendor, title="HIPAA Basics")
    other = make_course(cast.vendor, title="Privacy 101", taught_by="Otherline")
    make_requirement(cast.engagement, course)
    client = client_for(cast.manager)
    path = f"{ROOT}/courses/{course.pk}/equal/new/"
    body = {
        "accepted": str(other.versions.get().pk),
        "effective_on": "2026-06-15",
        "reason": "The same contents.",
        "evidence": SimpleUploadedFile("letter.png", png(1)),
    }
    assert client.get(path).status_code == 200
    early = client.post(path, body | {"effective_on": "2026-06-14"})
    assert early.status_code == 422
    body["evidence"] = SimpleUploadedFile("letter.png", png(1))
    assert client.post(path, body).status_code == 302
    row = Equivalence.objects.get()
    assert "The same contents." in page(client, f"/courses/{course.pk}/")
    seen = page(client_for(cast.reader), f"/engagement/{cast.engagement.pk}/")
    assert "Privacy 101 2020 of Otherline counts as HIPAA Basics" in seen
    end = f"{ROOT}/equal/{row.pk}/end/"
    assert client.post(end, {"ended_on": "2026-06-15"}).status_code == 302
    row.refresh_from_db()
    assert row.ended_on == date(2026, 6, 15)
    assert client.post(end, {"ended_on": "2026-06-16"}).status_code == 422


def test_requirement_is_changed_on_its_page(cast: Cast, client_for) -> None:
    row = make_requirement(cast.engagement, make_course(cast.vendor))
    client = client_for(cast.officer)
    path = f"{ROOT}/requirements/{row.pk}/change/"
    body = {
        "timing": "before_contact",
        "renew_months": "6",
        "languages": "English, Tagalog",
        "accepts_equivalents": "on",
        "effective_on": "2026-07-01",
    }
    assert "before_contact" in client.get(path).text
    refused = client.post(path, body | {"effective_on": "2026-01-05"})
    assert refused.status_code == 422
    assert Requirement.objects.count() == 1
    assert client.post(path, body).status_code == 302
    text = page(client, f"/engagement/{cast.engagement.pk}/")
    assert "repeated after 6 months" in text
    assert "in english or tagalog" in text


def test_uncleared_are_named_to_those_who_may_see_names(cast: Cast, client_for) -> None:
    make_requirement(cast.engagement, make_course(cast.vendor, title="HIPAA Basics"))
    agent = make_agent(cast.vendor, full_name="Ana Santos", external_id="A-77")
    make_assignment(cast.engagement, agent)
    path = f"/engagement/{cast.engagement.pk}/uncleared/"
    for actor in (cast.officer, cast.manager):
        text = page(client_for(actor), path)
        assert "Ana Santos" in text
        assert "5 Jan 2026" in text
        assert "HIPAA Basics" in text
    counts = page(client_for(cast.reader), path)
    assert "1 agent on 15 Jun 2026" in counts
    assert "Ana Santos" not in counts
    assert "A-77" not in counts
    nobody = page(client_for(cast.officer), f"{path}?as_of=2026-01-04")
    assert "Everybody is cleared" in nobody
    page(client_for(cast.officer), f"{path}?as_of=soon", status=422)
    link = f"{path}?as_of=2026-06-15"
    assert link in page(client_for(cast.officer), f"/engagement/{cast.engagement.pk}/")


def test_record_is_added_shown_and_withdrawn(cast: Cast, client_for) -> None:
    agent, course = make_agent(cast.vendor), make_course(cast.vendor)
    client = client_for(cast.manager)
    path = f"{ROOT}/agents/{agent.pk}/record/"
    body = {
        "course": str(course.pk),
        "completed_on": "2026-01-15",
        "outcome": "passed",
        "mode": "classroom",
    }
    assert client.get(path).status_code == 200
    assert client.post(path, body | {"completed_on": "2026-06-16"}).status_code == 422
    assert TrainingRecord.objects.count() == 0
    assert client.post(path, body).status_code == 302
    row = TrainingRecord.objects.get()
    assert "through 15 Jan 2033" in page(client, f"/records/{row.pk}/")
    away = f"{ROOT}/records/{row.pk}/withdraw/"
    assert client.post(away, {"reason": ""}).status_code == 422
    assert client.post(away, {"reason": "Another person."}).status_code == 302
    text = page(client, f"/agents/{agent.pk}/")
    assert "Withdrawn" in text
    assert "Another person." in text
    history = page(client, f"/records/{row.pk}/")
    assert "Another person." in history
    assert client.get(away).status_code == 404


def test_certificates_are_handed_in_and_accounted_for(cast: Cast, client_for) -> None:
    agent = make_agent(cast.vendor, external_id="A-1")
    course = make_course(cast.vendor)
    make_record(agent, course)
    client = client_for(cast.manager)
    path = f"{ROOT}/certificates/"
    assert "Handed in before" not in client.get(path).text
    files = [
        SimpleUploadedFile(name, png(number))
        for number, name in enumerate(("A-1 proof.png", "<b>x</b>.png"))
    ]
    body = {"course": str(course.pk), "certificates": files}
    answer = client.post(path, body)
    row = CertificateUpload.objects.get()
    assert answer["Location"] == f"{path}{row.pk}/"
    assert "Attaching the files" in page(client, f"/certificates/{row.pk}/")
    assert "0 of 2" in " ".join(page(client, f"/certificates/{row.pk}/status/").split())
    assert "being attached" in client.get(path).text
    tasks.attach_certificates(str(row.pk))
    assert client.get(f"{path}{row.pk}/status/")["HX-Refresh"] == "true"
    text = page(client, f"/certificates/{row.pk}/")
    assert "Attaching the files" not in text
    assert "A-1 proof.png" in text
    assert "No agent&#x27;s id stands in the name." in text
    assert "<b>x</b>" not in text
    assert "Handed in before" in client.get(path).text
    assert "A-1 proof.png" in page(client, f"/agents/{agent.pk}/")
    assert client.post(path, {"course": str(course.pk)}).status_code == 422
    assert CertificateUpload.objects.count() == 1


def test_retention_is_shown_held_and_ended(cast: Cast, client_for) -> None:
    course = make_course(cast.vendor, version={"effective_on": date(2009, 1, 1)})
    row = make_certification(
        make_agent(cast.vendor, full_name="Ana Santos"),
        course,
        completed_on=date(2010, 1, 4),
        created_at=datetime(2010, 1, 5, tzinfo=UTC),
    ).record
    client = client_for(cast.manager)
    text = page(client, "/keeping/")
    assert "4 Jan 2017" in text
    assert "Ana Santos" in text
    hold = f"{ROOT}/agents/{row.agent_id}/hold/"
    assert "Ana Santos" in client.get(hold).text
    assert client.post(hold, {"reason": "A dispute."}).status_code == 302
    held = page(client, "/keeping/")
    assert "nothing has passed its retention" in held
    destroy = f"{ROOT}/keeping/destroy/"
    body = {"reason": "Over.", "is_meant": "on"}
    assert client.post(destroy, body).status_code == 422
    release = f"{ROOT}/holds/{TrainingHold.objects.get().pk}/release/"
    assert client.get(release).status_code == 200
    assert client.post(release, {"reason": "Settled."}).status_code == 302
    assert client.post(destroy, {"reason": "Over."}).status_code == 422
    assert TrainingRecord.objects.count() == 1
    assert client.post(destroy, body).status_code == 302
    assert TrainingRecord.objects.count() == 0
    assert Destruction.objects.get().record_count == 1
    after = page(client, "/keeping/")
    assert "Settled." in after
    assert "Over." in after
    assert client.post(f"{ROOT}/keeping/hold/", {"reason": "All."}).status_code == 302
    assert "Everybody" in page(client, "/keeping/")


@pytest.mark.parametrize("path", ["/keeping/", "/certificates/"])
def test_empty_pages_say_how_to_begin(cast: Cast, client_for, path: str) -> None:
    text = page(client_for(cast.manager), path)
    assert "Nothing was destroyed" in text or "Choose a course" in text
    page(client_for(cast.lead), path, status=403)


def test_course_of_somebody_else_says_whose_it_is(cast: Cast, client_for) -> None:
    client = client_for(cast.manager)
    body = {
        "code": "X",
        "title": "Elsewhere",
        "taught_by": "Otherline",
        "label": "1",
        "effective_on": "2026-01-01",
    }
    assert client.post(f"{ROOT}/courses/new/", body).status_code == 302
    assert Course.objects.get().taught_by == "Otherline"
    assert "of Otherline" in page(client, "/")


def test_statements_have_a_preview_of_their_own(cast: Cast, client_for) -> None:
    job = read(cast, statement())
    text = page(client_for(cast.manager), f"/imports/{job.pk}/")
    assert "1 xAPI statement" in text
    assert "Correct columns and dates" not in text
    actions.confirm_training(job, by=cast.manager)


def test_pages_of_records_take_the_same_queries_at_one_and_three(
    cast: Cast, client_for, django_assert_max_num_queries
) -> None:
    course = make_course(cast.vendor)
    other = make_course(cast.vendor)
    agent = make_agent(cast.vendor)
    make_equivalence(course, other.versions.get())
    client = client_for(cast.manager)
    client.get(f"{ROOT}/agents/{agent.pk}/")
    make_record(agent, course)
    with django_assert_max_num_queries(40) as captured:
        client.get(f"{ROOT}/agents/{agent.pk}/")
    first = len(captured)
    for month in (2, 3):
        make_record(agent, course, completed_on=date(2026, month, 1))
    with django_assert_max_num_queries(first):
        client.get(f"{ROOT}/agents/{agent.pk}/")
