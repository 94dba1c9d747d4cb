"""xAPI statements: bytes to statements, and each to a record or a reason why not.

The specification is xAPI 1.0.3 (Data, parts 2.4 and 4); what the verbs mean for a
training record is our own default.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from apps.core.tables import ProblemLog
from apps.core.tables.errors import refusal
from apps.training.importer.statement_rows import (
    VOIDED,
    Sent,
    StatementRows,
    is_statement,
    part,
    refuse,
    verb_of,
)
from apps.training.importer.values import Directory, Reading, StagedRow
from apps.workforce.rules import RowRefused

MAX_BYTES = 5 * 1024 * 1024
MAX_STATEMENTS = 10_000
# Set by whoever stores a statement, so not part of what it says (part 4.1.3).
_OF_THE_STORE = ("id", "stored", "authority", "version")
_NOT_JSON = "The file is no JSON."
_NONE_FOUND = (
    "The file holds JSON, but no xAPI statements: nothing in it has an actor, a verb "
    "and an object."
)
_EXPORT = "Export the statements of the learning record store and upload that file."
_SPLIT = "Split it and upload the parts one after another."


@dataclass(frozen=True, slots=True)
class Taken:
    """A statement that was taken: it says a record, or voids another statement."""

    number: int
    statement_id: UUID
    sha256: str
    row: StagedRow | None = None
    voids: UUID | None = None


@dataclass(frozen=True)
class Known:
    """What is on record already: statements by id, and which are or do void."""

    hashes: Mapping[UUID, str] = field(default_factory=dict)
    voided: frozenset[UUID] = frozenset()
    voiding: frozenset[UUID] = frozenset()


def sent(content: bytes) -> list[Sent]:
    """Return the elements of a file or request, in order.

    One statement, a list of them, or a result with ``statements``. Raises
    UnreadableTable for anything else, and for too many.
    """
    elements = _elements(_parsed(content))
    if len(elements) > MAX_STATEMENTS:
        raise refusal(
            "too_many_statements",
            f"The file holds more than {MAX_STATEMENTS:,} statements.",
            _SPLIT,
        )
    if not any(is_statement(each) for each in elements):
        raise refusal("no_statements", _NONE_FOUND, _EXPORT)
    try:
        return [_identified(n, each) for n, each in enumerate(elements, start=1)]
    except RecursionError:
        raise refusal("not_json", _NOT_JSON, _EXPORT) from None


def _parsed(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        megabytes = MAX_BYTES // (1024 * 1024)
        raise refusal(
            "too_large", f"The file is larger than {megabytes} MB of JSON.", _SPLIT
        )
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError):
        raise refusal("not_json", _NOT_JSON, _EXPORT) from None


def _elements(parsed: Any) -> list[Any]:
    if isinstance(parsed, dict):
        inner = parsed.get("statements")
        return inner if isinstance(inner, list) else [parsed]
    return parsed if isinstance(parsed, list) else [parsed]


def _identified(number: int, element: Any) -> Sent:
    """Two statements that say the same have one hash, whoever stored them; one
    without an id gets one that follows from it, so that sending it twice is once."""
    said = element
    given: Any = None
    if isinstance(element, dict):
        given = element.get("id")
        said = {key: element[key] for key in element if key not in _OF_THE_STORE}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), default=str)
    sha256 = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
    if given is None:
        return Sent(number, element, uuid5(NAMESPACE_URL, f"xapi:{sha256}"), sha256)
    try:
        return Sent(number, element, UUID(str(given)), sha256)
    except ValueError:
        return Sent(number, element, None, sha256)


def take(
    elements: Iterable[Sent],
    *,
    directory: Directory,
    zone: str,
    today: date,
    known: Known,
    reading: Reading,
    problems: ProblemLog,
) -> list[Taken]:
    """Return what is taken; count and number everything else in ``reading``.

    The same id with the same content is one statement; with another content the
    first is kept and the second refused. Voiding statements are judged after the
    others, so that their order in the file does not matter.
    """
    reader = _Reader(directory, zone, today, known, reading, problems)
    voiding = []
    for each in elements:
        reading.account.read += 1
        if verb_of(each.content) == VOIDED:
            voiding.append(each)
        else:
            reader.consider(each)
    for each in voiding:
        reader.consider(each)
    return reader.taken


class _Reader:
    def __init__(
        self,
        directory: Directory,
        zone: str,
        today: date,
        known: Known,
        reading: Reading,
        problems: ProblemLog,
    ) -> None:
        self.rows = StatementRows(directory, zone=zone, today=today, reading=reading)
        self.known = known
        self.reading = reading
        self.problems = problems
        self.taken: list[Taken] = []
        self.hashes = dict(known.hashes)
        self.voided = set(known.voided)
        self.voiding = set(known.voiding)

    def consider(self, each: Sent) -> None:
        """Take one element, or count why not."""
        try:
            taken = self._judged(each)
        except RowRefused as refused:
            self.reading.account.refused[refused.reason] += 1
            if refused.problem is not None:
                self.problems.add(refused.problem)
            return
        if taken is not None:
            self.taken.append(taken)
            self.hashes[taken.statement_id] = taken.sha256

    def _judged(self, each: Sent) -> Taken | None:
        if not is_statement(each.content):
            raise refuse(
                each,
                "",
                each.content,
                "an actor, a verb and an object",
                "not_a_statement",
            )
        if each.statement_id is None:
            expected = "a UUID"
            raise refuse(each, "id", each.content["id"], expected, "bad_id")
        before = self.hashes.get(each.statement_id)
        if before == each.sha256:
            in_file = each.statement_id not in self.known.hashes
            reason = "repeated in the file" if in_file else "received before"
            self.reading.account.unchanged_because[reason] += 1
            return None
        if before is not None:
            raise refuse(
                each,
                "id",
                each.statement_id,
                "an id of its own; another statement with this id came first and is "
                "kept",
                "same_id_other_content",
            )
        if verb_of(each.content) == VOIDED:
            return self._voiding(each)
        row = self.rows.row(each)
        return Taken(each.number, each.statement_id, each.sha256, row=row)

    def _voiding(self, each: Sent) -> Taken:
        target = each.refers_to
        if target is None or target not in self.hashes:
            raise refuse(
                each,
                "object.id",
                part(each.content, "object", "id"),
                "the id of a statement that was taken",
                "voids_unknown_statement",
            )
        if target in self.voiding or target in self.voided:
            expected = "a statement that neither voids another nor is void"
            raise refuse(each, "object.id", target, expected, "cannot_be_voided")
        assert each.statement_id is not None  # noqa: S101 - asked in _judged
        self.voided.add(target)
        self.voiding.add(each.statement_id)
        return Taken(each.number, each.statement_id, each.sha256, voids=target)
