"""Dated duties of the room."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from apps.assurance import rules
from apps.assurance.enums import RequestState
from apps.assurance.models import (
    Activity,
    ActivityRecord,
    Certificate,
    EvidenceRequest,
    Letter,
    PolicyVersion,
)
from apps.assurance.queries.activities import activity_lines
from apps.assurance.queries.parties import path_of
from apps.core import clock
from apps.core.types import DueItem
from apps.tenancy.actor import Actor, AnyActor

# A report may be renewed a year after its period, a letter may carry it further.
_REACH = timedelta(days=3 * 366)
Q_ = TypeVar("Q_", bound=QuerySet)  # type: ignore[type-arg]


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Certificates to renew, activities to do, policies to review and evidence asked
    for, due within inclusive days. An actor gets those of its own organization, a
    job those of all. Six queries."""
    found = [
        *_certificates(actor, first=first),
        *_activities(actor),
        *_policies(actor, first=first, last=last),
        *_requests(actor, first=first, last=last),
    ]
    return [item for item in found if first <= item.due <= last]


def _own(rows: Q_, actor: AnyActor, field: str) -> Q_:
    """Rows of the actor's own organization; a job sees all."""
    if isinstance(actor, Actor):
        return rows.filter(**{field: actor.organization_id})
    return rows


def _certificates(actor: AnyActor, *, first: date) -> list[DueItem]:
    """Certificates nothing follows: one that was renewed for its sites, without days
    between, asks for nothing."""
    rows = _own(
        Certificate.objects.filter(withdrawn_on=None, last_on__gte=first - _REACH),
        actor,
        "organization",
    )
    series: defaultdict[tuple[UUID, str], list[Certificate]] = defaultdict(list)
    for row in rows.select_related("organization", "file").prefetch_related(
        Prefetch("letters", Letter.objects.select_related("file"))
    ):
        series[row.organization_id, row.standard].append(row)
    return [
        DueItem(
            key=f"certificate:{row.pk}",
            kind="assurance.certificate_ends",
            organization_id=row.organization_id,
            due=rules.renew_by(row.term),
            title=f"Certificate ends: {row}",
            path=path_of(row),
            group="assurance:certificates",
        )
        for papers in series.values()
        for row in papers
        if not any(_follows(other, row) for other in papers)
    ]


def _follows(newer: Certificate, older: Certificate) -> bool:
    """Whether another paper of the standard takes over."""
    if not rules.covers(newer.sites, older.sites):
        return False
    today = clock.today(older.organization.time_zone)
    is_twin = (
        newer.last_on == older.last_on
        and newer.pk > older.pk
        and newer.file.is_readable
    )
    return is_twin or rules.follows(newer.term, older.term, today=today)


def _activities(actor: AnyActor) -> list[DueItem]:
    rows = _own(Activity.objects.filter(ended_on=None), actor, "organization")
    rows = rows.select_related("engagement").prefetch_related(
        Prefetch("records", ActivityRecord.objects.select_related("file"))
    )
    return [
        DueItem(
            key=f"activity:{line.activity.pk}",
            kind="assurance.activity_due",
            organization_id=line.activity.organization_id,
            due=line.due,
            title=_title(line.activity),
            path=path_of(line.activity),
            group="assurance:activities",
            engagement_id=line.activity.engagement_id,
        )
        for line in activity_lines(rows, as_of=date.max)
    ]


def _title(row: Activity) -> str:
    return f"{row} of {row.engagement}" if row.engagement else str(row)


def _policies(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    rows = PolicyVersion.objects.filter(
        superseded_on=None, review_on__range=(first, last)
    )
    rows = _own(rows, actor, "policy__organization").select_related("policy")
    return [
        DueItem(
            key=f"policy_review:{row.pk}",
            kind="assurance.policy_review",
            organization_id=row.policy.organization_id,
            due=row.review_on,
            title=f"Policy to review: {row.policy}",
            path=path_of(row.policy),
            group="assurance:policies",
        )
        for row in rows
        if row.review_on is not None
    ]


def _requests(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    rows = EvidenceRequest.objects.filter(
        Q(answered_at=None) | Q(returned_at__isnull=False),
        accepted_at=None,
        withdrawn_at=None,
        due_on__range=(first, last),
    )
    waiting = {RequestState.OPEN, RequestState.RETURNED}
    return [
        DueItem(
            key=f"evidence_request:{row.pk}",
            kind="assurance.evidence_requested",
            organization_id=row.asked_of_id,
            due=row.due_on,
            title=f"Evidence requested: {row.title}",
            path=path_of(row),
            group=f"assurance:requests:{row.engagement_id}",
            engagement_id=row.engagement_id,
        )
        for row in _own(rows, actor, "asked_of")
        if row.state in waiting
    ]
