"""What a file can be attached to in the rooms this one may see, and what keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from apps.agreements import queries as agreements
from apps.agreements.models import Agreement
from apps.assurance.models import (
    Activity,
    ActivityRecord,
    Certificate,
    EvidenceRequest,
    Letter,
    Policy,
    PolicyVersion,
    RequestAnswer,
)
from apps.assurance.queries.parties import path_of
from apps.core.dates import local_date
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.evidence.registry import Attachable, Keeper
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


def _engagements(actor: AnyActor) -> QuerySet[Engagement]:
    if not actor.can(Permission.ENGAGEMENTS_VIEW):
        return Engagement.objects.none()
    return engagements.engagements(actor)


def _agreements(actor: AnyActor) -> QuerySet[Agreement]:
    if not actor.can(Permission.AGREEMENTS_VIEW):
        return Agreement.objects.none()
    return agreements.agreements(actor)


def _certificates(actor: AnyActor) -> QuerySet[Certificate]:
    rows = Certificate.objects.filter(organization=actor.organization_id)
    return rows.order_by("standard", "-last_on", "-id")


def _policies(actor: AnyActor) -> QuerySet[Policy]:
    rows = Policy.objects.filter(organization=actor.organization_id)
    return rows.order_by("title", "id")


def _activities(actor: AnyActor) -> QuerySet[Activity]:
    rows = Activity.objects.filter(organization=actor.organization_id, ended_on=None)
    return rows.select_related("engagement").order_by("kind", "id")


def _requests(actor: AnyActor) -> QuerySet[EvidenceRequest]:
    rows = EvidenceRequest.objects.filter(
        asked_of=actor.organization_id, accepted_at=None, withdrawn_at=None
    )
    return rows.order_by("due_on", "id")


def _of_engagement(row: Activity) -> str:
    return f"{row} of {row.engagement}" if row.engagement else str(row)


ENGAGEMENT = Attachable(
    "engagement",
    "Engagement",
    rows=_engagements,
    search=("name", "client__name", "provider__name"),
    page="gate:engagement",
    title=lambda row: f"{row} ({row.client}, {row.provider})",
)
AGREEMENT = Attachable(
    "agreement",
    "BAA",
    rows=_agreements,
    search=("title",),
    page="agreements:detail",
)
CERTIFICATE = Attachable(
    "certificate",
    "Certificate",
    rows=_certificates,
    search=("standard", "number", "certifying_body"),
    page="assurance:certificate",
)
POLICY = Attachable(
    "policy", "Policy", rows=_policies, search=("title",), page="assurance:policy"
)
ACTIVITY = Attachable(
    "activity",
    "Activity",
    rows=_activities,
    search=("kind", "engagement__name"),
    page="assurance:activity",
    title=_of_engagement,
)
REQUEST = Attachable(
    "request",
    "Request for evidence",
    rows=_requests,
    search=("title",),
    page="assurance:request",
)


def _version_ends(row: PolicyVersion) -> date | None:
    return row.superseded_on and row.superseded_on - timedelta(days=1)


def _answer_ends(row: RequestAnswer) -> date | None:
    """A request is over with its acceptance or withdrawal."""
    closed_at = row.request.accepted_at or row.request.withdrawn_at
    return closed_at and local_date(closed_at, row.request.asked_of.time_zone)


def _page(read: Callable[[Any], Any]) -> Callable[[Any], str]:
    return lambda row: path_of(read(row))


def _with(*names: str) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    return lambda rows: rows.select_related(*names)


Keeper(Certificate, lambda row: row.last_on, page=path_of)
Keeper(
    Letter,
    lambda row: row.last_on,
    page=_page(lambda row: row.certificate),
    rows=_with("certificate"),
)
Keeper(
    PolicyVersion,
    _version_ends,
    page=_page(lambda row: row.policy),
    rows=_with("policy"),
)
Keeper(
    ActivityRecord,
    lambda row: row.done_on,
    page=_page(lambda row: row.activity),
    rows=_with("activity"),
)
Keeper(
    RequestAnswer,
    _answer_ends,
    page=_page(lambda row: row.request),
    rows=_with("file", "request__asked_of"),
)
