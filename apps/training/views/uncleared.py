"""Who works on PHI without being cleared, over all engagements of a party."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.core import clock
from apps.core.errors import NotAllowed
from apps.core.forms import AsOfForm
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView
from apps.training import queries
from apps.training.views.coverage import COUNTS_ONLY, TABLES

SHOWN = 200


class UnclearedEverywhereView(PortalView):
    """Agents at work without clearance on a day, longest first."""

    permission = Permission.TRAINING_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?as_of`` a day; 403 for those who see counts only."""
        form = AsOfForm.of(
            request.GET, today=clock.today(self.actor.organization.time_zone)
        )
        lines = _lines(self.actor, form)
        context = {
            "as_of": form.day,
            "as_of_form": form,
            "count": len(lines),
            "lines": lines[:SHOWN],
            "more": max(0, len(lines) - SHOWN),
        }
        return self.page("training/uncleared_all.html", context, status=form.status)


class UnclearedEverywhereExportView(PortalView):
    """All of them as CSV or XLSX."""

    permission = Permission.TRAINING_VIEW

    def get(self, request: HttpRequest, ending: str) -> HttpResponseBase:
        """403 for those who see counts only."""
        form = AsOfForm.of(
            request.GET, today=clock.today(self.actor.organization.time_zone)
        )
        header = ["agent", "name", "engagement", "client", "provider", "since", "days"]
        rows = (
            [
                *(each.agent.external_id, each.agent.name, each.engagement.name),
                *(each.engagement.client.name, each.engagement.provider.name),
                *(each.agent.since, each.agent.days, ", ".join(each.agent.lacking)),
            ]
            for each in _lines(self.actor, form)
        )
        name = f"not cleared {form.day.isoformat()}"
        return TABLES[ending](name, [*header, "lacking"], rows)


def _lines(actor: Actor, form: AsOfForm) -> list[queries.UnclearedLine]:
    sides = queries.sides_named(actor)
    if sides is None:
        raise NotAllowed(COUNTS_ONLY)
    return queries.uncleared_lines(actor, sides=sides, as_of=form.day)
