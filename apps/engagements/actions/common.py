"""What every action of the room asks: which side is asking, and whom it concerns."""

from __future__ import annotations

from django.db import connection, models

from apps.audit.actions import Subject
from apps.core.errors import Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import ROLE_PERMISSIONS, Permission, Role


def locked(engagement: Engagement) -> Engagement:
    """The engagement as it is now, held, with its parties."""
    return Engagement.objects.select_related("client", "provider").locked(engagement.pk)


def require_client(engagement: Engagement, by: AnyActor) -> Actor:
    """The actor, if a person of the client; NotAllowed otherwise."""
    if not isinstance(by, Actor) or by.organization_id != engagement.client_id:
        raise NotAllowed(
            "Only the client of the engagement may do this. Ask its compliance manager."
        )
    return by


def require_provider(engagement: Engagement, by: AnyActor) -> Actor:
    """The actor, if a person of the provider; NotAllowed otherwise."""
    if not isinstance(by, Actor) or by.organization_id != engagement.provider_id:
        raise NotAllowed(
            "Only the provider of the engagement may do this. Ask its manager."
        )
    return by


def require_party(engagement: Engagement, by: AnyActor) -> Actor:
    """The actor, if a person of one of the two parties; NotAllowed otherwise."""
    parties = {engagement.client_id, engagement.provider_id}
    if not isinstance(by, Actor) or by.organization_id not in parties:
        raise NotAllowed(
            "Only the two parties of the engagement may do this. A grant lets you read."
        )
    return by


def require_text(text: str, *, field: str, most: int = 500) -> str:
    """The text without outer space; Invalid if empty or longer than ``most``."""
    text = text.strip()
    if not text:
        raise Invalid("Something is missing.", fields={field: ["Say it in words."]})
    if len(text) > most:
        raise Invalid(
            "Something is too long.", fields={field: [f"At most {most} characters."]}
        )
    return text


def subject(obj: models.Model, *, engagement: Engagement, by: AnyActor) -> Subject:
    """An event both parties of the engagement may read."""
    return Subject(
        obj=obj,
        organization_id=by.organization_id,
        visible_to=frozenset({engagement.client_id, engagement.provider_id}),
        engagement_id=engagement.pk,
    )


def roles_with(permission: Permission) -> set[Role]:
    """Roles that hold a permission: the ones to write to."""
    return {role for role, held in ROLE_PERMISSIONS.items() if permission in held}


def hold_chain() -> None:
    """Let edges of the chain be written one at a time, as the trigger does."""
    _advisory_lock("engagements_subcontract")


def hold_name(name: str) -> None:
    """Let one vendor name be registered by one transaction at a time."""
    _advisory_lock(f"vendor:{name.casefold()}")


def _advisory_lock(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
