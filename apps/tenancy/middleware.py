"""Puts the actor on each request, ends idle sessions, maps errors to pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core import clock, ids
from apps.core.errors import PortalError
from apps.tenancy import queries
from apps.tenancy.actor import Actor

SESSION_MEMBERSHIP = "membership"
SESSION_SEEN = "seen"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Sets ``request.actor`` (an Actor or None) and ``request.memberships``.

    The membership is read from the database on every request, so a changed role
    or a suspended person takes effect at once.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        if request.user.is_authenticated and not self._ended_idle(request):
            self._set_actor(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> None:
        """Count a person's request as activity; polling pages do not."""
        is_polling = getattr(getattr(view, "view_class", None), "is_polling", False)
        if request.user.is_authenticated and not is_polling:
            request.session[SESSION_SEEN] = clock.now().timestamp()

    def _ended_idle(self, request: HttpRequest) -> bool:
        seen = request.session.get(SESSION_SEEN)
        idle = clock.now().timestamp() - seen if seen is not None else 0
        if idle <= settings.SESSION_IDLE_SECONDS:
            return False
        logout(request)
        return True

    def _set_actor(self, request: HttpRequest) -> None:
        memberships = list(queries.live_memberships(request.user))  # type: ignore[arg-type]
        chosen = request.session.get(SESSION_MEMBERSHIP)
        current = next(
            (row for row in memberships if str(row.pk) == chosen),
            memberships[0] if memberships else None,
        )
        request.memberships = memberships  # type: ignore[attr-defined]
        if current is not None:
            request.actor = Actor.of(  # type: ignore[attr-defined]
                current,
                request_id=_request_id(),
                address=request.META.get("REMOTE_ADDR", ""),
            )


def _request_id() -> UUID:
    """The id the log lines of this request carry."""
    known = structlog.contextvars.get_contextvars().get("request_id")
    try:
        return UUID(str(known))
    except ValueError:
        return ids.uuid7()


class PortalErrorMiddleware:
    """Answers every PortalError with its message, status and a way back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Render ``portal_error.html``; other exceptions go on to the 500 page."""
        if not isinstance(exception, PortalError):
            return None
        return render(
            request,
            "portal_error.html",
            {"error": exception, "status": int(exception.status)},
            status=exception.status,
        )
