"""The virus scanner: ClamAV's daemon where one is set, otherwise none.

What the daemon does not answer for is *waiting*, never *clean*. The daemon must be
set to alert on what exceeds its limits (``AlertExceedsMax yes``) with limits not
below the upload limit; otherwise it calls oversize files clean.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from django.conf import settings

from apps.evidence.enums import ScanState

_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096


class Scanner(Protocol):
    """Looks at bytes and says what is known of malware in them."""

    @property
    def name(self) -> str:
        """What it is called; "" for none."""

    def scan(self, content: BinaryIO) -> ScanState:
        """Read from the start; never raises for a scanner that is away."""


@dataclass(frozen=True, slots=True)
class NoScanner:
    """Nobody looks: the state says so."""

    name: str = ""

    def scan(self, content: BinaryIO) -> ScanState:
        """Not scanned."""
        return ScanState.NOT_SCANNED


@dataclass(frozen=True, slots=True)
class Clamd:
    """ClamAV's daemon at ``unix:/path`` or ``host:port``."""

    address: str
    seconds: float = 15.0
    name: str = "ClamAV"

    def scan(self, content: BinaryIO) -> ScanState:
        """Send the bytes; whatever goes wrong means that they still wait."""
        content.seek(0)
        try:
            with self._connected() as connection:
                return _state(self._ask(connection, content))
        except (OSError, ValueError):
            return ScanState.WAITING

    def _connected(self) -> socket.socket:
        if self.address.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.seconds)
            try:
                connection.connect(self.address.removeprefix("unix:"))
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=self.seconds)

    def _ask(self, connection: socket.socket, content: BinaryIO) -> bytes:
        """The daemon's answer within the seconds, however slowly it comes."""
        ends = time.monotonic() + self.seconds
        connection.sendall(b"zINSTREAM\0")
        while chunk := content.read(_CHUNK):
            _hurry(connection, ends)
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        connection.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            _hurry(connection, ends)
            part = connection.recv(_LONGEST_ANSWER)
            if not part:
                break
            answer += part
        return answer


def _hurry(connection: socket.socket, ends: float) -> None:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("The scanner is too slow.")
    connection.settimeout(left)


def _state(answer: bytes) -> ScanState:
    said = answer.rstrip(b"\0\n ")
    if said == b"stream: OK":
        return ScanState.CLEAN
    if said.startswith(b"stream: ") and said.endswith(b" FOUND"):
        return ScanState.INFECTED
    return ScanState.WAITING


def scanner() -> Scanner:
    """The scanner of this portal."""
    return Clamd(settings.CLAMD) if settings.CLAMD else NoScanner()
