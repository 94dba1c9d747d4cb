"""Writes a snapshot: accounts, roles, grants, matches; then what it proves."""

from __future__ import annotations

from dataclasses import asdict, fields

from django.db.models import Q

from apps.access_reviews import queries
from apps.access_reviews.actions import verifying
from apps.access_reviews.actions.opened import (
    Opened,
    account_of,
    planned,
    proves_absence,
    read_accounts,
)
from apps.access_reviews.enums import MatchedBy, PrivilegeBasis
from apps.access_reviews.models import (
    AccessGrant,
    AccessRole,
    Account,
    SnapshotImport,
    System,
)
from apps.access_reviews.rules import (
    AccountState,
    GrantState,
    People,
    SnapshotPlan,
    looks_privileged,
    match_account,
)
from apps.core import ids
from apps.core.copying import copy_over
from apps.tenancy.actor import AnyActor
from apps.workforce.actions import table_imports
from apps.workforce.rules import understood

BATCH = 20_000
ACCOUNT_FIELDS = [
    *(each.name for each in fields(AccountState) if each.name != "key"),
    "last_seen_at",
    "absent_since",
    "agent",
    "matched_by",
    "candidates",
]


def commit_accounts(job: SnapshotImport, file: Opened, *, by: AnyActor) -> None:
    """Write what the export says of the accounts; the system is locked."""
    reading = read_accounts(job, file)
    plan = planned(job, reading)
    account = account_of(job, reading, plan)
    job.proves_absence = proves_absence(job, reading)
    job.save(update_fields=["proves_absence"])
    write_roles(job.system, plan.roles)
    _write_accounts(job, plan)
    _write_grants(job, plan)
    _take_away(job, plan)
    verifying.verify_with(job, plan, by=by)
    table_imports.finished(
        job,
        account=account,
        problems=understood.stored(reading.problems),
        rows=file.table.info.row_count,
    )


def write_roles(system: System, roles: dict[str, GrantState]) -> None:
    """Add roles the file names; a file's word on privilege fills what nobody said.

    A role whose name says administrator counts as privileged until somebody says
    otherwise.
    """
    known = {
        row.name.casefold(): row for row in AccessRole.objects.filter(system=system)
    }
    fresh, told = [], []
    for key, state in roles.items():
        row = known.get(key)
        is_privileged, basis = _privilege(state)
        if row is None:
            fresh.append(
                AccessRole(
                    system=system,
                    name=state.name,
                    is_privileged=is_privileged,
                    privilege_basis=basis,
                )
            )
        elif _says_more(row, basis) and row.is_privileged != is_privileged:
            row.is_privileged, row.privilege_basis = is_privileged, basis
            told.append(row)
    AccessRole.objects.bulk_create(fresh, batch_size=BATCH)
    AccessRole.objects.bulk_update(told, ["is_privileged", "privilege_basis"])


def _privilege(state: GrantState) -> tuple[bool | None, PrivilegeBasis]:
    if state.is_privileged is not None:
        return state.is_privileged, PrivilegeBasis.FILE
    if looks_privileged(state.name):
        return True, PrivilegeBasis.NAME
    return None, PrivilegeBasis.UNKNOWN


def _says_more(row: AccessRole, basis: PrivilegeBasis) -> bool:
    """A file's word stands above a name's and nobody's, never above a person's."""
    if row.privilege_basis == PrivilegeBasis.HAND:
        return False
    return basis is PrivilegeBasis.FILE


def _write_accounts(job: SnapshotImport, plan: SnapshotPlan) -> None:
    people = queries.people_of(job.system)
    by_hand = {
        row.key: row
        for row in Account.objects.filter(system=job.system, matched_by=MatchedBy.HAND)
    }
    copy_over(
        Account,
        (
            _account(job, state, people, by_hand.get(state.key))
            for state in plan.accounts.values()
        ),
        unique=["system", "key"],
        update=ACCOUNT_FIELDS,
    )


def _account(
    job: SnapshotImport, state: AccountState, people: People, by_hand: Account | None
) -> Account:
    row = Account(
        id=ids.uuid7(),
        organization_id=job.organization_id,
        system_id=job.system_id,
        first_seen_at=job.exported_at,
        last_seen_at=job.exported_at,
        **asdict(state) | {"aliases": list(state.aliases)},
    )
    if by_hand is not None:
        row.agent_id, row.matched_by = by_hand.agent_id, by_hand.matched_by
        return row
    found = match_account(people, state)
    row.agent_id, row.matched_by = found.agent_id, found.by
    row.candidates = found.candidates
    return row


def _write_grants(job: SnapshotImport, plan: SnapshotPlan) -> None:
    """One row for each account and role in the file; seen again, it is present."""
    accounts = dict(Account.objects.filter(system=job.system).values_list("key", "pk"))
    roles = {
        name.casefold(): pk
        for name, pk in AccessRole.objects.filter(system=job.system).values_list(
            "name", "pk"
        )
    }
    copy_over(
        AccessGrant,
        (
            AccessGrant(
                id=ids.uuid7(),
                account_id=accounts[key],
                role_id=roles[name],
                first_seen_at=job.exported_at,
                last_seen_at=job.exported_at,
            )
            for key, name in sorted(plan.holdings)
        ),
        unique=["account", "role"],
        update=["last_seen_at", "absent_since"],
    )


def _take_away(job: SnapshotImport, plan: SnapshotPlan) -> None:
    """What a complete file no longer shows is absent since it was made.

    Present rows all carry this export's time, so the rest is what is older.
    """
    if not job.proves_absence:
        return
    older = Q(last_seen_at__lt=job.exported_at) | Q(account__key__in=plan.gone)
    AccessGrant.objects.filter(
        older, account__system=job.system, absent_since=None
    ).update(absent_since=job.exported_at)
    if plan.gone:
        Account.objects.filter(system=job.system, key__in=plan.gone).update(
            absent_since=job.exported_at
        )
