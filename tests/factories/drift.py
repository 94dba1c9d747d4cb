"""Findings of drift, and the people whose work is observed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from apps.core import ids
from apps.drift.enums import Dimension
from apps.drift.models import DriftFinding
from apps.engagements.models import Engagement
from apps.workforce.models import Agent, Assignment, Site

FIRST_DAY = date(2026, 1, 5)


def make_finding(engagement: Engagement, **overrides: Any) -> DriftFinding:
    """Voice is used and only chat is agreed; detected on 10 June 2026."""
    values = {
        "dimension": Dimension.CHANNEL,
        "value": "voice",
        "observed": "Voice is used.",
        "agreed": "Permitted: Chat.",
        "detected_at": datetime(2026, 6, 10, 9, 0, tzinfo=UTC),
    }
    return DriftFinding.objects.create(engagement=engagement, **values | overrides)


def make_place(engagement: Engagement, **overrides: Any) -> Site:
    """A site of the provider in Manila."""
    values = {"code": f"S-{ids.uuid7().hex[-6:]}", "name": "Manila", "country": "PH"}
    return Site.objects.create(organization=engagement.provider, **values | overrides)


def make_staff(
    engagement: Engagement, count: int = 1, **overrides: Any
) -> list[Assignment]:
    """Agents assigned to the engagement by chat since its first day."""
    values = {"channels": ["chat"], "effective_on": FIRST_DAY}
    agents = Agent.objects.bulk_create(
        Agent(
            organization=engagement.provider,
            external_id=ids.uuid7().hex[-12:],
            full_name="Grace Agent",
            joined_on=FIRST_DAY,
        )
        for _ in range(count)
    )
    return Assignment.objects.bulk_create(
        Assignment(agent=agent, engagement=engagement, **values | overrides)
        for agent in agents
    )
