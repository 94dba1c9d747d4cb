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
        """``?before=<id>`` pages back; anything else in it is the first page."""
        before = request.GET.get("before", "")
        lines = queries.page(
            self.actor,
            before=int(before) if before.isdecimal() and len(before) < 19 else None,
        )
        shown = lines[: queries.PAGE]
        more = shown[-1].pk if len(lines) > queries.PAGE else None
        return self.page("audit/trail.html", {"lines": shown, "older": more})
