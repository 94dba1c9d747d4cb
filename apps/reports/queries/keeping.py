"""Until when attestations keep their documents."""

from __future__ import annotations

from django.urls import reverse

from apps.core.dates import local_date
from apps.evidence.registry import Keeper, of_organization
from apps.reports.models import Attestation

# It says what was so on a day, and was in effect the day it was issued: our own
# default within 45 CFR 164.316(b)(2)(i). A reader who relies on it places a hold.
ATTESTATION = Keeper(
    Attestation,
    last_in_effect=lambda row: local_date(row.issued_at, row.organization.time_zone),
    page=lambda row: reverse("reports:attestation", args=[row.pk]),
    rows=of_organization,
)
