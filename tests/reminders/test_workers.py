"""Real workers over the real broker, killed while they send.

The portal was off for days; its duties catch up now. One worker is killed within a
pass, one within the hand-over of a mail, one of two while both send.
"""

from __future__ import annotations

import os
import random
import re
import signal
import socketserver
import subprocess
import sys
import threading
import time as clocks
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection, transaction

from apps.core import clock, ids
from apps.evidence.models import Attachment, StoredFile
from apps.notifications.models import OutgoingMail
from apps.reminders import actions
from apps.reminders.models import SentReminder
from apps.tenancy.actor import system
from apps.tenancy.enums import OrganizationKind, Permission, Role
from compliance_portal.processes import BASE_DIR
from tests.factories.reminders import make_delivery
from tests.factories.tenancy import make_actor, make_organization
from tests.live import Live
from tests.reminders import oracle
from tests.reminders.oracle import House, Letter, Reader, Task

pytestmark = pytest.mark.worker

JOB = system("reminders", {Permission.REMINDERS_EDIT, Permission.EVIDENCE_VIEW})
PREFIX = "kills:"
DAYS = (-30, -14, -7, -1, 0, 1, 7, 14)
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney")
MAIL_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE | re.IGNORECASE)


class Postbox(socketserver.ThreadingTCPServer):
    """A mail server. It takes every mail; ``on_mail`` runs before it says so."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken: list[tuple[str, bytes]] = []
        self.on_mail: Callable[[int], None] = lambda count: None
        self.lock = threading.Lock()

    def take(self, content: bytes) -> None:
        with self.lock:
            found = MAIL_ID.search(content)
            assert found
            self.taken.append((found[1].decode(), content))
            self.on_mail(len(self.taken))


class _Conversation(socketserver.StreamRequestHandler):
    server: Postbox

    def handle(self) -> None:
        # Whoever is killed in the middle of a conversation does not say good-bye.
        with suppress(ConnectionError):
            self._converse()

    def _converse(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.take(self._content())
            self._say("221 bye" if verb == b"QUIT" else "250 ok")

    def _content(self) -> bytes:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@dataclass
class Crew:
    """Workers of their own on the live database, with the post box as mail server."""

    live: Live
    postbox: Postbox
    folder: Path
    app: Celery

    def start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | self.live.environment
        environment |= {
            "PORTAL_BROKER_PREFIX": PREFIX,
            "PORTAL_MAIL": "smtp",
            "PORTAL_MAIL_HOST": "127.0.0.1",
            "PORTAL_MAIL_PORT": str(self.postbox.server_address[1]),
        }
        with (self.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "compliance_portal"),
                    *("worker", "--concurrency", "1", "--loglevel", "WARNING"),
                    *("--without-gossip", "--without-mingle"),
                ],
                cwd=BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ask(self, task: str) -> None:
        self.app.send_task(task)


def kill(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)


@pytest.fixture
def crew(live: Live, tmp_path: Path) -> Iterator[Crew]:
    app = Celery("kills", broker=settings.CELERY_BROKER_URL, set_as_current=False)
    app.conf.broker_transport_options = {"global_keyprefix": PREFIX}
    with Postbox() as postbox:
        threading.Thread(target=postbox.serve_forever, daemon=True).start()
        made = Crew(live, postbox, tmp_path, app)
        app.control.purge()
        yield made
        postbox.shutdown()
    app.control.purge()


@dataclass
class World:
    tasks: list[Task]
    readers: list[Reader]
    names: dict[Any, str]


def fill(houses: int, duties: int) -> World:
    """Organizations of two managers each, in three zones, and files that run out."""
    world = World([], [], {})
    dice = random.Random(3)  # noqa: S311 - the same world in every run
    today = datetime.now(UTC).date()
    long_ago = datetime.now(UTC) - timedelta(days=400)
    for number in range(houses):
        # Nothing is quiet but a minute nobody looks at: this may run at any hour.
        house = House(ZONES[number % 3], time(0), time(23, 59, 59), time(0), DAYS)
        party = make_organization(
            kind=OrganizationKind.COVERED_ENTITY, time_zone=house.zone
        )
        make_delivery(party)
        for _ in range(2):
            person = make_actor(party, Role.COMPLIANCE_MANAGER)
            name = person.user.email
            world.names[person.user_id] = name
            world.readers.append(
                Reader(
                    name=name,
                    house=_own(house, number),
                    is_named=True,
                    is_escalated_to=False,
                    rhythm="each",
                    by_mail=True,
                )
            )
        file = StoredFile.objects.create(
            organization=party,
            sha256=ids.uuid7().hex * 2,
            size=1,
            name="proof.pdf",
            media_type="application/pdf",
            storage_key=f"none/{ids.uuid7()}",
        )
        rows = [
            Attachment(
                organization=party,
                file=file,
                subject_type="engagement",
                subject_id=ids.uuid7(),
                subject_title=f"Engagement {n}",
                purpose="other",
                valid_until=today + timedelta(days=dice.randrange(-60, 60)),
            )
            for n in range(duties // houses)
        ]
        Attachment.objects.bulk_create(rows)
        world.tasks += [
            Task(
                f"attachment:{row.pk}",
                _own(house, number),
                row.valid_until,
                long_ago,
                None,
            )
            for row in rows
            if row.valid_until
        ]
    return world


def _own(house: House, number: int) -> House:
    """The oracle tells houses apart by what they are."""
    return House(house.zone, house.send_at, time(23, 59, 59, number), time(0), DAYS)


def catch_up(live: Live, crew: Crew, world: World, off_for: int) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    looks = [now - timedelta(days=days) for days in range(off_for + 3, off_for, -1)]
    for moment in looks:
        with clock.held(moment):
            actions.send_due(by=JOB)
    mine = OutgoingMail.objects.filter(to__in=list(world.names.values()))
    # Those of the past went out in the past.
    mine.filter(sent_at=None).update(sent_at=now)
    before = set(mine.values_list("message_id", flat=True))

    kills = killed_in_a_pass(live, crew)
    assert mine.count() == len(before)
    kills += killed_while_sending(live, crew, mine, len(before))
    caught_up = set(mine.values_list("message_id", flat=True)) - before

    letters, _ = oracle.expected(world.tasks, world.readers, [*looks, now])
    rows = SentReminder.objects.filter(recipient__in=list(world.names))
    sent = Counter(
        (
            Letter(row.item, row.due, row.offset, world.names[row.recipient_id]),
            row.channel,
        )
        for row in rows
        if row.recipient_id
    )
    assert set(sent) == {(one, way) for one in letters for way in ("email", "inbox")}
    assert set(sent.values()) <= {1}
    assert not mine.filter(sent_at=None).exists()
    arrived: dict[str, set[bytes]] = {}
    for message_id, content in crew.postbox.taken:
        arrived.setdefault(message_id, set()).add(_text(content))
    # The portal's own worker sweeps the outbox too, every minute, into files.
    elsewhere = [
        found[1].decode()
        for path in live.mails.glob("*.log")
        if (found := MAIL_ID.search(path.read_bytes()))
        and found[1].decode() in caught_up
    ]
    everywhere = [*(message_id for message_id, _ in crew.postbox.taken), *elsewhere]
    doubles = len(everywhere) - len(set(everywhere))
    assert set(everywhere) >= caught_up
    assert all(len(texts) == 1 for texts in arrived.values())
    assert 1 <= doubles <= kills
    return (
        f"{len(world.tasks)} duties, off for {off_for} days: {len(letters)} reminders, "
        f"{len(caught_up)} mails of the catch-up, {kills} kills, {doubles} doubles"
    )


def _text(content: bytes) -> bytes:
    """A mail without what each hand-over writes anew."""
    return content.partition(b"\r\n\r\n")[2]


def killed_in_a_pass(live: Live, crew: Crew) -> int:
    """The pass has read all and waits to write its ledger when its worker dies."""
    worker = crew.start()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reminders_sentreminder IN SHARE MODE")
        crew.ask("reminders.sweep")
        live.wait_until(_somebody_waits, what="a pass that wants to write")
        # A second pass at the same time does nothing.
        assert actions.send_due(by=JOB) == 0
        kill(worker)
    worker.wait()
    live.wait_until(lambda: not _lease_is_held(), what="the end of the dead's lease")
    return 1


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted "
            "AND relation = 'reminders_sentreminder'::regclass"
        )
        return bool(cursor.fetchone()[0])


def _lease_is_held() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE locktype = 'advisory' AND d.datname = current_database() "
            "AND (classid::bigint << 32 | objid::bigint) = %s",
            [actions.PASS_LOCK],
        )
        return bool(cursor.fetchone()[0])


def killed_while_sending(live: Live, crew: Crew, mine: Any, before: int) -> int:
    """One dies with a mail handed over and not noted; then one of two that send."""
    first = crew.start()
    crew.postbox.on_mail = lambda count: kill(first) if count == 3 else None
    crew.ask("reminders.sweep")
    live.wait_until(lambda: first.poll() is not None, what="the first to die")
    live.wait_until(lambda: mine.count() > before, what="mails")
    total = mine.count() - before

    second, third = crew.start(), crew.start()
    crew.postbox.on_mail = lambda count: (
        kill(second) if count == 3 + total // 3 else None
    )
    try:
        deadline = clocks.monotonic() + 180
        while mine.filter(sent_at=None).exists():
            assert clocks.monotonic() < deadline, "Mails that never leave."
            # A minute passes: what the dead were handed is free again.
            mine.filter(sent_at=None).update(not_before=None)
            crew.ask("notifications.sweep_outbox")
            clocks.sleep(2)
    finally:
        for worker in (second, third):
            if worker.poll() is None:
                kill(worker)
            worker.wait()
    return 2


def test_workers_killed_while_they_send(live: Live, crew: Crew) -> None:
    catch_up(live, crew, fill(houses=9, duties=90), off_for=10)


@pytest.mark.scale
@pytest.mark.parametrize("off_for", [0, 1, 3, 10, 45])
def test_workers_killed_while_they_send_2000(
    live: Live, crew: Crew, off_for: int
) -> None:
    print(catch_up(live, crew, fill(houses=100, duties=2_000), off_for))  # noqa: T201
