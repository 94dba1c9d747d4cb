"""The scanner: answers, silence, slowness; what waits is never served."""

from __future__ import annotations

import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage

from apps.audit.models import AuditEvent
from apps.core.errors import Gone, NotAllowed
from apps.evidence import actions, queries, tasks
from apps.evidence.enums import FileKind, ScanState
from apps.evidence.importer import Clamd, NoScanner
from apps.evidence.models import StoredFile
from apps.evidence.rules import FileRefused
from apps.tenancy.actor import system
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file

TABLE = b"id,name\n1,Ana\n"
# In two parts, so that no scanner takes this very file for it.
EICAR = b"".join(
    (
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-",
        b"ANTIVIRUS-TEST-FILE!$H+H*\n",
    )
)
Answer = Callable[[bytes], bytes | None]


def by_content(data: bytes) -> bytes:
    return b"stream: Eicar-Test FOUND\0" if b"EICAR" in data else b"stream: OK\0"


@contextmanager
def daemon(path: Path | None, answer: Answer) -> Iterator[str]:
    """A scanner that speaks the daemon's protocol, at a path or a port of this
    machine; ``answer`` None hangs up."""
    family = socket.AF_UNIX if path else socket.AF_INET
    with socket.socket(family) as server:
        server.bind(str(path) if path else ("127.0.0.1", 0))
        at = f"unix:{path}" if path else f"127.0.0.1:{server.getsockname()[1]}"
        server.listen()
        server.settimeout(0.1)
        is_over = threading.Event()

        def serve() -> None:
            while not is_over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection, connection.makefile("rb") as stream:
                    said = answer(_received(stream))
                    # Who asked may have given up by now.
                    with suppress(OSError):
                        connection.sendall(said or b"")

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield at
        finally:
            is_over.set()
            thread.join()


def _received(stream: io.BufferedReader) -> bytes:
    assert stream.read(10) == b"zINSTREAM\0"
    found = []
    while length := struct.unpack(">I", stream.read(4))[0]:
        found.append(stream.read(length))
    return b"".join(found)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (b"stream: OK\0", ScanState.CLEAN),
        (b"stream: Eicar-Test FOUND\0", ScanState.INFECTED),
        (b"stream: Heuristics.Limits.Exceeded FOUND\0", ScanState.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", ScanState.WAITING),
        (b"stream: OK and more\0", ScanState.WAITING),
        (None, ScanState.WAITING),
    ],
)
def test_answers(tmp_path: Path, said: bytes | None, state: ScanState) -> None:
    with daemon(tmp_path / "s", lambda data: said) as address:
        assert Clamd(address).scan(io.BytesIO(b"x" * 200_000)) is state


def test_a_slow_daemon_is_not_waited_for(tmp_path: Path) -> None:
    def slow(data: bytes) -> bytes:
        time.sleep(1)
        return b"stream: OK\0"

    with daemon(tmp_path / "s", slow) as address:
        found = Clamd(address, seconds=0.2).scan(io.BytesIO(b"x"))
    assert found is ScanState.WAITING


@pytest.mark.parametrize("address", ["unix:/nowhere/at/all", "127.0.0.1:1", "nonsense"])
def test_a_daemon_that_is_away(address: str) -> None:
    assert Clamd(address).scan(io.BytesIO(b"x")) is ScanState.WAITING


def test_without_a_scanner_nothing_is_called_clean() -> None:
    assert NoScanner().scan(io.BytesIO(b"x")) is ScanState.NOT_SCANNED


def store(
    cast: Cast, content: bytes = TABLE, accept: FileKind = FileKind.EVIDENCE
) -> StoredFile:
    return actions.store_file(
        by=cast.officer,
        organization=cast.clinic,
        name="a.csv",
        content=io.BytesIO(content),
        accept=accept,
    )


@pytest.fixture
def scanning(tmp_path: Path, settings: LazySettings) -> Iterator[None]:
    with daemon(tmp_path / "clamd", by_content) as address:
        settings.CLAMD = address
        yield


