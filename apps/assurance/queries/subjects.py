"""What a file can be attached to in the rooms this one may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.urls import reverse

from apps.agreements import queries as agreements
from apps.assurance.models import Activity, Certificate, EvidenceRequest, Policy
from apps.engagements import queries as engagements
from apps.evidence.registry import Attachable
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission

MOST = 200
Choices = Iterable[tuple[UUID, str]]


def _engagements(actor: AnyActor) -> Choices:
    if not actor.can(Permission.ENGAGEMENTS_VIEW):
        return
    for row in engagements.engagements(actor)[:MOST]:
        yield row.pk, f"{row} ({row.client}, {row.provider})"


def _agreements(actor: AnyActor) -> Choices:
    if not actor.can(Permission.AGREEMENTS_VIEW):
        return
    for row in agreements.agreements(actor)[:MOST]:
        yield row.pk, str(row)


def _certificates(actor: AnyActor) -> Choices:
    rows = Certificate.objects.filter(organization=actor.organization_id)
    for row in rows.order_by("standard", "-last_on", "-id")[:MOST]:
        yield row.pk, str(row)


def _policies(actor: AnyActor) -> Choices:
    rows = Policy.objects.filter(organization=actor.organization_id)
    yield from rows.order_by("title", "id").values_list("pk", "title")[:MOST]


def _activities(actor: AnyActor) -> Choices:
    rows = Activity.objects.filter(organization=actor.organization_id, ended_on=None)
    for row in rows.select_related("engagement").order_by("kind", "id")[:MOST]:
        yield row.pk, f"{row} of {row.engagement}" if row.engagement else str(row)


def _requests(actor: AnyActor) -> Choices:
    rows = EvidenceRequest.objects.filter(
        asked_of=actor.organization_id, accepted_at=None, withdrawn_at=None
    )
    yield from rows.order_by("due_on", "id").values_list("pk", "title")[:MOST]


def _declare(
    kind: str, label: str, choices: Callable[[AnyActor], Choices], page: str
) -> Attachable:
    return Attachable(
        kind, label, choices=choices, path=lambda pk: reverse(page, args=[pk])
    )


ENGAGEMENT = _declare("engagement", "Engagement", _engagements, "gate:engagement")
AGREEMENT = _declare("agreement", "BAA", _agreements, "agreements:detail")
CERTIFICATE = _declare(
    "certificate", "Certificate", _certificates, "assurance:certificate"
)
POLICY = _declare("policy", "Policy", _policies, "assurance:policy")
ACTIVITY = _declare("activity", "Activity", _activities, "assurance:activity")
REQUEST = _declare("request", "Request for evidence", _requests, "assurance:request")
