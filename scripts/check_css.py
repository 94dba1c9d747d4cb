"""Compare the committed style sheet with a rebuild from its sources.

Exit 0: equal, or Node or its packages are not here (says so). Exit 1: they differ.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
SOURCE = BASE / "static" / "src" / "portal.css"
BUILT = BASE / "static" / "css" / "portal.css"
COMPILER = BASE / "node_modules" / ".bin" / "tailwindcss"


def rebuilt(target: Path) -> bytes:
    """Build the style sheet into ``target`` and return its bytes."""
    command = [COMPILER, "-i", SOURCE, "-o", target, "--minify"]
    subprocess.run(command, cwd=BASE, check=True, capture_output=True)
    return target.read_bytes()


def main() -> int:
    """Say whether ``static/css/portal.css`` is what its sources give."""
    if not COMPILER.exists():
        print("Not checked: run `npm ci` first; it needs Node.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        same = rebuilt(Path(folder) / "portal.css") == BUILT.read_bytes()
    if same:
        print("static/css/portal.css is what its sources give.")
        return 0
    print("static/css/portal.css is out of date: run `npm run css` and commit it.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
