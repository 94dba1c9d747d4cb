"""Pages of attestations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.evidence.views import file_response
from apps.reports import actions, queries, rules
from apps.reports.forms import IssueForm
from apps.reports.models import Attestation
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

PAGE = 50


class AttestationsView(PortalView):
    """Every attestation the actor may read, newest first."""

    permission = Permission.REPORTS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest page; the API pages through all."""
        rows = list(queries.attestations(self.actor)[: PAGE + 1])
        return self.page(
            "reports/list.html", {"rows": rows[:PAGE], "has_more": len(rows) > PAGE}
        )


class EngagementView(PortalView):
    """Attestations of one engagement, and the form that issues the next."""

    permission = Permission.REPORTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The reports tab."""
        engagement = engagements.engagement(self.actor, pk)
        rows = list(queries.attestations_of(self.actor, engagement)[:PAGE])
        return self.page(
            "reports/engagement.html",
            {
                "engagement": engagement,
                "rows": rows,
                "can_issue": queries.can_issue(self.actor, engagement),
                "names_agents": queries.can_name_agents(self.actor, engagement),
                "form": IssueForm(today=_today(engagement)),
            },
        )


class IssueView(ActionView):
    """Issue an attestation on an engagement."""

    permission = Permission.REPORTS_VIEW
    form_class = IssueForm
    template_name = "reports/issue.html"
    engagement: Engagement

    def load(self) -> None:
        """The engagement; 404 for a stranger."""
        self.engagement = engagements.engagement(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Today where the client is."""
        return {"today": _today(self.engagement)}

    def context(self) -> dict[str, Any]:
        """What the page says about the statement to come."""
        return {
            "engagement": self.engagement,
            "names_agents": queries.can_name_agents(self.actor, self.engagement),
        }

    def perform(self, form: IssueForm) -> HttpResponse:
        """Freeze the statement and go to its page, where the PDF will appear."""
        issued = actions.issue_attestation(
            self.engagement,
            by=self.actor,
            as_of=form.cleaned_data["as_of"],
            key=form.cleaned_data["key"],
        )
        messages.success(self.request, "The statement is frozen. Its PDF follows.")
        return redirect("reports:attestation", pk=issued.pk)


class AttestationView(PortalView):
    """One attestation: what it states in short, its hash, code and document."""

    permission = Permission.REPORTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a stranger, and for eyes that may not see names it holds."""
        attestation = queries.attestation(self.actor, pk)
        return self.page(
            "reports/attestation.html",
            {
                **_state(attestation),
                "engagement": attestation.engagement,
                "paper": queries.paper(attestation),
                "can_issue": queries.can_issue(self.actor, attestation.engagement),
            },
        )


class ProgressView(PortalView):
    """Whether the PDF is there; asked for every two seconds."""

    permission = Permission.REPORTS_VIEW
    is_polling = True

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The fragment, or the word to load the page anew once it has ended."""
        attestation = queries.attestation(self.actor, pk)
        answer = self.page("reports/_progress.html", _state(attestation))
        if attestation.state != "rendering":
            answer["HX-Refresh"] = "true"
        return answer


class RetryView(PortalView):
    """Ask again for a PDF that could not be made."""

    permission = Permission.REPORTS_VIEW

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Back to the page, where the progress shows."""
        actions.retry_attestation(queries.attestation(self.actor, pk), by=self.actor)
        messages.success(request, "The PDF is being made again.")
        return redirect("reports:attestation", pk=pk)


class DownloadView(PortalView):
    """The PDF; each download is recorded."""

    permission = Permission.REPORTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """404 for a stranger, 409 while there is no document."""
        attestation = queries.attestation(self.actor, pk)
        file = actions.take_document(attestation, by=self.actor)
        return file_response(file, by=self.actor)


class WorkspaceView(PortalView):
    """An auditor's desk: what is granted, until when, and how to verify."""

    permission = Permission.REPORTS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Grants of this very person; empty for somebody without."""
        return self.page(
            "reports/workspace.html",
            {
                "grants": queries.workspace(self.actor),
                "today": clock.today(self.actor.user.time_zone),
                "rows": list(queries.attestations(self.actor)[:PAGE]),
            },
        )


def _today(engagement: Engagement) -> Any:
    return clock.today(engagement.client.time_zone)


def _state(attestation: Attestation) -> dict[str, Any]:
    return {
        "attestation": attestation,
        "code": rules.grouped(attestation.code),
        "is_overdue": queries.is_overdue(attestation),
    }
