"""Start the portal on this machine and load the demonstration.

python scripts/demo.py            load, then serve until interrupted
python scripts/demo.py --once     load, leave the results in var/demo, end
python scripts/demo.py --no-load  serve what is there
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from compliance_portal import engines  # noqa: E402 - the path is set just above
from compliance_portal.processes import (  # noqa: E402
    Processes,
    beat_command,
    web_command,
    worker_command,
)

VAR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var"))
RESULTS = VAR / "demo"


def main() -> int:
    """Run one of the three; engines that ran before keep running."""
    options = _options()
    os.environ.setdefault("PORTAL_LOCAL", "yes")
    os.environ.setdefault("PORTAL_MAIL", "file")
    os.environ.setdefault("PORTAL_MAIL_DIR", str(RESULTS / "mails"))
    os.environ.setdefault("PORTAL_BASE_URL", f"http://127.0.0.1:{options.port}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    had_engines = "DATABASE_URL" in os.environ or engines.is_running()
    engines.ensure()
    try:
        return _run(options)
    finally:
        if not had_engines:
            engines.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="do not serve")
    parser.add_argument("--no-load", action="store_true", help="load nothing")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    _python("manage.py", "migrate", "--database", "owner", "--verbosity", "0")
    logs = VAR / "log"
    with Processes(logs) as processes:
        processes.start("worker", worker_command())
        processes.start("beat", beat_command(VAR / "beat"))
        if not options.no_load:
            _python("-m", "demo")
        if options.once:
            return 0
        processes.start("web", web_command(options.port))
        address = f"http://127.0.0.1:{options.port}/"
        processes.wait_for_web(address)
        _say(address)
        _wait(processes)
    return 0


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=BASE_DIR, check=True)


def _say(address: str) -> None:
    print(f"\nThe portal answers at {address}\n")
    logins = RESULTS / "logins.json"
    if logins.exists():
        for row in json.loads(logins.read_text(encoding="utf-8")):
            print(f"  {row['email']:<32}{row['role']:<22}{row['organization']}")
        print("\nPassword of all of them: see var/demo/logins.json. Ctrl-C ends.")


def _wait(processes: Processes) -> None:
    """Until somebody ends us or a process ends by itself."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(1.0):
        processes.check()


if __name__ == "__main__":
    raise SystemExit(main())
