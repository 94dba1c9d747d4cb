"""Pages of revocations, and of the systems beside an engagement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString

from apps.access_reviews import actions, forms, queries
from apps.access_reviews.enums import RevocationState
from apps.access_reviews.models import Revocation
from apps.access_reviews.views.campaigns import id_in
from apps.core import clock
from apps.core.charts import stacked_bar
from apps.engagements import queries as engagements
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

PAGE = 100
YEAR = timedelta(days=365)
TONES = {
    RevocationState.OPEN: "info",
    RevocationState.OVERDUE: "bad",
    RevocationState.DONE: "warn",
    RevocationState.VERIFIED: "good",
    RevocationState.WITHDRAWN: "plain",
}
SPEED_TONES = ("good", "good", "info", "warn", "bad")


class RevocationsView(PortalView):
    """Access that is to end, and how fast it did."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?state`` narrows, ``?after`` pages; the soonest due first."""
        state = request.GET.get("state", "running")
        after = id_in(request.GET.get("after", ""))
        found = queries.page_of(self.actor, state=state, after=after, size=PAGE)
        rows, is_more = found[:PAGE], len(found) > PAGE
        older = urlencode({"state": state, "after": rows[-1].pk}) if is_more else ""
        counts = queries.counts(self.actor)
        speed = queries.speed(self.actor, since=clock.now() - YEAR)
        context = {
            "lines": queries.lines(rows),
            "older_url": f"?{older}" if older else "",
            "first_url": f"?{urlencode({'state': state})}" if after else "",
            "state": state,
            "states": RevocationState,
            "counts": counts,
            "chart": stacked_bar(
                [(str(each.label), counts[each], tone) for each, tone in TONES.items()],
                label="Revocations by state",
            ),
            "speed": speed,
            "speed_chart": _speed_chart(speed) if speed else "",
            "policy": queries.policy_of(self.actor.organization),
        }
        return self.page("access_reviews/revocations.html", context)


def _speed_chart(speed: queries.Speed) -> SafeString:
    tones = zip(speed.speeds.items(), SPEED_TONES, strict=True)
    parts = [(label, count, tone) for (label, count), tone in tones]
    return stacked_bar(parts, label="Hours from asked for to done")


class RevocationView(ActionView):
    """A revocation with its timeline; confirm it with proof."""

    permission = Permission.ACCESS_VIEW
    form_class = forms.DoneForm
    template_name = "access_reviews/revocation.html"
    revocation: Revocation

    def load(self) -> None:
        """404 for a revocation of anybody else."""
        self.revocation = queries.revocation(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The revocation and what may be done."""
        [line] = queries.lines([self.revocation])
        is_running = line.state in {RevocationState.OPEN, RevocationState.OVERDUE}
        return {
            "revocation": self.revocation,
            "line": line,
            "tone": TONES[line.state],
            "may_confirm": is_running and self.actor.can(Permission.ACCESS_REVIEW),
            "may_withdraw": is_running and self.actor.can(Permission.ACCESS_SIGN_OFF),
            "policy": queries.policy_of(self.revocation.organization),
        }

    def perform(self, form: Any) -> HttpResponse:
        """Keep the proof, then confirm."""
        given = form.cleaned_data
        actions.confirm_revocation(
            self.revocation,
            by=self.actor,
            note=given["note"],
            proof=actions.stored_proof(given["proof"], by=self.actor),
        )
        messages.success(
            self.request, "Confirmed. The next complete export verifies it."
        )
        return redirect("access_reviews:revocation", self.revocation.pk)


class RevocationWithdrawView(ActionView):
    """Let access stay after all."""

    permission = Permission.ACCESS_SIGN_OFF
    form_class = forms.ReasonForm
    template_name = "access_reviews/revocation_withdraw.html"
    revocation: Revocation

    def load(self) -> None:
        """404 for a revocation of anybody else."""
        self.revocation = queries.revocation(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """Which one."""
        return {"revocation": self.revocation}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the timeline."""
        actions.withdraw_revocation(
            self.revocation, by=self.actor, reason=form.cleaned_data["reason"]
        )
        messages.success(self.request, "The revocation was withdrawn.")
        return redirect("access_reviews:revocation", self.revocation.pk)


class EngagementView(PortalView):
    """Systems that serve an engagement, in counts: what both parties may read."""

    permission = Permission.ACCESS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """404 for a stranger's engagement."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        context = {
            "engagement": engagement,
            "systems": queries.engagement_systems(engagement),
        }
        return self.page("access_reviews/engagement.html", context)
