"""Hashes that hold a population, and its decisions, together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any


def population_sha256(lines: Iterable[Sequence[Any]]) -> str:
    """Return the SHA-256 over frozen lines in order: one JSON array a line, UTF-8,
    ended by a line feed each."""
    return _sha256(lines)


def decisions_sha256(lines: Iterable[Sequence[Any]]) -> str:
    """Return the SHA-256 over lines and their decisions, written the same way."""
    return _sha256(lines)


def _sha256(lines: Iterable[Sequence[Any]]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        text = json.dumps(list(line), ensure_ascii=False, separators=(",", ":"))
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()
