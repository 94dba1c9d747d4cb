"""``manage.py import_roster``: the same steps as the page, in one go."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from apps.core.errors import PortalError
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy import queries as tenancy
from apps.workforce import actions, queries
from apps.workforce.models import RosterImport
from apps.workforce.rules import lines

DATE_ORDERS = {"day": "day_first", "month": "month_first"}


class Command(BaseCommand):
    """Import a roster file for a provider and print the account."""

    help = "Import a roster (CSV, XLSX, ODS) of a provider and print the account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--organization", required=True, help="exact name")
        parser.add_argument("--file", required=True, type=Path)
        parser.add_argument(
            "--complete", action="store_true", help="whoever is missing has left"
        )
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="the day the file speaks of"
        )
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
        for line in lines(job.account):
            self.stdout.write(line)
        for problem in job.problems[:10]:
            self.stdout.write(problem["message"])

    def _stop(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)


def _import(options: dict[str, Any]) -> RosterImport:
    organization = tenancy.organization_named(options["organization"])
    actor = queries.acting_member(organization, options["by"])
    path: Path = options["file"]
    with path.open("rb") as content:
        stored = evidence.store_file(
            by=actor,
            organization=organization,
            name=path.name,
            content=content,
            accept=FileKind.TABLE,
        )
    job = actions.upload_roster(
        by=actor,
        organization=organization,
        file=stored,
        is_complete=options["complete"],
        as_of=options["as_of"],
        file_name=path.name,
    )
    job = actions.read_roster(job, by=actor)
    if options["date_order"] and job.state == "preview":
        order = DATE_ORDERS[options["date_order"]]
        job = actions.remap_roster(job, by=actor, columns={}, date_order=order)
        job = actions.read_roster(job, by=actor)
    if job.state != "preview" or job.understood["questions"]:
        return job
    job = actions.confirm_roster(job, by=actor)
    return actions.commit_roster(job, by=actor)
