"""Questionnaires on the shelf and their versions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.core.errors import NotFound
from apps.questionnaires.models import Template, TemplateVersion
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


def templates(actor: AnyActor) -> QuerySet[Template]:
    """Questionnaires of the actor's organization and those of the portal, with their
    versions, latest first, without content. Two queries."""
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    versions = TemplateVersion.objects.visible_to(actor).defer("content")
    return (
        Template.objects.visible_to(actor)
        .select_related("organization")
        .prefetch_related(Prefetch("versions", versions.order_by("-number")))
        .order_by("title", "id")
    )


def template(actor: AnyActor, pk: UUID) -> Template:
    """One questionnaire; NotFound for a stranger's. Two queries."""
    found = templates(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def version(actor: AnyActor, pk: UUID) -> TemplateVersion:
    """One version with its content; NotFound for a stranger's. One query."""
    actor.require(Permission.QUESTIONNAIRES_VIEW)
    found = (
        TemplateVersion.objects.visible_to(actor)
        .select_related("template__organization", "published_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def assignable_versions(actor: AnyActor) -> QuerySet[TemplateVersion]:
    """The latest published version of each questionnaire on the shelf, by title.

    One query, without content.
    """
    actor.require(Permission.QUESTIONNAIRES_ASSIGN)
    latest = (
        TemplateVersion.objects.visible_to(actor)
        .exclude(published_at=None)
        .order_by("template_id", "-number")
        .distinct("template_id")
        .values("pk")
    )
    return (
        TemplateVersion.objects.filter(pk__in=latest)
        .select_related("template")
        .defer("content")
        .order_by("template__title", "pk")
    )


def latest_published(template_id: UUID) -> TemplateVersion | None:
    """The version a new round of a series asks. One query."""
    return (
        TemplateVersion.objects.filter(template=template_id)
        .exclude(published_at=None)
        .order_by("-number")
        .first()
    )
