"""How a roster is read: the open file, its columns, its rows staged and planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from apps.core import clock
from apps.core.tables import DateOrder, ProblemLog, TableFile
from apps.tenancy.models import Organization
from apps.workforce import importer, queries
from apps.workforce.actions import staging, table_imports
from apps.workforce.actions.applying import Writer
from apps.workforce.models import RosterImport
from apps.workforce.rules import (
    Account,
    Cells,
    ColumnMatch,
    Confidence,
    RosterPlan,
    RosterRow,
    date_order,
    fingerprint,
    plan_roster,
    understood,
    with_choices,
)

KEPT_SHOWN = 20


@dataclass
class OpenFile:
    """An open file, how it is read, and what would come of it."""

    table: TableFile
    columns: list[ColumnMatch]
    order: DateOrder
    plan: RosterPlan
    says_end: bool = field(init=False)
    says_left: bool = field(init=False)

    def __post_init__(self) -> None:
        found = {match.field for match in self.columns}
        self.says_end = "ended_on" in found
        self.says_left = bool(found & {"left_on", "status"})

    @property
    def questions(self) -> dict[str, str]:
        return importer.questions(self.columns, self.order)


@contextmanager
def opened(job: RosterImport) -> Iterator[OpenFile]:
    """Recognised columns, then what was confirmed before, then what a person chose."""
    with table_imports.opened(job, fits=_fits) as table:
        header = table.info.header
        known = queries.remembered_mapping(job.organization, fingerprint(header))
        columns = with_choices(
            header,
            importer.columns_in(header),
            known.get("columns", {}),
            confidence=Confidence.REMEMBERED,
        )
        columns = with_choices(
            header,
            columns,
            job.mapping.get("columns") or {},
            confidence=Confidence.CHOSEN,
        )
        log = ProblemLog(RosterImport.MAX_PROBLEMS)
        log.extend(table.problems)
        yield OpenFile(
            table=table,
            columns=columns,
            order=_order(job, table, columns, known),
            plan=RosterPlan(day=_day(job), account=Account(), problems=log),
        )


def _order(
    job: RosterImport,
    table: TableFile,
    columns: list[ColumnMatch],
    known: dict[str, Any],
) -> DateOrder:
    """What a person said; else what the dates force; else what was said last time."""
    if stated := job.mapping.get("date_order"):
        return DateOrder(stated)
    dates = [match.index for match in columns if match.field in importer.DATE_FIELDS]
    found = date_order(table, dates)
    if found is DateOrder.UNKNOWN and (before := known.get("date_order")):
        return DateOrder(before)
    return found


def _fits(header: tuple[str, ...]) -> bool:
    columns = importer.columns_in(header)
    return "columns" not in importer.questions(columns, DateOrder.ISO)


def _day(job: RosterImport) -> date:
    stated = job.mapping.get("as_of")
    if stated:
        return date.fromisoformat(stated)
    return clock.today(job.organization.time_zone)


def stage(job: RosterImport, file: OpenFile, *, to_write: bool = False) -> None:
    """Read every row into the staging table; the plan counts what was refused."""
    cells = Cells(
        file.columns,
        order=file.order,
        serials=file.table.info.date_system,
        today=clock.today(job.organization.time_zone),
    )
    reading = importer.Reading(account=file.plan.account, problems=file.plan.problems)
    rows = importer.stage(
        table_imports.counted(job, file.table),
        cells=cells,
        directory=queries.directory(job.organization),
        reading=reading,
    )
    staging.load(rows, to_write=to_write)
    understood.add_unread(file.plan.account, file.table.problems)
    file.plan.leavers_blocked = bool(reading.nameless)


def plan_all(
    job: RosterImport, file: OpenFile, *, writer: Writer | None = None
) -> None:
    """Compare what is staged with what is recorded now: plain rows at once, the rest
    a group of people at a time.

    ``writer`` keeps what is new and the plan of each group. Memory and the queries of
    a group are the same whatever the size of the file.
    """
    plan, organization = file.plan, job.organization
    plain = staging.settle(organization, day=plan.day, says_end=file.says_end)
    plan.account.imported += plain.new
    if plain.same:
        plan.account.unchanged_because["already recorded"] += plain.same
    if writer is not None:
        writer.note_started(staging.add_new(organization, day=plan.day))
    write = writer.write if writer is not None else None
    for group in staging.groups(says_end=file.says_end, says_left=file.says_left):
        rows = [row for of_one in group.values() for row in of_one]
        _plan_group(organization, plan, list(group), rows, write=write)
    if job.is_complete and not plan.leavers_blocked:
        for ids in staging.missing(organization, day=plan.day):
            _plan_group(organization, plan, ids, [], write=write, have_left=True)


def _plan_group(
    organization: Organization,
    plan: RosterPlan,
    external_ids: list[str],
    rows: list[RosterRow],
    *,
    write: Callable[[RosterPlan], None] | None,
    have_left: bool = False,
) -> None:
    plan_roster(
        rows,
        agents=queries.known_agents(organization, external_ids),
        assignments=queries.known_assignments(organization, external_ids),
        plan=plan,
        missing_have_left=have_left,
    )
    if write is not None:
        write(plan)
    plan.agents, plan.assignments = {}, []


def preview(job: RosterImport, file: OpenFile) -> RosterImport:
    """Keep what was understood, what would happen, and who would leave."""
    asked = file.questions
    if not asked:
        stage(job, file)
        plan_all(job, file)
        staging.drop()
    plan = file.plan
    description = understood.describe(
        file.table.info,
        fields=importer.FIELDS,
        columns=file.columns,
        order=file.order,
        first_rows=understood.first_rows(file.table),
    )
    description |= {
        "questions": asked,
        "day": plan.day.isoformat(),
        "leavers_blocked": plan.leavers_blocked,
        "working": queries.working_count(job.organization, on=plan.day),
        "kept": sorted(plan.kept)[:KEPT_SHOWN],
    }
    job.leavers = sorted(plan.left)[: RosterImport.MAX_PROBLEMS]
    job.save(update_fields=["leavers"])
    return table_imports.previewed(
        job,
        understood=description,
        account=account_of(plan),
        problems=understood.stored(plan.problems),
    )


def account_of(plan: RosterPlan) -> dict[str, Any]:
    """The account in its stored form."""
    extra = {
        "left": len(plan.left),
        "returned": plan.returned,
        "kept": len(plan.kept),
        "problems_total": plan.problems.total,
    }
    return replace(plan.account, extra=extra).as_json()
