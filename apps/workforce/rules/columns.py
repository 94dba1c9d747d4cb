"""Which column of a file is which field: a table of synonyms, and no guessing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")


class Confidence(StrEnum):
    """Why a column was taken for a field."""

    EXACT = "exact"
    LIKELY = "likely"
    REMEMBERED = "remembered"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Field:
    """Something an importer looks for.

    ``synonyms`` are header words, best first, in lower case with single spaces; a
    header written together or in camel case matches too.
    """

    name: str
    label: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """Column ``index`` (from 0) holds ``field``."""

    field: str
    index: int
    header: str
    confidence: Confidence


def normalised(header: str) -> tuple[str, ...]:
    """Return the words of a header: ``CompletedDate`` and ``completed_date`` agree."""
    return tuple(_WORD.findall(_CAMEL.sub(" ", header).casefold()))


def fingerprint(header: Sequence[str]) -> str:
    """Return the SHA-256 a header is remembered by; spelling of words counts only."""
    text = "\x1f".join(" ".join(normalised(name)) for name in header)
    return hashlib.sha256(text.encode()).hexdigest()


def recognise(header: Sequence[str], fields: Iterable[Field]) -> list[ColumnMatch]:
    """Return at most one column a field and one field a column.

    First pass: the header is a synonym. Second pass, for what is left: the header
    contains a synonym of two words or more ("Completion Date (UTC)"), which a person
    is asked to look at. The order of synonyms decides between candidates.
    """
    words = [normalised(name) for name in header]
    found: dict[str, ColumnMatch] = {}
    used: set[int] = set()
    wanted = list(fields)
    for confidence in (Confidence.EXACT, Confidence.LIKELY):
        for field in wanted:
            if field.name in found:
                continue
            index = _best(words, field, used, confidence)
            if index is not None:
                used.add(index)
                found[field.name] = ColumnMatch(
                    field.name, index, header[index], confidence
                )
    return [found[field.name] for field in wanted if field.name in found]


def _best(
    words: list[tuple[str, ...]], field: Field, used: set[int], confidence: Confidence
) -> int | None:
    for synonym in field.synonyms:
        for index, name in enumerate(words):
            if index not in used and _matches(name, synonym.split(), confidence):
                return index
    return None


def _matches(name: tuple[str, ...], synonym: list[str], confidence: Confidence) -> bool:
    if confidence is Confidence.EXACT:
        return "".join(name) == "".join(synonym)
    size = len(synonym)
    return size > 1 and any(
        list(name[start : start + size]) == synonym
        for start in range(len(name) - size + 1)
    )


def with_choices(
    header: Sequence[str],
    found: Iterable[ColumnMatch],
    choices: Mapping[str, int | None],
    *,
    confidence: Confidence,
) -> list[ColumnMatch]:
    """Return the matches after a person's ``choices`` (field to column, or None).

    A chosen column is taken away from the field that had it; a choice outside the
    header is ignored.
    """
    kept = {match.field: match for match in found if match.field not in choices}
    for field, index in choices.items():
        if index is None or not 0 <= index < len(header):
            continue
        kept = {key: match for key, match in kept.items() if match.index != index}
        kept[field] = ColumnMatch(field, index, header[index], confidence)
    return list(kept.values())
