"""Pages of agreements and of the chain."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.agreements import actions, queries
from apps.agreements.enums import BaaStatus, VersionKind
from apps.agreements.forms import (
    AmendForm,
    RecordForm,
    initial_of,
)
from apps.agreements.forms.what_if import WhatIfForm
from apps.agreements.models import Agreement
from apps.agreements.rules import Standing
from apps.core import clock
from apps.core.errors import Invalid
from apps.core.forms import AsOfForm
from apps.core.types import GateCondition
from apps.engagements import queries as engagement_queries
from apps.engagements.models import Engagement
from apps.evidence import actions as evidence_actions
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.evidence.views import file_response
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class ListView(PortalView):
    """BAAs of the actor's organization, newest first."""

    permission = Permission.AGREEMENTS_VIEW
    STATES = {"in_force": True, "not_in_force": False}

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?q=``, ``?state=`` and ``?before=<id>``; a wrong key is the first page."""
        today = clock.today(self.actor.organization.time_zone)
        state = request.GET.get("state", "")
        before = uuid_of(request.GET.get("before", ""))
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


def uuid_of(text: str) -> UUID | None:
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
            "may_edit": may_edit(self, agreement),
            "verdict": _verdict(detail.standing),
            "returned": queries.return_view(agreement),
            "notice": queries.renewal_notice(agreement),
            "drafts": list(queries.drafts(self.actor, agreement=agreement)[:20]),
        }
        return self.page("agreements/detail.html", context)


def may_edit(view: PortalView, agreement: Agreement) -> bool:
    parties = {agreement.discloser_id, agreement.recipient_id}
    is_party = view.actor.organization_id in parties
    return is_party and view.actor.can(Permission.AGREEMENTS_EDIT)


def _verdict(standing: Standing) -> str:
    return "open" if standing.status is BaaStatus.IN_FORCE else "closed"


class VersionReviewView(PortalView):
    """Where each line of the checklist stands in one version."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a stranger's version."""
        version = queries.version(self.actor, pk)
        context = {
            "version": version,
            "agreement": version.agreement,
            "review": queries.review(version),
        }
        return self.page("agreements/version.html", context)


class DocumentView(PortalView):
    """The document of a version, for both parties."""

    permission = Permission.EVIDENCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """The download is recorded; 404 for a stranger."""
        version = queries.version(self.actor, pk)
        return file_response(version.document, by=self.actor)


class EngagementView(PortalView):
    """The BAA of one engagement: in force or not, gaps, what to do."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """404 for a stranger's engagement."""
        engagement = engagement_queries.engagement(self.actor, engagement_pk)
        form = AsOfForm.of(request.GET, today=clock.today(engagement.client.time_zone))
        conditions = queries.gate_conditions([engagement], as_of=form.day)
        standing = queries.engagement_standing(engagement, as_of=form.day)
        context = {
            "engagement": engagement,
            "today": form.day,
            "as_of_form": form,
            # The three about this BAA; the chain has a page of its own.
            "conditions": _shown(conditions[engagement.pk][:3], request.path, form),
            "standing": standing,
            "verdict": _verdict(standing),
            "may_edit": not form.is_past and self._may_edit(engagement),
            "drafts": queries.open_drafts_on(self.actor, engagement),
        }
        return self.page("agreements/engagement.html", context, status=form.status)

    def _may_edit(self, engagement: Engagement) -> bool:
        parties = {engagement.client_id, engagement.provider_id}
        is_party = self.actor.organization_id in parties
        return is_party and self.actor.can(Permission.AGREEMENTS_EDIT)


def _shown(
    conditions: list[GateCondition], path: str, form: AsOfForm
) -> list[GateCondition]:
    """Conditions without a button that leads back to this very page; those of a
    past day lead nowhere, for what was so cannot be mended."""
    return [
        replace(one, fix_path="") if form.is_past or one.fix_path == path else one
        for one in conditions
    ]


class ChainPageView(PortalView):
    """The chain below one engagement, hop by hop."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> HttpResponse:
        """404 for a stranger's engagement."""
        engagement = engagement_queries.engagement(self.actor, engagement_pk)
        form = AsOfForm.of(request.GET, today=clock.today(engagement.client.time_zone))
        view = queries.chain_view(self.actor, engagement, as_of=form.day)
        conditions = queries.gate_conditions([engagement], as_of=form.day)
        context = {
            "engagement": engagement,
            "today": form.day,
            "as_of_form": form,
            "view": view,
            "chart": queries.chart_of(view),
            "conditions": _shown(conditions[engagement.pk][3:], request.path, form),
        }
        return self.page("agreements/chain.html", context, status=form.status)


class ChainPdfView(PortalView):
    """The chain below one engagement as a document, in the reader's own view."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, engagement_pk: UUID) -> FileResponse:
        """``?as_of=`` a past day; a day that cannot be taken is refused."""
        engagement = engagement_queries.engagement(self.actor, engagement_pk)
        form = AsOfForm.of(request.GET, today=clock.today(engagement.client.time_zone))
        if not form.is_valid():
            raise Invalid(" ".join(str(text) for text in form.errors["as_of"]))
        view = queries.chain_view(self.actor, engagement, as_of=form.day)
        document = queries.chain_document(self.actor, engagement, view, at=clock.now())
        actions.note_chain_printed(
            engagement, by=self.actor, as_of=form.day, sha256=document.sha256
        )
        return FileResponse(
            BytesIO(document.content),
            as_attachment=True,
            filename=f"chain-{form.day.isoformat()}.pdf",
            content_type="application/pdf",
        )


class WhatIfView(PortalView):
    """Which engagements break if a BAA lapses on a day."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """``?on=`` is the first day without it, today if left out."""
        agreement = queries.agreement(self.actor, pk)
        today = clock.today(agreement.discloser.time_zone)
        form = WhatIfForm({"on": request.GET.get("on", "")}, today=today)
        context = {
            "agreement": agreement,
            "form": form,
            "found": queries.what_if(self.actor, agreement, on=form.day),
        }
        status = 422 if form.errors else 200
        return self.page("agreements/what_if.html", context, status=status)


class VersionView(ActionView):
    """What recording, amending and drafting share: one form, one upload."""

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

    def stored(self, form: Any) -> StoredFile:
        """The uploaded document as proof of the actor's own organization."""
        return stored_upload(self, form.cleaned_data["document"])


def stored_upload(view: PortalView, upload: Any) -> StoredFile:
    """An uploaded document as proof of the actor's own organization."""
    return evidence_actions.store_file(
        by=view.actor,
        organization=view.actor.organization,
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
        """The engagement, and what is being negotiated about it."""
        drafts = queries.open_drafts_on(self.actor, self.engagement)
        return {"engagement": self.engagement, "drafts": drafts}

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
        return {
            **self.shared_arguments(),
            "initial": initial,
            "has_predecessor": True,
        }

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
            is_gap_known=form.is_gap_known,
        )
        messages.success(self.request, f"Version {version.number} is recorded.")
        return redirect("agreements:detail", self.agreement.pk)
