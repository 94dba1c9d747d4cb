"""The one door to rows of an organization."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models

from apps.core.models import LockingQuerySet
from apps.tenancy.actor import AnyActor, SystemActor

M = TypeVar("M", bound=models.Model, covariant=True)


class OrganizationScopedQuerySet(LockingQuerySet[M]):
    """Rows that belong to one organization, named by ``organization_field``."""

    organization_field: ClassVar[str] = "organization"

    def visible_to(self, actor: AnyActor) -> Self:
        """Rows of the actor's own organization; a job sees those of all."""
        if isinstance(actor, SystemActor):
            return self.all()
        return self.filter(**{self.organization_field: actor.organization_id})
