"""Real files that are not part of the product: where they are, or why a test skips."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings


def shared(*parts: str) -> Path:
    """The path below the shared folder; skips the test where it is not there."""
    roots = [Path(settings.BASE_DIR).parent / "shared"]
    if named := os.environ.get("PORTAL_SHARED"):
        roots.insert(0, Path(named))
    for root in roots:
        found = root.joinpath(*parts)
        if found.exists():
            return found
    pytest.skip(f"The shared file {'/'.join(parts)} is not on this machine.")
