"""Runs the command of the room and reads what it printed."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from django.core.management import call_command


def run(path: Path, *options: str) -> tuple[int, list[str], str]:
    """Exit code, printed lines and the words on stderr."""
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command(
            "import_training",
            "--organization=Careline",
            f"--file={path}",
            *options,
            stdout=out,
            stderr=err,
        )
    except SystemExit as stop:
        code = int(str(stop.code))
    return code, out.getvalue().splitlines(), err.getvalue().strip()


def account(lines: list[str]) -> dict[str, int]:
    """The unindented counts."""
    found = {}
    for line in lines[: next(i for i, li in enumerate(lines) if "refused:" in li) + 1]:
        if not line.startswith(" "):
            name, _, number = line.partition(": ")
            found[name] = int(number)
    return found
