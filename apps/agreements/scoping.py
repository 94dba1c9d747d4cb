"""The one door to agreements: their two parties and grants on what they cover."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from apps.core.models import LockingQuerySet
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor, SystemActor
from apps.tenancy.enums import Role

M = TypeVar("M", bound=models.Model, covariant=True)


class AgreementScopedQuerySet(LockingQuerySet[M]):
    """Rows of an agreement; ``agreement_path`` leads to it ("" for itself)."""

    agreement_path: ClassVar[str] = "agreement"

    def visible_to(self, actor: AnyActor) -> Self:
        """Rows of agreements the actor's organization is a party of, or that cover
        an engagement granted to an auditor."""
        if isinstance(actor, SystemActor):
            return self.all()
        if actor.role == Role.AUDITOR:
            granted = Engagement.objects.visible_to(actor).values("pk")
            path = self._at("agreementcoverage__engagement")
            return self.filter(**{f"{path}__in": granted}).distinct()
        org = actor.organization_id
        return self.filter(
            Q(**{self._at("discloser"): org}) | Q(**{self._at("recipient"): org})
        )

    def _at(self, field: str) -> str:
        return f"{self.agreement_path}__{field}" if self.agreement_path else field


class AgreementQuerySet(AgreementScopedQuerySet[M]):
    """Agreements themselves."""

    agreement_path = ""
