"""Pages of access-log audits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from apps.access_reviews import actions, forms, queries
from apps.access_reviews.models import LogAudit
from apps.access_reviews.views.imports import (
    PAGE,
    WAITING,
    StatusView,
    progress_context,
)
from apps.core.errors import Conflict
from apps.core.tables_out import csv_response
from apps.evidence.views import file_response
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class LogsView(PortalView):
    """Audits of access logs, newest first."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest fifty."""
        rows = queries.log_audits(self.actor)[:PAGE]
        return self.page("access_reviews/logs.html", {"audits": rows})


class LogUploadView(ActionView):
    """Hand in a sample."""

    permission = Permission.ACCESS_IMPORT
    form_class = forms.LogUploadForm
    template_name = "access_reviews/log_upload.html"

    def form_arguments(self) -> dict[str, Any]:
        """Own systems, and the hours in the organization's own zone."""
        initial = {
            "zone": self.actor.organization.time_zone,
            "system": self.request.GET.get("system", ""),
        }
        return {"systems": queries.systems(self.actor), "initial": initial}

    def perform(self, form: Any) -> HttpResponse:
        """On to its columns."""
        given = dict(form.cleaned_data)
        system, upload = given.pop("system"), given.pop("file")
        job = actions.upload_log(
            system,
            by=self.actor,
            content=upload,
            file_name=upload.name,
            statement=actions.LogStatement(
                **given | {"weekdays": tuple(given["weekdays"])}
            ),
        )
        return redirect("access_reviews:log", job.pk)


class LogView(ActionView):
    """Where an audit stands: its columns to confirm, then what was found."""

    permission = Permission.ACCESS_VIEW
    form_class = forms.LogColumnsForm
    template_name = "access_reviews/log.html"
    job: LogAudit

    def load(self) -> None:
        """404 for an audit of anybody else."""
        self.job = queries.log_audit(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Columns of this log."""
        return {"understood": self.job.understood}

    def context(self) -> dict[str, Any]:
        """The audit with its findings."""
        job = self.job
        return progress_context(job, "access_reviews:log") | {
            "is_waiting": job.state in WAITING,
            "findings": queries.shown_findings(job),
            "hours": queries.hours_in_words(job),
            "may_record": job.file is not None
            and job.recorded_at is None
            and self.actor.can(Permission.ASSURANCE_EDIT),
        }

    def perform(self, form: Any) -> HttpResponse:
        """The audit is a job; its page shows the progress."""
        actions.confirm_log(
            self.job,
            by=self.actor,
            columns=form.columns(),
            order=form.cleaned_data["date_order"],
        )
        return redirect("access_reviews:log", self.job.pk)


class LogStatusView(StatusView):
    """The progress of an audit."""

    page_name = "access_reviews:log"

    def job(self, pk: UUID) -> LogAudit:
        """404 for an audit of anybody else."""
        return queries.log_audit(self.actor, pk)


class LogRowsView(PortalView):
    """What was found as CSV: counts, row numbers and stretches of time."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """409 before it was audited."""
        job = queries.log_audit(self.actor, pk)
        if not job.findings:
            raise Conflict("This log is not audited yet. Confirm its columns first.")
        header = ["finding", "count", "row", "from (UTC)", "to (UTC)", "hours"]
        return csv_response("access-log-audit", header, queries.log_rows(job))


class LogReportView(PortalView):
    """The report as PDF."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """409 while there is none."""
        job = queries.log_audit(self.actor, pk)
        if job.file is None:
            raise Conflict("There is no report yet. Reload the page in a moment.")
        return file_response(job.file, by=self.actor)
