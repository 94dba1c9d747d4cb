"""Pages of drift."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.forms import AsOfForm
from apps.drift import actions, forms, queries, rules
from apps.drift.enums import Dimension, FindingState
from apps.drift.models import DriftFinding
from apps.engagements import queries as engagements
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class ListView(PortalView):
    """Findings the actor may see, by dimension, state and engagement."""

    permission = Permission.DRIFT_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Open findings unless another state is chosen."""
        given = request.GET.copy()
        given.setdefault("state", "open")
        form = forms.FilterForm(given)
        if not form.is_valid():
            raise Invalid(
                "This filter cannot be read. Open the list of drift again and choose "
                "from its fields."
            )
        chosen = form.cleaned_data
        rows = queries.findings(
            self.actor,
            dimension=chosen["dimension"],
            state=chosen["state"],
            engagement_id=chosen["engagement"],
            before=chosen["before"],
        )[: queries.PAGE + 1]
        page = list(rows)
        shown = page[: queries.PAGE]
        given["before"] = str(shown[-1].pk) if shown else ""
        return self.page(
            "drift/list.html",
            {
                "form": form,
                "lines": [queries.FindingLine(row, row.state) for row in shown],
                "is_filtered": any(
                    chosen[key] for key in ("dimension", "engagement", "before")
                )
                or chosen["state"] != "open",
                "older_url": f"?{given.urlencode()}"
                if len(page) > queries.PAGE
                else "",
            },
        )


class EngagementView(PortalView):
    """Drift of one engagement: open findings first, then what was resolved."""

    permission = Permission.DRIFT_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """Both sides in words above the findings."""
        engagement = engagements.engagement(self.actor, engagement_pk)
        form = AsOfForm.of(request.GET, today=clock.today(engagement.client.time_zone))
        rows = queries.findings_on(engagement, day=form.day)
        return self.page(
            "drift/engagement.html",
            {
                "engagement": engagement,
                "today": form.day,
                "as_of_form": form,
                "rows": queries.side_by_side(engagement, as_of=form.day),
                "open": [line for line in rows if line.is_open],
                "resolved": [line for line in rows if not line.is_open],
            },
            status=form.status,
        )


class DetailView(PortalView):
    """One finding: observed beside agreed, evidence, what happened, what to do."""

    permission = Permission.DRIFT_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the forms the actor may use now."""
        return self.page(
            "drift/detail.html", detail_context(self, queries.finding(self.actor, pk))
        )


def detail_context(view: PortalView, finding: DriftFinding) -> dict[str, Any]:
    """What the page about a finding needs, also when a form on it was refused."""
    citation, legal_status = rules.CITATIONS[Dimension(finding.dimension)]
    return {
        "finding": finding,
        "engagement": finding.engagement,
        "state": finding.state,
        "citation": citation,
        "legal_status": legal_status,
        "clause": queries.clause_for(view.actor, finding),
        "evidence": queries.evidence_lines(finding),
        "timeline": queries.timeline(finding),
        **_forms_for(view, finding),
    }


def _forms_for(view: PortalView, finding: DriftFinding) -> dict[str, Any]:
    actor, state = view.actor, finding.state
    engagement = finding.engagement
    sides = {engagement.client_id, engagement.provider_id}
    is_party = actor.organization_id in sides
    if not is_party or not actor.can(Permission.DRIFT_DECIDE):
        return {}
    may_ask = state not in {FindingState.RESOLVED, FindingState.ACCEPTED}
    return {
        "acknowledge_form": forms.AcknowledgeForm()
        if may_ask and finding.acknowledged_at is None
        else None,
        "request_form": forms.RequestAcceptanceForm() if may_ask else None,
        "can_accept": state == FindingState.REQUESTED
        and actor.organization_id == engagement.client_id
        and actor.user_id != finding.acceptance_requested_by_id,
    }


class _DecisionView(ActionView):
    """One of the forms of the page about a finding."""

    permission = Permission.DRIFT_DECIDE
    template_name = "drift/detail.html"
    form_name: str

    def load(self) -> None:
        """The finding, if the actor may see it."""
        self.finding = queries.finding(self.actor, self.kwargs["pk"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The forms live on the finding's own page."""
        self.load()
        return redirect("drift:detail", pk=self.finding.pk)

    def _show(self, form: Any, *, status: int) -> HttpResponse:
        context = detail_context(self, self.finding)
        context[self.form_name] = form
        return self.page(self.template_name, context, status=status)

    def done(self, text: str) -> HttpResponse:
        """Say what happened and go back to the finding."""
        messages.success(self.request, text)
        return redirect("drift:detail", pk=self.finding.pk)


class AcknowledgeView(_DecisionView):
    """Acknowledge a finding."""

    form_class = forms.AcknowledgeForm
    form_name = "acknowledge_form"

    def perform(self, form: forms.AcknowledgeForm) -> HttpResponse:
        """Acknowledge."""
        note = form.cleaned_data["note"]
        actions.acknowledge(self.finding, by=self.actor, note=note)
        return self.done("The finding is acknowledged.")


class RequestAcceptanceView(_DecisionView):
    """Ask the client to accept a finding."""

    form_class = forms.RequestAcceptanceForm
    form_name = "request_form"

    def perform(self, form: forms.RequestAcceptanceForm) -> HttpResponse:
        """Ask."""
        actions.request_acceptance(
            self.finding,
            by=self.actor,
            reason=form.cleaned_data["reason"],
            until=form.cleaned_data["until"],
        )
        return self.done("Acceptance is requested from the client.")


class AcceptView(_DecisionView):
    """Accept a finding for the client."""

    form_class = forms.AcceptForm
    form_name = "accept_form"

    def perform(self, form: forms.AcceptForm) -> HttpResponse:
        """Accept."""
        row = actions.accept(self.finding, by=self.actor)
        until = rules.day_text(row.acceptance_until) if row.acceptance_until else ""
        return self.done(f"The finding is accepted until {until}.")
