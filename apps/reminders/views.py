"""Deadlines and when to be reminded of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.core.errors import NotFound
from apps.core.tables_out import csv_response
from apps.reminders import actions, queries
from apps.reminders.enums import DutyKind
from apps.reminders.forms import DeadlineFilterForm, PolicyForm
from apps.reminders.queries import Deadline
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class DeadlinesView(PortalView):
    """What is overdue or due within 90 days, by month."""

    permission = Permission.ENGAGEMENTS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?kind=`` and ``?engagement=`` narrow; what cannot be read does not."""
        form = self.filter_form(request)
        rows = self.rows(form)
        today = clock.today(self.actor.organization.time_zone)
        shown = rows[: queries.SHOWN]
        context = {
            "form": form,
            "is_filtered": any(form.cleaned_data.values()),
            "months": queries.months(shown, today=today),
            "today": today,
            "total": len(rows),
            "shown": len(shown),
            "ahead_days": queries.AHEAD_DAYS,
        }
        return self.page("reminders/deadlines.html", context)

    def filter_form(self, request: HttpRequest) -> DeadlineFilterForm:
        """The bound filter; fields in error are left out of ``cleaned_data``."""
        choices = queries.engagement_choices(self.actor)
        form = DeadlineFilterForm(request.GET, engagements=choices)
        form.is_valid()
        return form

    def rows(self, form: DeadlineFilterForm) -> list[Deadline]:
        """The rows the filter lets through."""
        engagement = form.cleaned_data.get("engagement")
        return queries.deadlines(
            self.actor,
            kind=form.cleaned_data.get("kind", ""),
            engagement_id=engagement.pk if engagement else None,
        )


class DeadlinesCsvView(DeadlinesView):
    """The same rows as a file."""

    def get(self, request: HttpRequest) -> StreamingHttpResponse:  # type: ignore[override]
        """Every row, not only those the page shows."""
        rows = self.rows(self.filter_form(request))
        return csv_response(
            "deadlines",
            ("Due", "Kind", "What", "Engagement"),
            ((row.item.due, row.kind, row.item.title, row.engagement) for row in rows),
        )


class PoliciesView(PortalView):
    """Every kind of duty and its days."""

    permission = Permission.REMINDERS_EDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """Own days or the default."""
        lines = queries.policy_lines(self.actor)
        return self.page("reminders/policies.html", {"lines": lines})


class PolicyView(ActionView):
    """Set the days of one kind of duty."""

    permission = Permission.REMINDERS_EDIT
    form_class = PolicyForm
    template_name = "reminders/policy.html"
    line: queries.PolicyLine

    def load(self) -> None:
        lines = {line.kind: line for line in queries.policy_lines(self.actor)}
        kind = self.kwargs["kind"]
        if kind not in lines:
            raise NotFound
        self.line = lines[kind]

    def form_arguments(self) -> dict[str, Any]:
        days = ", ".join(str(day) for day in self.line.offsets)
        return {"initial": {"offsets": days}}

    def context(self) -> dict[str, Any]:
        return {"line": self.line}

    def perform(self, form: PolicyForm) -> HttpResponse:
        actions.set_policy(
            by=self.actor,
            kind=DutyKind(self.line.kind),
            offsets=form.cleaned_data["offsets"],
        )
        messages.success(self.request, f"Reminders changed: {self.line.label}.")
        return redirect("reminders:policies")
