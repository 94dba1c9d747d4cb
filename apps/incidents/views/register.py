"""OCR's public register, its matches with vendors, and the log of small breaches."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.tables_out import csv_response
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.incidents import actions, forms, queries
from apps.incidents.enums import MatchState
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

SHOWN = 100


class RegisterView(ActionView):
    """Imports so far, a search in the lines, and the form for an export."""

    permission = Permission.INCIDENTS_ASSESS
    form_class = forms.RegisterForm
    template_name = "incidents/register.html"

    def context(self) -> dict[str, Any]:
        """Lines that hold the words searched for."""
        words = self.request.GET.get("q", "")
        return {
            "words": words,
            "entries": queries.entries(self.actor, words=words)[:SHOWN],
            "imports": queries.imports(self.actor)[:SHOWN],
        }

    def perform(self, form: forms.RegisterForm) -> HttpResponse:
        """Store, read, show the account."""
        upload = form.cleaned_data["file"]
        file = store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=cast("Any", upload.file),
            accept=FileKind.TABLE,
        )
        job = actions.import_register(by=self.actor, file=file, file_name=upload.name)
        messages.success(self.request, "The export is imported; every row is counted.")
        return redirect("incidents:register_import", pk=job.pk)


class RegisterImportView(PortalView):
    """The account of one import."""

    permission = Permission.INCIDENTS_ASSESS

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Rows, reasons, problems by number."""
        job = queries.register_import(self.actor, pk)
        return self.page("incidents/register_import.html", {"job": job})


class MatchesView(PortalView):
    """Lines whose name is like a vendor's, for a person to decide."""

    permission = Permission.INCIDENTS_ASSESS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The likest first."""
        found = queries.proposals(self.actor)
        return self.page("incidents/matches.html", {"proposals": found})


class MatchView(PortalView):
    """A person's word on one line."""

    permission = Permission.INCIDENTS_ASSESS

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Confirm or reject."""
        entry = queries.register_entry(self.actor, pk)
        form = forms.MatchForm(request.POST)
        if not form.is_valid():
            raise Invalid("Choose a vendor and whether the line is about it.")
        vendor = queries.register_vendor(self.actor, form.cleaned_data["vendor"])
        state = MatchState(form.cleaned_data["state"])
        actions.decide_match(entry, by=self.actor, vendor=vendor, state=state)
        messages.success(request, f"Noted: {state.label.lower()}.")
        return redirect("incidents:matches")


class LogView(PortalView):
    """The yearly log of small breaches as CSV."""

    permission = Permission.INCIDENTS_ASSESS

    def get(self, request: HttpRequest, year: int) -> HttpResponseBase:
        """One line a breach, in the order the portal of HHS asks."""
        if not 2009 <= year <= clock.today("UTC").year + 1:
            raise Invalid("Choose a year from 2009 to this one.")
        header = [
            "Case",
            "Engagement",
            "Vendor",
            "Discovered on",
            "Individuals affected",
            "Individuals told on",
            "HHS told on",
        ]
        rows = (
            [
                line.incident.reference,
                line.incident.engagement.name,
                line.incident.engagement.provider.name,
                line.discovered_on,
                line.total,
                line.individuals_told_on,
                line.hhs_told_on,
            ]
            for line in queries.small_breaches(self.actor, year=year)
        )
        return csv_response(f"small-breaches-{year}", header, rows)
