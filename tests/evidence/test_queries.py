"""Who reads which file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from apps.core import clock, ids
from apps.core.errors import Gone, NotAllowed, NotFound
from apps.evidence import queries
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission
from tests.conftest import Cast
from tests.factories.evidence import PDF, make_stored_file


def test_stored_files_are_those_of_the_own_organization(cast: Cast) -> None:
    newer = make_stored_file(cast.clinic)
    older = make_stored_file(cast.clinic, created_at=clock.now() - timedelta(days=1))
    make_stored_file(cast.other_clinic)
    assert list(queries.stored_files(cast.officer)) == [newer, older]


@pytest.mark.parametrize("count", [1, 3])
def test_stored_files_take_one_query(
    cast: Cast, count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        make_stored_file(cast.clinic, uploaded_by=cast.officer.user)
    with django_assert_num_queries(1):  # type: ignore[operator]
        for stored in queries.stored_files(cast.officer):
            str(stored.uploaded_by)


def test_stored_file_of_another_organization(cast: Cast) -> None:
    foreign = make_stored_file(cast.other_clinic)
    for pk in (foreign.pk, ids.uuid7()):
        with pytest.raises(NotFound):
            queries.stored_file(cast.officer, pk)


def test_stored_file_forbidden(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        queries.stored_file(cast.reader, make_stored_file(cast.clinic).pk)


def test_stored_file_for_a_job(cast: Cast) -> None:
    stored = make_stored_file(cast.clinic)
    job = system("reader", {Permission.EVIDENCE_VIEW})
    assert queries.stored_file(job, stored.pk) == stored
    assert queries.stored_file_for_job(stored.pk) == stored
    with pytest.raises(NotFound):
        queries.stored_file_for_job(ids.uuid7())


def test_opened_and_local_path(cast: Cast) -> None:
    stored = make_stored_file(cast.clinic, content=PDF)
    with queries.opened(stored) as handle:
        assert handle.read() == PDF
    with queries.local_path(stored) as path:
        assert path.read_bytes() == PDF
        assert path.suffix == ".pdf"
    assert not path.exists()


def test_local_path_of_changed_bytes(cast: Cast) -> None:
    stored = make_stored_file(cast.clinic)
    with default_storage.open(stored.storage_key, "wb") as handle:
        handle.write(PDF + b"changed")
    with pytest.raises(OSError, match="not those stored"), queries.local_path(stored):
        pass


def test_opened_in_quarantine(cast: Cast) -> None:
    stored = make_stored_file(cast.clinic, quarantined_reason="Malware found")
    with pytest.raises(Gone, match="Malware found"), queries.opened(stored):
        pass
