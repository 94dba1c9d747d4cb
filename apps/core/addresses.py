"""Where a request came from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address of whoever sent the request.

    Each of the ``settings.PROXIES`` proxies in front appends whom it heard from to
    X-Forwarded-For; what stands left of that, anybody may have typed.
    """
    header = request.headers.get("X-Forwarded-For", "")
    heard = [part.strip() for part in header.split(",") if part.strip()]
    if 0 < settings.PROXIES <= len(heard):
        return heard[-settings.PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))
