"""Certificates, policies, activities, requests for evidence."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from apps.assurance.models import (
    Activity,
    ActivityRecord,
    Certificate,
    EvidenceRequest,
    Letter,
    Policy,
    PolicyVersion,
    RequestAnswer,
    Share,
)
from apps.engagements.models import Engagement
from apps.tenancy.models import Organization
from tests.factories.evidence import make_stored_file

_numbers = count(1)


def make_certificate(organization: Organization, **overrides: Any) -> Certificate:
    """An ISO 27001 certificate of 2025 to 2027 that names site MNL-1."""
    values: dict[str, Any] = {
        "standard": "iso_27001",
        "number": f"C-{next(_numbers)}",
        "certifying_body": "Assay Certification",
        "scope_text": "Patient support",
        "sites": ["MNL-1"],
        "first_on": date(2025, 1, 1),
        "last_on": date(2027, 12, 31),
    }
    if "file" not in overrides:
        values["file"] = make_stored_file(organization)
    return Certificate.objects.create(organization=organization, **values | overrides)


def make_letter(certificate: Certificate, **overrides: Any) -> Letter:
    """A bridge letter for the quarter after the certificate of 2025."""
    values: dict[str, Any] = {
        "kind": "bridge",
        "issued_by": "Careline",
        "first_on": date(2026, 1, 1),
        "last_on": date(2026, 3, 31),
        "file": make_stored_file(certificate.organization),
    }
    return Letter.objects.create(certificate=certificate, **values | overrides)


def make_policy(organization: Organization, **overrides: Any) -> PolicyVersion:
    """A policy with one version about chat and access from January 2026."""
    title = overrides.pop("title", f"Policy {next(_numbers)}")
    values: dict[str, Any] = {
        "number": 1,
        "effective_on": date(2026, 1, 1),
        "media": ["chat"],
        "topics": ["access"],
        "file": make_stored_file(organization),
    }
    policy = Policy.objects.create(organization=organization, title=title)
    return PolicyVersion.objects.create(policy=policy, **values | overrides)


def make_share(document: Certificate | Policy, client: Organization) -> Share:
    """The owner shows a document to a client."""
    kind = "certificate" if isinstance(document, Certificate) else "policy"
    return Share.objects.create(
        organization=document.organization, client=client, **{kind: document}
    )


def make_activity(organization: Organization, **overrides: Any) -> Activity:
    """A yearly review first due at the end of June 2026."""
    values: dict[str, Any] = {
        "kind": "annual_review",
        "interval_months": 12,
        "first_due_on": date(2026, 6, 30),
    }
    return Activity.objects.create(organization=organization, **values | overrides)


def make_activity_record(activity: Activity, **overrides: Any) -> ActivityRecord:
    """It was done on 1 June 2026."""
    values: dict[str, Any] = {
        "done_on": date(2026, 6, 1),
        "outcome": "passed",
        "summary": "All looked at",
        "file": make_stored_file(activity.organization),
    }
    return ActivityRecord.objects.create(activity=activity, **values | overrides)


def make_evidence_request(engagement: Engagement, **overrides: Any) -> EvidenceRequest:
    """The client asks the provider for a restore protocol by the end of June."""
    values: dict[str, Any] = {
        "asked_by": engagement.client,
        "asked_of": engagement.provider,
        "title": "Restore protocol",
        "due_on": date(2026, 6, 30),
    }
    return EvidenceRequest.objects.create(engagement=engagement, **values | overrides)


def make_request_answer(request: EvidenceRequest, **overrides: Any) -> RequestAnswer:
    """A file handed in."""
    values: dict[str, Any] = {"file": make_stored_file(request.asked_of)}
    return RequestAnswer.objects.create(request=request, **values | overrides)
