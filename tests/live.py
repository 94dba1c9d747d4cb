"""A whole portal for tests that need real processes."""

from __future__ import annotations

import email
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from compliance_portal.processes import (
    BASE_DIR,
    Processes,
    beat_command,
    free_port,
    web_command,
    worker_command,
)
from tests.databases import drop_database, make_database

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Live:
    """Where the running portal is and what it writes to."""

    url: str
    database: str
    files: Path
    mails: Path
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a command of the operator against it; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env=os.environ | self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def mail_to(self, address: str, *, about: str) -> str:
        """The newest mail to the address whose text holds ``about``, once it left."""
        found: list[str] = []

        def look() -> bool:
            texts = [
                email.message_from_bytes(path.read_bytes(), policy=policy.default)
                for path in sorted(self.mails.glob("*.log"))
            ]
            found[:] = [
                text.get_content()
                for text in texts
                if text["To"] == address and about in text.get_content()
            ]
            return bool(found)

        self.wait_until(look, what=f"a mail to {address} about {about}")
        return found[-1]

    def wait_until(self, is_so: Callable[[], object], *, what: str) -> None:
        """Return once ``is_so()``; AssertionError naming ``what`` after a minute."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, f"Waited in vain for: {what}"
            time.sleep(0.1)


@contextmanager
def running(folder: Path, *, name: str) -> Iterator[Live]:
    """Make the database, start web, worker and beat, take all of it away again."""
    environment = _environment(folder, name)
    make_database(name)
    port = free_port()
    environment["PORTAL_BASE_URL"] = f"http://127.0.0.1:{port}"
    with Processes(folder / "logs", environment) as processes:
        processes.start("worker", worker_command())
        processes.start("beat", beat_command(folder / "beat"))
        processes.start("web", web_command(port))
        url = f"http://127.0.0.1:{port}"
        processes.wait_for_web(f"{url}/account/login/")
        yield Live(url, name, folder / "files", folder / "mails", environment)
    drop_database(name)


def _environment(folder: Path, name: str) -> dict[str, str]:
    def at(variable: str) -> str:
        parts = urlsplit(os.environ[variable])
        return urlunsplit(parts._replace(path=f"/{name}"))

    return {
        "DATABASE_URL": at("DATABASE_URL"),
        "DATABASE_OWNER_URL": at("DATABASE_OWNER_URL"),
        "PORTAL_FILES_DIR": str(folder / "files"),
        "PORTAL_MAIL": "file",
        "PORTAL_MAIL_DIR": str(folder / "mails"),
    }
