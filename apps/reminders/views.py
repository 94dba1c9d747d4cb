"""Deadlines and when to be reminded of them."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.core import clock
from apps.core.tables_out import csv_response
from apps.notifications import registry
from apps.reminders import actions, queries
from apps.reminders.enums import Cadence
from apps.reminders.forms import (
    DeadlineFilterForm,
    DeliveryForm,
    PolicyForm,
    PreferenceForm,
    SendsForm,
)
from apps.reminders.queries import Deadlines
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class DeadlinesView(PortalView):
    """What is overdue or due within 90 days, by month."""

    permission = Permission.ENGAGEMENTS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?kind=`` and ``?engagement=`` narrow; what cannot be read does not."""
        form = self.filter_form(request)
        found = self.found(form)
        today = clock.today(self.actor.organization.time_zone)
        shown = found.rows[: queries.SHOWN]
        context = {
            "form": form,
            "is_filtered": any(form.cleaned_data.values()),
            "months": queries.months(shown, today=today),
            "today": today,
            "total": len(found.rows),
            "shown": len(shown),
            "unread": found.unread,
            "ahead_days": queries.AHEAD_DAYS,
        }
        return self.page("reminders/deadlines.html", context)

    def filter_form(self, request: HttpRequest) -> DeadlineFilterForm:
        """The bound filter; fields in error are left out of ``cleaned_data``."""
        choices = queries.engagement_choices(self.actor)
        form = DeadlineFilterForm(request.GET, engagements=choices)
        form.is_valid()
        return form

    def found(self, form: DeadlineFilterForm) -> Deadlines:
        """What the filter lets through, and the rooms that could not be read."""
        engagement = form.cleaned_data.get("engagement")
        return queries.deadlines(
            self.actor,
            kind=form.cleaned_data.get("kind", ""),
            engagement_id=engagement.pk if engagement else None,
        )


class DeadlinesCsvView(DeadlinesView):
    """The same rows as a file."""

    def get(self, request: HttpRequest) -> StreamingHttpResponse:  # type: ignore[override]
        """Every row, not only those the page shows; first what could not be read."""
        found = self.found(self.filter_form(request))
        unread = (
            ("", "Could not be read", f"Duties of {room} are missing here", "")
            for room in found.unread
        )
        rows = (
            (row.item.due, row.kind, row.item.title, row.engagement)
            for row in found.rows
        )
        return csv_response(
            "deadlines",
            ("Due", "Kind", "What", "Engagement"),
            chain(unread, rows),
        )


class PoliciesView(PortalView):
    """Every kind of duty with its policy, and how reminders leave."""

    permission = Permission.REMINDERS_EDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """Own policies or our defaults."""
        last_pass = queries.last_pass()
        context = {
            "lines": queries.policy_lines(self.actor),
            "delivery": queries.delivery(self.actor),
            "is_default_delivery": queries.delivery_row(self.actor) is None,
            "last_pass": last_pass,
            "is_stalled": queries.is_stalled(last_pass),
        }
        return self.page("reminders/policies.html", context)


class PolicyView(ActionView):
    """Set the policy of one kind of duty."""

    permission = Permission.REMINDERS_EDIT
    form_class = PolicyForm
    template_name = "reminders/policy.html"
    line: queries.PolicyLine

    def load(self) -> None:
        self.line = queries.policy_line(self.actor, self.kwargs["kind"])

    def form_arguments(self) -> dict[str, Any]:
        return {
            "initial": PolicyForm.initial_of(self.line.terms),
            "roles": self.line.roles,
            "kind": self.line.kind,
        }

    def context(self) -> dict[str, Any]:
        return {"line": self.line}

    def perform(self, form: PolicyForm) -> HttpResponse:
        actions.set_policy(by=self.actor, kind=self.line.kind, terms=form.terms)
        messages.success(self.request, f"Reminders changed: {self.line.label}.")
        return redirect("reminders:sends", kind=self.line.kind)


class DeliveryView(ActionView):
    """Set when reminders may leave and how they are bundled."""

    permission = Permission.REMINDERS_EDIT
    form_class = DeliveryForm
    template_name = "reminders/delivery.html"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": asdict(queries.delivery(self.actor))}

    def perform(self, form: DeliveryForm) -> HttpResponse:
        actions.set_delivery(by=self.actor, terms=form.terms)
        messages.success(self.request, "Delivery of reminders changed.")
        return redirect("reminders:policies")


class PreferenceView(ActionView):
    """Choose how one's own reminders come, where the organization allows it."""

    permission = Permission.ENGAGEMENTS_VIEW
    form_class = PreferenceForm
    template_name = "reminders/preference.html"

    def form_arguments(self) -> dict[str, Any]:
        row = queries.preference(self.actor)
        usual = {"cadence": "", "wants_email": True}
        return {"initial": model_to_dict(row, fields=usual) if row else usual}

    def context(self) -> dict[str, Any]:
        return {"delivery": queries.delivery(self.actor)}

    def perform(self, form: PreferenceForm) -> HttpResponse:
        chosen = form.cleaned_data["cadence"]
        actions.set_preference(
            by=self.actor,
            cadence=Cadence(chosen) if chosen else None,
            wants_email=form.cleaned_data["wants_email"],
        )
        messages.success(self.request, "Your reminders come as you chose.")
        return redirect("notifications:inbox")


class SendsView(PortalView):
    """What a policy will send, and what it sent."""

    permission = Permission.REMINDERS_EDIT

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        """``?after=<line>`` pages through what was sent; anything else is page one."""
        line = queries.policy_line(self.actor, kind)
        form = SendsForm(request.GET)
        after = form.cleaned_data["after"] if form.is_valid() else None
        sent = queries.sent_page(self.actor, kind, after=after)
        shown = sent[: queries.PAGE]
        own = reverse("reminders:sends", args=[kind])
        coming, unread = ([], []) if after else queries.coming(self.actor, kind)
        context = {
            "line": line,
            "delivery": queries.delivery(self.actor),
            "coming": coming[: queries.FORECAST_SHOWN],
            "coming_total": len(coming),
            "unread": unread,
            "forecast_days": queries.FORECAST_DAYS,
            "sent": shown,
            "is_first": after is None,
            "older_url": f"{own}?after={shown[-1].pk}"
            if len(sent) > queries.PAGE
            else "",
            "newer_url": own if after else "",
        }
        return self.page("reminders/sends.html", context)


class WhyView(PortalView):
    """Why the person got a reminder: policy, duty, day and role."""

    permission = None

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a reminder to somebody else."""
        why = queries.why(self.actor, pk)
        context = {
            "why": why,
            "line": registry.line_of(why.notification.kind, why.notification.context),
            "may_edit": self.actor.can(Permission.REMINDERS_EDIT),
        }
        return self.page("reminders/why.html", context)
