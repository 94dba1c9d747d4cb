"""Training of one engagement: requirements, coverage, the grid of agents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.core import clock
from apps.core.charts import share_trend, stacked_bar
from apps.core.errors import Invalid, NotAllowed
from apps.core.forms import AsOfForm
from apps.core.tables_out import csv_response, xlsx_response
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView
from apps.training import queries


def day_of(request: HttpRequest, engagement: Engagement) -> date:
    """``?as_of``, or today at the client. Raises Invalid for no date."""
    stated = request.GET.get("as_of", "")
    if not stated:
        return clock.today(engagement.client.time_zone)
    try:
        return date.fromisoformat(stated)
    except ValueError as error:
        raise Invalid(f"{stated} is no date. Write it as 2026-03-31.") from error


def courses_of(coverage: queries.Coverage) -> dict[UUID, str]:
    """Required courses of the day, each once, with their titles."""
    return {each.course_id: each.course_title for each in coverage.requirements}


def filter_of(request: HttpRequest, *, named: bool) -> queries.GridFilter:
    """``?state``, ``?site``, ``?channel``; ``?team`` and ``?q`` where names are seen,
    for a search would tell them."""
    chosen = queries.GridFilter.of(request.GET)
    return chosen if named else chosen.without_names()


def filter_query(chosen: queries.GridFilter, *, as_of: date, **more: str) -> str:
    """The same filter and day as a query string."""
    given = {
        "as_of": as_of.isoformat(),
        "state": chosen.state.value,
        "site": chosen.site,
        "channel": chosen.channel,
        "team": chosen.team,
        "q": chosen.search,
        **more,
    }
    return "?" + urlencode({key: value for key, value in given.items() if value})


class CoverageView(PortalView):
    """Who is cleared on a day, by requirement and by agent."""

    permission = Permission.TRAINING_VIEW

    def get(self, request: HttpRequest, engagement_pk: Any) -> HttpResponse:
        """``?as_of`` a day; filters of ``filter_of``; ``?after`` pages."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        form = AsOfForm.of(request.GET, today=clock.today(engagement.client.time_zone))
        as_of = form.day
        coverage = queries.coverage(engagement, as_of=as_of)
        context = {
            "engagement": engagement,
            "as_of": as_of,
            "as_of_form": form,
            "coverage": coverage,
            "bar": _bar(coverage),
            "requirements": queries.requirements_on(engagement, as_of=as_of),
            "equivalences": queries.equivalences_on(engagement, as_of=as_of),
            "may_require": self._may_require(engagement),
        }
        if coverage.requirements:
            context |= _trend(engagement, as_of=as_of)
        if queries.may_see_agents(self.actor, engagement):
            context |= self._grid(engagement, coverage)
        return self.page("training/engagement.html", context, status=form.status)

    def _may_require(self, engagement: Engagement) -> bool:
        parties = {engagement.client_id, engagement.provider_id}
        return (
            self.actor.can(Permission.TRAINING_REQUIRE)
            and self.actor.organization_id in parties
        )

    def _grid(
        self, engagement: Engagement, coverage: queries.Coverage
    ) -> dict[str, Any]:
        """One page of agents by required course."""
        as_of = coverage.as_of
        courses = courses_of(coverage)
        named = queries.may_name_agents(self.actor, engagement)
        chosen = filter_of(self.request, named=named)
        rows = queries.grid(
            engagement,
            as_of=as_of,
            courses=list(courses),
            chosen=chosen,
            by_name=named,
            after=queries.key_of(self.request.GET.get("after", "")),
        )
        shown = rows[: queries.GRID_PAGE]
        older_url = ""
        if len(rows) > queries.GRID_PAGE:
            older_url = filter_query(chosen, as_of=as_of, after=shown[-1].key)
        return {
            "courses": courses,
            "rows": shown,
            "names": named,
            "chosen": chosen,
            "choices": queries.grid_choices(engagement, as_of=as_of),
            "has_after": bool(self.request.GET.get("after")),
            "first_url": filter_query(chosen, as_of=as_of),
            "older_url": older_url,
        }


def _bar(coverage: queries.Coverage) -> str:
    if not coverage.agents or not coverage.requirements:
        return ""
    parts = [
        ("cleared", coverage.cleared, "good"),
        ("not cleared", coverage.not_cleared, "bad"),
    ]
    return stacked_bar(parts, label="Agents cleared")


def _trend(engagement: Engagement, *, as_of: date) -> dict[str, Any]:
    """The picture of the last twelve months, and its numbers for a table."""
    points = queries.cleared_trend(engagement, days=queries.trend_days(as_of))
    drawn = [(f"{each.day:%-d %b %Y}", each.percent) for each in points]
    label = "Share of agents cleared, month by month"
    return {"trend": share_trend(drawn, label=label), "trend_points": points}


class CoverageExportView(PortalView):
    """Exactly what the grid is filtered to, with names where they may be seen."""

    permission = Permission.TRAINING_VIEW

    def get(
        self, request: HttpRequest, engagement_pk: Any, ending: str
    ) -> HttpResponseBase:
        """CSV or XLSX by the address; 403 for those who see counts only."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        if not queries.may_see_agents(self.actor, engagement):
            raise NotAllowed(COUNTS_ONLY)
        as_of = day_of(request, engagement)
        courses = courses_of(queries.coverage(engagement, as_of=as_of))
        named = queries.may_name_agents(self.actor, engagement)
        rows = queries.grid(
            engagement,
            as_of=as_of,
            courses=list(courses),
            chosen=filter_of(request, named=named),
            by_name=named,
            size=None,
        )
        header = ["agent", "name", "site", "team", "cleared", "not cleared since"]
        for title in courses.values():
            header += [title, f"{title}: until"]
        lines = (_line(row, named=named) for row in rows)
        name = f"training {as_of.isoformat()}"
        return TABLES[ending](name, header, lines)


TABLES: dict[str, Callable[..., HttpResponseBase]] = {
    "csv": csv_response,
    "xlsx": xlsx_response,
}
COUNTS_ONLY = "Your role sees counts only. Ask a compliance manager for the list."


def _line(row: queries.GridRow, *, named: bool) -> list[object]:
    line: list[object] = [
        row.external_id if named else row.pseudonym,
        row.name if named else "",
        row.site,
        row.team if named else "",
        row.is_cleared,
        row.since,
    ]
    for cell in row.cells:
        line += [cell.state.value, cell.until]
    return line


class UnclearedView(PortalView):
    """Who is at work on the day without being cleared, and since when."""

    permission = Permission.TRAINING_VIEW

    def get(self, request: HttpRequest, engagement_pk: Any) -> HttpResponse:
        """``?as_of`` a day; counts for those who may not see single agents."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        form = AsOfForm.of(request.GET, today=clock.today(engagement.client.time_zone))
        rows = queries.uncleared([engagement.pk], as_of=form.day)
        context = {
            "engagement": engagement,
            "as_of": form.day,
            "as_of_form": form,
            "count": len(rows),
            "longest": rows[0] if rows else None,
            "rows": rows if queries.may_see_agents(self.actor, engagement) else None,
            "names": queries.may_name_agents(self.actor, engagement),
            "may_open": self.actor.organization_id == engagement.provider_id,
        }
        return self.page("training/uncleared.html", context, status=form.status)
