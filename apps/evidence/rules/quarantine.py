"""What is kept from everybody, and why. Our own default (OWASP ASVS 5.0, V5)."""

from __future__ import annotations

from collections.abc import Collection

from apps.evidence.enums import ScanState, Trait
from apps.evidence.rules.contents import FileRefused

# Encryption that opens without a password hid nothing from the look, and what was
# added after a signature was looked at too; both are said on the page.
_HARMLESS = frozenset({Trait.ENCRYPTED, Trait.EXTENDED})


def quarantine_reason(scan_state: ScanState, traits: Collection[Trait]) -> str:
    """Why a file is kept from everybody; "" where it is not.

    Malware and a scan that did not end, always. Without a scanner, whatever acts by
    itself, carries another file or reaches outside; a scanner that found nothing
    releases it, and what it holds stays said.
    """
    if scan_state is ScanState.INFECTED:
        return "Malware was found in it"
    if scan_state is ScanState.WAITING:
        return "It waits for the virus scanner"
    risky = sorted(set(traits) - _HARMLESS)
    if scan_state is ScanState.NOT_SCANNED and risky:
        words = ", ".join(str(Trait(trait).label) for trait in risky)
        return f"It contains {words}, and no virus scanner has looked at it"
    return ""


def check_table(scan_state: ScanState) -> None:
    """Refuse a table that cannot be read at once: nothing of it is kept."""
    if scan_state is ScanState.INFECTED:
        raise FileRefused("Malware was found in the file.", code="file_infected")
    if scan_state is ScanState.WAITING:
        raise FileRefused(
            "The virus scanner does not answer. Upload the file again in some minutes.",
            code="scanner_away",
        )
