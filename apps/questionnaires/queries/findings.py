"""Findings and their corrective actions; both parties see them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.core.errors import NotFound
from apps.questionnaires.models import (
    Assignment,
    CorrectiveAction,
    Dossier,
    Finding,
)
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


def findings(
    actor: AnyActor,
    *,
    assignment: Assignment | None = None,
    before: UUID | None = None,
) -> QuerySet[Finding]:
    """Findings the actor may see with their corrective actions, latest first;
    ``before`` is the last one of the page before. Two queries."""
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    actions = CorrectiveAction.objects.select_related(
        "owner", "done_by", "verified_by", "evidence"
    ).order_by("due_on", "id")
    rows = (
        Finding.objects.visible_to(actor)
        .older_than(before)
        .select_related(
            "assignment__template",
            "assignment__client",
            "assignment__provider",
            "assignment__engagement",
            "raised_by",
        )
        .prefetch_related(Prefetch("actions", actions))
    )
    if assignment is not None:
        rows = rows.filter(assignment=assignment)
    return rows.order_by("-created_at", "-id")


def finding(actor: AnyActor, pk: UUID) -> Finding:
    """One finding; NotFound for a stranger. Two queries."""
    found = findings(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def corrective_action(actor: AnyActor, pk: UUID) -> CorrectiveAction:
    """One corrective action; NotFound for a stranger. One query."""
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    found = (
        CorrectiveAction.objects.visible_to(actor)
        .select_related(
            "finding__assignment__template",
            "finding__assignment__client",
            "finding__assignment__provider",
            "finding__assignment__engagement",
            "owner",
            "evidence",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def dossiers(actor: AnyActor, assignment: Assignment) -> QuerySet[Dossier]:
    """Dossiers the actor's organization asked for. One query."""
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    return (
        Dossier.objects.visible_to(actor)
        .filter(assignment=assignment, organization=actor.organization_id)
        .select_related("file", "requested_by")
        .defer("statement")
        .order_by("-created_at", "-id")
    )


def dossier(actor: AnyActor, pk: UUID) -> Dossier:
    """One dossier of the actor's organization; NotFound otherwise. One query."""
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    found = (
        Dossier.objects.visible_to(actor)
        .filter(pk=pk, organization=actor.organization_id)
        .select_related("file", "assignment__template")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def dossier_for_job(pk: UUID) -> Dossier:
    """One dossier for the worker. One query."""
    found = (
        Dossier.objects.select_related(
            "file",
            "organization",
            "assignment__template",
            "assignment__client",
            "assignment__provider",
            "assignment__engagement",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found
