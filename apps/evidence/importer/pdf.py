"""Opens a PDF in a child process with limits on memory, processor and wall time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from apps.evidence.rules import FileRefused

WALL_SECONDS = 20
_CHILD = Path(__file__).with_name("pdf_child.py")


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the child saw."""

    page_count: int
    traits: tuple[str, ...]
    needs_password: bool


def inspect(path: Path) -> Inspected:
    """Return what the PDF at ``path`` holds. Raises FileRefused where it cannot be
    opened within the limits."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-I", "-X", "utf8", str(_CHILD), str(path)],
            cwd=path.parent,
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _damaged() from None
    if done.returncode != 0:
        raise _damaged()
    return _read(done.stdout)


def _read(answer: bytes) -> Inspected:
    try:
        said = json.loads(answer)
        return Inspected(
            page_count=int(said["page_count"]),
            traits=tuple(said["traits"]),
            needs_password=bool(said["needs_password"]),
        )
    except (ValueError, KeyError, TypeError):
        raise _damaged() from None


def _damaged() -> FileRefused:
    return FileRefused(
        "The PDF is damaged and cannot be opened. Print it to a new PDF and upload "
        "that.",
        code="pdf_damaged",
    )
