"""Writes a list of roles, or of roles in conflict."""

from __future__ import annotations

from uuid import UUID

from apps.access_reviews.actions.opened import Opened, cells_of
from apps.access_reviews.enums import PrivilegeBasis, SnapshotKind
from apps.access_reviews.importer import catalogue
from apps.access_reviews.models import (
    AccessRole,
    ConflictRule,
    SnapshotImport,
    System,
)
from apps.core.tables import ProblemLog, RowProblem
from apps.workforce.actions import table_imports
from apps.workforce.rules import Account, understood


def commit_catalogue(job: SnapshotImport, file: Opened) -> None:
    """Write the file and keep its account; the system is locked."""
    account, log = Account(), ProblemLog(SnapshotImport.MAX_PROBLEMS)
    cells = cells_of(job, file)
    if file.kind is SnapshotKind.ROLES:
        roles = catalogue.read_roles(file.table, cells, account=account, problems=log)
        _write_roles(job.system, roles, account)
        kept = len(roles)
    else:
        pairs = catalogue.read_conflicts(
            file.table, cells, account=account, problems=log
        )
        kept = _write_conflicts(job, pairs, account, log)
    table_imports.finished(
        job,
        account=account.as_json() | {"kept": kept},
        problems=understood.stored(log),
        rows=file.table.info.row_count,
    )


def _write_roles(
    system: System, rows: list[catalogue.RoleRow], account: Account
) -> None:
    known = {
        row.name.casefold(): row for row in AccessRole.objects.filter(system=system)
    }
    fresh, told = [], []
    for row in rows:
        found = known.get(row.name.casefold())
        basis = PrivilegeBasis.UNKNOWN
        if row.is_privileged is not None:
            basis = PrivilegeBasis.FILE
        if found is None:
            fresh.append(
                AccessRole(
                    system=system,
                    name=row.name,
                    note=row.note,
                    is_privileged=row.is_privileged,
                    privilege_basis=basis,
                )
            )
            continue
        before = (found.note, found.is_privileged, found.privilege_basis)
        found.note = row.note or found.note
        if basis and found.privilege_basis != PrivilegeBasis.HAND:
            found.is_privileged, found.privilege_basis = row.is_privileged, basis
        if before == (found.note, found.is_privileged, found.privilege_basis):
            account.unchanged_because["role as before"] += 1
        else:
            told.append(found)
    AccessRole.objects.bulk_create(fresh)
    AccessRole.objects.bulk_update(told, ["note", "is_privileged", "privilege_basis"])
    account.imported, account.updated = len(fresh), len(told)
    repeated = account.read - account.refused.total() - len(rows)
    if repeated:
        account.unchanged_because["role listed twice"] += repeated


def _write_conflicts(
    job: SnapshotImport,
    rows: list[catalogue.ConflictRow],
    account: Account,
    log: ProblemLog,
) -> int:
    """Keep pairs whose systems and roles are known; list the others."""
    roles = _roles_by_name(job)
    known = set(
        ConflictRule.objects.filter(organization=job.organization_id).values_list(
            "first", "second"
        )
    )
    fresh = []
    for row in rows:
        first = roles.get((row.first[0].casefold(), row.first[1].casefold()))
        second = roles.get((row.second[0].casefold(), row.second[1].casefold()))
        if first is None or second is None or first == second:
            lost = row.first if first is None else row.second
            account.refused["unknown role"] += 1
            expected = "the system and role names of systems registered here"
            log.add(
                RowProblem(row.number, "", ": ".join(lost), expected, "unknown_role")
            )
            continue
        if {(first, second), (second, first)} & known:
            account.unchanged_because["rule as before"] += 1
            continue
        known.add((first, second))
        fresh.append(
            ConflictRule(
                organization_id=job.organization_id,
                name=row.name,
                first_id=first,
                second_id=second,
                risk=row.risk,
            )
        )
    ConflictRule.objects.bulk_create(fresh)
    account.imported = len(fresh)
    return len(fresh)


def _roles_by_name(job: SnapshotImport) -> dict[tuple[str, str], UUID]:
    rows = AccessRole.objects.filter(
        system__organization=job.organization_id
    ).values_list("system__name", "name", "pk")
    return {(system.casefold(), name.casefold()): pk for system, name, pk in rows}
