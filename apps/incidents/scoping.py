"""The one door to rows of a case: both parties once it is shared, one before."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from apps.engagements.scoping import EngagementScopedQuerySet
from apps.tenancy.actor import AnyActor, SystemActor

M = TypeVar("M", bound=models.Model, covariant=True)


class CaseScopedQuerySet(EngagementScopedQuerySet[M]):
    """Rows of a case; ``case_path`` leads to the incident ("" for itself).

    A draft is seen by the reporting organization alone; a shared case by both parties
    of its engagement and by readers under a live grant.
    """

    case_path: ClassVar[str] = "incident"

    def visible_to(self, actor: AnyActor) -> Self:
        """Rows of cases the actor may know of."""
        if isinstance(actor, SystemActor):
            return self.all()
        is_open = Q(**{self._case("shared_at__isnull"): False})
        is_own = Q(**{self._case("reporter"): actor.organization_id})
        return super().visible_to(actor).filter(is_open | is_own)

    def _at(self, field: str) -> str:
        return self._case(f"engagement__{field}")

    def _case(self, field: str) -> str:
        return f"{self.case_path}__{field}" if self.case_path else field


class IncidentQuerySet(CaseScopedQuerySet[M]):
    """Incidents themselves."""

    case_path = ""


class CountScopedQuerySet(CaseScopedQuerySet[M]):
    """Lines of a count."""

    case_path = "count__incident"


class SideScopedQuerySet(CaseScopedQuerySet[M]):
    """Rows one side of a case keeps to itself, named by ``organization``."""

    def visible_to(self, actor: AnyActor) -> Self:
        """Rows the actor's own organization wrote, of cases it may know of."""
        rows = super().visible_to(actor)
        if isinstance(actor, SystemActor):
            return rows
        return rows.filter(organization=actor.organization_id)
