"""Sites, agents and assignments, written straight through the models."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from apps.engagements.models import Engagement
from apps.tenancy.models import Organization
from apps.workforce.enums import Control
from apps.workforce.models import Agent, Assignment, Site, SiteControl

_numbers = count(1)
JOINED = date(2025, 1, 1)
ASSIGNED = date(2026, 1, 5)


def make_site(organization: Organization, **overrides: Any) -> Site:
    """A site in the Philippines."""
    number = next(_numbers)
    values = {"code": f"S-{number}", "name": f"Site {number}", "country": "PH"}
    return Site.objects.create(organization=organization, **values | overrides)


def make_agent(organization: Organization, **overrides: Any) -> Agent:
    """An agent who joined on 1 January 2025."""
    number = next(_numbers)
    values = {
        "external_id": f"A-{number:05}",
        "full_name": f"Agent {number}",
        "email": f"agent{number}@careline.test",
        "joined_on": JOINED,
    }
    return Agent.objects.create(organization=organization, **values | overrides)


def make_assignment(
    engagement: Engagement, agent: Agent | None = None, **overrides: Any
) -> Assignment:
    """A chat assignment from 5 January 2026, of a new agent unless one is given."""
    values = {
        "agent": agent or make_agent(engagement.provider),
        "channels": ["chat"],
        "effective_on": ASSIGNED,
    }
    return Assignment.objects.create(engagement=engagement, **values | overrides)


def make_attestation(
    site: Site, *controls: Control, **overrides: Any
) -> list[SiteControl]:
    """Controls in place, all four unless some are named, checked on 1 June 2026."""
    values = {"is_in_place": True, "attested_on": date(2026, 6, 1)} | overrides
    return [
        SiteControl.objects.create(site=site, control=control, **values)
        for control in controls or Control
    ]
