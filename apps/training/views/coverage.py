"""Training of one engagement: requirements, coverage, the grid of agents."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.core import clock
from apps.core.charts import stacked_bar
from apps.core.errors import Invalid, NotAllowed
from apps.core.forms import AsOfForm
from apps.core.tables_out import csv_response
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


def _after(request: HttpRequest) -> UUID | None:
    """Where the page begins; a stranger's text begins at the top."""
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def courses_of(coverage: queries.Coverage) -> dict[UUID, str]:
    """Required courses of the day, each once, with their titles."""
    return {each.course_id: each.course_title for each in coverage.requirements}


class CoverageView(PortalView):
    """Who is cleared on a day, by requirement and by agent."""

    permission = Permission.TRAINING_VIEW

    def get(self, request: HttpRequest, engagement_pk: Any) -> HttpResponse:
        """``?as_of`` a day; ``?open`` leaves the cleared out; ``?after`` pages."""
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
        courses = courses_of(coverage)
        only_open = self.request.GET.get("open") == "yes"
        rows = queries.grid(
            engagement,
            as_of=coverage.as_of,
            courses=list(courses),
            after=_after(self.request),
            only_open=only_open,
        )
        shown = rows[: queries.GRID_PAGE]
        kept = {"as_of": coverage.as_of.isoformat(), "open": "yes" if only_open else ""}
        older_url = ""
        if len(rows) > queries.GRID_PAGE:
            older_url = "?" + urlencode(kept | {"after": shown[-1].key})
        return {
            "courses": courses,
            "rows": shown,
            "names": queries.may_name_agents(self.actor, engagement),
            "only_open": only_open,
            "has_after": bool(self.request.GET.get("after")),
            "first_url": "?" + urlencode(kept),
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


class CoverageExportView(PortalView):
    """The whole grid as CSV, with names where the actor may see them."""

    permission = Permission.TRAINING_VIEW

    def get(self, request: HttpRequest, engagement_pk: Any) -> HttpResponseBase:
        """403 for those who see counts only."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        if not queries.may_see_agents(self.actor, engagement):
            raise NotAllowed(
                "Your role sees counts only. Ask a compliance manager for the list."
            )
        as_of = day_of(request, engagement)
        courses = courses_of(queries.coverage(engagement, as_of=as_of))
        named = queries.may_name_agents(self.actor, engagement)
        rows = queries.grid(engagement, as_of=as_of, courses=list(courses), size=None)
        header = ["agent", "name", "site", "cleared"]
        for title in courses.values():
            header += [title, f"{title}: until"]
        lines = (_line(row, named=named) for row in rows)
        return csv_response(f"training {as_of.isoformat()}", header, lines)


def _line(row: queries.GridRow, *, named: bool) -> list[object]:
    line: list[object] = [
        row.external_id if named else row.pseudonym,
        row.name if named else "",
        row.site,
        row.is_cleared,
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
