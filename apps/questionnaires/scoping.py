"""The one door to questionnaires: templates of the own organization and the
portal's, assignments of the two parties, notes of the organization that wrote them."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q, Subquery

from apps.core.models import LockingQuerySet
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor, SystemActor
from apps.tenancy.enums import Role

M = TypeVar("M", bound=models.Model, covariant=True)


class TemplateScopedQuerySet(LockingQuerySet[M]):
    """Rows of a template; ``template_path`` leads to it ("" for itself)."""

    template_path: ClassVar[str] = "template"

    def visible_to(self, actor: AnyActor) -> Self:
        """Templates of the actor's organization and those delivered with the portal.

        A vendor reads the questions of a client's template through its assignment.
        """
        if isinstance(actor, SystemActor):
            return self.all()
        field = f"{self.template_path}__organization".removeprefix("__")
        return self.filter(
            Q(**{field: actor.organization_id}) | Q(**{f"{field}__isnull": True})
        )


class TemplateQuerySet(TemplateScopedQuerySet[M]):
    """Templates themselves."""

    template_path = ""


class AssignmentScopedQuerySet(LockingQuerySet[M]):
    """Rows of an assignment; ``assignment_path`` leads to it ("" for itself)."""

    assignment_path: ClassVar[str] = "assignment"

    def visible_to(self, actor: AnyActor) -> Self:
        """Rows of assignments the actor's organization asked or answers, or whose
        engagement a live grant covers. Auditors see by grant alone."""
        if isinstance(actor, SystemActor):
            return self.all()
        granted = Engagement.objects.visible_to(actor).values("pk")
        covered = Q(**{f"{self._at('engagement')}__in": granted})
        if actor.role == Role.AUDITOR:
            return self.filter(covered)
        org = actor.organization_id
        return self.filter(
            Q(**{self._at("client"): org}) | Q(**{self._at("provider"): org}) | covered
        )

    def older_than(self, pk: UUID | None) -> Self:
        """Rows that follow the one with that key, newest first; all without a key."""
        if pk is None:
            return self
        at = Subquery(self.model._default_manager.filter(pk=pk).values("created_at"))
        return self.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))

    def _at(self, field: str) -> str:
        return f"{self.assignment_path}__{field}" if self.assignment_path else field


class AssignmentQuerySet(AssignmentScopedQuerySet[M]):
    """Assignments themselves."""

    assignment_path = ""


class AnswerScopedQuerySet(AssignmentScopedQuerySet[M]):
    """Rows of one answer."""

    assignment_path = "answer__assignment"


class FindingScopedQuerySet(AssignmentScopedQuerySet[M]):
    """Rows of one finding."""

    assignment_path = "finding__assignment"
