"""What files prove, the library, holds and retention."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.core import ids
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence import actions, queries, rules
from apps.evidence.enums import Purpose, ReviewState
from apps.evidence.models import Attachment, StoredFile
from apps.evidence.rules import AttachmentTerms, InUse, Target
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.assurance import make_certificate
from tests.factories.evidence import make_attachment, make_stored_file

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]
TARGET = Target("engagement", ids.uuid7(), "Patient chat")
TERMS = AttachmentTerms(Purpose.OTHER)


def last_event() -> str:
    return AuditEvent.objects.latest("pk").type


# -- Retention ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("created", "uses", "until"),
    [
        (date(2026, 3, 15), [], date(2032, 3, 15)),
        (date(2026, 3, 15), [InUse(date(2029, 1, 31))], date(2035, 1, 31)),
        (date(2026, 3, 15), [InUse(date(2020, 1, 1))], date(2032, 3, 15)),
        (date(2024, 2, 29), [], date(2030, 3, 1)),
        (date(2026, 2, 28), [], date(2032, 2, 28)),
        (date(2026, 3, 15), [InUse(date(2029, 1, 31)), InUse(None)], None),
    ],
)
def test_keep_through(created: date, uses: list[InUse], until: date | None) -> None:
    assert rules.keep_through(created, uses) == until


def test_keeping_counts_days_of_the_organization(cast: Cast) -> None:
    cast.clinic.time_zone = "Asia/Manila"
    cast.clinic.save(update_fields=["time_zone"])
    file = make_stored_file(
        cast.clinic, created_at=datetime(2026, 3, 14, 20, 0, tzinfo=UTC)
    )
    file = queries.stored_file(cast.officer, file.pk)
    assert queries.keeping(file).until == date(2032, 3, 15)
    row = make_attachment(file)
    assert queries.keeping(file).until is None
    row.ended_at = datetime(2029, 1, 30, 20, 0, tzinfo=UTC)
    row.save(update_fields=["ended_at"])
    assert queries.keeping(file).until == date(2035, 1, 31)


# -- Attaching ----------------------------------------------------------------------


def test_attach_once_and_renew(cast: Cast) -> None:
    file = make_stored_file(cast.clinic)
    first = actions.attach(file, by=cast.analyst, to=TARGET, terms=TERMS)
    assert actions.attach(file, by=cast.analyst, to=TARGET, terms=TERMS) == first
    assert AuditEvent.objects.count() == 1
    renewed = AttachmentTerms(Purpose.OTHER, valid_until=date(2027, 1, 1))
    actions.attach(file, by=cast.analyst, to=TARGET, terms=renewed)
    assert Attachment.objects.get().valid_until == date(2027, 1, 1)
    assert last_event() == "attachment.made"


def test_a_new_version_ends_the_older_one(cast: Cast) -> None:
    old = make_attachment(make_stored_file(cast.clinic))
    new = actions.attach(
        make_stored_file(cast.clinic),
        by=cast.analyst,
        to=Target(old.subject_type, old.subject_id, old.subject_title),
        terms=TERMS,
        supersedes=old,
    )
    old.refresh_from_db()
    assert (new.number, new.supersedes) == (2, old)
    assert old.ended_at is not None
    assert [row.number for row in queries.versions_of(new)] == [2, 1]
    with pytest.raises(Conflict):
        actions.end_attachment(old, by=cast.analyst)


def test_attach_refused(cast: Cast) -> None:
    file = make_stored_file(cast.clinic)
    backwards = AttachmentTerms(Purpose.OTHER, date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(Invalid):
        actions.attach(file, by=cast.analyst, to=TARGET, terms=backwards)
    for actor in (cast.reader, cast.manager):
        with pytest.raises(NotAllowed):
            actions.attach(file, by=actor, to=TARGET, terms=TERMS)
    assert not Attachment.objects.exists()


def test_review_is_by_somebody_else(cast: Cast) -> None:
    row = make_attachment(make_stored_file(cast.clinic), attached_by=cast.analyst.user)
    accepted, rejected = ReviewState.ACCEPTED, ReviewState.REJECTED
    with pytest.raises(NotAllowed):
        actions.review_attachment(row, by=cast.analyst, state=accepted)
    with pytest.raises(Invalid):
        actions.review_attachment(row, by=cast.officer, state=rejected)
    done = actions.review_attachment(
        row, by=cast.officer, state=rejected, note="Too old"
    )
    assert (done.review, done.reviewed_by) == ("rejected", cast.officer.user)
    assert last_event() == "attachment.reviewed"
    actions.end_attachment(row, by=cast.officer)
    with pytest.raises(Conflict):
        actions.review_attachment(row, by=cast.officer, state=accepted)


# -- Holds and restriction ----------------------------------------------------------


def test_hold_and_release(cast: Cast) -> None:
    file = make_stored_file(cast.clinic)
    with pytest.raises(NotAllowed):
        actions.place_hold(file, by=cast.analyst, reason="Suit")
    with pytest.raises(NotAllowed):
        actions.place_hold(file, by=cast.manager, reason="Suit")
    with pytest.raises(Conflict):
        actions.release_hold(file, by=cast.officer)
    hold = actions.place_hold(file, by=cast.officer, reason="Suit")
    assert queries.keeping(file).hold == hold
    with pytest.raises(Conflict):
        actions.place_hold(file, by=cast.officer, reason="Again")
    actions.release_hold(file, by=cast.second_officer)
    assert queries.keeping(file).hold is None
    assert last_event() == "hold.released"


def test_a_restricted_file_is_for_managers(cast: Cast, client_for: ClientFor) -> None:
    file = make_stored_file(cast.clinic)
    actions.restrict(file, by=cast.officer, is_restricted=True)
    actions.restrict(file, by=cast.officer, is_restricted=True)
    assert AuditEvent.objects.filter(type="file.restricted").count() == 1
    for path in (f"/evidence/{file.pk}/", f"/api/v1/files/{file.pk}/content/"):
        assert client_for(cast.analyst).get(path).status_code == 403
        taken = client_for(cast.officer).get(path)
        assert b"".join(taken.streaming_content).startswith(b"%PDF")


def test_restricting_twice_does_not_give_it_back(
    cast: Cast, client_for: ClientFor
) -> None:
    file = make_stored_file(cast.clinic)
    url = f"/evidence/files/{file.pk}/restrict/"
    first, second = client_for(cast.officer), client_for(cast.second_officer)
    offered = {"is_restricted": "yes"}
    assert 'value="yes"' in second.get(url).content.decode()
    for client in (first, second, first):
        assert client.post(url, offered).status_code == 302
        file.refresh_from_db()
        assert file.is_restricted
    assert 'value="no"' in first.get(url).content.decode()
    assert first.post(url, {}).status_code == 422
    assert AuditEvent.objects.filter(type="file.restricted").count() == 1


# -- Library ------------------------------------------------------------------------


def found(browser: Client, **query: Any) -> set[str]:
    return {file.name for file in browser.get("/evidence/", query).context["files"]}


def test_library_filters(cast: Cast, client_for: ClientFor) -> None:
    browser = client_for(cast.analyst)
    make_stored_file(cast.other_clinic, name="foreign.pdf")
    make_stored_file(cast.clinic, name="unused.pdf")
    kept = make_stored_file(
        cast.clinic, name="kept.pdf", quarantined_reason="It waits", is_restricted=True
    )
    actions.place_hold(kept, by=cast.officer, reason="Suit")
    gone = make_stored_file(cast.clinic, name="gone.pdf", scan_state="clean")
    make_attachment(gone, valid_until=date(2026, 6, 14), purpose="policy")
    soon = make_stored_file(cast.clinic, name="soon.pdf", scan_state="clean")
    make_attachment(soon, valid_until=date(2026, 7, 1), subject_title="Voice desk")
    everything = {"unused.pdf", "kept.pdf", "gone.pdf", "soon.pdf"}
    assert found(browser) == everything
    for query, names in (
        ({"state": "quarantined"}, {"kept.pdf"}),
        ({"state": "held"}, {"kept.pdf"}),
        ({"state": "restricted"}, {"kept.pdf"}),
        ({"state": "not_scanned"}, {"unused.pdf", "kept.pdf"}),
        ({"state": "expired"}, {"gone.pdf"}),
        ({"state": "expiring"}, {"soon.pdf"}),
        ({"state": "unreviewed"}, {"gone.pdf", "soon.pdf"}),
        ({"state": "unused"}, {"unused.pdf", "kept.pdf"}),
        ({"purpose": "policy"}, {"gone.pdf"}),
        ({"q": "voice"}, {"soon.pdf"}),
        ({"q": "KEPT"}, {"kept.pdf"}),
    ):
        assert found(browser, **query) == names, query
    assert browser.get("/evidence/", {"state": "nonsense"}).status_code == 422


def test_library_is_empty_and_says_so(cast: Cast, client_for: ClientFor) -> None:
    assert "No evidence yet" in client_for(cast.analyst).get("/evidence/").text


def test_library_pages_by_key(cast: Cast, client_for: ClientFor) -> None:
    for number in range(51):
        make_stored_file(cast.clinic, name=f"file-{number:02}.pdf")
    browser = client_for(cast.analyst)
    first = browser.get("/evidence/")
    second = browser.get(f"/evidence/{first.context['older_url']}")
    assert [file.name for file in second.context["files"]] == ["file-00.pdf"]


def test_library_queries_do_not_grow(cast: Cast, client_for: ClientFor) -> None:
    browser = client_for(cast.analyst)
    counts = []
    for _ in range(3):
        make_attachment(make_stored_file(cast.clinic))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/evidence/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[2]


def test_detail_says_where_it_is_used(cast: Cast, client_for: ClientFor) -> None:
    row = make_certificate(cast.vendor, number="IS 77")
    make_attachment(
        row.file, subject_type="certificate", subject_id=row.pk, subject_title=str(row)
    )
    page = client_for(cast.manager).get(f"/evidence/files/{row.file.pk}/")
    assert f"/assurance/certificates/{row.pk}/" in page.text
    assert "Through 31 Dec 2033" in page.text
    assert "Not scanned" in page.text


def test_bulk_upload_says_of_each_what_became_of_it(
    cast: Cast, client_for: ClientFor
) -> None:
    uploads = [
        SimpleUploadedFile("a.csv", b"id,name\n1,Ana\n"),
        SimpleUploadedFile("b.svg", b"<svg onload=alert(1)>"),
        SimpleUploadedFile("c.csv", b""),
    ]
    browser = client_for(cast.analyst)
    page = browser.post("/evidence/upload/", {"chosen": uploads})
    assert [(one.name, one.verdict) for one in page.context["handed"]] == [
        ("a.csv", "accepted"),
        ("b.svg", "refused"),
        ("c.csv", "refused"),
    ]
    assert StoredFile.objects.count() == 1
    many = [SimpleUploadedFile(f"{n}.csv", b"a,b\n") for n in range(21)]
    assert browser.post("/evidence/upload/", {"chosen": many}).status_code == 422
    assert browser.post("/evidence/upload/", {}).status_code == 422


def test_attach_and_review_by_page(cast: Cast, client_for: ClientFor) -> None:
    file = make_stored_file(cast.clinic)
    browser = client_for(cast.analyst)
    path = f"/evidence/files/{file.pk}/"
    data = {"subject": f"engagement:{cast.engagement.pk}", "purpose": "other"}
    bad = {"valid_from": "2026-02-01", "valid_until": "2026-01-01"}
    assert browser.post(f"{path}attach/", data | bad).status_code == 422
    foreign = {"subject": f"engagement:{ids.uuid7()}", "purpose": "other"}
    assert browser.post(f"{path}attach/", foreign).status_code == 422
    assert not Attachment.objects.exists()
    browser.post(f"{path}attach/", data)
    row = Attachment.objects.get()
    assert "Patient chat" in browser.get(path).text
    other = client_for(cast.officer)
    other.post(f"/evidence/attachments/{row.pk}/review/", {"state": "accepted"})
    assert "Accepted" in browser.get(path).text
    browser.post(f"/evidence/attachments/{row.pk}/end/")
    assert "ended" in browser.get(path).text
    other.post(f"{path}hold/", {"reason": "A suit is likely"})
    assert "A suit is likely" in browser.get(path).text
    other.post(f"{path}release/")
    other.post(f"{path}restrict/", {"is_restricted": "yes"})
    page = browser.get(path).text
    assert "A suit is likely" not in page
    assert "It is for managers of your organization" in page


def test_due_items_are_of_what_nobody_else_reminds_of(cast: Cast) -> None:
    file = make_stored_file(cast.clinic)
    day = date(2026, 7, 1)
    make_attachment(file, valid_until=day)
    make_attachment(file, valid_until=day, purpose="certificate")
    make_attachment(make_stored_file(cast.vendor), valid_until=day)
    [item] = queries.due_items(cast.officer, first=date(2026, 6, 1), last=day)
    assert (item.kind, item.due, item.organization_id) == (
        "evidence.expires",
        day,
        cast.clinic.pk,
    )


def test_try_uploads_prints_and_keeps_nothing(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,name\n")
    (tmp_path / "b.html").write_bytes(b"<html>")
    out = io.StringIO()
    call_command(
        "try_uploads", folder=tmp_path, organization="Lakeside Clinic", stdout=out
    )
    lines = [line.split(" | ")[:2] for line in out.getvalue().splitlines()]
    assert lines == [["a.csv", "accepted"], ["b.html", "refused"]]
    assert not StoredFile.objects.exists()
    with pytest.raises(CommandError):
        call_command(
            "try_uploads", folder=tmp_path / "no", organization="Lakeside Clinic"
        )
