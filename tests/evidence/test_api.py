"""List and detail of files."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

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
