"""Databases for tests: migrated once for a state of the migrations, then copied.

To run every migration costs more than most suites of a room; to copy a database that
had them costs a moment. The copies are whole: rights, triggers and shipped rows too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.utils import CursorWrapper

# Where databases are made from: read before any test points the connections elsewhere.
HOME = str(settings.DATABASES["owner"]["NAME"])
PREFIX = f"{settings.TEST_DATABASE}_made_"
# Of whoever makes a template; others wait, then copy it.
LOCK = 7_301_455
_SOURCES = ("apps/*/migrations/*.py", "apps/*/data/*", "requirements/*.txt")


def make_database(name: str) -> None:
    """A fresh database ``name`` with every migration, in place of any of that name."""
    with _owner_in(HOME) as cursor:
        # Migrating takes longer than the owner's connections wait for a lock.
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        template = _template(cursor)
        _drop(cursor, name)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop_database(name: str) -> None:
    """Take it away, whoever is still connected."""
    with _owner_in(HOME) as cursor:
        _drop(cursor, name)


def _drop(cursor: CursorWrapper, name: str) -> None:
    """Without FORCE the server sends its own vacuum away, which the owner may not end;
    with it, whoever a stopped run left connected."""
    try:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
    except OperationalError:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _owner_in(name: str) -> Iterator[CursorWrapper]:
    """The owner's cursor in a database, on a connection that is ``owner`` meanwhile;
    closing it gives its locks back."""
    usual = connections["owner"]
    connection = usual.copy()
    connection.settings_dict["NAME"] = name
    connections["owner"] = connection
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
        connections["owner"] = usual


def _template(cursor: CursorWrapper) -> str:
    """The name of the migrated database, made now if it is not there."""
    name = f"{PREFIX}{_state()}"
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
    )
    found = {row[0] for row in cursor.fetchall()}
    if name in found:
        return name
    for stale in found:
        _drop(cursor, stale)
    # Under another name until it is whole: a run may be stopped half-way.
    making = f"{PREFIX}now"
    cursor.execute(f'CREATE DATABASE "{making}"')
    with _owner_in(making):
        call_command("migrate", database="owner", verbosity=0)
    cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


def _state() -> str:
    """A digest of everything migrations are made of."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256(settings.APPLICATION_ROLE.encode())
    for path in sorted(path for pattern in _SOURCES for path in root.glob(pattern)):
        if path.is_file():
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
