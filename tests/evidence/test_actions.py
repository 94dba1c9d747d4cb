"""Storing files, once, whole, and recorded."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.db import transaction

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Gone, NotAllowed, NotFound
from apps.evidence import actions, queries, tasks
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.evidence.rules import FileRefused
from apps.tenancy.actor import AnyActor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from tests.conftest import Cast
from tests.factories.evidence import PDF, make_stored_file


def store(by: AnyActor, organization: Organization, content: bytes = PDF) -> StoredFile:
    return actions.store_file(
        by=by,
        organization=organization,
        name="BAA.pdf",
        content=io.BytesIO(content),
        accept=FileKind.DOCUMENT,
    )


def kept_keys() -> list[str]:
    root = Path(default_storage.path(""))
    return sorted(str(path) for path in root.rglob("*") if path.is_file())


def event_types() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))


def test_store_file_keeps_bytes_row_and_event(cast: Cast) -> None:
    stored = store(cast.officer, cast.clinic)
    assert stored.name == "BAA.pdf"
    assert stored.media_type == "application/pdf"
    assert stored.size == len(PDF)
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert stored.uploaded_by == cast.officer.user
    with queries.opened(stored) as handle:
        assert handle.read() == PDF
    assert "BAA" not in stored.storage_key
    assert event_types() == ["file.stored"]
    body = bytes(AuditEvent.objects.get().body)
    assert b"BAA.pdf" not in body
    assert stored.sha256.encode() in body


def test_store_file_twice_changes_nothing(cast: Cast) -> None:
    first = store(cast.officer, cast.clinic)
    again = store(cast.second_officer, cast.clinic)
    assert again == first
    assert StoredFile.objects.count() == 1
    assert len(kept_keys()) == 1
    assert event_types() == ["file.stored"]


def test_store_file_of_two_organizations_gives_two_rows(cast: Cast) -> None:
    assert store(cast.officer, cast.clinic) != store(cast.manager, cast.vendor)


def test_store_file_by_a_job(cast: Cast) -> None:
    job = system("reports", {Permission.EVIDENCE_ADD})
    assert store(job, cast.clinic).uploaded_by is None


def test_store_file_forbidden(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        store(cast.reader, cast.clinic)
    with pytest.raises(NotAllowed, match="own organization"):
        store(cast.officer, cast.vendor)
    assert kept_keys() == []


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"%PDF-1.4 /JavaScript", b"MZ\0\0"]
)
def test_store_file_refused_keeps_nothing(cast: Cast, content: bytes) -> None:
    with pytest.raises(FileRefused):
        store(cast.officer, cast.clinic, content)
    assert not StoredFile.objects.exists()
    assert kept_keys() == []
    assert event_types() == []


def test_store_file_too_large(cast: Cast, settings: LazySettings) -> None:
    settings.UPLOAD_MAX_BYTES = len(PDF) - 1
    with pytest.raises(FileRefused, match="larger"):
        store(cast.officer, cast.clinic)


def test_store_file_in_quarantine_is_refused(cast: Cast) -> None:
    make_stored_file(cast.clinic, content=PDF, quarantined_reason="Malware found")
    with pytest.raises(FileRefused, match="Malware found"):
        store(cast.officer, cast.clinic)


def test_orphan_of_a_failed_transaction_is_swept_after_a_day(cast: Cast) -> None:
    with transaction.atomic():
        store(cast.officer, cast.clinic)
        transaction.set_rollback(True)
    kept = store(cast.officer, cast.clinic, PDF + b"%")
    assert len(kept_keys()) == 2
    assert set_age(hours=23) == 0
    assert set_age(hours=25) == 1
    assert kept_keys() == [default_storage.path(kept.storage_key)]


def set_age(*, hours: int) -> int:
    instant = (clock.now() - timedelta(hours=hours)).timestamp()
    for path in kept_keys():
        os.utime(path, (instant, instant))
    before = len(kept_keys())
    tasks.sweep_orphans()
    return before - len(kept_keys())


def test_sweep_orphans_of_an_empty_storage(db: None) -> None:
    job = system("evidence", {Permission.EVIDENCE_ADD})
    assert actions.sweep_orphans(by=job) == 0
    with pytest.raises(NotAllowed):
        actions.sweep_orphans(by=system("other"))


def test_note_download_is_recorded_for_owner_and_reader(cast: Cast) -> None:
    stored = make_stored_file(cast.vendor)
    actions.note_download(stored, by=cast.officer)
    event = AuditEvent.objects.get()
    assert event.type == "file.downloaded"
    body = bytes(event.body).decode()
    assert str(cast.vendor.pk) in body
    assert str(cast.clinic.pk) in body


def test_note_download_in_quarantine(cast: Cast) -> None:
    stored = make_stored_file(cast.clinic, quarantined_reason="Malware found")
    with pytest.raises(Gone):
        actions.note_download(stored, by=cast.officer)
    assert event_types() == []


def test_a_way_in_that_looks_less_is_no_way_around_quarantine(cast: Cast) -> None:
    """Read as a table first, handed in as evidence then: the links count all the
    same, and nobody gets the bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")

    def handed_in(accept: FileKind) -> StoredFile:
        return actions.store_file(
            by=cast.officer,
            organization=cast.clinic,
            name="roster.xlsx",
            content=packed,
            accept=accept,
        )

    first = handed_in(FileKind.TABLE)
    assert (first.traits, first.quarantined_reason) == ([], "")
    second = handed_in(FileKind.EVIDENCE)
    assert (second.pk, second.traits) == (first.pk, ["linked"])
    assert second.quarantined_reason.startswith("It contains links to data outside")
    assert AuditEvent.objects.filter(type="file.quarantined").count() == 1
    with pytest.raises(Gone, match="quarantine"):
        actions.note_download(second, by=cast.officer)
    with pytest.raises(FileRefused, match="in quarantine"):
        handed_in(FileKind.EVIDENCE)


def test_one_file_in_two_organizations_is_two(cast: Cast) -> None:
    """Sealed under keys of their own, kept and destroyed each for itself."""
    mine = store(cast.officer, cast.clinic)
    theirs = store(cast.outsider, cast.other_clinic)
    assert mine.sha256 == theirs.sha256
    assert mine.storage_key != theirs.storage_key
    assert bytes(mine.wrapped_key or b"") != bytes(theirs.wrapped_key or b"")
    with pytest.raises(NotFound):
        queries.stored_file(cast.officer, theirs.pk)
    actions.place_hold(mine, by=cast.officer, reason="Suit")
    actions.restrict(mine, by=cast.officer, is_restricted=True)
    theirs.refresh_from_db()
    assert not theirs.is_restricted
    assert not theirs.holds.exists()
    with queries.opened(theirs) as handle:
        assert handle.read() == PDF
