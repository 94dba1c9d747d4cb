"""Starts the portal's processes on this machine: web, worker and beat.

Used by the demonstration and by the tests that need real ones. In production an
orchestrator runs the same commands (``docker/compose.yaml``).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

BASE_DIR = Path(__file__).resolve().parent.parent
STOP_SECONDS = 15
WAIT_SECONDS = 60


def free_port() -> int:
    """Return a loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def web_command(port: int) -> list[str]:
    """Two processes with threads: enough for a demonstration."""
    return [
        *(sys.executable, "-m", "gunicorn", "compliance_portal.wsgi"),
        *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"),
        *("--timeout", "60", "--log-level", "warning"),
    ]


def worker_command() -> list[str]:
    """The Celery worker."""
    return [
        *(sys.executable, "-m", "celery", "-A", "compliance_portal", "worker"),
        *("--concurrency", "2", "--loglevel", "WARNING", "--without-gossip"),
        *("--without-mingle",),
    ]


def beat_command(schedule: Path) -> list[str]:
    """The Celery clock; ``schedule`` remembers when each job last ran."""
    return [
        *(sys.executable, "-m", "celery", "-A", "compliance_portal", "beat"),
        *("--loglevel", "WARNING", "--schedule", str(schedule), "--pidfile", ""),
    ]


class Processes(AbstractContextManager["Processes"]):
    """Named child processes with their logs; all end when the block does."""

    def __init__(self, logs: Path, environment: dict[str, str] | None = None) -> None:
        self._logs = logs
        self._environment = os.environ | (environment or {})
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str]) -> None:
        """Start a command; its output goes to ``<logs>/<name>.log``."""
        self._logs.mkdir(parents=True, exist_ok=True)
        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                cwd=BASE_DIR,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for_web(self, url: str) -> None:
        """Return once the address answers. Raises RuntimeError with the log's end."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - loopback
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"{url} did not answer.\n{self._end_of_log('web')}")

    def check(self) -> None:
        """Raise RuntimeError if any process ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended.\n{self._end_of_log(name)}")

    def stop(self) -> None:
        """Ask each process to end, then insist."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def _end_of_log(self, name: str) -> str:
        text = (self._logs / f"{name}.log").read_text(errors="replace")
        return text[-2000:]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
