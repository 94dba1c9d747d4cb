"""Bytes at rest: sealed, bound to their place, readable from anywhere in them."""

from __future__ import annotations

import hashlib
import io
import os
import time
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.core import ids
from apps.core.errors import NotAllowed
from apps.evidence import actions, queries, vault
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.evidence.vault import CHUNK_BYTES, TAG_BYTES, Lock, Seal, SealBroken, unsealed
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file

SIZES = [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]
CANARY = b"name,course\ncanary-of-the-clinic,HIPAA\n"
JOB = system("seal_files", {Permission.EVIDENCE_ADD})


def seal(content: bytes, lock: Lock) -> bytes:
    return b"".join(lock.sealed(io.BytesIO(content)))


def fresh() -> Lock:
    return Lock.fresh(ids.uuid7(), ids.uuid7())


@pytest.mark.parametrize("size", SIZES)
def test_sealed_and_read_back(size: int) -> None:
    content, lock = os.urandom(size), fresh()
    sealed = seal(content, lock)
    assert len(sealed) == vault.sealed_size(size)
    with unsealed(io.BytesIO(sealed), lock, size=size) as handle:
        assert handle.read() == content


@given(start=st.integers(0, 200_000), length=st.integers(0, 140_000))
def test_any_part_can_be_read(start: int, length: int) -> None:
    content, lock = bytes(range(256)) * 600, Lock(ids.uuid7(), ids.uuid7(), b"k" * 32)
    sealed = seal(content, lock)
    with unsealed(io.BytesIO(sealed), lock, size=len(content)) as handle:
        handle.seek(start)
        assert handle.read(length) == content[start : start + length]
        assert handle.seek(-3, io.SEEK_END) == len(content) - 3
        assert handle.read() == content[-3:]


def read(sealed: bytes, lock: Lock, size: int) -> bytes:
    with unsealed(io.BytesIO(sealed), lock, size=size) as handle:
        return handle.read()


def test_chunks_changed_reordered_cut_or_of_another_file() -> None:
    whole, size = os.urandom(3 * CHUNK_BYTES), 3 * CHUNK_BYTES
    lock, step = fresh(), CHUNK_BYTES + TAG_BYTES
    sealed = seal(whole, lock)
    first, second, third = (sealed[at : at + step] for at in (0, step, 2 * step))
    flipped = bytes([sealed[0] ^ 1]) + sealed[1:]
    for broken in (flipped, second + first + third, first + third + second):
        with pytest.raises(SealBroken):
            read(broken, lock, size)
    with pytest.raises(SealBroken):
        read(first + second, lock, 2 * CHUNK_BYTES)
    other = Lock(ids.uuid7(), lock.organization_id, lock.key)
    with pytest.raises(SealBroken):
        read(sealed, other, size)
    other = Lock(lock.file_id, ids.uuid7(), lock.key)
    with pytest.raises(SealBroken):
        read(sealed, other, size)


def test_a_wrapped_key_opens_for_its_own_file_only() -> None:
    lock = fresh()
    wrapped = lock.seal()
    assert Lock.of(lock.file_id, lock.organization_id, wrapped).key == lock.key
    for file_id, organization_id in (
        (ids.uuid7(), lock.organization_id),
        (lock.file_id, ids.uuid7()),
    ):
        with pytest.raises(SealBroken, match="not its own"):
            Lock.of(file_id, organization_id, wrapped)
    unknown = Seal(wrapped.wrapped_key, "0" * 16)
    with pytest.raises(SealBroken, match="PORTAL_FILES_KEY"):
        Lock.of(lock.file_id, lock.organization_id, unknown)


def store(cast: Cast, content: bytes = CANARY) -> StoredFile:
    return actions.store_file(
        by=cast.officer,
        organization=cast.clinic,
        name="course.csv",
        content=io.BytesIO(content),
        accept=FileKind.EVIDENCE,
    )


def path_of(stored: StoredFile) -> Path:
    return Path(default_storage.path(stored.storage_key))


def test_no_plaintext_lies_in_the_storage(cast: Cast) -> None:
    stored = store(cast)
    raw = path_of(stored).read_bytes()
    assert b"canary" not in raw
    assert len(raw) == vault.sealed_size(len(CANARY))
    assert bytes(stored.wrapped_key or b"") != b""


def test_bytes_of_two_organizations_swapped(
    cast: Cast, client_for: object, settings: LazySettings
) -> None:
    stored = store(cast)
    other = actions.store_file(
        by=cast.outsider,
        organization=cast.other_clinic,
        name="course.csv",
        content=io.BytesIO(CANARY),
        accept=FileKind.EVIDENCE,
    )
    path_of(stored).write_bytes(path_of(other).read_bytes())
    with pytest.raises(SealBroken), queries.opened(stored):
        pass
    client: Client = client_for(cast.officer)  # type: ignore[operator]
    client.raise_request_exception = False
    answer = client.get(f"/evidence/{stored.pk}/")
    assert answer.status_code == 500
    assert b"canary" not in answer.content


def test_a_cut_file_gives_nothing_at_all(cast: Cast) -> None:
    stored = store(cast, CANARY * 5_000)
    raw = path_of(stored).read_bytes()
    path_of(stored).write_bytes(raw[: CHUNK_BYTES + TAG_BYTES])
    with pytest.raises(SealBroken), queries.opened(stored):
        pass


