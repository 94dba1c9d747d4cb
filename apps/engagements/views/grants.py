"""Who else may read an engagement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.engagements import actions, forms, queries
from apps.engagements.models import EngagementGrant
from apps.engagements.views.base import EngagementActionView
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class GrantsView(PortalView):
    """Every grant ever given on the engagement."""

    permission = Permission.ENGAGEMENTS_GRANT

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Live ones first come from the order of giving; states are words."""
        engagement = queries.engagement(self.actor, pk)
        context = {
            "engagement": engagement,
            "grants": queries.grant_lines(self.actor, engagement),
        }
        return self.page("engagements/grants.html", context)


class GrantView(EngagementActionView):
    """Let a person read."""

    permission = Permission.ENGAGEMENTS_GRANT
    form_class = forms.GrantForm
    template_name = "engagements/grant_create.html"

    def form_arguments(self) -> dict[str, Any]:
        """From today unless said otherwise."""
        today = clock.today(self.actor.organization.time_zone)
        return {"initial": {"valid_from": today.isoformat()}}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the grants."""
        grant = actions.grant_access(
            self.engagement, by=self.actor, **form.cleaned_data
        )
        messages.success(
            self.request,
            f"{grant.user} may read until {grant.valid_until:%-d %B %Y}.",
        )
        return redirect("engagements:grants", self.engagement.pk)


class RevokeView(ActionView):
    """Take a grant back."""

    permission = Permission.ENGAGEMENTS_GRANT
    form_class = forms.ConfirmForm
    template_name = "engagements/grant_revoke.html"
    grant: EngagementGrant

    def load(self) -> None:
        """Fetch the grant; NotFound for a stranger."""
        self.grant = queries.grant(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The grant and its engagement."""
        return {"grant": self.grant, "engagement": self.grant.content_object}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the grants."""
        grant = actions.revoke_access(self.grant, by=self.actor)
        messages.success(self.request, f"{grant.user} can no longer read.")
        return redirect("engagements:grants", grant.content_object_id)
