"""Base viewset, and how the schema describes the session."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import viewsets

from apps.tenancy.actor import Actor
from apps.tenancy.api.access import ActorSessionAuthentication
from apps.tenancy.enums import Permission


class ActorSessionScheme(OpenApiAuthenticationExtension):
    """How the schema describes the session."""

    target_class = ActorSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "portal_session"}


class PortalViewSet(viewsets.GenericViewSet[Any]):
    """Base viewset: ``permissions`` maps each action to what it asks for."""

    permissions: ClassVar[dict[str, Permission | None]]
    lookup_value_converter = "uuid"

    @property
    def actor(self) -> Actor:
        """Who asks; the permission class made sure there is one."""
        return self.request._request.actor  # type: ignore[attr-defined,no-any-return]
