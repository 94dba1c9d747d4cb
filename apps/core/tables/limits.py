"""How much one upload may cost. Defaults are the limits stated to users."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Ceilings for one table; each is inclusive: reaching it is allowed.

    ``max_ratio`` compares all unpacked bytes with the size of the file and only
    counts above one megabyte unpacked, because tiny workbooks pack very well.
    ``memory_bytes`` is address space, ``cpu_seconds`` and ``wall_seconds`` are of
    the child process that reads the file.
    """

    max_bytes: int = 25 * MEGABYTE
    max_unpacked: int = 100 * MEGABYTE
    max_ratio: int = 100
    max_entries: int = 1_000
    max_rows: int = 200_000
    max_columns: int = 200
    max_cell: int = 32_767
    memory_bytes: int = 512 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
