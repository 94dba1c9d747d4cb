"""The process that reads an upload: limits itself, reads, writes, ends.

It is started by :mod:`apps.core.tables.reading`, never imports Django, and answers
with two files: a spool of rows and one JSON outcome.
"""

from __future__ import annotations

import errno
import json
import resource
from dataclasses import asdict
from pathlib import Path
from typing import Any

from apps.core.tables import text, workbook
from apps.core.tables.errors import SPLIT, UnreadableTable, refusal, too_much_memory
from apps.core.tables.limits import Limits
from apps.core.tables.problems import ProblemLog
from apps.core.tables.sniff import Container, container
from apps.core.tables.source import Source
from apps.core.tables.writing import write_table


def main(request: str) -> None:
    """Read the table that ``request``, a JSON object, names; write the outcome."""
    asked = json.loads(request)
    limits = Limits(**asked["limits"])
    confine(limits)
    answer = _answer(
        Path(asked["path"]), Path(asked["spool"]), sheet=asked["sheet"], limits=limits
    )
    Path(asked["outcome"]).write_text(json.dumps(answer), encoding="utf-8")


def confine(limits: Limits) -> None:
    """Give up, for the rest of this process, what reading a table does not need."""
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    # One second more before the end that cannot be told from lack of memory.
    _lower(resource.RLIMIT_CPU, limits.cpu_seconds, hard=limits.cpu_seconds + 1)
    _lower(resource.RLIMIT_FSIZE, 2 * limits.max_unpacked)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NPROC, 0)


def _lower(kind: int, wanted: int, *, hard: int | None = None) -> None:
    most = wanted if hard is None else hard
    _, allowed = resource.getrlimit(kind)
    if allowed != resource.RLIM_INFINITY:
        most = min(most, allowed)  # a machine that allows less keeps its own limit
    resource.setrlimit(kind, (min(wanted, most), most))


def _answer(
    path: Path, spool: Path, *, sheet: str | None, limits: Limits
) -> dict[str, Any]:
    log = ProblemLog()
    try:
        source = open_source(path, sheet=sheet, limits=limits, log=log)
        info = write_table(source, spool, limits=limits, log=log)
    except UnreadableTable as error:
        return _refused(error)
    except MemoryError:
        return _refused(too_much_memory())
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        fact = "The table is larger than one upload may be."
        return _refused(refusal("too_large", fact, SPLIT))
    return {"info": asdict(info), "problems": [asdict(found) for found in log.kept]}


def _refused(error: UnreadableTable) -> dict[str, Any]:
    return {"refusal": {"message": error.message, "code": error.code}}


def open_source(
    path: Path, *, sheet: str | None, limits: Limits, log: ProblemLog
) -> Source:
    """Open the file by its content. Raises UnreadableTable for what is no table."""
    data = path.read_bytes()
    found = container(data)
    if found is Container.ZIP:
        return workbook.open_zip(path, sheet=sheet, limits=limits)
    if found is Container.OLE:
        return workbook.open_ole(path, data, sheet=sheet, limits=limits)
    return text.open_text(data, limits=limits, log=log)
