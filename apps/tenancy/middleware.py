"""Puts the actor on each request, ends idle sessions, maps errors to pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render

from apps.core import clock, ids
from apps.core.addresses import address_of
from apps.core.errors import Conflict, PortalError
from apps.tenancy import queries
from apps.tenancy.actor import Actor
from apps.tenancy.models import Membership

SESSION_MEMBERSHIP = "membership"
SESSION_SEEN = "seen"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
GetResponse = Callable[[HttpRequest], HttpResponse]


def act_under(request: HttpRequest, membership: Membership) -> None:
    """From now on the session acts under the membership.

    Its key changes, and so does the token of forms: one that was opened for another
    organization, in a second tab, is refused instead of acting for this one.
    """
    request.session.cycle_key()
    request.session[SESSION_MEMBERSHIP] = str(membership.pk)
    rotate_token(request)


def check_not_moved(request: HttpRequest) -> None:
    """Refuse what was sent for an organization the person no longer acts for."""
    has_moved = getattr(request, "has_moved", False)
    if has_moved and request.method not in SAFE_METHODS:
        raise Conflict(
            "Your membership of the organization this was sent for is over. Nothing "
            "was changed. Open the page again to act for another one."
        )


class ActorMiddleware:
    """Sets ``request.actor`` (an Actor or None), ``request.memberships`` and
    ``request.has_moved``: whether the membership the session acted under is over.

    The membership is read from the database on every request, so a changed role
    or a suspended person takes effect at once.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        request.has_moved = False  # type: ignore[attr-defined]
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
        if current is None:
            return
        if chosen is None:
            request.session[SESSION_MEMBERSHIP] = str(current.pk)
        elif chosen != str(current.pk):
            _move(request, current)
        request.actor = Actor.of(  # type: ignore[attr-defined]
            current, request_id=_request_id(), address=address_of(request)
        )


def _move(request: HttpRequest, current: Membership) -> None:
    """On to what is left, and say so."""
    act_under(request, current)
    request.has_moved = True  # type: ignore[attr-defined]
    messages.warning(
        request,
        "Your membership of the organization you acted for is over. "
        f"You now act for {current.organization}.",
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
