"""Pages of exports on their way in."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from apps.access_reviews import actions, forms, queries
from apps.access_reviews.models import SnapshotImport, System
from apps.core.models import TableImport
from apps.core.tables_out import csv_response
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

PAGE = 50
WAITING = {"reading", "committing"}


class ImportsView(PortalView):
    """Exports taken in, with what each states of itself."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest fifty."""
        imports = queries.snapshots(self.actor)[:PAGE]
        return self.page("access_reviews/imports.html", {"imports": imports})


class UploadView(ActionView):
    """Hand in an export of a system."""

    permission = Permission.ACCESS_IMPORT
    form_class = forms.UploadForm
    template_name = "access_reviews/upload.html"
    system: System

    def load(self) -> None:
        """404 for a system of anybody else."""
        self.system = queries.system(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """Which system."""
        return {"system": self.system}

    def perform(self, form: Any) -> HttpResponse:
        """Keep the file, start the import, wait for its preview."""
        given = dict(form.cleaned_data)
        job = actions.push_snapshot(
            self.system,
            by=self.actor,
            upload=given.pop("file"),
            statement=actions.SnapshotStatement(**given),
        )
        return redirect("access_reviews:import", job.pk)


def import_context(job: SnapshotImport) -> dict[str, Any]:
    """What the page of an import shows."""
    return progress_context(job, "access_reviews:import") | {
        "is_waiting": job.state in WAITING,
        "columns_form": forms.ColumnsForm(
            kind=job.kind,
            understood=job.understood,
            initial={"date_order": job.mapping.get("date_order", "")},
        ),
    }


class ImportView(PortalView):
    """Where an import stands, and the statement of completeness when it is done."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for an import of anybody else."""
        job = queries.snapshot(self.actor, pk)
        return self.page("access_reviews/import.html", import_context(job))


class StatusView(PortalView):
    """The progress of a job over a file, asked every two seconds."""

    permission = Permission.ACCESS_VIEW
    is_polling = True
    page_name: ClassVar[str]

    def job(self, pk: UUID) -> TableImport:
        """404 for one of anybody else."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The fragment while it runs; then the whole page loads again."""
        job = self.job(pk)
        if job.state in WAITING:
            context = progress_context(job, self.page_name)
            return self.page("access_reviews/_import_status.html", context)
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response


def progress_context(job: TableImport, page_name: str) -> dict[str, Any]:
    """What the fragment shows, and where it asks again."""
    return {
        "job": job,
        "page_url": reverse(page_name, args=[job.pk]),
        "status_url": reverse(f"{page_name}_status", args=[job.pk]),
    }


class ImportStatusView(StatusView):
    """The progress of an import."""

    page_name = "access_reviews:import"

    def job(self, pk: UUID) -> SnapshotImport:
        """404 for an import of anybody else."""
        return queries.snapshot(self.actor, pk)


class _ImportActionView(ActionView):
    """Something done to one import; a refusal is shown on its page."""

    permission = Permission.ACCESS_IMPORT
    template_name = "access_reviews/import.html"
    job: SnapshotImport

    def load(self) -> None:
        """404 for an import of anybody else."""
        self.job = queries.snapshot(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The page of the import."""
        return import_context(self.job)


class ImportConfirmView(_ImportActionView):
    """Write what the preview shows."""

    form_class = forms.ConfirmForm

    def perform(self, form: Any) -> HttpResponse:
        """The commit is a job; its page shows the progress."""
        actions.confirm_snapshot(self.job, by=self.actor)
        messages.success(self.request, "The export was confirmed and is being written.")
        return redirect("access_reviews:import", self.job.pk)


class ImportColumnsView(_ImportActionView):
    """Correct which column is which."""

    form_class = forms.ColumnsForm

    def form_arguments(self) -> dict[str, Any]:
        """Columns of this file."""
        return {"kind": self.job.kind, "understood": self.job.understood}

    def perform(self, form: Any) -> HttpResponse:
        """The file is read again."""
        actions.remap_snapshot(
            self.job,
            by=self.actor,
            columns=form.columns(),
            date_order=form.cleaned_data["date_order"],
        )
        return redirect("access_reviews:import", self.job.pk)


class ImportProblemsView(PortalView):
    """The refused rows as CSV."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """404 for an import of anybody else."""
        job = queries.snapshot(self.actor, pk)
        header = ["row", "column", "value", "expected", "problem"]
        rows = (
            [*(each[key] for key in header[:4]), each["message"]]
            for each in job.problems
        )
        return csv_response("problems", header, rows)
