"""Reads of certificates, policies, activities, requests; conditions and duties."""

from apps.assurance.queries.activities import (
    ActivityLine,
    activities,
    activity,
    activity_lines,
    activity_record,
)
from apps.assurance.queries.calendar import Month, calendar, never_started
from apps.assurance.queries.certificates import (
    CertificateLine,
    CertificateSites,
    certificate,
    certificate_lines,
    certificates,
    letter,
    newest,
    site_lines,
)
from apps.assurance.queries.conditions import gate_conditions
from apps.assurance.queries.due import due_items
from apps.assurance.queries.lists import (
    PAGE,
    Wanted,
    listed_certificates,
    listed_policies,
    listed_requests,
)
from apps.assurance.queries.pages import (
    EngagementPage,
    VendorLines,
    engagement_page,
    vendor_lines,
)
from apps.assurance.queries.parties import clients, managers_of, path_of
from apps.assurance.queries.policies import (
    coverage_of,
    engagement_coverage,
    policies,
    policy,
    policy_version,
)
from apps.assurance.queries.requests import (
    evidence_request,
    evidence_requests,
    request_answer,
)
from apps.assurance.queries.sharing import share, shares_of
from apps.assurance.queries.subjects import ACTIVITY, CERTIFICATE, POLICY, REQUEST

__all__ = [
    "ACTIVITY",
    "CERTIFICATE",
    "PAGE",
    "POLICY",
    "REQUEST",
    "ActivityLine",
    "CertificateLine",
    "CertificateSites",
    "EngagementPage",
    "Month",
    "VendorLines",
    "Wanted",
    "activities",
    "activity",
    "activity_lines",
    "activity_record",
    "calendar",
    "certificate",
    "certificate_lines",
    "certificates",
    "clients",
    "coverage_of",
    "due_items",
    "engagement_coverage",
    "engagement_page",
    "evidence_request",
    "evidence_requests",
    "gate_conditions",
    "letter",
    "listed_certificates",
    "listed_policies",
    "listed_requests",
    "managers_of",
    "never_started",
    "newest",
    "path_of",
    "policies",
    "policy",
    "policy_version",
    "request_answer",
    "share",
    "shares_of",
    "site_lines",
    "vendor_lines",
]
