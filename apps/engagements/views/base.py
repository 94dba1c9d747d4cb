"""What pages about one engagement have in common."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from apps.core import clock
from apps.engagements import queries
from apps.engagements.models import Engagement
from apps.tenancy.views import ActionView


class EngagementActionView(ActionView):
    """A form about the engagement the URL names."""

    engagement: Engagement

    def load(self) -> None:
        """Fetch the engagement; NotFound for a stranger."""
        self.engagement = queries.engagement(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The engagement, for heading and breadcrumbs."""
        return {"engagement": self.engagement, "initial_day": self.today}

    @property
    def today(self) -> str:
        """Today at the client, as a date field takes it."""
        return clock.today(self.engagement.client.time_zone).isoformat()


def page_url(request: HttpRequest, **key: str) -> str:
    """This list's address at another key, filters kept; "" without a key."""
    if not any(key.values()):
        return ""
    kept = {
        name: value
        for name, value in request.GET.items()
        if name not in {"after", "before"} and value
    }
    return f"{request.path}?{urlencode(kept | key)}"
