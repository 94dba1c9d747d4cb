"""Campaigns closed, signed off, cancelled, and laid out as a document."""

from __future__ import annotations

import io

from django.db import transaction

from apps.access_reviews import messages, queries, rules, trail
from apps.access_reviews.actions.campaigns import (
    REVIEWER,
    lock_systems,
    open_locked,
    population_line,
)
from apps.access_reviews.actions.revocations import MANAGERS
from apps.access_reviews.actions.systems import own_subject, require_own
from apps.access_reviews.models import Campaign, CampaignItem
from apps.audit.actions import record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.notifications import actions as notifications
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor, SystemActor
from apps.tenancy.enums import Permission


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: Actor) -> Campaign:
    """Close a campaign whose every line is decided; event ``campaign.closed``.

    The hash over lines and decisions is kept; another person signs off. Raises
    Conflict naming what is still to be decided, and accesses that came with an export
    and are no lines yet: the systems are locked, so that none comes meanwhile.
    """
    by.require(Permission.ACCESS_SIGN_OFF)
    require_own(by, campaign.organization)
    locked = open_locked(campaign)
    lock_systems(locked.systems.all())
    found = queries.progress(locked)
    _check_decided(found, arrived=queries.arrived(locked).count())
    locked.closed_at, locked.closed_by = clock.now(), by.user
    locked.decisions_sha256 = rules.decisions_sha256(
        map(_decided_line, queries.all_items(locked))
    )
    locked.save(update_fields=["closed_at", "closed_by", "decisions_sha256"])
    record(
        trail.CAMPAIGN_CLOSED,
        by=by,
        about=own_subject(locked, locked.organization_id),
        facts={
            "items": found.total,
            "kept": found.kept,
            "revoked": found.revoked,
            "changed": found.changed,
            "decisions_sha256": locked.decisions_sha256,
        },
        personal={"campaign": locked.name},
    )
    managers = tenancy.members_with_roles({locked.organization_id}, MANAGERS)
    notifications.notify(
        messages.CAMPAIGN_CLOSED,
        memberships=[each for each in managers if each.user_id != by.user_id],
        context={"campaign": locked.name},
        path=queries.campaign_path(locked.pk),
        key=f"campaign.closed:{locked.pk}",
    )
    return locked


def _check_decided(found: queries.Progress, *, arrived: int) -> None:
    if arrived:
        word = "access" if arrived == 1 else "accesses"
        raise Conflict(
            f"{arrived:,} {word} came with an export taken in since and will be lines "
            "of this review within minutes. Reload the page then and decide them first."
        )
    if found.undecided:
        raise Conflict(
            f"{found.open} lines are to be decided, {found.escalated} are escalated "
            f"and {found.second} wait for a second reviewer. Decide them first."
        )


def _decided_line(row: CampaignItem) -> list[object]:
    return [
        *population_line(row),
        row.decision,
        row.reason,
        row.change_to,
        str(row.decided_by_id or ""),
        row.decided_at.isoformat() if row.decided_at else "",
        str(row.second_by_id or ""),
    ]


@transaction.atomic
def sign_off_campaign(campaign: Campaign, *, by: Actor) -> Campaign:
    """Sign a closed campaign; event ``campaign.signed_off``, which makes its document.

    Approver is not requester: raises NotAllowed for whoever closed it, Conflict for
    a campaign that is not closed or is signed off already.
    """
    by.require(Permission.ACCESS_SIGN_OFF)
    require_own(by, campaign.organization)
    locked = Campaign.objects.locked(campaign.pk)
    if locked.state != "closed":
        raise Conflict(f"This review is {locked.state}. Close it first, then sign off.")
    if locked.closed_by_id == by.user_id:
        raise NotAllowed("You closed this review. Another manager signs it off.")
    locked.signed_off_at, locked.signed_off_by = clock.now(), by.user
    locked.save(update_fields=["signed_off_at", "signed_off_by"])
    record(
        trail.CAMPAIGN_SIGNED_OFF,
        by=by,
        about=own_subject(locked, locked.organization_id),
        facts={"decisions_sha256": locked.decisions_sha256},
        personal={"campaign": locked.name},
        documents=[locked.decisions_sha256],
    )
    return locked


@transaction.atomic
def cancel_campaign(campaign: Campaign, *, by: Actor, reason: str) -> Campaign:
    """End an open campaign without a result, for a reason; event
    ``campaign.cancelled``. What was decided and revoked stays; it does not recur."""
    by.require(Permission.ACCESS_SIGN_OFF)
    require_own(by, campaign.organization)
    if not reason.strip():
        text = "Give the reason."
        raise Invalid(text, fields={"reason": [text]})
    locked = open_locked(campaign)
    locked.cancelled_at, locked.cancel_reason = clock.now(), reason.strip()
    locked.next_on = None
    locked.save(update_fields=["cancelled_at", "cancel_reason", "next_on"])
    record(
        trail.CAMPAIGN_CANCELLED,
        by=by,
        about=own_subject(locked, locked.organization_id),
        personal={"campaign": locked.name, "reason": locked.cancel_reason},
    )
    return locked


def render_campaign(campaign: Campaign, *, by: SystemActor = REVIEWER) -> Campaign:
    """Make the document of a campaign signed off, once; event ``campaign.rendered``.

    Laid out with nothing locked; the row is locked only to name the file.
    """
    by.require(Permission.EVIDENCE_ADD)
    if campaign.signed_off_at is None or campaign.file_id:
        return campaign
    content = queries.pdf_of(campaign)
    with transaction.atomic():
        locked = Campaign.objects.locked(campaign.pk)
        if locked.file_id:
            return locked
        file = store_file(
            by=by,
            organization=campaign.organization,
            name=f"access-review-{campaign.due_on.isoformat()}.pdf",
            content=io.BytesIO(content),
            accept=FileKind.PDF_MADE,
        )
        locked.file = file
        locked.save(update_fields=["file"])
        record(
            trail.CAMPAIGN_RENDERED,
            by=by,
            about=own_subject(locked, locked.organization_id),
            facts={"file_sha256": file.sha256},
            personal={"campaign": locked.name},
            documents=[file.sha256],
        )
    return locked
