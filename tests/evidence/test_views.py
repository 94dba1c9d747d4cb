"""Download of a file, by page and by API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.audit.models import AuditEvent
from apps.core import ids
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.evidence import PDF, make_stored_file

ClientFor = Callable[[Actor], Client]


def content_url(pk: object, *, api: bool) -> str:
    return f"/api/v1/files/{pk}/content/" if api else f"/evidence/{pk}/"


@pytest.mark.parametrize("api", [False, True])
def test_download(cast: Cast, client_for: ClientFor, *, api: bool) -> None:
    stored = make_stored_file(cast.clinic, content=PDF, name="Vertrag für Ärzte.pdf")
    answer = client_for(cast.officer).get(content_url(stored.pk, api=api))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(PDF))
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''Vertrag%20f%C3%BCr%20%C3%84rzte.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert AuditEvent.objects.get().type == "file.downloaded"


@pytest.mark.parametrize("api", [False, True])
def test_download_of_a_stranger(
    cast: Cast, client_for: ClientFor, *, api: bool
) -> None:
    foreign = make_stored_file(cast.other_clinic)
    client = client_for(cast.officer)
    for pk in (foreign.pk, ids.uuid7()):
        assert client.get(content_url(pk, api=api)).status_code == 404
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("api", [False, True])
def test_download_forbidden(cast: Cast, client_for: ClientFor, *, api: bool) -> None:
    stored = make_stored_file(cast.clinic)
    answer = client_for(cast.reader).get(content_url(stored.pk, api=api))
    assert answer.status_code == 403


@pytest.mark.parametrize("api", [False, True])
def test_download_in_quarantine(
    cast: Cast, client_for: ClientFor, *, api: bool
) -> None:
    stored = make_stored_file(cast.clinic, quarantined_reason="Malware found")
    answer = client_for(cast.officer).get(content_url(stored.pk, api=api))
    assert answer.status_code == 410
    assert "Malware found" in answer.content.decode()
    assert not AuditEvent.objects.exists()


def test_download_signed_out(cast: Cast) -> None:
    stored = make_stored_file(cast.clinic)
    answer = Client().get(f"/evidence/{stored.pk}/")
    assert answer.status_code == 302
    assert Client().get(f"/api/v1/files/{stored.pk}/content/").status_code == 401
