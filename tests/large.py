"""What proofs at size share: big files, the bare limit beside ours, real workers."""

from __future__ import annotations

import io
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor
from tests.live import Live

MEGABYTE = 1024 * 1024
PATIENCE_SECONDS = 900


def kept(by: Actor, content: bytes, name: str) -> StoredFile:
    """The bytes as an uploaded table of the actor's organization."""
    with transaction.atomic():
        return evidence.store_file(
            by=by,
            organization=by.organization,
            name=name,
            content=io.BytesIO(content),
            accept=FileKind.TABLE,
        )


@dataclass
class Stopwatch:
    """Seconds of the block."""

    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """How long the block takes."""
    watch, start = Stopwatch(), time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - start


def say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Print a figure of the full-size run."""
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


def wait_until(is_so: Callable[[], object], *, what: str) -> None:
    """Return once ``is_so()``; a large file takes minutes on a busy machine."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"Waited in vain for: {what}"
        time.sleep(0.2)


def worker_children(live: Live) -> list[int]:
    """Processes of the running worker that do its jobs; never anybody else's."""
    found: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes()
            environment = (folder / "environ").read_bytes()
            stat = (folder / "stat").read_text()
        except OSError:
            continue
        is_worker = b"celery" in command and b"worker" in command
        if is_worker and str(live.files).encode() in environment:
            found[int(folder.name)] = int(stat.rsplit(")", 1)[1].split()[1])
    return [pid for pid, parent in found.items() if parent in found]


def peak_of(pid: int) -> int:
    """Most resident bytes a process ever had; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines())
    return next((int(line[1]) * 1024 for line in lines if line[:1] == ["VmHWM:"]), 0)


def kill_children(live: Live) -> int:
    """SIGKILL to whatever works on jobs; how many."""
    pids = worker_children(live)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return len(pids)


def kill_at_random_points(
    live: Live,
    is_running: Callable[[], bool],
    *,
    times: int,
    within: float,
    check: Callable[[], Any],
) -> int:
    """Kill the worker while the job runs, at random points; return how often.

    ``check`` is asked after each kill, once the killed transaction is over.
    """
    chance = random.Random(20260615)  # noqa: S311 - points of a test
    done = 0
    while done < times and is_running():
        time.sleep(chance.uniform(0.05, within))
        if not is_running():
            break
        done += bool(kill_children(live))
        time.sleep(0.5)
        check()
        wait_until(
            lambda: bool(worker_children(live)), what="a new process of the worker"
        )
    return done
