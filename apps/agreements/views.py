"""Pages of agreements and of the chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.agreements import actions, queries
from apps.agreements.enums import BaaStatus, HopState, VersionKind
from apps.agreements.forms import (
    AmendForm,
    RecordForm,
    TerminateForm,
    VersionForm,
    initial_of,
)
from apps.agreements.models import Agreement
from apps.agreements.queries import ChainView
from apps.agreements.rules import Standing
from apps.core import clock
from apps.core.charts import NodeState, chain_tree
from apps.core.types import GateCondition
from apps.engagements import queries as engagement_queries
from apps.engagements.models import Engagement
from apps.engagements.rules import ChainNode
from apps.evidence import actions as evidence_actions
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.evidence.views import file_response
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView

HOP_TONES = {HopState.HOLDS: "good", HopState.BROKEN: "bad", HopState.UNKNOWN: "warn"}


class ListView(PortalView):
    """BAAs of the actor's organization, newest first."""

    permission = Permission.AGREEMENTS_VIEW
    STATES = {"in_force": True, "not_in_force": False}

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?q=``, ``?state=`` and ``?before=<id>``; a wrong key is the first page."""
        today = clock.today(self.actor.organization.time_zone)
        state = request.GET.get("state", "")
        before = _uuid(request.GET.get("before", ""))
        page = queries.agreement_page(
            self.actor,
            as_of=today,
            q=request.GET.get("q", ""),
            is_in_force=self.STATES.get(state),
            before=before,
        )
        context = {
            "page": page,
            "today": today,
            "q": request.GET.get("q", ""),
            "state": state,
            "before": before,
        }
        return self.page("agreements/list.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class DetailView(PortalView):
    """One BAA with its whole history."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for anybody but the parties and those with a grant."""
        agreement = queries.agreement(self.actor, pk)
        today = clock.today(agreement.discloser.time_zone)
        detail = queries.agreement_detail(self.actor, agreement, as_of=today)
        context = {
            "detail": detail,
            "agreement": agreement,
            "today": today,
            "may_edit": _may_edit(self, agreement),
            "verdict": _verdict(detail.standing),
        }
        return self.page("agreements/detail.html", context)


def _may_edit(view: PortalView, agreement: Agreement) -> bool:
    parties = {agreement.discloser_id, agreement.recipient_id}
    is_party = view.actor.organization_id in parties
    return is_party and view.actor.can(Permission.AGREEMENTS_EDIT)


def _verdict(standing: Standing) -> str:
    return "open" if standing.status is BaaStatus.IN_FORCE else "closed"


class DocumentView(PortalView):
    """The document of a version, for both parties."""

    permission = Permission.EVIDENCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """The download is recorded; 404 for a stranger."""
        version = queries.version(self.actor, pk)
        evidence_actions.note_download(version.document, by=self.actor)
        return file_response(version.document)


class EngagementView(PortalView):
    """The BAA of one engagement: in force or not, gaps, what to do."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """404 for a stranger's engagement."""
        engagement = engagement_queries.engagement(self.actor, engagement_pk)
        today = clock.today(engagement.client.time_zone)
        conditions = queries.gate_conditions([engagement], as_of=today)[engagement.pk]
        standing = queries.engagement_standing(engagement, as_of=today)
        context = {
            "engagement": engagement,
            "today": today,
            # The three about this BAA; the chain has a page of its own.
            "conditions": _without_links_to(request.path, conditions[:3]),
            "standing": standing,
            "verdict": _verdict(standing),
            "may_edit": self._may_edit(engagement),
        }
        return self.page("agreements/engagement.html", context)

    def _may_edit(self, engagement: Engagement) -> bool:
        parties = {engagement.client_id, engagement.provider_id}
        is_party = self.actor.organization_id in parties
        return is_party and self.actor.can(Permission.AGREEMENTS_EDIT)


def _without_links_to(
    path: str, conditions: list[GateCondition]
) -> list[GateCondition]:
    """Conditions without a button that leads back to this very page."""
    return [
        replace(condition, fix_path="") if condition.fix_path == path else condition
        for condition in conditions
    ]


class ChainPageView(PortalView):
    """The chain below one engagement, hop by hop."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """404 for a stranger's engagement."""
        engagement = engagement_queries.engagement(self.actor, engagement_pk)
        today = clock.today(engagement.client.time_zone)
        view = queries.chain_view(self.actor, engagement, as_of=today)
        conditions = queries.gate_conditions([engagement], as_of=today)[engagement.pk]
        context = {
            "engagement": engagement,
            "today": today,
            "view": view,
            "chart": _chart(view),
            "conditions": _without_links_to(request.path, conditions[3:]),
        }
        return self.page("agreements/chain.html", context)


