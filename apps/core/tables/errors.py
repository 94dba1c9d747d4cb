"""The one refusal of this package: the upload cannot be read as a table.

Every message is one sentence of fact and one of remedy, ready to be shown.
"""

from __future__ import annotations

from apps.core.errors import Invalid


class UnreadableTable(Invalid):
    """The file as a whole was refused; no row of it may be used."""

    default_code = "unreadable_table"


ACCEPTED = "Upload a CSV, XLSX or ODS file."
SPLIT = "Split it into several files and upload them one after another."


def refusal(code: str, fact: str, remedy: str = ACCEPTED) -> UnreadableTable:
    """Build the refusal of a whole file from two sentences.

    ``code`` is stable for programs; ``fact`` says what is wrong and ``remedy`` what
    the person can do. Returns the error, for the caller to raise.
    """
    return UnreadableTable(f"{fact} {remedy}", code=code)


def too_much_memory() -> UnreadableTable:
    """Build the refusal of a file that does not fit into the memory allowed."""
    return refusal(
        "memory",
        "The file needs more memory than one upload may use.",
        "Remove cells far outside the table, or split it into several files.",
    )
