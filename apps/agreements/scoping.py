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


class AgreementVersionQuerySet(AgreementScopedQuerySet[M]):
    """Rows of a version of an agreement."""

    agreement_path = "version__agreement"


class DisposalQuerySet(AgreementScopedQuerySet[M]):
    """Rows of an obligation to return PHI."""

    agreement_path = "obligation__agreement"


class DraftScopedQuerySet(LockingQuerySet[M]):
    """Rows of a proposal; ``draft_path`` leads to its negotiation.

    Nobody but the two parties reads a negotiation: an auditor's grant covers what
    was agreed, not how.
    """

    draft_path: ClassVar[str] = "version__draft__"

    def visible_to(self, actor: AnyActor) -> Self:
        """Rows of negotiations the actor's organization is a party of."""
        if isinstance(actor, SystemActor):
            return self.all()
        org = actor.organization_id
        path = self.draft_path
        return self.filter(
            Q(**{f"{path}discloser": org}) | Q(**{f"{path}recipient": org})
        )


class DraftPartQuerySet(DraftScopedQuerySet[M]):
    """Rows of a negotiation."""

    draft_path = "draft__"


class DraftQuerySet(DraftScopedQuerySet[M]):
    """Negotiations themselves."""

    draft_path = ""
