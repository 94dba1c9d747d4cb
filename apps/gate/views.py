"""Pages of the gate: the overview of an engagement, its history, overrides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.audit import queries as audit
from apps.core import clock
from apps.core.forms import AsOfForm
from apps.core.types import GateCondition, Side
from apps.engagements import queries as engagements
from apps.engagements.models import Engagement
from apps.gate import actions, forms, queries, rules
from apps.gate.enums import Verdict
from apps.gate.models import GateOverride
from apps.gate.rules import GateState
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

RECENT = 5


class EngagementView(PortalView):
    """May PHI flow to this vendor: the verdict with its reasons, today or on any
    past day. Both sides read the same."""

    permission = Permission.ENGAGEMENTS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """A day that cannot be read shows today, and says so."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        today = clock.today(engagement.client.time_zone)
        form = AsOfForm.of(request.GET, today=today)
        state = queries.verdict(engagement, as_of=form.day)
        return self.page(
            "gate/engagement.html",
            {
                **overview(self.actor, engagement, state),
                "summary": rules.summary(state, is_past=form.is_past),
                "is_past": form.is_past,
                "as_of_form": form,
            },
            status=form.status,
        )


def overview(actor: Actor, engagement: Engagement, state: GateState) -> dict[str, Any]:
    """What the page about an engagement shows of a verdict."""
    may_override = (
        actor.can(Permission.GATE_OVERRIDE)
        and actor.organization_id == engagement.client_id
    )
    alive = queries.live_overrides(engagement)
    return {
        "engagement": engagement,
        "state": state,
        "sentence": rules.sentence(state.verdict, str(engagement.provider)),
        "not_satisfied": _for_reader(state.not_satisfied, actor, engagement),
        "unknown": _for_reader(state.unknown, actor, engagement),
        "satisfied": _for_reader(state.satisfied, actor, engagement),
        "decisions": queries.decisions_of(engagement, limit=RECENT),
        "waiting": [one for one in alive if one.approved_at is None],
        "may_override": may_override,
        "can_request": may_override and not alive and state.verdict != Verdict.OPEN,
    }


def _for_reader(
    conditions: tuple[GateCondition, ...], actor: Actor, engagement: Engagement
) -> list[GateCondition]:
    """The way to the fix is shown to the side that acts only."""
    sides = {
        Side.CLIENT: {engagement.client_id},
        Side.PROVIDER: {engagement.provider_id},
        Side.BOTH: {engagement.client_id, engagement.provider_id},
    }
    return [
        one
        if actor.organization_id in sides[one.who_acts]
        else replace(one, fix_path="", fix_label="")
        for one in conditions
    ]


class HistoryView(PortalView):
    """Every decision on an engagement as it was made."""

    permission = Permission.ENGAGEMENTS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """Newest first, fifty a page."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        form = forms.PageForm(request.GET)
        before = form.cleaned_data["before"] if form.is_valid() else None
        rows = queries.decisions_of(engagement, limit=queries.PAGE + 1, before=before)
        shown = rows[: queries.PAGE]
        return self.page(
            "gate/history.html",
            {
                "engagement": engagement,
                "decisions": shown,
                "older_url": f"?before={shown[-1].pk}"
                if len(rows) > len(shown)
                else "",
            },
        )


class ActivityView(PortalView):
    """What the trail of the reader's organization holds of an engagement."""

    permission = Permission.AUDIT_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """``?before=<id>`` pages back."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        page = audit.page(
            self.actor,
            before=request.GET.get("before", ""),
            engagement_id=engagement.pk,
        )
        context = {"engagement": engagement, "page": page}
        return self.page("gate/activity.html", context)


def _check_side(actor: Actor, engagement: Engagement) -> None:
    """A form nobody but the client may send is not shown to others."""
    rules.check_side(
        actor.organization_id, client_id=engagement.client_id, client=engagement.client
    )


class OverrideRequestView(ActionView):
    """Ask to override the gate of an engagement."""

    permission = Permission.GATE_OVERRIDE
    form_class = forms.OverrideForm
    template_name = "gate/override_request.html"

    def load(self) -> None:
        """The engagement and today's verdict on it."""
        self.engagement = engagements.engagement(
            self.actor, self.kwargs["engagement_pk"]
        )
        _check_side(self.actor, self.engagement)
        today = clock.today(self.engagement.client.time_zone)
        self.state = queries.verdict(self.engagement, as_of=today)

    def context(self) -> dict[str, Any]:
        """What is overridden stands beside the form."""
        return {"engagement": self.engagement, "state": self.state}

    def perform(self, form: forms.OverrideForm) -> HttpResponse:
        """Ask."""
        actions.request_override(
            self.engagement,
            by=self.actor,
            reason=form.cleaned_data["reason"],
            expires_on=form.cleaned_data["expires_on"],
        )
        messages.success(
            self.request, "The override is requested; another manager approves it."
        )
        return redirect("gate:engagement", engagement_pk=self.engagement.pk)


class _OverrideView(ActionView):
    """A decision about one override, confirmed on a page of its own."""

    permission = Permission.GATE_OVERRIDE
    form_class = forms.ConfirmForm
    template_name = "gate/override_confirm.html"
    heading: str
    verb: str

    def load(self) -> None:
        """The override, if the actor may see it and answers for it."""
        self.override: GateOverride = queries.override(self.actor, self.kwargs["pk"])
        _check_side(self.actor, self.override.engagement)

    def context(self) -> dict[str, Any]:
        """What is decided."""
        return {
            "override": self.override,
            "engagement": self.override.engagement,
            "heading": self.heading,
            "verb": self.verb,
        }

    def done(self, text: str) -> HttpResponse:
        """Say what happened and go back to the engagement."""
        messages.success(self.request, text)
        return redirect("gate:engagement", engagement_pk=self.override.engagement_id)


class OverrideApproveView(_OverrideView):
    """Approve an override somebody else asked for."""

    heading = "Approve the override"
    verb = "Approve override"

    def perform(self, form: forms.ConfirmForm) -> HttpResponse:
        """Approve."""
        row = actions.approve_override(self.override, by=self.actor)
        return self.done(f"The gate is overridden until {row.expires_on:%-d %B %Y}.")


class OverrideWithdrawView(_OverrideView):
    """Withdraw an override or the request for one."""

    heading = "Withdraw the override"
    verb = "Withdraw override"

    def perform(self, form: forms.ConfirmForm) -> HttpResponse:
        """Withdraw."""
        actions.withdraw_override(self.override, by=self.actor)
        return self.done("The override is withdrawn.")
