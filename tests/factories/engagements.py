"""Engagements, declarations, subcontracts and grants."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.core import ids
from apps.engagements import grants
from apps.engagements.models import (
    DeclaredScope,
    Engagement,
    EngagementGrant,
    Subcontract,
    VendorRegistration,
)
from apps.tenancy.enums import OrganizationKind
from apps.tenancy.models import Organization, User
from tests.factories.tenancy import make_organization


def make_engagement(**overrides: Any) -> Engagement:
    """An engagement since January 2026, between two new parties unless given."""
    values = {
        "name": f"Engagement {ids.uuid7().hex[-8:]}",
        "started_on": date(2026, 1, 5),
    } | overrides
    if "client" not in values:
        values["client"] = make_organization(kind=OrganizationKind.COVERED_ENTITY)
    if "provider" not in values:
        values["provider"] = make_organization()
    return Engagement.objects.create(**values)


def make_scope(engagement: Engagement, **overrides: Any) -> DeclaredScope:
    """A declaration from the engagement's first day: patient support by chat."""
    values = {
        "effective_on": engagement.started_on,
        "services": ["patient_support"],
        "channels": ["chat"],
        "phi_categories": ["demographic"],
        "countries": ["PH"],
        "head_count_ceiling": 20,
    }
    return DeclaredScope.objects.create(engagement=engagement, **values | overrides)


def make_subcontract(
    upstream: Engagement, downstream: Engagement | None = None, **overrides: Any
) -> Subcontract:
    """An approved edge since February 2026, through a new subcontractor unless given;
    ``approved_on=None`` leaves it waiting."""
    downstream = downstream or make_engagement(client=upstream.provider)
    values = {
        "services": ["patient_support"],
        "channels": ["chat"],
        "effective_on": date(2026, 2, 2),
        "approved_on": date(2026, 2, 2),
    }
    return Subcontract.objects.create(
        upstream=upstream, downstream=downstream, **values | overrides
    )


def make_grant(
    engagement: Engagement,
    reader: User,
    *,
    granted_by: Organization | None = None,
    **overrides: Any,
) -> EngagementGrant:
    """A grant of the client over June 2026, without names of agents."""
    values = {
        "reason": "Annual audit",
        "valid_from": date(2026, 6, 1),
        "valid_until": date(2026, 6, 30),
        "names_agents": False,
    }
    revoked_at = overrides.pop("revoked_at", None)
    grant = grants.create(
        engagement,
        reader=reader,
        granted_by=granted_by or engagement.client,
        granted_by_user=None,
        terms=grants.GrantTerms(**values | overrides),
    )
    if revoked_at is not None:
        grant.revoked_at = revoked_at
        grant.save(update_fields=["revoked_at"])
    return grant


def make_registration(organization: Organization, vendor: Organization) -> None:
    """The vendor stands on the organization's list."""
    VendorRegistration.objects.create(organization=organization, vendor=vendor)
