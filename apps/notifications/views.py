"""The inbox."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.core import clock
from apps.notifications import actions, queries, registry
from apps.notifications.forms import ReadAllForm
from apps.notifications.rules import InboxMark
from apps.tenancy.views import PortalView


class InboxView(PortalView):
    """Messages to the person: unread first, newest first, by key."""

    permission = None

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?after=<mark>`` pages on; anything else in it is the first page."""
        after = InboxMark.parse(request.GET.get("after", ""))
        lines = queries.inbox(self.actor, after=after)
        shown = lines[: queries.PAGE]
        inbox = reverse("notifications:inbox")
        has_more = len(lines) > queries.PAGE
        context = {
            "lines": shown,
            "unread": queries.unread_count(self.actor),
            "older_url": f"{inbox}?after={shown[-1].mark}" if has_more else "",
            "newer_url": inbox if after else "",
            "read_all": ReadAllForm(initial={"until": clock.now().isoformat()}),
        }
        return self.page("notifications/inbox.html", context)


class WhyView(PortalView):
    """Why the person got a message, and what became of its mail."""

    permission = None

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a message to somebody else."""
        row = queries.notification(self.actor, pk)
        context = {
            "message": row,
            "line": registry.line_of(row.kind, row.context),
            "mail": queries.mail_words(row),
        }
        return self.page("notifications/why.html", context)


class ReadView(PortalView):
    """Mark one message as read and, with ``open``, go where it leads."""

    permission = None

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a message to somebody else."""
        found = queries.notification(self.actor, pk)
        actions.mark_read(found, by=self.actor)
        if "open" in request.POST and found.path:
            return redirect(found.path)
        return redirect("notifications:inbox")


class ReadAllView(PortalView):
    """Mark as read all that the person has seen."""

    permission = None

    def post(self, request: HttpRequest) -> HttpResponse:
        """An instant that cannot be read changes nothing."""
        form = ReadAllForm(request.POST)
        if form.is_valid():
            count = actions.mark_all_read(
                by=self.actor, until=form.cleaned_data["until"]
            )
            messages.success(request, f"Messages marked as read: {count}.")
        return redirect("notifications:inbox")
