"""The import wizard: upload, preview, columns, confirmation, account."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from apps.core.tables_out import csv_response
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView
from apps.workforce import actions, forms, queries
from apps.workforce.models import RosterImport
from apps.workforce.rules import leavers_to_confirm

PAGE = 50
LEAVERS_SHOWN = 20
WAITING = {"reading", "committing"}


class ImportsView(PortalView):
    """Roster imports of the provider."""

    permission = Permission.WORKFORCE_IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest fifty."""
        imports = queries.roster_imports(self.actor)[:PAGE]
        return self.page("workforce/imports.html", {"imports": imports})


class UploadView(ActionView):
    """Hand in a roster."""

    permission = Permission.WORKFORCE_IMPORT
    form_class = forms.UploadForm
    template_name = "workforce/upload.html"

    def perform(self, form: Any) -> HttpResponse:
        """Keep the file, start the import, wait for its preview."""
        upload = form.cleaned_data["file"]
        stored = evidence.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=upload,
            accept=FileKind.TABLE,
        )
        job = actions.upload_roster(
            by=self.actor,
            organization=self.actor.organization,
            file=stored,
            is_complete=form.cleaned_data["is_complete"],
            as_of=form.cleaned_data["as_of"],
            file_name=upload.name,
        )
        return redirect("workforce:import", job.pk)


class ImportView(PortalView):
    """Where an import stands: reading, preview, committing, done or refused."""

    permission = Permission.WORKFORCE_IMPORT

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for an import of anybody else."""
        job = queries.roster_import(self.actor, pk)
        return self.page("workforce/import.html", import_context(job))


def import_context(job: RosterImport) -> dict[str, Any]:
    """What the page of an import shows."""
    return {
        "job": job,
        "is_waiting": job.state in WAITING,
        "leavers": job.leavers[:LEAVERS_SHOWN],
        "will_leave": _will_leave(job),
        "leavers_more": max(0, job.account.get("left", 0) - LEAVERS_SHOWN),
        "confirm_form": forms.ConfirmForm(leavers=_leavers_asked(job)),
        "columns_form": forms.ColumnsForm(
            understood=job.understood,
            initial={"date_order": job.mapping.get("date_order", "")},
        ),
    }


def _will_leave(job: RosterImport) -> str:
    day = job.understood.get("day")
    if not day:
        return ""
    on = date.fromisoformat(day)
    return f"missing from the file will be marked as having left on {on:%-d %b %Y}"


def _leavers_asked(job: RosterImport) -> int:
    left = job.account.get("left", 0)
    return leavers_to_confirm(left, job.understood.get("working", 0))


class ImportStatusView(PortalView):
    """The progress of an import, asked every two seconds."""

    permission = Permission.WORKFORCE_IMPORT
    is_polling = True

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The fragment while it runs; then the whole page loads again."""
        job = queries.roster_import(self.actor, pk)
        if job.state in WAITING:
            return self.page("workforce/_import_status.html", {"job": job})
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response


class _ImportActionView(ActionView):
    """Something done to one import; a refusal is shown on its page."""

    permission = Permission.WORKFORCE_IMPORT
    template_name = "workforce/import.html"
    job: RosterImport

    def load(self) -> None:
        """404 for an import of anybody else."""
        self.job = queries.roster_import(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The page of the import."""
        return import_context(self.job)

    def own_form(self, form: Any) -> dict[str, Any]:
        """The form of this action in its place on the page."""
        return {}

    def _show(self, form: Any, *, status: int) -> HttpResponse:
        context = {"form": form, **self.context(), **self.own_form(form)}
        return self.page(self.template_name, context, status=status)


class ImportConfirmView(_ImportActionView):
    """Write what the preview shows."""

    form_class = forms.ConfirmForm

    def form_arguments(self) -> dict[str, Any]:
        """How many leave, where a person must say so."""
        return {"leavers": _leavers_asked(self.job)}

    def own_form(self, form: Any) -> dict[str, Any]:
        """With what was typed."""
        return {"confirm_form": form}

    def perform(self, form: Any) -> HttpResponse:
        """The commit is a job; its page shows the progress."""
        stated = form.cleaned_data.get("leavers")
        actions.confirm_roster(self.job, by=self.actor, leavers=stated)
        messages.success(self.request, "The import was confirmed and is being written.")
        return redirect("workforce:import", self.job.pk)


class ImportColumnsView(_ImportActionView):
    """Correct which column is which."""

    form_class = forms.ColumnsForm

    def form_arguments(self) -> dict[str, Any]:
        """Columns of this file."""
        return {"understood": self.job.understood}

    def perform(self, form: Any) -> HttpResponse:
        """The file is read again."""
        actions.remap_roster(
            self.job,
            by=self.actor,
            columns=form.columns(),
            date_order=form.cleaned_data["date_order"],
            sheet=form.cleaned_data.get("sheet", ""),
        )
        return redirect("workforce:import", self.job.pk)


class ImportProblemsView(PortalView):
    """The refused rows as CSV."""

    permission = Permission.WORKFORCE_IMPORT

    def get(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """404 for an import of anybody else."""
        job = queries.roster_import(self.actor, pk)
        header = ["row", "column", "value", "expected", "problem"]
        rows = (
            [*(each[key] for key in header[:4]), each["message"]]
            for each in job.problems
        )
        return csv_response("problems", header, rows)


class ImportLeaversView(PortalView):
    """Who would leave, or left, by absence from a complete file, as CSV."""

    permission = Permission.WORKFORCE_IMPORT

    def get(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """404 for an import of anybody else."""
        job = queries.roster_import(self.actor, pk)
        return csv_response("leavers", ["agent id", "name"], job.leavers)
