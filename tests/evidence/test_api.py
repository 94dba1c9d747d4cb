"""List and detail of files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import ids
from apps.evidence.models import Attachment
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.evidence import make_attachment, make_stored_file

ClientFor = Callable[[Actor], Client]


def test_list_and_detail(cast: Cast, client_for: ClientFor) -> None:
    stored = make_stored_file(cast.clinic)
    make_stored_file(cast.other_clinic)
    client = client_for(cast.officer)
    rows = client.get("/api/v1/files/").json()["results"]
    assert [row["id"] for row in rows] == [str(stored.pk)]
    assert client.get(f"/api/v1/files/{stored.pk}/").json() == rows[0]
    assert set(rows[0]) == {
        "id",
        "name",
        "media_type",
        "size",
        "sha256",
        "quarantined_reason",
        "scan_state",
        "traits",
        "page_count",
        "is_restricted",
        "destroyed_at",
        "created_at",
    }


def test_detail_of_a_stranger(cast: Cast, client_for: ClientFor) -> None:
    foreign = make_stored_file(cast.other_clinic)
    answer = client_for(cast.officer).get(f"/api/v1/files/{foreign.pk}/")
    assert answer.status_code == 404


def test_upload(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.analyst)
    made = client.post(
        "/api/v1/files/", {"file": SimpleUploadedFile("a.csv", b"id,name\n")}
    )
    assert (made.status_code, made.json()["scan_state"]) == (201, "not_scanned")
    page = SimpleUploadedFile("a.csv", b"<html><script>")
    refused = client.post("/api/v1/files/", {"file": page})
    assert (refused.status_code, refused.json()["code"]) == (422, "file_refused")
    assert client.post("/api/v1/files/", {}).status_code == 400


def test_attachments_are_of_the_own_organization(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_attachment(make_stored_file(cast.clinic))
    make_attachment(make_stored_file(cast.other_clinic))
    client = client_for(cast.officer)
    path = "/api/v1/attachments/"
    assert [one["id"] for one in client.get(path).json()["results"]] == [str(row.pk)]
    assert client.get(f"{path}?purpose=policy").json()["results"] == []


def test_files_are_never_changed(cast: Cast, client_for: ClientFor) -> None:
    stored = make_stored_file(cast.clinic)
    client = client_for(cast.officer)
    assert client.put(f"/api/v1/files/{stored.pk}/").status_code == 405
    assert client.delete(f"/api/v1/files/{stored.pk}/").status_code == 405


def post(client: Client, path: str, **data: object) -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json")


def test_attach_by_api(cast: Cast, client_for: ClientFor) -> None:
    client, file = client_for(cast.analyst), make_stored_file(cast.clinic)
    data = {
        "file": str(file.pk),
        "subject_type": "engagement",
        "subject_id": str(cast.engagement.pk),
        "purpose": "training",
        "valid_until": "2027-01-31",
    }
    made = post(client, "attachments/", **data)
    assert made.status_code == 201
    assert made.json()["subject_title"] == str(Attachment.objects.get().subject_title)
    again = post(client, "attachments/", **data)
    assert again.json()["id"] == made.json()["id"]
    newer = make_stored_file(cast.clinic)
    version = post(
        client,
        "attachments/",
        **data | {"file": str(newer.pk), "supersedes": made.json()["id"]},
    )
    assert (version.status_code, version.json()["number"]) == (201, 2)
    assert Attachment.objects.get(pk=made.json()["id"]).ended_at is not None


def test_attach_by_api_refused(cast: Cast, client_for: ClientFor) -> None:
    client, file = client_for(cast.analyst), make_stored_file(cast.clinic)
    data = {
        "file": str(file.pk),
        "subject_type": "engagement",
        "subject_id": str(cast.engagement.pk),
        "purpose": "other",
    }
    foreign = make_attachment(make_stored_file(cast.other_clinic))
    for wrong in (
        {"file": str(make_stored_file(cast.other_clinic).pk)},
        {"subject_id": str(ids.uuid7())},
        {"subject_type": "membership"},
        {"supersedes": str(foreign.pk)},
    ):
        assert post(client, "attachments/", **data | wrong).status_code == 404
    elsewhere = make_attachment(make_stored_file(cast.clinic))
    other = post(client, "attachments/", **data | {"supersedes": str(elsewhere.pk)})
    assert (other.status_code, "supersedes" in other.json()["fields"]) == (422, True)
    assert post(client, "attachments/", **data | {"purpose": "x"}).status_code == 400
    assert Attachment.objects.filter(organization=cast.clinic).count() == 1
    reader = client_for(cast.reader)
    assert post(reader, "attachments/", **data).status_code == 403


def test_review_and_end_by_api(cast: Cast, client_for: ClientFor) -> None:
    row = make_attachment(make_stored_file(cast.clinic), attached_by=cast.analyst.user)
    client, path = client_for(cast.officer), f"attachments/{row.pk}/"
    said = {"review": "rejected"}
    own = post(client_for(cast.analyst), f"{path}review/", review="accepted")
    assert own.status_code == 403
    assert post(client, f"{path}review/", **said).status_code == 422
    done = post(client, f"{path}review/", **said, note="Blurred")
    assert (done.status_code, done.json()["review"]) == (200, "rejected")
    assert post(client, f"{path}end/").json()["ended_at"] is not None
    assert post(client, f"{path}end/").status_code == 409
    for verb in ("review", "end"):
        outside = post(client_for(cast.outsider), f"{path}{verb}/", **said)
        assert outside.status_code == 404


def test_decisions_about_a_file_by_api(cast: Cast, client_for: ClientFor) -> None:
    received = datetime(2020, 1, 1, tzinfo=UTC)
    file = make_stored_file(cast.clinic, created_at=received)
    client, path = client_for(cast.officer), f"files/{file.pk}/"
    assert post(client, f"{path}hold/", reason="Case 7").status_code == 200
    assert post(client, f"{path}destroy/", reason="Over").status_code == 409
    assert post(client, f"{path}release/").status_code == 200
    done = post(client, f"{path}restrict/", is_restricted=True)
    assert done.json()["is_restricted"] is True
    gone = post(client, f"{path}destroy/", reason="Over")
    assert (gone.status_code, gone.json()["destroyed_at"] is None) == (200, False)
    assert client.get(f"/api/v1/{path}content/").status_code == 410
    for verb in ("hold", "release", "restrict", "destroy"):
        data = {"reason": "x", "is_restricted": True}
        outside = post(client_for(cast.outsider), f"{path}{verb}/", **data)
        assert outside.status_code == 404
        analyst = post(client_for(cast.analyst), f"{path}{verb}/", **data)
        assert analyst.status_code == 403
