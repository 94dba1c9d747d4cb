"""What every write to an assignment shares."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import models
from django.urls import reverse

from apps.audit.actions import Subject
from apps.core.errors import NotAllowed
from apps.notifications import actions as notifications
from apps.notifications.registry import Message
from apps.questionnaires.models import Assignment
from apps.tenancy.actor import AnyActor
from apps.tenancy.models import Membership


def about(
    row: models.Model,
    assignment: Assignment,
    *,
    by: AnyActor,
    visible_to: set[UUID] | None = None,
) -> Subject:
    """The row, in the streams of both parties unless told otherwise."""
    parties = {assignment.client_id, assignment.provider_id}
    return Subject(
        obj=row,
        organization_id=by.organization_id or assignment.client_id,
        visible_to=frozenset(parties if visible_to is None else visible_to),
        engagement_id=assignment.engagement_id,
    )


def require_client(by: AnyActor, assignment: Assignment) -> None:
    """Raise NotAllowed unless the actor acts for the client, or is a job."""
    if by.organization_id not in {None, assignment.client_id}:
        raise NotAllowed(f"Only {assignment.client}, who asks, can do this.")


def require_provider(by: AnyActor, assignment: Assignment) -> None:
    """Raise NotAllowed unless the actor acts for the vendor, or is a job."""
    if by.organization_id not in {None, assignment.provider_id}:
        raise NotAllowed(f"Only {assignment.provider}, who answers, can do this.")


def locked(assignment: Assignment) -> Assignment:
    """The assignment held to the end of the transaction, with its content."""
    Assignment.objects.locked(assignment.pk)
    return Assignment.objects.select_related(
        "template", "version__template", "client", "provider", "engagement"
    ).get(pk=assignment.pk)


def tell(
    message: Message,
    assignment: Assignment,
    *,
    memberships: Iterable[Membership],
    key: str = "",
    path: str = "",
    **context: str | int,
) -> None:
    """One message about an assignment, at most once to each person by ``key``."""
    notifications.notify(
        message,
        memberships=list(memberships),
        context={
            "title": assignment.template.title,
            "client": assignment.client.name,
            "provider": assignment.provider.name,
            "due": f"{assignment.due_on:%-d %B %Y}",
            **context,
        },
        path=path or reverse("questionnaires:detail", args=[assignment.pk]),
        key=key or f"{message.kind}:{assignment.pk}",
    )
