"""Everything of the own organization, its grid, and one engagement."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from apps.assurance import queries
from apps.core import clock
from apps.engagements import queries as engagements
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView


class OverviewView(PortalView):
    """What the organization has, what it does again and again, what is asked."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Own rows; requests of both directions."""
        organization = self.actor.organization
        today = clock.today(organization.time_zone)
        own = {"organization_id": organization.pk}
        activities = queries.activities(self.actor, **own).filter(ended_on=None)
        context = {
            "today": today,
            "certificates": queries.certificate_lines(
                queries.certificates(self.actor, **own), as_of=today
            ),
            "policies": queries.policies(self.actor, **own),
            "activities": queries.activity_lines(activities, as_of=today),
            "requests": queries.evidence_requests(self.actor)[:100],
        }
        return self.page("assurance/overview.html", context)


class CoverageView(PortalView):
    """Media and topics of the own policies."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """As of today in the organization's zone."""
        today = clock.today(self.actor.organization.time_zone)
        grid = queries.coverage_of(self.actor, as_of=today)
        return self.page("assurance/coverage.html", {"grid": grid, "today": today})


class EngagementView(PortalView):
    """Assurance of one engagement, for both parties and auditors."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """As of today in the client's zone."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        today = clock.today(engagement.client.time_zone)
        parties = {engagement.client_id, engagement.provider_id}
        context = {
            "engagement": engagement,
            "today": today,
            "shown": queries.engagement_page(self.actor, engagement, as_of=today),
            "may_ask": self.actor.organization_id in parties,
        }
        return self.page("assurance/engagement.html", context)
