"""``make bench SIZE=S``: prints the benchmark table.

A database of its own is made, filled and dropped. B1 vendor list, B4 training
import, B5 nightly reminder sweep, B6 nightly look for drift, Gate hourly
look for verdicts that moved, B10 attestation PDF.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))
DATABASE = "portal_bench"


def main() -> int:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=["S", "M", "L"], default="S")
    parser.add_argument("--only", nargs="*", default=[], help="B1 B4 B5 B6 Gate B10")
    options = parser.parse_args()
    _point_at_database()
    import django  # noqa: PLC0415 - settings read the environment set just above

    django.setup()
    from bench.database import made  # noqa: PLC0415 - needs Django
    from bench.measures import MEASURES  # noqa: PLC0415

    today = datetime.now(UTC).date()
    print(f"Size {options.size}, as of {today}.", flush=True)
    with made(DATABASE, size=options.size, today=today) as dataset:
        print(f"{'':5}{'what':44}{'measured':58}goal")
        for name, measure in MEASURES.items():
            if not options.only or name in options.only:
                row = measure(dataset)
                print(f"{row.name:5}{row.what:44}{row.result:58}{row.goal}", flush=True)
    return 0


def _point_at_database() -> None:
    folder = tempfile.mkdtemp(prefix="portal-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "compliance_portal.settings"
    os.environ["PORTAL_FILES_DIR"] = f"{folder}/files"
    os.environ["PORTAL_MAIL"] = "file"
    os.environ["PORTAL_MAIL_DIR"] = f"{folder}/mails"
    os.environ["PORTAL_BROKER_PREFIX"] = "bench:"
    os.environ["PORTAL_LOG_LEVEL"] = "ERROR"
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        parts = urlsplit(os.environ[name])
        os.environ[f"BENCH_{name}"] = os.environ[name]
        os.environ[name] = urlunsplit(parts._replace(path=f"/{DATABASE}"))


if __name__ == "__main__":
    raise SystemExit(main())
