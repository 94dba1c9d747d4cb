"""Who may call: the browser's session and a declared permission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.middleware import check_not_moved

if TYPE_CHECKING:
    # Importing views here for real would close a circle: DRF's views load this
    # module through their settings.
    from rest_framework.views import APIView


class ActorSessionAuthentication(SessionAuthentication):
    """The browser's session; answers 401 so that programs can tell."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme."""
        return "Session"


class RequiresActor(BasePermission):
    """Signed in, member of an organization, and holding the declared permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Deny by default: a view without a declaration does not run."""
        actor: Actor | None = getattr(request._request, "actor", None)
        if actor is None:
            return False
        check_not_moved(request._request)
        permission = declared_permission(view)
        if permission is not None:
            actor.require(permission)
        return True


def declared_permission(view: APIView) -> Permission | None:
    """The permission of the view's action; ImproperlyConfigured if undeclared."""
    declared = getattr(view, "permissions", None)
    action = getattr(view, "action", None)
    if action in {"metadata", None}:
        return None
    if declared is None or action not in declared:
        raise ImproperlyConfigured(
            f"{type(view).__name__} declares no permission for {action}."
        )
    return declared[action]  # type: ignore[no-any-return]
