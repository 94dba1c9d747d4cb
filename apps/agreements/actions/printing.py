"""Documents made on the spot leave a trace."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from apps.agreements import trail
from apps.audit.actions import Subject, record
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@transaction.atomic
def note_chain_printed(
    engagement: Engagement, *, by: Actor, as_of: date, sha256: str
) -> None:
    """Record ``chain.printed`` in the reader's own stream, with the hash of what the
    document shows. Raises NotAllowed."""
    by.require(Permission.AGREEMENTS_VIEW)
    record(
        trail.CHAIN_PRINTED,
        by=by,
        about=Subject(
            obj=engagement,
            organization_id=by.organization_id,
            visible_to=frozenset({by.organization_id}),
            engagement_id=engagement.pk,
        ),
        facts={"as_of": as_of, "facts_sha256": sha256},
        personal={"engagement": engagement.name},
    )
