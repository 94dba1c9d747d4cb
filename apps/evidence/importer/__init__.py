"""Looks at the bytes of a file without trusting them, and asks the scanner."""

from apps.evidence.importer.closely import Look, look_closely
from apps.evidence.importer.looking import MAX_MEMBERS, look_into, pdf_structure
from apps.evidence.importer.scanner import Clamd, NoScanner, Scanner, scanner

__all__ = [
    "MAX_MEMBERS",
    "Clamd",
    "Look",
    "NoScanner",
    "Scanner",
    "look_closely",
    "look_into",
    "pdf_structure",
    "scanner",
]
