"""Events of an agreement, and messages to its other side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from apps.agreements import queries
from apps.agreements.enums import SigningSide
from apps.agreements.models import (
    Agreement,
    AgreementCoverage,
    AgreementDraft,
    AgreementVersion,
)
from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.engagements.models import Engagement
from apps.notifications.actions import notify
from apps.notifications.registry import Message
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Role
from apps.tenancy.queries import members_with_roles

MANAGERS = {Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER}


def record_version(
    verb: Verb,
    version: AgreementVersion,
    *,
    by: AnyActor,
    covered: Sequence[Engagement],
    **facts: Any,
) -> None:
    """One event for each engagement, so that each one's listeners wake."""
    for engagement in covered:
        record(
            verb,
            by=by,
            about=subject(version.agreement, engagement),
            facts={
                "effective_on": version.effective_on,
                "expires_on": version.expires_on,
                "version": version.pk,
                **facts,
            },
            personal={
                "title": version.agreement.title,
                "engagement": engagement.name,
            },
            documents=[version.document_sha256],
        )


def subject(agreement: Agreement, engagement: Engagement) -> Subject:
    parties = {agreement.discloser_id, agreement.recipient_id}
    return Subject(
        obj=agreement,
        organization_id=agreement.discloser_id,
        visible_to=frozenset(parties),
        engagement_id=engagement.pk,
    )


def tell(
    message: Message,
    agreement: Agreement,
    *,
    by: AnyActor,
    key: UUID,
    **context: str | int,
) -> None:
    """Message to the managers of the side that did not act."""
    parties = {agreement.discloser_id, agreement.recipient_id}
    others = parties - {by.organization_id}
    notify(
        message,
        memberships=members_with_roles(others, MANAGERS),
        context={"title": agreement.title, "party": _acting_party(by), **context},
        path=reverse("agreements:detail", args=[agreement.pk]),
        key=f"{message.kind}:{key}",
    )


def agreement_subject(agreement: Agreement) -> Subject:
    """An agreement as a whole, in the streams of both parties."""
    covered = AgreementCoverage.objects.filter(agreement=agreement)
    ids = list(covered.values_list("engagement_id", flat=True)[:2])
    return Subject(
        obj=agreement,
        organization_id=agreement.discloser_id,
        visible_to=frozenset({agreement.discloser_id, agreement.recipient_id}),
        engagement_id=ids[0] if len(ids) == 1 else None,
    )


def tell_side(
    message: Message,
    agreement: Agreement,
    *,
    by: AnyActor,
    side: SigningSide,
    page: str,
    key: UUID,
    **context: str | int,
) -> None:
    """Message to the managers of one side, whoever acted."""
    is_discloser = side == SigningSide.DISCLOSER
    party = agreement.discloser_id if is_discloser else agreement.recipient_id
    notify(
        message,
        memberships=members_with_roles({party}, MANAGERS),
        context={"title": agreement.title, "party": _acting_party(by), **context},
        path=reverse(page, args=[agreement.pk]),
        key=f"{message.kind}:{key}",
    )


def draft_subject(draft: AgreementDraft) -> Subject:
    """A negotiation, in the streams of its two parties alone."""
    covered = queries.draft_engagements(draft)
    return Subject(
        obj=draft,
        organization_id=draft.discloser_id,
        visible_to=frozenset({draft.discloser_id, draft.recipient_id}),
        engagement_id=covered[0].pk if len(covered) == 1 else None,
    )


def tell_draft(
    message: Message,
    draft: AgreementDraft,
    *,
    by: AnyActor,
    key: UUID,
    **context: str | int,
) -> None:
    """Message about a negotiation to the managers of the side that did not act."""
    others = {draft.discloser_id, draft.recipient_id} - {by.organization_id}
    notify(
        message,
        memberships=members_with_roles(others, MANAGERS),
        context={"title": draft.title, "party": _acting_party(by), **context},
        path=reverse("agreements:draft", args=[draft.pk]),
        key=f"{message.kind}:{key}",
    )


def _acting_party(by: AnyActor) -> str:
    return str(by.organization) if isinstance(by, Actor) else "The portal"


def in_words(day: date) -> str:
    return f"{day:%-d %B %Y}"
