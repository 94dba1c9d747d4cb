"""The one door to rows of an engagement: its two parties and live grants."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast

from apps.core import clock
from apps.core.models import LockingQuerySet
from apps.tenancy.actor import Actor, AnyActor, SystemActor
from apps.tenancy.enums import Role

M = TypeVar("M", bound=models.Model, covariant=True)


def _granter_today() -> Cast:
    """The local date of the granter: grants hold on whole days of its zone."""
    local = Func(
        F("granted_by__time_zone"),
        Value(clock.now()),
        function="timezone",
        output_field=models.DateTimeField(),
    )
    return Cast(local, models.DateField())


def _live_grants(actor: Actor) -> models.QuerySet[models.Model]:
    """Grants of this person that hold today and whose granter is still a party."""
    grant = apps.get_model("engagements", "EngagementGrant")
    by_party = Q(granted_by=F("content_object__client")) | Q(
        granted_by=F("content_object__provider")
    )
    return grant._default_manager.alias(today=_granter_today()).filter(
        by_party,
        user=actor.user,
        valid_from__lte=F("today"),
        valid_until__gte=F("today"),
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


class SubcontractQuerySet(EngagementScopedQuerySet[M]):
    """Edges of the chain belong to the engagement they carry part of: its two
    parties see them, the subcontractor does not look up."""

    engagement_path = "upstream"
