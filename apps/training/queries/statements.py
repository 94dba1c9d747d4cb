"""xAPI statements that were taken."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.training.importer import Known, Sent
from apps.training.models import Statement, TrainingRecord


def statements(actor: AnyActor) -> QuerySet[Statement]:
    """Statements the actor's organization was sent, newest first. One query."""
    actor.require(Permission.TRAINING_IMPORT)
    return (
        Statement.objects.visible_to(actor)
        .select_related("source_import", "voids", "voided_by")
        .order_by("-created_at", "-pk")
    )


def known_statements(organization: Organization, sent: Iterable[Sent]) -> Known:
    """What is on record of the ids in a file, and of those it refers to. One query."""
    rows = Statement.objects.filter(
        organization=organization, statement_id__in=_ids(sent)
    ).values_list("statement_id", "sha256", "voids", "voided_by")
    found = list(rows)
    return Known(
        hashes={pk: sha256 for pk, sha256, _, _ in found},
        voided=frozenset(pk for pk, _, _, by in found if by is not None),
        voiding=frozenset(pk for pk, _, voids, _ in found if voids is not None),
    )


def _ids(sent: Iterable[Sent]) -> set[UUID]:
    found = set()
    for each in sent:
        if each.statement_id is not None:
            found.add(each.statement_id)
        if target := each.refers_to:
            found.add(target)
    return found


def statements_by_id(
    organization: Organization, statement_ids: Iterable[UUID]
) -> dict[UUID, Statement]:
    """Statements of an organization by the ids of their senders. One query."""
    rows = Statement.objects.filter(
        organization=organization, statement_id__in=list(statement_ids)
    )
    return {row.statement_id: row for row in rows}


def records_without_statements(
    record_ids: Iterable[UUID],
) -> QuerySet[TrainingRecord]:
    """Of these records, those that came from a statement and whose statements are
    all void. Part of another query."""
    of_record = Statement.objects.filter(record=OuterRef("pk"))
    first = of_record.filter(
        source_import=OuterRef("source_import"), source_row=OuterRef("source_row")
    )
    return TrainingRecord.objects.filter(
        Exists(first), ~Exists(of_record.filter(voided_by=None)), pk__in=record_ids
    )
