"""Pages of the room: the provider's roster, sites and roster imports."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from apps.core import clock
from apps.core.tables_out import csv_response
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView
from apps.workforce import actions, forms, queries
from apps.workforce.models import RosterImport

PAGE = 50
WAITING = {"reading", "committing"}


def page_url(request: HttpRequest, **key: str) -> str:
    """This list's address at another key, filters kept; "" without a key."""
    if not any(key.values()):
        return ""
    kept = {name: value for name, value in request.GET.items() if value}
    kept.pop("after", None)
    return f"{request.path}?{urlencode(kept | key)}"


class RosterView(PortalView):
    """Agents of the provider."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?q`` and ``?site`` narrow; ``?after`` pages."""
        search, site = request.GET.get("q", "").strip(), request.GET.get("site", "")
        today = clock.today(self.actor.organization.time_zone)
        found = queries.roster(
            self.actor,
            search=search,
            site=site,
            after=request.GET.get("after", ""),
            working_on=today,
        )
        rows = list(found[: PAGE + 1])
        more = rows[PAGE - 1].external_id if len(rows) > PAGE else ""
        first_url = request.path if request.GET.get("after") else ""
        context = {
            "agents": rows[:PAGE],
            "sites": queries.sites(self.actor),
            "search": search,
            "site": site,
            "today": today,
            "is_filtered": bool(search or site),
            "older_url": page_url(request, after=more),
            "first_url": first_url,
            "export_query": urlencode({"q": search, "site": site}),
        }
        return self.page("workforce/roster.html", context)


class RosterExportView(PortalView):
    """The roster as CSV, in the shape an import reads back."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Exactly what the list is filtered to."""
        lines = queries.roster_lines(
            self.actor,
            search=request.GET.get("q", "").strip(),
            site=request.GET.get("site", ""),
        )
        header = [each.name for each in fields(queries.RosterLine)]
        return csv_response("roster", header, (astuple(line) for line in lines))


class AgentView(PortalView):
    """One agent and the assignments."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for an agent of anybody else."""
        agent = queries.agent(self.actor, pk)
        context = {
            "agent": agent,
            "assignments": queries.assignments_of(agent),
            "today": clock.today(agent.organization.time_zone),
        }
        return self.page("workforce/agent.html", context)


class SitesView(PortalView):
    """Places agents work from."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """All of them; there are few."""
        return self.page("workforce/sites.html", {"sites": queries.sites(self.actor)})


class SiteCreateView(ActionView):
    """A new site."""

    permission = Permission.WORKFORCE_EDIT
    form_class = forms.SiteForm
    template_name = "workforce/site_create.html"

    def perform(self, form: Any) -> HttpResponse:
        """Back to the list."""
        site = actions.create_site(
            by=self.actor, organization=self.actor.organization, **form.cleaned_data
        )
        messages.success(self.request, f"The site {site} was added.")
        return redirect("workforce:sites")


# -- Imports ------------------------------------------------------------------


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
        "columns_form": forms.ColumnsForm(
            understood=job.understood,
            initial={"date_order": job.mapping.get("date_order", "")},
        ),
    }


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


class ImportConfirmView(_ImportActionView):
    """Write what the preview shows."""

    form_class = forms.ConfirmForm

    def perform(self, form: Any) -> HttpResponse:
        """The commit is a job; its page shows the progress."""
        actions.confirm_roster(self.job, by=self.actor)
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
