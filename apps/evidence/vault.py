"""Bytes at rest: each file under a key of its own, wrapped by the portal's key.

The one file of the room that speaks of keys. Chunks of 64 KiB, each AES-256-GCM, bound
to file, organization, place and whether it is the last; a file's key seals one file
once, so the nonce is the place. Source: security reference R39.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
NONCE_BYTES = 12
_FORMAT = b"portal-file-1"


class SealBroken(OSError):
    """The bytes are not those that were sealed for this file, or their key is gone."""


def key_name() -> str:
    """The name of the key that wraps now; it tells nothing of the key."""
    return _name(settings.FILES_KEYS[0])


def sealed_size(size: int) -> int:
    """How many bytes ``size`` bytes are once sealed."""
    return size + TAG_BYTES * max(1, -(-size // CHUNK_BYTES))


@dataclass(frozen=True, slots=True)
class Seal:
    """The key of one file, wrapped, and the name of the key that wraps it."""

    wrapped_key: bytes
    key_name: str


@dataclass(frozen=True)
class Lock:
    """What a file's bytes are bound to, and its key in the clear."""

    file_id: UUID
    organization_id: UUID
    key: bytes

    @classmethod
    def fresh(cls, file_id: UUID, organization_id: UUID) -> Self:
        """A new key for a file that is about to be written."""
        return cls(file_id, organization_id, os.urandom(32))

    @classmethod
    def of(cls, file_id: UUID, organization_id: UUID, seal: Seal) -> Self:
        """The key of a file that was sealed. Raises SealBroken."""
        nonce, wrapped = seal.wrapped_key[:NONCE_BYTES], seal.wrapped_key[NONCE_BYTES:]
        bound = _bound(file_id, organization_id) + seal.key_name.encode()
        try:
            key = _wrapping(seal.key_name).decrypt(nonce, wrapped, bound)
        except InvalidTag as error:
            raise SealBroken(f"The key of file {file_id} is not its own.") from error
        return cls(file_id, organization_id, key)

    def seal(self) -> Seal:
        """The key, wrapped by the portal's key of now."""
        name, nonce = key_name(), os.urandom(NONCE_BYTES)
        bound = self._bound + name.encode()
        return Seal(nonce + _wrapping(name).encrypt(nonce, self.key, bound), name)

    def sealed(self, content: BinaryIO) -> Iterator[bytes]:
        """The content from its start, chunk by chunk, sealed."""
        content.seek(0)
        number, chunk = 0, content.read(CHUNK_BYTES)
        while True:
            following = content.read(CHUNK_BYTES)
            place = self._place(number, is_last=not following)
            yield self._cipher.encrypt(_nonce(number), chunk, place)
            if not following:
                return
            number, chunk = number + 1, following

    def opened(self, number: int, chunk: bytes, *, is_last: bool) -> bytes:
        """One chunk in the clear. Raises SealBroken."""
        place = self._place(number, is_last=is_last)
        try:
            return self._cipher.decrypt(_nonce(number), chunk, place)
        except InvalidTag as error:
            raise SealBroken(
                f"Chunk {number} of file {self.file_id} is not what was stored."
            ) from error

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key)

    @cached_property
    def _bound(self) -> bytes:
        return _bound(self.file_id, self.organization_id)

    def _place(self, number: int, *, is_last: bool) -> bytes:
        return self._bound + struct.pack(">Q?", number, is_last)


class Unsealed(io.RawIOBase):
    """A sealed file, read in the clear from any place; one chunk in memory."""

    def __init__(self, source: BinaryIO, lock: Lock, *, size: int) -> None:
        self._source, self._lock, self._size = source, lock, size
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        starts = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._position,
            io.SEEK_END: self._size,
        }
        self._position = max(0, starts[whence] + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer up to the end of a chunk. Raises SealBroken."""
        if self._position >= self._size:
            return 0
        number, within = divmod(self._position, CHUNK_BYTES)
        part = self._chunk(number)[within : within + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        """Close what lies under it too."""
        self._source.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(number * (CHUNK_BYTES + TAG_BYTES))
            chunk = self._source.read(CHUNK_BYTES + TAG_BYTES)
            is_last = (number + 1) * CHUNK_BYTES >= self._size
            self._held = (number, self._lock.opened(number, chunk, is_last=is_last))
        return self._held[1]


def unsealed(source: BinaryIO, lock: Lock, *, size: int) -> BinaryIO:
    """A sealed file in the clear, its first chunk proven. Raises SealBroken."""
    reader = io.BufferedReader(Unsealed(source, lock, size=size), CHUNK_BYTES)
    try:
        reader.peek(1)
    except SealBroken:
        reader.close()
        raise
    return reader


def _bound(file_id: UUID, organization_id: UUID) -> bytes:
    return _FORMAT + file_id.bytes + organization_id.bytes


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")


def _name(key: str) -> str:
    return hashlib.sha256(b"name of " + key.encode()).hexdigest()[:16]


def _wrapping(name: str) -> AESGCM:
    for key in settings.FILES_KEYS:
        if _name(key) == name:
            return AESGCM(hashlib.sha256(key.encode()).digest())
    raise SealBroken(
        f"The key {name}, which wraps the keys of files, is neither PORTAL_FILES_KEY "
        "nor one of PORTAL_FILES_KEY_FALLBACKS."
    )
