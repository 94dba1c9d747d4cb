"""Assignments: lists, one of them, and what the actor may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.errors import NotFound
from apps.engagements.models import Engagement
from apps.questionnaires.enums import CONCLUDED, WITH_VENDOR, AssignmentState
from apps.questionnaires.models import Assignment, Delegation
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership
from apps.tenancy.queries import members_with_roles

PAGE = 50
_STATES = {
    AssignmentState.WITHDRAWN: Q(withdrawn_at__isnull=False),
    AssignmentState.CLOSED: Q(withdrawn_at=None, closed_at__isnull=False),
    AssignmentState.RETURNED: Q(
        withdrawn_at=None, closed_at=None, returned_at__isnull=False
    ),
    AssignmentState.SUBMITTED: Q(
        withdrawn_at=None,
        closed_at=None,
        returned_at=None,
        submitted_at__isnull=False,
    ),
    AssignmentState.OPEN: Q(
        withdrawn_at=None, closed_at=None, returned_at=None, submitted_at=None
    ),
}
_ANSWERING = (Role.VENDOR_MANAGER, Role.TEAM_LEAD)
_REVIEWING = (Role.COMPLIANCE_MANAGER, Role.COMPLIANCE_ANALYST, Role.VENDOR_MANAGER)


def assignments(
    actor: AnyActor,
    *,
    state: str = "",
    engagement: Engagement | None = None,
    before: UUID | None = None,
) -> QuerySet[Assignment]:
    """Assignments the actor may see, latest first, with parties and verdict.

    ``state`` "" is all, "current" what has no verdict yet; ``before`` is the last one
    of the page before. One query, without the content of versions.
    """
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    rows = (
        Assignment.objects.visible_to(actor)
        .older_than(before)
        .select_related(
            "template", "version", "client", "provider", "engagement", "outcome"
        )
        .defer("version__content", "outcome__sections")
    )
    if engagement is not None:
        vendor_wide = Q(
            engagement=None,
            client=engagement.client_id,
            provider=engagement.provider_id,
        )
        rows = rows.filter(Q(engagement=engagement) | vendor_wide)
    if state == "current":
        rows = rows.filter(closed_at=None, withdrawn_at=None)
    elif state:
        rows = rows.filter(_STATES[AssignmentState(state)])
    return rows.order_by("-created_at", "-id")


def assignment(actor: AnyActor, pk: UUID) -> Assignment:
    """One assignment with its questions; NotFound for a stranger. One query."""
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    found = (
        Assignment.objects.visible_to(actor)
        .select_related(
            "template",
            "version__template",
            "client",
            "provider",
            "engagement__client",
            "engagement__provider",
            "outcome__decided_by",
            "assigned_by",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def assignment_for_job(pk: UUID) -> Assignment:
    """One assignment with its parties for a task. One query."""
    found = (
        Assignment.objects.select_related(
            "template", "version__template", "client", "provider", "engagement"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def engagement_ids_of(pk: UUID) -> list[UUID]:
    """Engagements an assignment, or the one of a corrective action, speaks about: its
    own, or every running one between its parties. At most two queries."""
    found = (
        Assignment.objects.filter(Q(pk=pk) | Q(findings__actions=pk))
        .values_list("engagement", "client", "provider")
        .first()
    )
    if found is None:
        return []
    engagement, client, provider = found
    if engagement is not None:
        return [engagement]
    between = Engagement.objects.filter(client=client, provider=provider, ended_on=None)
    return list(between.order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Possibilities:
    """What the actor may do with an assignment now, for links; actions check again."""

    is_provider: bool
    is_client: bool
    answer: bool
    lead: bool
    review: bool
    assign: bool
    comment: bool


def possibilities(actor: Actor, assignment: Assignment) -> Possibilities:
    """Read from side, role and state. No query."""
    is_provider = actor.organization_id == assignment.provider_id
    is_client = actor.organization_id == assignment.client_id
    state = assignment.state
    answers = is_provider and actor.can(Permission.QUESTIONNAIRES_ANSWER)
    reviews = is_client and actor.can(Permission.QUESTIONNAIRES_REVIEW)
    return Possibilities(
        is_provider=is_provider,
        is_client=is_client,
        answer=answers and state in WITH_VENDOR,
        lead=answers and leads(actor),
        review=reviews and state == AssignmentState.SUBMITTED,
        assign=is_client
        and actor.can(Permission.QUESTIONNAIRES_ASSIGN)
        and state not in CONCLUDED,
        comment=(answers or reviews) and state not in CONCLUDED,
    )


def leads(actor: AnyActor) -> bool:
    """Whether the actor answers every section, delegates and hands in: who may ask
    others to answer. Everybody else answers what was delegated."""
    return actor.can(Permission.QUESTIONNAIRES_ASSIGN)


def delegated_sections(actor: Actor, assignment: Assignment) -> frozenset[str]:
    """Sections handed to this person. One query."""
    rows = Delegation.objects.filter(
        assignment=assignment, user=actor.user, ended_at=None
    )
    return frozenset(rows.values_list("section_id", flat=True))


def respondents(assignment: Assignment) -> QuerySet[Membership]:
    """People of the vendor who can answer. One query."""
    return members_with_roles({assignment.provider_id}, set(_ANSWERING))


def leads_of(assignment: Assignment) -> QuerySet[Membership]:
    """People of the vendor who hand in. One query."""
    return members_with_roles({assignment.provider_id}, {Role.VENDOR_MANAGER})


def reviewers(assignment: Assignment) -> QuerySet[Membership]:
    """People of the client who review. One query."""
    return members_with_roles({assignment.client_id}, set(_REVIEWING))
