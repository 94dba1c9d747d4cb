"""What a client sees of a provider: on an engagement, and on the vendor's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from apps.assurance.models import EvidenceRequest, Policy
from apps.assurance.queries.activities import ActivityLine, activities, activity_lines
from apps.assurance.queries.certificates import (
    CertificateLine,
    CertificateSites,
    agents_by_site,
    certificate_lines,
    certificates,
    compare,
)
from apps.assurance.queries.policies import engagement_coverage, policies
from apps.assurance.queries.requests import evidence_requests
from apps.assurance.rules import Grid
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization


@dataclass(frozen=True, slots=True)
class EngagementPage:
    """Certificates with their sites, policies and grid, activities, requests."""

    certificates: tuple[tuple[CertificateLine, CertificateSites], ...]
    policies: tuple[Policy, ...]
    grid: Grid
    activities: tuple[ActivityLine, ...]
    requests: tuple[EvidenceRequest, ...]


@dataclass(frozen=True, slots=True)
class VendorLines:
    """What a vendor shows to the actor's organization, in short."""

    certificates: tuple[CertificateLine, ...]
    policies: tuple[Policy, ...]
    activities: tuple[ActivityLine, ...]


def engagement_page(
    actor: Actor, engagement: Engagement, *, as_of: date
) -> EngagementPage:
    """Everything of one engagement fetched through the actor, as of a day. The
    number of queries does not depend on how much there is."""
    provider = engagement.provider_id
    agents = agents_by_site([engagement.pk], as_of=as_of)
    lines = certificate_lines(
        certificates(actor, organization_id=provider), as_of=as_of
    )
    shown = activities(actor).filter(
        Q(engagement=engagement)
        | Q(engagement=None, is_shared=True, organization=provider),
        ended_on=None,
    )
    return EngagementPage(
        certificates=tuple((line, compare(line.certificate, agents)) for line in lines),
        policies=tuple(policies(actor, organization_id=provider)),
        grid=engagement_coverage(actor, engagement, as_of=as_of),
        activities=tuple(activity_lines(shown, as_of=as_of)),
        requests=tuple(evidence_requests(actor, engagement_id=engagement.pk)),
    )


def vendor_lines(
    actor: Actor, vendor: Organization, *, as_of: date
) -> VendorLines | None:
    """What a vendor of the actor's shows it; None without the permission. Six
    queries."""
    if not actor.can(Permission.ASSURANCE_VIEW):
        return None
    running = activities(actor, organization_id=vendor.pk).filter(ended_on=None)
    return VendorLines(
        certificates=tuple(
            certificate_lines(
                certificates(actor, organization_id=vendor.pk), as_of=as_of
            )
        ),
        policies=tuple(policies(actor, organization_id=vendor.pk)),
        activities=tuple(activity_lines(running, as_of=as_of)),
    )
