"""Sites and what is attested of their controls."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView
from apps.workforce import actions, forms, queries
from apps.workforce.models import Site


class SitesView(PortalView):
    """Places agents work from."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """All of them; there are few."""
        today = clock.today(self.actor.organization.time_zone)
        lines = queries.site_lines(queries.sites(self.actor), on=today)
        return self.page("workforce/sites.html", {"lines": lines, "today": today})


class SiteView(PortalView):
    """One site: its controls today and everything attested before."""

    permission = Permission.WORKFORCE_VIEW

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for a site of anybody else."""
        site = queries.site(self.actor, pk)
        today = clock.today(site.organization.time_zone)
        context = {
            "site": site,
            "line": queries.site_lines([site], on=today)[0],
            "attestations": queries.attestations_of(site),
            "today": today,
        }
        return self.page("workforce/site.html", context)


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


class SiteAttestView(ActionView):
    """Say which controls of a site are in place."""

    permission = Permission.WORKFORCE_EDIT
    form_class = forms.AttestForm
    template_name = "workforce/site_attest.html"
    site: Site

    def load(self) -> None:
        """404 for a site of anybody else."""
        self.site = queries.site(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Today at the provider."""
        return {"today": clock.today(self.site.organization.time_zone)}

    def context(self) -> dict[str, Any]:
        """The site."""
        return {"site": self.site}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the site."""
        actions.attest_controls(
            self.site,
            by=self.actor,
            stated=form.stated(),
            attested_on=form.cleaned_data["attested_on"],
            note=form.cleaned_data["note"],
            file=self._proof(form.cleaned_data["file"]),
        )
        messages.success(self.request, "The attestation is recorded.")
        return redirect("workforce:site", self.site.pk)

    def _proof(self, upload: Any) -> StoredFile | None:
        if upload is None:
            return None
        return evidence.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=upload,
            accept=FileKind.EVIDENCE,
        )
