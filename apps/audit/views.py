"""The trail page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from apps.audit import queries
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView


class TrailView(PortalView):
    """The organization's own stream, newest first, by key."""

    permission = Permission.AUDIT_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?before=<id>`` pages back."""
        page = queries.page(self.actor, before=request.GET.get("before", ""))
        return self.page("audit/trail.html", {"page": page})
