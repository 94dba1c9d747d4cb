"""JSON exports become tables in a limited child process; tables stay what they are."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.core.tables import Limits, UnreadableTable

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from apps.access_reviews.importer.child import main; main(sys.argv[2])"
)
_LOOK = 512
_MARKS = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class Converted:
    """A table made from a JSON export, and what it was."""

    path: Path
    source: str
    notes: tuple[str, ...]
    rows: int


def is_json(path: Path) -> bool:
    """Whether the bytes begin like a JSON object or list."""
    with path.open("rb") as handle:
        return handle.read(_LOOK).lstrip(_MARKS)[:1] in {b"{", b"["}


def converted(path: Path, folder: Path, *, is_log: bool = False) -> Converted:
    """Make a CSV in ``folder`` of a JSON export, or of a log in JSON (one document,
    or one a line). Raises UnreadableTable for a file that is cut short, not whole, or
    of an unknown shape."""
    table, outcome = folder / "table.csv", folder / "outcome.json"
    request = {
        "path": str(path),
        "table": str(table),
        "outcome": str(outcome),
        "is_log": is_log,
    }
    answer = _ask(json.dumps(request), outcome, folder)
    if refusal := answer.get("refusal"):
        raise UnreadableTable(refusal, code="partial_export")
    return Converted(table, answer["source"], tuple(answer["notes"]), answer["rows"])


def _ask(request: str, outcome: Path, folder: Path) -> dict[str, Any]:
    limits = Limits()
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(_ROOT), request]
    try:
        code = subprocess.run(  # noqa: S603 - our own interpreter and program
            command,
            cwd=folder,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise UnreadableTable(
            "The file took too long to read. Split it and upload the parts."
        ) from error
    if code != 0 or not outcome.exists():
        logger.error("Export reader: exit code %s", code)
        raise UnreadableTable("The file could not be read. Export it as CSV.")
    found: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
    return found
