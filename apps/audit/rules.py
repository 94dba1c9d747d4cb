"""Pure parts of the trail: canonical bytes, commitments, the writer's mark."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from enum import Enum
from uuid import UUID

MAX_BODY_BYTES = 65_536
MAX_EXACT_INTEGER = 2**53


class NotCanonical(ValueError):
    """A value the restricted canonical form cannot hold."""


def canonical(value: object) -> bytes:
    """Return the canonical bytes of a restricted JSON value.

    Objects with text keys, arrays, text, booleans, null and integers below 2**53 in
    magnitude; floats, lone surrogates and other types raise NotCanonical.
    Source: RFC 8785 for this subset.
    """
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("Text holds a lone surrogate.") from error


def _plain(value: object) -> object:
    match value:
        case None | bool():
            return value
        case Enum():
            return _plain(value.value)
        case str():
            return value
        case int():
            if abs(value) >= MAX_EXACT_INTEGER:
                raise NotCanonical(f"{value} is too large; write it as text.")
            return value
        case UUID():
            return str(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case dict():
            if not all(isinstance(key, str) and key.isascii() for key in value):
                raise NotCanonical("Keys are ASCII text.")
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case _:
            raise NotCanonical(f"{type(value).__name__} has no canonical form.")


def instant_text(instant: datetime) -> str:
    """``YYYY-MM-DDTHH:MM:SS.ffffffZ`` of an aware instant, in UTC."""
    if instant.tzinfo is None:
        raise NotCanonical("An instant in the trail carries its zone.")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(nonce: bytes, value: object) -> str:
    """Hex SHA-256(0x02 || 32-byte nonce || canonical value): binds, does not tell."""
    return hashlib.sha256(b"\x02" + nonce + canonical(value)).hexdigest()


def field_nonce(nonce: bytes, field: str) -> bytes:
    """The nonce of one field, so that one may be opened without the others."""
    return hmac.digest(nonce, field.encode(), "sha256")


def writer_mark(key: bytes, body: bytes) -> bytes:
    """HMAC-SHA256 of the stored bytes: tells our writers from anybody else."""
    return hmac.digest(key, body, "sha256")
