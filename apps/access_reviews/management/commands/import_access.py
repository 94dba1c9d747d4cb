"""``manage.py import_access``: the same steps as the page, in one go."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from apps.access_reviews import actions, queries
from apps.access_reviews.models import SnapshotImport, System
from apps.core.errors import PortalError
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor
from apps.workforce import queries as workforce
from apps.workforce.rules import lines

DATE_ORDERS = {"day": "day_first", "month": "month_first"}
PROBLEMS_SHOWN = 10
COUNTS = ("accounts", "new", "changed", "gone", "unmatched", "unsure")


class Command(BaseCommand):
    """Import an access export of a system and print its account."""

    help = "Import accounts of a system (CSV, XLSX, ODS, JSON) and print the account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--organization", required=True, help="exact name")
        parser.add_argument("--system", required=True, help="added if not known yet")
        parser.add_argument("--file", required=True, type=Path)
        parser.add_argument(
            "--complete", action="store_true", help="whoever is missing is gone"
        )
        parser.add_argument("--exported-by", default="")
        parser.add_argument("--exported-at", type=_instant, help="ISO 8601; now if not")
        parser.add_argument("--expected", type=int, help="rows the system showed")
        parser.add_argument("--date-order", choices=sorted(DATE_ORDERS))
        parser.add_argument("--by", default="", help="e-mail of the member acting")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the account and return, or the refusal and exit with 1."""
        try:
            with transaction.atomic():
                job = _import(options)
        except (PortalError, OSError) as error:
            self._stop(str(error))
        if job.state != "done":
            asked = job.understood.get("questions", {}).values()
            self._stop(job.refusal or " ".join(asked))
        for line in _told(job):
            self.stdout.write(line)

    def _stop(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _told(job: SnapshotImport) -> list[str]:
    """The completeness statement, the account, the first problems."""
    account = job.account
    whole = "complete" if job.proves_absence else "proves nothing of who is missing"
    told = [
        f"{job.understood['layout'] or 'Generic table'} ({job.kind}); {whole}",
        f"file: {job.file_name} SHA-256 {job.file.sha256}",
        *lines(account),
    ]
    told += [f"{name}: {account[name]}" for name in COUNTS if name in account]
    told += job.understood["notes"]
    return told + [each["message"] for each in job.problems[:PROBLEMS_SHOWN]]


def _import(options: dict[str, Any]) -> SnapshotImport:
    organization = tenancy.organization_named(options["organization"])
    actor = workforce.acting_member(organization, options["by"])
    system = _system(actor, options["system"])
    job = _upload(actor, system, options)
    job = actions.read_snapshot(job, by=actor)
    if options["date_order"] and job.state == "preview":
        order = DATE_ORDERS[options["date_order"]]
        job = actions.remap_snapshot(job, by=actor, columns={}, date_order=order)
        job = actions.read_snapshot(job, by=actor)
    if job.state != "preview" or job.understood["questions"]:
        return job
    job = actions.confirm_snapshot(job, by=actor)
    return actions.commit_snapshot(job, by=actor)


def _system(actor: Actor, name: str) -> System:
    found = queries.system_named(actor.organization, name)
    if found is not None:
        return found
    return actions.register_system(
        by=actor,
        organization=actor.organization,
        terms=actions.SystemTerms(name=name),
    )


def _upload(actor: Actor, system: System, options: dict[str, Any]) -> SnapshotImport:
    with options["file"].open("rb") as content:
        return actions.push_snapshot(
            system,
            by=actor,
            upload=File(content, name=options["file"].name),
            statement=actions.SnapshotStatement(
                exported_by=options["exported_by"],
                exported_at=options["exported_at"],
                is_complete=options["complete"],
                expected_rows=options["expected"],
            ),
        )
