"""Runs the command of the room and reads what it printed."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.core.management import call_command


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
