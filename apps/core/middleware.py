"""Before anybody is known: paths that cannot be read, and the log of requests."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django_structlog.middlewares import RequestMiddleware


class ReadableUrlMiddleware:
    """Answers 400 to a NUL in a URL: no text of the database can hold one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest("A URL holds no NUL.")
        return self.get_response(request)


class RequestLogMiddleware(RequestMiddleware):
    """Logs method and path of each request, and nothing a person typed into either."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """``GET /invitation/…/``: no query; of the path's variables ids alone."""
        path = request.path_info
        try:
            found = resolve(path).kwargs.values()
        except Resolver404:
            return f"{request.method} (no such page)"
        typed = [str(value) for value in found if not isinstance(value, UUID)]
        for value in sorted(typed, key=len, reverse=True):
            path = path.replace(value, "…")
        return f"{request.method} {path}"
