"""Until when reviews of access keep their files.

Records of what was reviewed, revoked and audited are documentation of an action or
assessment, kept six years from the later of creation and last in effect: 45 CFR
164.316(b)(1)(ii), (2)(i). When each is last in effect is our own default.
"""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from apps.access_reviews.models import Campaign, LogAudit, Revocation, SnapshotImport
from apps.core.dates import local_date
from apps.evidence.registry import Keeper, day_made, of_organization


def _signed_off(row: Campaign) -> date | None:
    """A review ends with its sign-off; one never signed off waits for it."""
    if row.signed_off_at is None:
        return None
    return local_date(row.signed_off_at, row.organization.time_zone)


def _settled(row: Revocation) -> date | None:
    """Proof counts until a snapshot verified it, or the revocation was withdrawn."""
    settled_at = row.verified_at or row.withdrawn_at
    return settled_at and local_date(settled_at, row.organization.time_zone)


def _recorded(row: LogAudit) -> date:
    """The day the report became evidence; before that, the day of the audit."""
    instant = row.recorded_at or row.created_at
    return local_date(instant, row.organization.time_zone)


KEEPERS = (
    Keeper(
        Campaign,
        _signed_off,
        page=lambda row: reverse("access_reviews:campaign", args=[row.pk]),
        rows=of_organization,
    ),
    Keeper(
        Revocation,
        _settled,
        page=lambda row: reverse("access_reviews:revocation", args=[row.pk]),
        rows=lambda rows: rows.select_related("organization", "system"),
    ),
    Keeper(
        LogAudit,
        _recorded,
        page=lambda row: reverse("access_reviews:log", args=[row.pk]),
        rows=lambda rows: rows.select_related("organization", "system"),
    ),
    Keeper(
        SnapshotImport,
        day_made,
        page=lambda row: reverse("access_reviews:import", args=[row.pk]),
        rows=of_organization,
    ),
)
