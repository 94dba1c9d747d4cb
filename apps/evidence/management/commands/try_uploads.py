"""``manage.py try_uploads``: what the portal says to each file of a folder."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.evidence import actions
from apps.evidence.actions import Handed
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission


class Command(BaseCommand):
    """Hands files in as evidence, prints what became of each, and keeps nothing."""

    help = "Try files of a folder as evidence; nothing is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Folder and organization."""
        parser.add_argument("--folder", required=True, type=Path)
        parser.add_argument("--organization", required=True, help="exact name")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a file: name, verdict, seconds, reason."""
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        organization = tenancy.organization_named(options["organization"])
        job = system("try_uploads", {Permission.EVIDENCE_ADD})
        # The bytes of what is rolled back are swept like those of any such upload.
        with transaction.atomic():
            for path in sorted(one for one in folder.iterdir() if one.is_file()):
                started = time.perf_counter()
                with path.open("rb") as content:
                    [handed] = actions.store_files(
                        [(path.name, content)], by=job, organization=organization
                    )
                seconds = time.perf_counter() - started
                self.stdout.write(_line(handed, seconds))
            transaction.set_rollback(True)


def _line(handed: Handed, seconds: float) -> str:
    verdict, why = handed.verdict, handed.reason
    return f"{handed.name} | {verdict} | {seconds:.2f} s | {why}"
