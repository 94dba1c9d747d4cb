"""How people get an account and what is recorded when they sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from apps.accounts import actions
from apps.core.addresses import address_of


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Closes open sign-up; an invitation is the only way in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Start the session, after every step of signing in, and record it."""
        super().login(request, user)
        actions.note_signed_in(user, address=address_of(request))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a wrong password."""
        actions.note_refused(credentials.get("email", ""), address=address_of(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        """What limits of attempts count by: the address the trail names."""
        return address_of(request)
