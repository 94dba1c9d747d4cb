"""The process that reads a JSON export: limits itself, reads, writes a CSV, ends.

Started by :mod:`apps.access_reviews.importer.opening`; never imports Django.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apps.access_reviews.importer import exports
from apps.access_reviews.importer.partial import PartialExport
from apps.core.tables.child import confine
from apps.core.tables.limits import Limits

CUT_SHORT = "The file ends in the middle of its data. Export it again."


def main(request: str) -> None:
    """Turn the JSON that ``request`` names into a table; write the outcome."""
    asked = json.loads(request)
    confine(Limits())
    read = exports.read_log if asked["is_log"] else exports.read_accounts
    answer = _answer(Path(asked["path"]), Path(asked["table"]), read)
    Path(asked["outcome"]).write_text(json.dumps(answer), encoding="utf-8")


def _answer(
    path: Path, table: Path, read: Callable[[bytes], exports.Export]
) -> dict[str, Any]:
    try:
        found = read(path.read_bytes())
    except PartialExport as error:
        return _refused(f"This export is not whole: {error}. Export it again.")
    except json.JSONDecodeError as error:
        return _refused(_broken(error))
    except (ValueError, RecursionError):
        return _refused(CUT_SHORT)
    except (KeyError, TypeError, AttributeError):
        return _refused("The file holds JSON of a shape that is not known.")
    except MemoryError:
        return _refused("The file needs more memory than one upload may use.")
    with table.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, found.header, restval="")
        writer.writeheader()
        writer.writerows(found.rows)
    return {"source": found.source, "notes": found.notes, "rows": len(found.rows)}


def _broken(error: json.JSONDecodeError) -> str:
    """Where the JSON breaks; where it merely stops, that it does."""
    stops = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
    if stops:
        return CUT_SHORT
    return (
        f"The JSON is broken at line {error.lineno}, column {error.colno}. Correct the "
        "file or export it again."
    )


def _refused(message: str) -> dict[str, Any]:
    return {"refusal": message}
