"""What follows from the dates of certificates, policies, activities, requests."""

from apps.assurance.rules.activities import (
    MAX_INTERVAL,
    Cadence,
    cadence,
    cadences,
    check_done,
    check_interval,
    is_late,
    next_due,
)
from apps.assurance.rules.certificates import (
    REPORT_MONTHS,
    CertificateTerms,
    Seam,
    Term,
    check_letter,
    check_terms,
    covered_until,
    follows,
    holds,
    letter_days,
    renew_by,
    seam,
    state,
)
from apps.assurance.rules.grid import Cell, Grid, GridRow, Statement, grid, media_needed
from apps.assurance.rules.policies import check_review
from apps.assurance.rules.requests import check_due, check_state, request_state
from apps.assurance.rules.sites import (
    SiteLine,
    SiteStanding,
    compare_sites,
    covers,
)

__all__ = [
    "MAX_INTERVAL",
    "REPORT_MONTHS",
    "Cadence",
    "Cell",
    "CertificateTerms",
    "Grid",
    "GridRow",
    "Seam",
    "SiteLine",
    "SiteStanding",
    "Statement",
    "Term",
    "cadence",
    "cadences",
    "check_done",
    "check_due",
    "check_interval",
    "check_letter",
    "check_review",
    "check_state",
    "check_terms",
    "compare_sites",
    "covered_until",
    "covers",
    "follows",
    "grid",
    "holds",
    "is_late",
    "letter_days",
    "media_needed",
    "next_due",
    "renew_by",
    "request_state",
    "seam",
    "state",
]
