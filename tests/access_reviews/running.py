"""Runs the command of the room and reads what it printed; runs calls at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread

from django.core.management import call_command
from django.db import connection


@dataclass(frozen=True)
class Run:
    """Exit code, printed lines and the words on stderr."""

    code: int
    lines: list[str]
    error: str

    def count(self, name: str) -> int:
        """The number on the line of that name."""
        for line in self.lines:
            head, _, number = line.strip().partition(": ")
            if head == name:
                return int(number)
        raise KeyError(name)


def at_once(*calls: Callable[[], None]) -> None:
    """Make calls on connections of their own, at the same moment."""
    barrier = Barrier(len(calls))

    def made(call: Callable[[], None]) -> None:
        barrier.wait()
        try:
            call()
        finally:
            connection.close()

    threads = [Thread(target=made, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(path: Path, system: str, *options: str) -> Run:
    """Import a file of Careline's system."""
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command(
            "import_access",
            "--organization=Careline",
            f"--system={system}",
            f"--file={path}",
            *options,
            stdout=out,
            stderr=err,
        )
    except SystemExit as stop:
        code = int(str(stop.code))
    return Run(code, out.getvalue().splitlines(), err.getvalue().strip())
