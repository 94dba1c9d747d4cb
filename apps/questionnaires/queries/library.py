"""What a vendor once answered: its own people find and take it up, nobody else."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core.errors import NotAllowed
from apps.questionnaires.models import Answer, Assignment
from apps.questionnaires.queries.assignments import assignments, leads
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


def answer_library(
    actor: Actor, *, words: str = "", before: UUID | None = None
) -> QuerySet[Answer]:
    """Answers the vendor gave to any client, latest first; one query.

    For who answers every section: they stand beside the client they were given to,
    and no client reads this list. NotAllowed for everybody else.
    """
    actor.require(Permission.QUESTIONNAIRES_ANSWER)
    if not leads(actor):
        raise NotAllowed("The answers of your organization are read by its managers.")
    rows = Answer.objects.older_than(before).filter(
        assignment__provider=actor.organization_id,
        assignment__submitted_at__isnull=False,
        confirmed_at__isnull=False,
    )
    for word in words.split():
        rows = rows.filter(
            Q(question_text__icontains=word)
            | Q(note__icontains=word)
            | Q(question_id__iexact=word)
        )
    return rows.select_related(
        "assignment__client", "assignment__template", "answered_by"
    ).order_by("-created_at", "-id")


def reuse_sources(actor: Actor, assignment: Assignment) -> QuerySet[Assignment]:
    """What the vendor handed in to other clients and was asked in the same words here,
    whatever questionnaire it stood in.

    Only the vendor's own people ever read this list. One query.
    """
    actor.require(Permission.QUESTIONNAIRES_ANSWER)
    alike = Answer.objects.filter(
        question_text__in=[question.text for question in assignment.questions],
        assignment__provider=actor.organization_id,
    )
    return (
        assignments(actor)
        .filter(
            provider=actor.organization_id,
            submitted_at__isnull=False,
            pk__in=alike.values("assignment"),
        )
        .exclude(client=assignment.client_id)
    )
