"""Codes printed on attestations, and what their files are called."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

CODE_LENGTH = 20
GROUP = 5
# Crockford's base 32: no I, L, O or U, so that a person can type it.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code_from(entropy: bytes) -> str:
    """20 characters of Crockford base 32 from at least 13 random bytes (100 bits).

    The code means nothing: it tells neither whom nor what the statement is about.
    """
    if len(entropy) * 8 < CODE_LENGTH * 5:
        raise ValueError("A code needs 100 bits.")
    number = int.from_bytes(entropy, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """The code as it is shown: ``ABCDE-FGHJK-MNPQR-STVWX``."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def file_name(engagement: str, as_of: date, code: str) -> str:
    """``attestation-patient-chat-2026-06-15-ABCDE.pdf``: ASCII, at most 100 letters."""
    plain = unicodedata.normalize("NFKD", engagement).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:50].rstrip("-")
    return f"attestation-{words or 'engagement'}-{as_of.isoformat()}-{code[:GROUP]}.pdf"
