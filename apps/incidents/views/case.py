"""The list, the intake, the case, its PDF and its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.core.errors import Invalid
from apps.engagements import queries as engagements
from apps.evidence.views import file_response
from apps.incidents import actions, forms, queries, rules
from apps.incidents.actions import Report
from apps.incidents.enums import Kind
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class ListView(PortalView):
    """Cases the actor may know of, with the clock that ends first."""

    permission = Permission.INCIDENTS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """What is not closed unless another state is chosen."""
        form = forms.FilterForm(request.GET)
        if not form.is_valid():
            raise Invalid(
                "This filter cannot be read. Open the list of incidents again and "
                "choose from its fields."
            )
        chosen = form.cleaned_data
        page = queries.incident_page(
            self.actor,
            queries.Filters(
                state=chosen["state"],
                kind=chosen["kind"],
                engagement_id=chosen["engagement"],
                exercises=chosen["exercises"],
                before=chosen["before"],
            ),
        )
        given = request.GET.copy()
        given["before"] = str(page.older or "")
        return self.page(
            "incidents/list.html",
            {
                "form": form,
                "page": page,
                "now": clock.now(),
                "today": clock.today(self.actor.user.time_zone),
                "is_filtered": any(chosen.values()),
                "older_url": f"?{given.urlencode()}" if page.older else "",
            },
        )


class EngagementView(PortalView):
    """Cases of one engagement."""

    permission = Permission.INCIDENTS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """Open ones first."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        return self.page(
            "incidents/engagement.html",
            {
                "engagement": engagement,
                "today": clock.today(engagement.client.time_zone),
                "incidents": queries.incidents_of(self.actor, engagement),
            },
        )


class ReportView(ActionView):
    """Two minutes on a telephone."""

    permission = Permission.INCIDENTS_REPORT
    form_class = forms.ReportForm
    template_name = "incidents/report.html"

    def form_arguments(self) -> dict[str, Any]:
        """Engagements of the own organization; the person's own zone."""
        chosen = {}
        if self.request.method == "GET" and "engagement" in self.request.GET:
            chosen = {"initial": {"engagement": self.request.GET["engagement"]}}
        return {
            "engagements": queries.reportable(self.actor),
            "zone": self.actor.user.time_zone,
            **chosen,
        }

    def perform(self, form: forms.ReportForm) -> HttpResponse:
        """Write it down and go to the case."""
        data = form.cleaned_data
        moment = form.moment("learned_at", data["zone"])
        incident = actions.report_incident(
            data["engagement"],
            by=self.actor,
            report=Report(
                kind=Kind(data["kind"]),
                summary=data["summary"],
                learned_at=moment or clock.now(),
                zone=data["zone"],
                person=data["person"],
                occurred_on=data["occurred_on"],
                channels=tuple(data["channels"]),
                systems=data["systems"],
                phi_categories=tuple(data["phi_categories"]),
                people=data["people"],
                is_exercise=data["is_exercise"],
                text_confirmed=data["text_confirmed"],
            ),
        )
        messages.success(
            self.request,
            f"Case {incident.reference} is written down. Only your side sees it.",
        )
        return redirect("incidents:detail", pk=incident.pk)


class DetailView(PortalView):
    """One case: what is due, why, what to do, and everything on record."""

    permission = Permission.INCIDENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """As the actor may see it."""
        incident = queries.incident(self.actor, pk)
        engagement = incident.engagement
        case = queries.case_file(self.actor, incident)
        can = queries.possibilities(self.actor, incident)
        now = clock.now()
        parties = [engagement.client, engagement.provider]
        next_clock = case.next_clock
        return self.page(
            "incidents/detail.html",
            {
                "incident": incident,
                "engagement": engagement,
                "case": case,
                "can": can,
                "hops": queries.hops(self.actor, incident),
                "reached": queries.reached(parties, at=now),
                "ladder": rules.ladder(next_clock.clock.due_at, now=now)
                if next_clock
                else [],
                "presumed": rules.PRESUMED_CITATION,
                "now": now,
            },
        )


class CaseFileView(PortalView):
    """The case file as a PDF, as the actor may see it."""

    permission = Permission.INCIDENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Made anew each time; the taking is recorded."""
        incident = queries.incident(self.actor, pk)
        content = actions.print_case(incident, by=self.actor)
        response = HttpResponse(content, content_type="application/pdf")
        name = f"case-{incident.reference}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response


class FileView(PortalView):
    """A file of a case."""

    permission = Permission.INCIDENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """For those it is meant for."""
        attachment = queries.attachment(self.actor, pk)
        file = actions.take_file(attachment, by=self.actor)
        return file_response(file, by=self.actor)