def test_clean_file_is_served(cast: Cast, scanning: None) -> None:
    stored = store(cast)
    assert (stored.scan_state, stored.scanner) == ("clean", "ClamAV")
    with queries.opened(stored) as handle:
        assert handle.read() == TABLE


def test_infected_file_is_kept_from_everybody(cast: Cast, scanning: None) -> None:
    stored = store(cast, EICAR)
    assert stored.scan_state == "infected"
    with pytest.raises(Gone, match="Malware"):
        actions.note_download(stored, by=cast.officer)
    assert AuditEvent.objects.latest("pk").type == "file.quarantined"


def test_infected_table_is_refused(cast: Cast, scanning: None) -> None:
    with pytest.raises(FileRefused) as refused:
        store(cast, EICAR, FileKind.TABLE)
    assert refused.value.code == "file_infected"
    assert not StoredFile.objects.exists()


def test_while_the_daemon_is_away_evidence_waits(
    cast: Cast, settings: LazySettings, tmp_path: Path
) -> None:
    settings.CLAMD = f"unix:{tmp_path / 'clamd'}"
    stored = store(cast)
    assert stored.scan_state == "waiting"
    with pytest.raises(Gone, match="waits for the virus scanner"):
        actions.note_download(stored, by=cast.officer)
    with pytest.raises(FileRefused) as refused:
        store(cast, b"a,b\n", FileKind.TABLE)
    assert refused.value.code == "scanner_away"
    tasks.scan_waiting()
    stored.refresh_from_db()
    assert stored.scan_state == "waiting"
    with daemon(tmp_path / "clamd", by_content):
        tasks.scan_waiting()
    stored.refresh_from_db()
    assert (stored.scan_state, stored.quarantined_reason) == ("clean", "")
    types = AuditEvent.objects.order_by("-pk").values_list("type", flat=True)
    assert list(types[:2]) == ["file.released", "file.scanned"]


def test_malware_in_what_was_free_until_then(
    cast: Cast, settings: LazySettings, tmp_path: Path
) -> None:
    stored = store(cast, EICAR)
    assert stored.quarantined_reason == ""
    with daemon(tmp_path / "clamd", by_content) as address:
        settings.CLAMD = address
        tasks.scan_waiting()
    stored.refresh_from_db()
    assert stored.quarantined_reason == "Malware was found in it"
    assert AuditEvent.objects.latest("pk").type == "file.quarantined"


def test_bytes_that_cannot_be_read_stop_no_other_file(
    cast: Cast, settings: LazySettings, tmp_path: Path
) -> None:
    lost, kept = store(cast), store(cast, b"a,b\n")
    default_storage.delete(lost.storage_key)
    with daemon(tmp_path / "clamd", by_content) as address:
        settings.CLAMD = address
        tasks.scan_waiting()
    states = {row.pk: row.scan_state for row in StoredFile.objects.all()}
    assert states == {lost.pk: "not_scanned", kept.pk: "clean"}


def test_a_daemon_of_the_network_gets_every_byte() -> None:
    padded = EICAR + b"\0" * (24 * 1024 * 1024)
    seen: list[int] = []

    def answer(data: bytes) -> bytes:
        seen.append(len(data))
        return by_content(data)

    with daemon(None, answer) as address:
        assert Clamd(address).scan(io.BytesIO(padded)) is ScanState.INFECTED
        assert Clamd(address).scan(io.BytesIO(b"x" * 70_000)) is ScanState.CLEAN
    assert seen == [len(padded), 70_000]


def test_a_scanner_releases_what_only_acts(cast: Cast, scanning: None) -> None:
    stored = make_stored_file(
        cast.clinic, traits=["script"], quarantined_reason="It contains a script"
    )
    tasks.scan_waiting()
    stored.refresh_from_db()
    assert (stored.quarantined_reason, stored.traits) == ("", ["script"])


def test_scan_waiting_without_scanner_or_permission(cast: Cast) -> None:
    make_stored_file(cast.clinic)
    tasks.scan_waiting()
    assert StoredFile.objects.get().scan_state == "not_scanned"
    with pytest.raises(NotAllowed):
        actions.scan_waiting(by=system("other"))
