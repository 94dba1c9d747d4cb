"""Everything of the own organization, its grid, and one engagement."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from apps.assurance import queries
from apps.assurance.queries import Wanted
from apps.core import clock
from apps.engagements import queries as engagements
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView

SHOWN = 10


class OverviewView(PortalView):
    """What the organization has, what it does again and again, what is asked."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Own rows; requests of both directions."""
        organization = self.actor.organization
        today = clock.today(organization.time_zone)
        lines = queries.certificate_lines(
            queries.certificates(self.actor, organization_id=organization.pk),
            as_of=today,
        )
        open_ones = queries.listed_requests(self.actor, Wanted(state="open"))
        policies = queries.policies(self.actor, organization_id=organization.pk)
        context = {
            "today": today,
            "certificates": queries.newest(lines),
            "older": len(lines) - len(queries.newest(lines)),
            "policies": policies[:SHOWN],
            "policy_count": policies.count(),
            "grid": queries.coverage_of(self.actor, as_of=today),
            "activities": _running(self.actor, today),
            "requests": open_ones[:SHOWN],
            "request_count": open_ones.count(),
        }
        return self.page("assurance/overview.html", context)


class CalendarView(PortalView):
    """A year of what is due, what is done again and again, what was never started."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """As of today in the organization's zone."""
        today = clock.today(self.actor.organization.time_zone)
        context = {
            "today": today,
            "months": queries.calendar(self.actor, today=today),
            "activities": _running(self.actor, today),
            "never_started": queries.never_started(self.actor),
        }
        return self.page("assurance/calendar.html", context)


def _running(actor: Actor, today: date) -> list[queries.ActivityLine]:
    own = queries.activities(actor, organization_id=actor.organization_id)
    return queries.activity_lines(own.filter(ended_on=None), as_of=today)


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
