"""The roster and the agents in it."""

from __future__ import annotations

from dataclasses import astuple, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.core import clock
from apps.core.dates import Period
from apps.core.tables_out import csv_response
from apps.core.types import Side
from apps.engagements import queries as engagements
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView
from apps.workforce import queries
from apps.workforce.models import Assignment
from apps.workforce.queries import Selection

PAGE = 50


def page_url(request: HttpRequest, **key: str) -> str:
    """This list's address at another key, filters kept; "" without a key."""
    if not any(key.values()):
        return ""
    kept = {name: value for name, value in request.GET.items() if value}
    kept.pop("after", None)
    return f"{request.path}?{urlencode(kept | key)}"


def selection_of(request: HttpRequest) -> Selection:
    """``?q``, ``?site``, ``?team`` and ``?serves``; what cannot be read is nothing."""
    try:
        serves = UUID(request.GET.get("serves", ""))
    except ValueError:
        serves = None
    return Selection(
        search=request.GET.get("q", "").strip(),
        site=request.GET.get("site", ""),
        team=request.GET.get("team", ""),
        serves=serves,
    )


def selection_query(selection: Selection) -> str:
    """The same selection as a query string."""
    given = {
        "q": selection.search,
        "site": selection.site,
        "team": selection.team,
        "serves": selection.serves or "",
    }
    return urlencode({key: value for key, value in given.items() if value})


def selection_choices(view: PortalView) -> dict[str, Any]:
    """What one may choose from: sites, teams and engagements that have not ended."""
    return {
        "sites": queries.sites(view.actor),
        "teams": queries.teams(view.actor),
        "engagements": engagements.engagements(
            view.actor, side=Side.PROVIDER, is_ended=False
        ),
    }


class RosterView(PortalView):
    """Agents of the provider."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?q``, ``?site``, ``?team``, ``?serves`` narrow; ``?after`` pages."""
        selection = selection_of(request)
        today = clock.today(self.actor.organization.time_zone)
        found = queries.roster(
            self.actor,
            selection=selection,
            after=request.GET.get("after", ""),
            working_on=today,
        )
        rows = list(found[: PAGE + 1])
        more = rows[PAGE - 1].external_id if len(rows) > PAGE else ""
        context = {
            "agents": rows[:PAGE],
            "selection": selection,
            "today": today,
            "older_url": page_url(request, after=more),
            "first_url": request.path if request.GET.get("after") else "",
            "query": selection_query(selection),
            **selection_choices(self),
        }
        return self.page("workforce/roster.html", context)


class RosterExportView(PortalView):
    """The roster as CSV, in the shape an import reads back."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Exactly what the list is filtered to."""
        lines = queries.roster_lines(self.actor, selection=selection_of(request))
        header = [each.name for each in fields(queries.RosterLine)]
        return csv_response("roster", header, (astuple(line) for line in lines))


class AgentView(PortalView):
    """One agent and the assignments."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for an agent of anybody else."""
        agent = queries.agent(self.actor, pk)
        today = clock.today(agent.organization.time_zone)
        assignments = list(queries.assignments_of(agent))
        context = {
            "agent": agent,
            "assignments": assignments,
            "homes": _homes(assignments, on=today),
            "earlier": queries.earlier_periods(agent),
            "today": today,
        }
        return self.page("workforce/agent.html", context)


def _homes(assignments: list[Assignment], *, on: date) -> list[queries.SiteLine]:
    """Places the agent works from home now, with what is attested of them."""
    running = [
        each.site
        for each in assignments
        if each.site and each.site.is_remote and _is_running(each, on=on)
    ]
    return queries.site_lines({site.pk: site for site in running}.values(), on=on)


def _is_running(assignment: Assignment, *, on: date) -> bool:
    return Period(assignment.effective_on, assignment.ended_on).contains(on)
