"""The way in: start the child that reads the upload, then stream what it wrote.

The process that serves requests never parses an upload. A file that exhausts time or
memory, or breaks a parser, ends the child and becomes a refusal.
"""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from apps.core.tables.contents import Row, TableInfo
from apps.core.tables.errors import SPLIT, UnreadableTable, refusal, too_much_memory
from apps.core.tables.limits import MEGABYTE, Limits
from apps.core.tables.problems import RowProblem
from apps.core.tables.spool import read_spool

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from apps.core.tables.child import main; main(sys.argv[2])"
)
_ERRORS = "errors"
_ERROR_LINE = re.compile(r"[A-Za-z_.]+(?:Error|Exception)\b")


class TableFile:
    """One table that was read; iterate it, as often as needed, for its rows.

    A row with a problem is yielded as well, cut or cleaned; only a row with a stray
    quote is not. Use it as a context manager, or close it: the rows lie in a
    temporary folder that goes away with it.
    """

    def __init__(
        self,
        *,
        name: str,
        info: TableInfo,
        problems: list[RowProblem],
        spool: Path,
        folder: tempfile.TemporaryDirectory[str],
    ) -> None:
        self.name = name
        self.info = info
        self.problems = problems
        self._spool = spool
        self._folder = folder

    def __iter__(self) -> Iterator[Row]:
        return read_spool(self._spool)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the rows; the description and the problems stay."""
        self._folder.cleanup()


def open_table(
    path: Path, *, name: str, limits: Limits | None = None, sheet: str | None = None
) -> TableFile:
    """Read the upload at ``path`` in a limited child process.

    ``name`` is what the person called it; the content alone decides how it is read.
    ``sheet`` picks a sheet of a workbook, a hidden one too; the default is the first
    visible sheet with data. Raises UnreadableTable when the whole file is refused.
    """
    limits = limits or Limits()
    _check_size(path, limits)
    with ExitStack() as on_failure:
        folder = tempfile.TemporaryDirectory(prefix="table-")
        on_failure.callback(folder.cleanup)
        answer = _ask(path, Path(folder.name), sheet=sheet, limits=limits)
        table = TableFile(
            name=name,
            info=_info(answer["info"], name),
            problems=[RowProblem(**found) for found in answer["problems"]],
            spool=Path(folder.name) / "rows",
            folder=folder,
        )
        on_failure.pop_all()
    return table


def _check_size(path: Path, limits: Limits) -> None:
    size = path.stat().st_size
    if size == 0:
        raise refusal("empty_file", "The file is empty.", "Upload a file with rows.")
    if size > limits.max_bytes:
        megabytes = limits.max_bytes // MEGABYTE
        raise refusal("too_large", f"The file is larger than {megabytes:,} MB.", SPLIT)


def _ask(
    path: Path, folder: Path, *, sheet: str | None, limits: Limits
) -> dict[str, Any]:
    outcome = folder / "outcome.json"
    request = {
        "path": str(path.resolve()),
        "spool": str(folder / "rows"),
        "outcome": str(outcome),
        "sheet": sheet,
        "limits": asdict(limits),
    }
    code = _run(json.dumps(request), folder, limits)
    if code != 0 or not outcome.exists():
        logger.error("Table reader: exit code %s, %s", code, _last_error(folder))
        raise _ended(code, limits)
    answer: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
    if refused := answer.get("refusal"):
        raise UnreadableTable(refused["message"], code=refused["code"])
    return answer


def _run(request: str, folder: Path, limits: Limits) -> int:
    """Run the child to its end and return its exit code; it sees no environment."""
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(_ROOT), request]
    try:
        with (folder / _ERRORS).open("wb") as errors:
            return subprocess.run(  # noqa: S603 - our own interpreter and program
                command,
                cwd=folder,
                env={},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                timeout=limits.wall_seconds,
                check=False,
            ).returncode
    except subprocess.TimeoutExpired:
        raise _too_slow(limits) from None


def _last_error(folder: Path) -> str:
    """Return the class of the error that ended the child, never its words.

    The words may hold what stood in a cell.
    """
    lines = (folder / _ERRORS).read_text(encoding="utf-8", errors="replace").split("\n")
    found = [line.partition(":")[0] for line in lines if _ERROR_LINE.match(line)]
    return found[-1] if found else "no error named"


def _too_slow(limits: Limits) -> UnreadableTable:
    seconds = f"{limits.wall_seconds:g}"
    return refusal(
        "timeout", f"The file could not be read within {seconds} seconds.", SPLIT
    )


def _ended(code: int, limits: Limits) -> UnreadableTable:
    """Return what the end of the child without an answer means for the person."""
    if code == -signal.SIGXCPU:
        return _too_slow(limits)
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        # An allocation beyond the limit aborts the workbook reader.
        return too_much_memory()
    return refusal(
        "unreadable_table",
        "The file could not be read.",
        "Save it as CSV and upload that file.",
    )


def _info(found: dict[str, Any], name: str) -> TableInfo:
    for key in ("other_sheets", "header", "notes"):
        found[key] = tuple(found[key])
    kind = found["kind"]
    ending = Path(name).suffix.lower().lstrip(".")
    if ending in _MISLEADING.get(kind, ()):
        found["notes"] += (f"The content is {kind.upper()}, unlike the file name.",)
    return TableInfo(**found)


_WORKBOOKS = ("xlsx", "xls", "ods")
_MISLEADING = {
    "csv": _WORKBOOKS,
    "tsv": _WORKBOOKS,
    "psv": _WORKBOOKS,
    "xlsx": ("csv", "tsv", "xls", "ods"),
    "ods": ("csv", "tsv", "xls", "xlsx"),
    "xls": ("csv", "tsv", "xlsx", "ods"),
}
