"""A database of its own for one run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import psycopg
from django.core.management import call_command
from django.db import connections

from bench import chain
from bench.dataset import SIZES, Dataset, load


@contextmanager
def made(name: str, *, size: str, today: date) -> Iterator[Dataset]:
    """Create, migrate and fill the database; drop it afterwards."""
    server = os.environ["BENCH_DATABASE_OWNER_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
    dataset = Dataset(SIZES[size], today)
    try:
        call_command("migrate", database="owner", verbosity=0)
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
            load(connection, dataset)
            chain.load(connection, dataset)
        yield dataset
    finally:
        connections.close_all()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}"')
