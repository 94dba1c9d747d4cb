"""``manage.py import_training``: the same steps as the page, in one go."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from apps.core.errors import Invalid, NotFound, PortalError
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor
from apps.training import actions, queries
from apps.training.models import Course, TrainingImport
from apps.training.rules import CourseVersionTerms
from apps.workforce import queries as workforce
from apps.workforce.rules import lines

DATE_ORDERS = {"day": "day_first", "month": "month_first"}
# Our own default for a course nobody described; the law sets no interval.
CREATED_VALIDITY_MONTHS = 12
PROBLEMS_SHOWN = 10


class Command(BaseCommand):
    """Import a training file for a provider and print the account."""

    help = "Import training records (CSV, XLSX, ODS) and print the account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--organization", required=True, help="exact name")
        parser.add_argument("--file", required=True, type=Path)
        parser.add_argument("--course", default="", help="code, if the file names none")
        parser.add_argument(
            "--map", nargs="*", default=[], metavar="COLUMN=FIELD", dest="columns"
        )
        parser.add_argument("--date-order", choices=sorted(DATE_ORDERS), default="")
        parser.add_argument("--sheet", default="", help="sheet of a workbook")
        parser.add_argument(
            "--create-missing",
            action="store_true",
            help="add courses nobody knows, valid 12 months",
        )
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
        for line in [*lines(job.account), *_remarks(job)]:
            self.stdout.write(line)

    def _stop(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)


def _remarks(job: TrainingImport) -> list[str]:
    """What a person does next: unknown courses, the first problems."""
    unknown = job.understood.get("unknown_courses", {})
    remarks = [
        f'unknown course "{name}": {n["rows"]} rows' for name, n in unknown.items()
    ]
    if remarks:
        remarks.append(
            "Add these courses, map them on the page of the import, or run again with "
            "--course CODE or --create-missing."
        )
    return remarks + [each["message"] for each in job.problems[:PROBLEMS_SHOWN]]


def _import(options: dict[str, Any]) -> TrainingImport:
    organization = tenancy.organization_named(options["organization"])
    actor = workforce.acting_member(organization, options["by"])
    course = _course(actor, options["course"]) if options["course"] else None
    job = _upload(actor, options, course)
    job = actions.read_training(job, by=actor)
    if options["columns"] and job.state == "preview":
        columns = _columns(job, options["columns"])
        job = _again(job, actor, options, columns, course)
    if options["create_missing"] and job.understood.get("unknown_courses"):
        _create_missing(job, actor)
        columns = job.mapping["columns"]
        job = _again(job, actor, options, columns, course)
    if job.state != "preview" or job.understood["questions"]:
        return job
    job = actions.confirm_training(job, by=actor)
    return actions.commit_training(job, by=actor)


def _upload(
    actor: Actor, options: dict[str, Any], course: Course | None
) -> TrainingImport:
    path: Path = options["file"]
    with path.open("rb") as content:
        stored = evidence.store_file(
            by=actor,
            organization=actor.organization,
            name=path.name,
            content=content,
            accept=FileKind.TABLE,
        )
    return actions.upload_training(
        by=actor,
        organization=actor.organization,
        file=stored,
        course=course,
        file_name=path.name,
        reading=_reading(options, {}),
    )


def _reading(
    options: dict[str, Any], columns: dict[str, int | None]
) -> actions.FileReading:
    return actions.FileReading(
        columns=columns,
        date_order=DATE_ORDERS.get(options["date_order"], ""),
        sheet=options["sheet"],
    )


def _again(
    job: TrainingImport,
    actor: Actor,
    options: dict[str, Any],
    columns: dict[str, int | None],
    course: Course | None,
) -> TrainingImport:
    job = actions.remap_training(
        job, by=actor, reading=_reading(options, columns), course=course
    )
    return actions.read_training(job, by=actor)


def _columns(job: TrainingImport, pairs: list[str]) -> dict[str, int | None]:
    """``COLUMN=field`` words to field and column. Raises Invalid for a stranger."""
    header = {
        name.strip().casefold(): at for at, name in enumerate(job.understood["header"])
    }
    found: dict[str, int | None] = {}
    for pair in pairs:
        column, mark, field = pair.rpartition("=")
        if not mark or column.strip().casefold() not in header:
            names = ", ".join(job.understood["header"])
            raise Invalid(
                f"{pair} names no column of the file. Write COLUMN=FIELD with one of: "
                f"{names}."
            )
        found[field.strip()] = header[column.strip().casefold()]
    return found


def _course(actor: Actor, code: str) -> Course:
    for course in queries.course_choices(actor):
        if course.code.casefold() == code.strip().casefold():
            return course
    raise NotFound(f"There is no course with the code {code}. Add the course first.")


def _create_missing(job: TrainingImport, actor: Actor) -> None:
    """Add each unknown course, in effect from its earliest completion in the file."""
    for name, found in job.understood["unknown_courses"].items():
        if not found["first"]:
            continue
        first = date.fromisoformat(found["first"])
        actions.create_course(
            by=actor,
            organization=actor.organization,
            code=name[:64],
            title=name[:200],
            aliases=[name],
            version=CourseVersionTerms(
                label="imported",
                effective_on=first,
                validity_months=CREATED_VALIDITY_MONTHS,
            ),
        )
