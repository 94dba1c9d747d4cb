"""Who may see what a party shows of itself: by its own act, or on an engagement."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core.models import LockingQuerySet
from apps.engagements.scoping import EngagementScopedQuerySet
from apps.tenancy.actor import AnyActor, SystemActor
from apps.tenancy.enums import Role

M = TypeVar("M", bound=models.Model, covariant=True)


def _engagements(actor: AnyActor) -> models.QuerySet[models.Model]:
    found: models.QuerySet[models.Model] = apps.get_model(
        "engagements", "Engagement"
    )._default_manager.visible_to(actor)
    return found


class SharedQuerySet(LockingQuerySet[M]):
    """Rows of a document a party owns and shares with clients one by one.

    ``shared_as`` is the field of ``Share``; ``document_path`` leads to the document
    ("" for itself).
    """

    shared_as: ClassVar[str]
    document_path: ClassVar[str] = ""

    def visible_to(self, actor: AnyActor) -> Self:
        """The owner's rows, those shared with the actor's organization, and for an
        auditor those shared between the parties of an engagement a live grant
        covers."""
        if isinstance(actor, SystemActor):
            return self.all()
        shares = apps.get_model("assurance", "Share")._default_manager.filter(
            **{self.shared_as: OuterRef(self._at("id"))}, ended_at=None
        )
        if actor.role == Role.AUDITOR:
            granted = _engagements(actor).filter(
                client=OuterRef("client"), provider=OuterRef("organization")
            )
            return self.filter(Exists(shares.filter(Exists(granted))))
        mine = Q(**{self._at("organization"): actor.organization_id})
        return self.filter(mine | Exists(shares.filter(client=actor.organization_id)))

    def _at(self, field: str) -> str:
        return f"{self.document_path}__{field}" if self.document_path else field


class CertificateQuerySet(SharedQuerySet[M]):
    """Certificates."""

    shared_as = "certificate"


class LetterQuerySet(CertificateQuerySet[M]):
    """Letters go where their certificate goes."""

    document_path = "certificate"


class PolicyQuerySet(SharedQuerySet[M]):
    """Policies."""

    shared_as = "policy"


class PolicyVersionQuerySet(PolicyQuerySet[M]):
    """Versions go where their policy goes."""

    document_path = "policy"


class ActivityQuerySet(LockingQuerySet[M]):
    """Recurring activities and what was done of them.

    ``activity_path`` leads to the activity ("" for itself).
    """

    activity_path: ClassVar[str] = ""

    def visible_to(self, actor: AnyActor) -> Self:
        """The owner's; those on an engagement the actor may see; and those of a
        whole provider which it shows to all its clients."""
        if isinstance(actor, SystemActor):
            return self.all()
        engagements = _engagements(actor)
        serves = engagements.filter(provider=OuterRef(self._at("organization")))
        shown = Q(
            Exists(serves),
            **{self._at("engagement"): None, self._at("is_shared"): True},
        )
        on_engagement = Q(**{f"{self._at('engagement')}__in": engagements})
        found = on_engagement | shown
        if actor.role != Role.AUDITOR:
            found |= Q(**{self._at("organization"): actor.organization_id})
        return self.filter(found)

    def _at(self, field: str) -> str:
        return f"{self.activity_path}__{field}" if self.activity_path else field


class ActivityRecordQuerySet(ActivityQuerySet[M]):
    """What was done, seen by whoever sees the activity."""

    activity_path = "activity"


class RequestAnswerQuerySet(EngagementScopedQuerySet[M]):
    """Answers, seen by the parties of the engagement asked about."""

    engagement_path = "request__engagement"