def test_seal_files_seals_what_lies_open(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    stored = make_stored_file(cast.clinic, content=CANARY)
    before = path_of(stored)
    assert before.read_bytes() == CANARY
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        done = actions.seal_files(cast.clinic, by=JOB)
    assert (done.sealed, done.rewrapped) == (1, 0)
    stored.refresh_from_db()
    assert not before.exists()
    assert b"canary" not in path_of(stored).read_bytes()
    with queries.opened(stored) as handle:
        assert handle.read() == CANARY
    event = AuditEvent.objects.get()
    assert event.type == "files.sealed"
    again = actions.seal_files(cast.clinic, by=JOB)
    assert (again.sealed, again.rewrapped) == (0, 0)
    assert AuditEvent.objects.count() == 1


def test_a_new_key_rewraps_and_touches_no_bytes(
    cast: Cast, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = [store(cast, CANARY + str(number).encode()) for number in range(3)]
    raw = [path_of(one).read_bytes() for one in kept]
    settings.FILES_KEYS = ["n" * 50, *settings.FILES_KEYS]
    with queries.opened(kept[0]) as handle:
        assert handle.read() == CANARY + b"0"
    call_command("seal_files")
    assert "Lakeside Clinic: 0 sealed, 3 rewrapped" in capsys.readouterr().out
    settings.FILES_KEYS = ["n" * 50]
    for number, one in enumerate(kept):
        one.refresh_from_db()
        assert path_of(one).read_bytes() == raw[number]
        with queries.opened(one) as handle:
            assert handle.read() == CANARY + str(number).encode()


def test_the_old_key_alone_opens_nothing_any_more(
    cast: Cast, settings: LazySettings
) -> None:
    stored = store(cast)
    settings.FILES_KEYS = ["n" * 50]
    with pytest.raises(SealBroken, match="PORTAL_FILES_KEY_FALLBACKS"):
        queries.content(stored)


def test_seal_files_forbidden(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.seal_files(cast.clinic, by=system("other"))


def test_stopped_half_way_a_second_run_goes_on(
    cast: Cast, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.evidence.actions.sealing.KEYS_BATCH", 2)
    kept = [store(cast, CANARY + str(number).encode()) for number in range(5)]
    old = settings.FILES_KEYS
    damaged = StoredFile.objects.get(pk=kept[3].pk)
    whole = bytes(damaged.wrapped_key or b"")
    damaged.wrapped_key = whole[:-1] + bytes([whole[-1] ^ 1])
    damaged.save(update_fields=["wrapped_key"])
    settings.FILES_KEYS = ["n" * 50, *old]
    with pytest.raises(SealBroken):
        actions.seal_files(cast.clinic, by=JOB)
    names = [row.key_name for row in StoredFile.objects.order_by("pk")]
    assert names == [vault.key_name()] * 2 + [kept[0].key_name] * 3
    damaged.wrapped_key = whole
    damaged.save(update_fields=["wrapped_key"])
    assert actions.seal_files(cast.clinic, by=JOB).rewrapped == 3
    settings.FILES_KEYS = ["n" * 50]
    for number, row in enumerate(StoredFile.objects.order_by("pk")):
        with queries.opened(row) as handle:
            assert handle.read() == CANARY + str(number).encode()


@pytest.mark.parametrize(
    "count", [1_200, pytest.param(100_000, marks=pytest.mark.scale)]
)
def test_a_change_of_keys_stopped_five_times(
    cast: Cast, settings: LazySettings, count: int
) -> None:
    stops = [count * part // 7 for part in range(1, 6)]
    keys = [_row(cast, number) for number in range(count)]
    StoredFile.objects.bulk_create([row for row, _ in keys], batch_size=2_000)
    for number in stops:
        row = keys[number][0]
        StoredFile.objects.filter(pk=row.pk).update(wrapped_key=b"x" * 60)
    settings.FILES_KEYS = ["n" * 50, *settings.FILES_KEYS]
    started, done = time.perf_counter(), 0
    for number in stops:
        row = keys[number][0]
        with pytest.raises(SealBroken):
            actions.seal_files(cast.clinic, by=JOB)
        whole = StoredFile.objects.filter(pk=row.pk)
        whole.update(wrapped_key=row.wrapped_key)
    done = actions.seal_files(cast.clinic, by=JOB).rewrapped
    print(f"{count} keys in {time.perf_counter() - started:.0f} s, {done} at the end")  # noqa: T201
    settings.FILES_KEYS = ["n" * 50]
    expected = {row.pk: key for row, key in keys}
    for row in StoredFile.objects.iterator():
        lock = queries.lock_of(row)
        assert lock is not None
        assert lock.key == expected.pop(row.pk)
    assert expected == {}


def _row(cast: Cast, number: int) -> tuple[StoredFile, bytes]:
    """A file as the table keeps it, and its key in the clear; no bytes are needed."""
    lock = Lock.fresh(ids.uuid7(), cast.clinic.pk)
    seal = lock.seal()
    row = StoredFile(
        id=lock.file_id,
        organization=cast.clinic,
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        size=1,
        name="a.csv",
        media_type="text/plain",
        storage_key=f"evidence/scale/{number}",
        wrapped_key=seal.wrapped_key,
        key_name=seal.key_name,
    )
    return row, lock.key
