"""How long cases keep their files.

What a case rests on is documentation an entity must be able to show: it is in effect
until the case is closed, and kept six calendar years from then. Source: 45 CFR
164.414(b), 164.530(j)(1)(iv), (2), 164.316(b)(2)(i). That a case is in effect until it
is closed is our own default.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from apps.core.dates import local_date
from apps.evidence.registry import Keeper, day_made, of_organization
from apps.incidents import rules
from apps.incidents.models import (
    Attachment,
    Incident,
    LawEnforcementHold,
    Letter,
    Notice,
    RegisterImport,
)


def _case_ends(row: Any) -> date | None:
    """The day the case was closed, in the zone of whose file it is."""
    closed_at = row.incident.closed_at
    return closed_at and local_date(closed_at, row.organization.time_zone)


def keep_through(incident: Incident) -> date | None:
    """The last day the file of a case is kept, by its client's zone; None while it is
    not closed."""
    if incident.closed_at is None:
        return None
    zone = incident.engagement.client.time_zone
    return rules.keep_through(local_date(incident.closed_at, zone))


def _case(row: Any) -> str:
    return reverse("incidents:detail", args=[row.incident_id])


for model in (Attachment, LawEnforcementHold, Letter, Notice):
    Keeper(
        model,
        last_in_effect=_case_ends,
        page=_case,
        rows=lambda rows: rows.select_related("incident", "organization"),
    )
# An export of the public register says what it said the day it was read.
Keeper(
    RegisterImport,
    last_in_effect=day_made,
    page=lambda row: reverse("incidents:register_import", args=[row.pk]),
    rows=of_organization,
)
