"""Importing OCR's public register and saying which of its lines is which vendor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core.tables import ProblemLog, open_table
from apps.evidence import queries as evidence
from apps.evidence.models import StoredFile
from apps.incidents import importer, queries, trail
from apps.incidents.enums import MatchState
from apps.incidents.models import RegisterEntry, RegisterImport, RegisterMatch
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

BATCH = 500


@transaction.atomic
def import_register(
    *, by: Actor, file: StoredFile, file_name: str = ""
) -> RegisterImport:
    """Read an export of the register and keep the lines that are new.

    Steps: permission; the file read in its limited child; columns; lines kept that no
    earlier import holds; every row accounted for; event ``incident.register_imported``.
    The same file again changes nothing. Raises UnreadableTable, Invalid.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    name = file_name or file.name
    account, problems = importer.Account(), ProblemLog(RegisterImport.MAX_PROBLEMS)
    job = RegisterImport(
        organization=by.organization, file=file, file_name=name, imported_by=by.user
    )
    with evidence.local_path(file) as path, open_table(path, name=name) as table:
        columns = importer.find_columns(table.info.header)
        job.save(force_insert=True)
        found = importer.lines(
            table, columns=columns, account=account, problems=problems
        )
        _keep(job, found, account, by=by)
        job.understood = {
            "kind": table.info.kind,
            "encoding": table.info.encoding,
            "notes": [*columns.notes, *table.info.notes],
        }
    job.account = account.as_json()
    job.problems = [asdict(one) for one in problems.kept]
    job.save(update_fields=["account", "problems", "understood"])
    record(
        trail.REGISTER_IMPORTED,
        by=by,
        about=_own(job, by),
        facts={
            "read": account.read,
            "imported": account.imported,
            "unchanged": account.unchanged,
            "refused": sum(account.refused.values()),
            "sha256": file.sha256,
        },
        documents=[file.sha256],
    )
    return job


def _keep(
    job: RegisterImport,
    found: Iterable[importer.Line],
    account: importer.Account,
    *,
    by: Actor,
) -> None:
    """New lines in batches; a line seen twice in one file is known the second time."""
    known = queries.register_keys(by)
    for some in _batches(found):
        fresh = []
        for line in some:
            if line.key in known:
                account.unchanged += 1
                continue
            known.add(line.key)
            fresh.append(
                RegisterEntry(
                    organization=by.organization,
                    source=job,
                    name=line.name,
                    state=line.state,
                    entity_type=line.entity_type,
                    individuals=line.individuals,
                    submitted_on=line.submitted_on,
                    breach_type=line.breach_type,
                    location=line.location,
                    has_business_associate=line.has_business_associate,
                    description=line.description,
                )
            )
        RegisterEntry.objects.bulk_create(fresh)
        account.imported += len(fresh)


def _batches(found: Iterable[importer.Line]) -> Iterator[list[importer.Line]]:
    rows = iter(found)
    while some := list(islice(rows, BATCH)):
        yield some


@transaction.atomic
def decide_match(
    entry: RegisterEntry, *, by: Actor, vendor: Organization, state: MatchState
) -> RegisterMatch:
    """Say that a line of the register is, or is not, about a vendor.

    Names only propose; a person decides, and may decide otherwise later. Event
    ``incident.register_matched``.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    RegisterEntry.objects.locked(entry.pk)
    row, is_new = RegisterMatch.objects.get_or_create(
        organization=by.organization,
        entry=entry,
        vendor=vendor,
        defaults={"state": state, "decided_by": by.user},
    )
    if not is_new:
        row.state, row.decided_by = state, by.user
        row.save(update_fields=["state", "decided_by"])
    record(
        trail.REGISTER_MATCHED,
        by=by,
        about=_own(row, by),
        facts={"state": state},
        personal={"vendor": str(vendor), "entry": entry.name},
    )
    return row


def _own(row: RegisterImport | RegisterMatch, by: Actor) -> Subject:
    return Subject(
        obj=row,
        organization_id=by.organization_id,
        visible_to=frozenset({by.organization_id}),
    )
