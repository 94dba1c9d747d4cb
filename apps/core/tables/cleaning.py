"""Characters a cell must not keep: controls, and the guard our own exports add."""

from __future__ import annotations

import re

RISKY_STARTS = "=+-@\t\r"
"""A spreadsheet takes text that starts with one of these for a formula."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_GUARDS = tuple(f"'{character}" for character in RISKY_STARTS)


def needs_cleaning(text: str) -> bool:
    """Tell whether any cell within ``text`` may need :func:`clean`."""
    return _CONTROL.search(text) is not None or any(guard in text for guard in _GUARDS)


def has_control(cell: str) -> bool:
    """Tell whether ``cell`` holds a control other than tab and line ends."""
    return _CONTROL.search(cell) is not None


def clean(cell: str) -> str:
    """Return ``cell`` without controls and without the guarding apostrophe.

    Exports put an apostrophe before text that looks like a formula; a file that was
    exported, corrected and uploaded again must not keep it.
    """
    cell = _CONTROL.sub("", cell)
    return cell[1:] if cell.startswith(_GUARDS) else cell
