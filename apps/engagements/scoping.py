"""The one door to rows of an engagement: its two parties and live grants."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core import clock
from apps.core.models import LockingQuerySet
from apps.tenancy.actor import Actor, AnyActor, SystemActor
from apps.tenancy.enums import Role

M = TypeVar("M", bound=models.Model, covariant=True)


def _live_grants(actor: Actor) -> models.QuerySet[models.Model]:
    """Grants of this person that hold today and whose granter is still a party."""
    today = clock.today(actor.user.time_zone)
    grant = apps.get_model("engagements", "EngagementGrant")
    return grant._default_manager.filter(
        user=actor.user,
        valid_from__lte=today,
        valid_until__gte=today,
        revoked_at=None,
    )


class EngagementScopedQuerySet(LockingQuerySet[M]):
    """Rows of an engagement; ``engagement_path`` leads to it ("" for itself)."""

    engagement_path: ClassVar[str] = "engagement"

    def visible_to(self, actor: AnyActor) -> Self:
        """Rows of engagements the actor's organization is a party of, or that a
        live grant to this very person covers. Auditors see by grant alone."""
        if isinstance(actor, SystemActor):
            return self.all()
        granted = Exists(
            _live_grants(actor).filter(content_object=OuterRef(self._at("id")))
        )
        if actor.role == Role.AUDITOR:
            return self.filter(granted)
        return self.filter(self.of_party(actor) | Q(granted))

    def of_party(self, actor: Actor) -> Q:
        """Condition: the actor's organization is client or provider."""
        org = actor.organization_id
        return Q(**{self._at("client"): org}) | Q(**{self._at("provider"): org})

    def _at(self, field: str) -> str:
        return f"{self.engagement_path}__{field}" if self.engagement_path else field


class EngagementQuerySet(EngagementScopedQuerySet[M]):
    """Engagements themselves."""

    engagement_path = ""
