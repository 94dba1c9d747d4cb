"""An open export: its table, what it lists, which column is which; and its preview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from apps.access_reviews import queries
from apps.access_reviews.enums import AccountKind, MatchedBy, SnapshotKind
from apps.access_reviews.importer import catalogue
from apps.access_reviews.importer.fields import (
    DATE_FIELDS,
    FIELDS_BY_KIND,
    layout_of,
    usual_order,
)
from apps.access_reviews.importer.reading import Reader, Reading
from apps.access_reviews.models import Account as AccountRow
from apps.access_reviews.models import SnapshotImport
from apps.access_reviews.rules import SnapshotPlan, match_account, plan_snapshot
from apps.core import clock
from apps.core.tables import DateOrder, ProblemLog, TableFile, UnreadableTable
from apps.workforce.actions import table_imports
from apps.workforce.rules import (
    Account,
    Cells,
    ColumnMatch,
    Confidence,
    date_order,
    recognise,
    understood,
    with_choices,
)

# Exports that stop at such a number of rows were often cut by a page limit.
PAGE_SIZES = frozenset({100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000})


@dataclass
class Opened:
    """``layout`` names the system the export is from; ``stated_rows`` what it should
    hold."""

    table: TableFile
    kind: SnapshotKind
    columns: list[ColumnMatch]
    layout: str = ""
    notes: tuple[str, ...] = ()
    stated_rows: int | None = None

    def __post_init__(self) -> None:
        self.layout = self.layout or layout_of(self.table.info.header)

    @property
    def fields(self) -> set[str]:
        """What was recognised."""
        return {match.field for match in self.columns}


def columns_of(
    job: SnapshotImport, table: TableFile, kind: SnapshotKind
) -> list[ColumnMatch]:
    """Columns as recognised, after what a person chose."""
    columns = recognise(table.info.header, FIELDS_BY_KIND[kind])
    chosen = job.mapping.get("columns")
    if not chosen:
        return columns
    return with_choices(
        table.info.header, columns, chosen, confidence=Confidence.CHOSEN
    )


def order_of(job: SnapshotImport, file: Opened) -> DateOrder:
    """How bare dates are read: chosen, as the layout always writes, or as found."""
    if chosen := job.mapping.get("date_order"):
        return DateOrder(chosen)
    usual = usual_order(file.layout)
    if usual is not DateOrder.UNKNOWN:
        return usual
    dates = [each.index for each in file.columns if each.field in DATE_FIELDS]
    return date_order(file.table, dates) if dates else DateOrder.ISO


def cells_of(job: SnapshotImport, file: Opened) -> Cells:
    """The reader of cells."""
    return Cells(
        file.columns,
        order=order_of(job, file),
        serials=file.table.info.date_system,
        today=clock.today(job.organization.time_zone),
    )


def questions(file: Opened, order: DateOrder) -> dict[str, str]:
    """What a person must say before the file can be used."""
    asked = {}
    needed = {"key", "login", "email", "holder", "role", "first"}
    if not file.fields & needed:
        asked["columns"] = (
            "No column holds the id, the login or the address of an account. Name "
            "the column that does."
        )
    if order is DateOrder.UNKNOWN and file.fields & set(DATE_FIELDS):
        asked["date_order"] = (
            "Dates such as 03/04/2026 can be read two ways in this file. Say whether "
            "the day or the month comes first."
        )
    return asked


def read_accounts(job: SnapshotImport, file: Opened) -> Reading:
    """Every row of the export, read to its end."""
    log = ProblemLog(SnapshotImport.MAX_PROBLEMS)
    log.extend(file.table.problems)
    reader = Reader(
        cells=cells_of(job, file),
        header=file.table.info.header,
        layout=file.layout,
        order=order_of(job, file),
        system=job.system.name,
    )
    reading = reader.read(table_imports.counted(job, file.table), problems=log)
    understood.add_unread(reading.account, file.table.problems)
    if reading.account.read and not reading.rows and reading.is_whole:
        raise UnreadableTable(
            f"No row of the file belongs to the system {job.system}. Choose the system "
            "the file names, or give it that name."
        )
    return reading


def proves_absence(job: SnapshotImport, reading: Reading) -> bool:
    """Whether an account missing from the file is gone: the person says the file is
    complete, and no row of it was lost."""
    return job.is_complete and reading.is_whole


def planned(job: SnapshotImport, reading: Reading) -> SnapshotPlan:
    """What the file changes. Three queries."""
    by_hand = dict(
        AccountRow.objects.filter(
            system=job.system, matched_by=MatchedBy.HAND
        ).values_list("key", "kind")
    )
    rows = [
        (replace(state, kind=AccountKind(by_hand.get(state.key, state.kind))), roles)
        for state, roles in reading.rows
    ]
    return plan_snapshot(
        rows,
        known=queries.known_accounts(job.system),
        held=queries.held(job.system),
        proves_absence=proves_absence(job, reading),
    )


def preview_of(job: SnapshotImport, file: Opened) -> SnapshotImport:
    """Keep what was understood and what would happen."""
    order = order_of(job, file)
    asked = questions(file, order)
    account, problems = _expected(job, file, asked)
    description = understood.describe(
        file.table.info,
        fields=FIELDS_BY_KIND[file.kind],
        columns=file.columns,
        order=order,
        first_rows=understood.first_rows(file.table),
    )
    description["notes"] += [*file.notes, *_page_note(file)]
    description |= {
        "questions": asked,
        "layout": file.layout,
        "lists": file.kind.value,
    }
    job.kind = file.kind
    job.save(update_fields=["kind"])
    return table_imports.previewed(
        job, understood=description, account=account, problems=problems
    )


def _page_note(file: Opened) -> list[str]:
    count = file.table.info.row_count
    if count not in PAGE_SIZES:
        return []
    note = (
        f"Exactly {count:,} rows: some systems stop there. Compare with the number the "
        "system shows before you state that the file is complete."
    )
    return [note]


def _expected(
    job: SnapshotImport, file: Opened, asked: dict[str, str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if asked:
        return Account().as_json() | {"kept": 0}, []
    if file.kind is not SnapshotKind.ACCOUNTS:
        account, log = Account(), ProblemLog(SnapshotImport.MAX_PROBLEMS)
        cells = cells_of(job, file)
        if file.kind is SnapshotKind.ROLES:
            kept = len(
                catalogue.read_roles(file.table, cells, account=account, problems=log)
            )
        else:
            kept = len(
                catalogue.read_conflicts(
                    file.table, cells, account=account, problems=log
                )
            )
        return account.as_json() | {"kept": kept}, understood.stored(log)
    reading = read_accounts(job, file)
    return account_of(job, reading, planned(job, reading)), understood.stored(
        reading.problems
    )


def account_of(
    job: SnapshotImport, reading: Reading, plan: SnapshotPlan
) -> dict[str, Any]:
    """What became of the rows, and what the accounts are."""
    people = queries.people_of(job.system)
    nobodys = sum(
        match_account(people, each).agent_id is None for each in plan.accounts.values()
    )
    # Rows that name an account twice with another role are kept, not new accounts.
    kept = len(reading.rows)
    reading.account.imported = kept
    extra = {
        "kept": kept,
        "accounts": len(plan.accounts),
        "new": len(plan.new),
        "changed": len(plan.changed),
        "gone": len(plan.gone),
        "unmatched": nobodys,
        "unsure": reading.unsure,
        "problems_total": reading.problems.total,
    }
    return replace(reading.account, extra=extra).as_json()