def _chart(view: ChainView) -> str:
    """The tree with the state of each hop; an edge leads to one engagement only."""
    hops = {hop.edge_id: hop for hop in view.flow.hops}
    root = view.root.status

    def state_of(node: ChainNode) -> NodeState:
        if node.edge_id is None:
            tone = "good" if root is BaaStatus.IN_FORCE else "bad"
            return NodeState(str(root.label), tone)
        hop = hops[node.edge_id]
        return NodeState(str(hop.state.label), HOP_TONES[hop.state])

    return chain_tree(view.chain.root, states=state_of, label="Chain of BAAs")


class VersionView(ActionView):
    """What recording and amending share: one form, one upload."""

    permission = Permission.AGREEMENTS_EDIT
    engagement: Engagement

    def shared_arguments(self) -> dict[str, Any]:
        """Layer and nameable subcontractors of the engagement."""
        client = self.engagement.client
        return {
            "layer": queries.layer_of(client),
            "subcontractors": queries.nameable_subcontractors(
                self.actor, self.engagement, as_of=clock.today(client.time_zone)
            ),
        }

    def stored(self, form: VersionForm) -> StoredFile:
        """The uploaded document as proof of the actor's own organization."""
        upload = form.cleaned_data["document"]
        return evidence_actions.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=upload.file,
            accept=FileKind.DOCUMENT,
        )


class RecordView(VersionView):
    """Record a signed BAA for an engagement."""

    form_class = RecordForm
    template_name = "agreements/record.html"

    def load(self) -> None:
        """404 for a stranger's engagement."""
        self.engagement = engagement_queries.engagement(
            self.actor, self.kwargs["engagement_pk"]
        )

    def form_arguments(self) -> dict[str, Any]:
        """This engagement is chosen from the start."""
        return {
            **self.shared_arguments(),
            "engagements": queries.between_the_same(self.actor, self.engagement),
            "initial": {"engagements": [str(self.engagement.pk)]},
        }

    def context(self) -> dict[str, Any]:
        """The engagement."""
        return {"engagement": self.engagement}

    def perform(self, form: RecordForm) -> HttpResponse:
        """To the new agreement."""
        version = actions.record_agreement(
            by=self.actor,
            engagements=form.covered(),
            title=form.cleaned_data["title"],
            terms=form.terms(),
            document=self.stored(form),
            provisions=form.marks(),
            signatures=form.signatures(),
        )
        messages.success(self.request, f"The BAA {version.agreement} is recorded.")
        return redirect("agreements:detail", version.agreement_id)


class AmendView(VersionView):
    """Record a new version of a BAA."""

    form_class = AmendForm
    template_name = "agreements/amend.html"
    agreement: Agreement

    def load(self) -> None:
        """404 for a stranger's agreement."""
        self.agreement = queries.agreement(self.actor, self.kwargs["pk"])
        covered = queries.covered_engagements(self.actor, self.agreement)
        self.engagement = covered[0]

    def form_arguments(self) -> dict[str, Any]:
        """Starts from the newest version."""
        latest = queries.latest_version(self.agreement)
        initial = initial_of(latest, queries.marks_of(latest))
        return {**self.shared_arguments(), "initial": initial}

    def context(self) -> dict[str, Any]:
        """The agreement."""
        return {"agreement": self.agreement}

    def perform(self, form: AmendForm) -> HttpResponse:
        """Back to the agreement."""
        version = actions.amend_agreement(
            self.agreement,
            by=self.actor,
            terms=form.terms(),
            document=self.stored(form),
            provisions=form.marks(),
            signatures=form.signatures(),
            kind=VersionKind(form.cleaned_data["kind"]),
        )
        messages.success(self.request, f"Version {version.number} is recorded.")
        return redirect("agreements:detail", self.agreement.pk)


class TerminateView(ActionView):
    """End a BAA."""

    permission = Permission.AGREEMENTS_EDIT
    form_class = TerminateForm
    template_name = "agreements/terminate.html"
    agreement: Agreement

    def load(self) -> None:
        """404 for a stranger's agreement."""
        self.agreement = queries.agreement(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """Today is offered as the last day."""
        return {"initial": {"terminated_on": self._today()}}

    def context(self) -> dict[str, Any]:
        """The agreement and what stops with it."""
        return {
            "agreement": self.agreement,
            "covered": queries.covered_engagements(self.actor, self.agreement),
        }

    def perform(self, form: TerminateForm) -> HttpResponse:
        """Back to the agreement."""
        actions.terminate_agreement(
            self.agreement,
            by=self.actor,
            terminated_on=cast("date", form.cleaned_data["terminated_on"]),
            reason=form.cleaned_data["reason"],
        )
        messages.success(self.request, f"The BAA {self.agreement} is terminated.")
        return redirect("agreements:detail", self.agreement.pk)

    def _today(self) -> date:
        return clock.today(self.agreement.discloser.time_zone)
