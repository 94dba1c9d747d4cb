"""Long lists of the room, narrowed and page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from apps.assurance.models import Certificate, EvidenceRequest, Policy
from apps.assurance.queries.certificates import certificates
from apps.assurance.queries.policies import policies
from apps.assurance.queries.requests import evidence_requests
from apps.tenancy.actor import Actor

PAGE = 50
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; "" asks for nothing. ``whose``: own or others;
    ``state`` of requests: open or closed."""

    q: str = ""
    whose: str = ""
    state: str = ""


def listed_certificates(actor: Actor, wanted: Wanted) -> QuerySet[Certificate]:
    """Certificates the actor may see, by standard, newest first. Two queries."""
    return _narrowed(
        certificates(actor),
        actor,
        wanted,
        ("number", "certifying_body", "scope_text", "organization__name"),
        own="organization",
    )


def listed_policies(actor: Actor, wanted: Wanted) -> QuerySet[Policy]:
    """Policies the actor may see, by title. Four queries."""
    return _narrowed(
        policies(actor),
        actor,
        wanted,
        ("title", "organization__name"),
        own="organization",
    )


def listed_requests(actor: Actor, wanted: Wanted) -> QuerySet[EvidenceRequest]:
    """Requests the actor may see, open ones first, by day; own are those its
    organization must answer. Four queries."""
    rows = evidence_requests(actor)
    closed = Q(accepted_at__isnull=False) | Q(withdrawn_at__isnull=False)
    if wanted.state:
        rows = rows.filter(closed if wanted.state == "closed" else ~closed)
    return _narrowed(
        rows,
        actor,
        wanted,
        ("title", "engagement__name", "asked_by__name", "asked_of__name"),
        own="asked_of",
    )


def _narrowed(
    rows: QuerySet[M], actor: Actor, wanted: Wanted, names: tuple[str, ...], *, own: str
) -> QuerySet[M]:
    if wanted.q.strip():
        holds = Q()
        for name in names:
            holds |= Q(**{f"{name}__icontains": wanted.q.strip()})
        rows = rows.filter(holds)
    if wanted.whose:
        mine = Q(**{own: actor.organization_id})
        rows = rows.filter(mine if wanted.whose == "own" else ~mine)
    return rows
