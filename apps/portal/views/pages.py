"""Home, vendors, one vendor, search."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.assurance import queries as assurance
from apps.core import clock
from apps.engagements import queries as engagements
from apps.incidents import queries as incidents
from apps.portal import queries
from apps.tenancy.enums import OrganizationKind, Permission, Role
from apps.tenancy.views import PortalView


class HomeView(PortalView):
    """Where each role begins."""

    permission = None

    def get(self, request: HttpRequest) -> HttpResponse:
        """Auditors work from their grants, the operator sees no content."""
        if self.actor.role == Role.AUDITOR:
            return redirect("reports:workspace")
        if not self.actor.can(Permission.ENGAGEMENTS_VIEW):
            return self.page("portal/no_content.html")
        is_vendor = self.actor.organization.kind == OrganizationKind.VENDOR
        context = {
            "home": queries.home(self.actor),
            "is_vendor": is_vendor,
            "may_register": self.actor.can(Permission.ENGAGEMENTS_EDIT),
            "register_url": reverse("engagements:register_vendor"),
            "roster_url": reverse("workforce:upload"),
        }
        return self.page("portal/home.html", context)


class VendorsView(PortalView):
    """The list of vendors."""

    permission = Permission.ENGAGEMENTS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?q=`` looks in names, ``?after=`` turns the page."""
        q = request.GET.get("q", "")[:200]
        page = queries.vendors(self.actor, q=q, after=request.GET.get("after", ""))
        context = {
            "page": page,
            "q": q,
            "older_url": f"?{urlencode({'q': q, 'after': page.after})}",
            "may_register": self.actor.can(Permission.ENGAGEMENTS_EDIT),
            "register_url": reverse("engagements:register_vendor"),
        }
        return self.page("portal/vendors.html", context)


class VendorView(PortalView):
    """One vendor: its engagements with verdicts and what is missing."""

    permission = Permission.ENGAGEMENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """NotFound for organizations that are no vendor of the actor's."""
        vendor = engagements.vendor(self.actor, pk)
        [line] = queries.vendor_lines(self.actor, [vendor])
        today = clock.today(self.actor.organization.time_zone)
        shown = assurance.vendor_lines(self.actor, vendor, as_of=today)
        context = {
            "vendor": vendor,
            "line": line,
            "assurance": shown,
            "requirements": queries.seven_requirements(
                self.actor,
                vendor,
                lines=line.engagements,
                activities=shown.activities if shown else (),
            ),
            "today": today,
            "create_url": reverse("engagements:create"),
            "may_invite": queries.may_invite_first_manager(self.actor, vendor),
            "register": incidents.history(self.actor, vendor),
        }
        return self.page("portal/vendor.html", context)


class SearchView(PortalView):
    """Global search."""

    permission = None

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?q=``; without it the page explains itself."""
        q = request.GET.get("q", "")[:200].strip()
        groups = queries.search(self.actor, q)
        return self.page("portal/search.html", {"groups": groups, "q": q})
