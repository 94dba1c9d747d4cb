"""Pages of negotiations: the list, one of them, its documents, and answers to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.agreements import actions, queries
from apps.agreements.forms import (
    CommentForm,
    ConfirmForm,
    SignedPaperForm,
    WithdrawForm,
)
from apps.agreements.models import AgreementDraft, DraftVersion
from apps.agreements.queries import ProposalView
from apps.agreements.rules import cover_lines, lines_by_id, scope_lines
from apps.agreements.views.agreements import stored_upload, uuid_of
from apps.core.errors import NotFound
from apps.engagements import queries as engagement_queries
from apps.engagements.models import Engagement
from apps.evidence.views import file_response
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class DraftListView(PortalView):
    """Negotiations of the actor's organization, newest first."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?engagement=`` and ``?before=<id>``; a wrong key is the first page."""
        engagement = self._engagement(uuid_of(request.GET.get("engagement", "")))
        before = uuid_of(request.GET.get("before", ""))
        page = queries.draft_page(self.actor, engagement=engagement, before=before)
        context = {"page": page, "engagement": engagement, "before": before}
        return self.page("agreements/draft_list.html", context)

    def _engagement(self, pk: UUID | None) -> Engagement | None:
        """404 for a stranger's engagement."""
        return engagement_queries.engagement(self.actor, pk) if pk else None


class DraftView(PortalView):
    """One negotiation: the newest proposal, what was said, what comes next."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for anybody but the two parties."""
        draft = queries.draft(self.actor, pk)
        detail = queries.draft_detail(self.actor, draft)
        may_edit = self.actor.can(Permission.AGREEMENTS_EDIT)
        may_sign = self.actor.can(Permission.AGREEMENTS_SIGN)
        side, facts = detail.side, detail.facts
        context = {
            "draft": draft,
            "detail": detail,
            "is_open": facts.is_open,
            "may_propose": may_edit and facts.is_open,
            "may_accept": may_edit and side is not None and facts.may_accept(side),
            "may_sign": may_sign and side is not None and facts.may_sign(side),
            "is_waiting": _is_waiting(draft, detail.latest.row),
            "gap": queries.gap_before(draft, detail.latest.terms)
            if facts.is_open
            else None,
            **proposal_context(draft, detail.latest),
        }
        return self.page("agreements/draft.html", context)


def proposal_context(draft: AgreementDraft, proposal: ProposalView) -> dict[str, Any]:
    """The newest proposal in words."""
    layer = queries.layer_of(draft.discloser)
    lines = lines_by_id(layer)
    return {
        "cover": cover_lines(proposal.terms, queries.names_of([proposal.terms])),
        "scope": scope_lines(proposal.terms.scope, unlimited="no limit"),
        "clauses": [(lines[clause.provision], clause) for clause in proposal.clauses],
    }


class DraftStatusView(PortalView):
    """Whether the document of the newest proposal is there; asked every two seconds."""

    permission = Permission.AGREEMENTS_VIEW
    is_polling = True

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The fragment, or the word to load the page anew once it is made."""
        draft = queries.draft(self.actor, pk)
        version = queries.latest_proposal(draft)
        is_waiting = _is_waiting(draft, version)
        context = {"draft": draft, "version": version, "is_waiting": is_waiting}
        answer = self.page("agreements/_draft_document.html", context)
        if not is_waiting:
            answer["HX-Refresh"] = "true"
        return answer


def _is_waiting(draft: AgreementDraft, version: DraftVersion) -> bool:
    is_unwritten = draft.result_id is None and version.document_id is None
    return is_unwritten or draft.lacks_certificate


class CompareView(PortalView):
    """Two proposals beside each other, word by word."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """``?from=`` and ``?to=`` are numbers; the last two unless told otherwise."""
        draft = queries.draft(self.actor, pk)
        detail = queries.draft_detail(self.actor, draft)
        newest = detail.latest.row.number
        new = _numbered(detail.proposals, request.GET.get("to", str(newest)))
        before = str(max(new.row.number - 1, 1))
        old = _numbered(detail.proposals, request.GET.get("from", before))
        lines = lines_by_id(queries.layer_of(draft.discloser))
        comparison = queries.comparison(old, new)
        context = {
            "draft": draft,
            "old": old,
            "new": new,
            "numbers": [one.row.number for one in detail.proposals],
            "comparison": comparison,
            "clauses": [
                (lines[one.provision].title, one) for one in comparison.clauses
            ],
        }
        return self.page("agreements/compare.html", context)


def _numbered(proposals: tuple[ProposalView, ...], text: str) -> ProposalView:
    for one in proposals:
        if str(one.row.number) == text:
            return one
    raise NotFound("This negotiation has no such proposal.")


class DraftDocumentView(PortalView):
    """The document of a proposal, for both parties."""

    permission = Permission.EVIDENCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """The download is recorded; 404 for a stranger or before it is made."""
        document = queries.draft_version(self.actor, pk).document
        if document is None:
            raise NotFound("The document is still being made. Try again in a moment.")
        return file_response(document, by=self.actor)


class CertificateView(PortalView):
    """The certificate of signature, for both parties."""

    permission = Permission.EVIDENCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """The download is recorded; 404 for a stranger or before it is made."""
        certificate = queries.draft(self.actor, pk).certificate
        if certificate is None:
            raise NotFound("There is no certificate yet; it follows both signatures.")
        return file_response(certificate, by=self.actor)


class AnsweringView(ActionView):
    """What pages share that answer one proposal."""

    permission = Permission.AGREEMENTS_EDIT
    version: DraftVersion

    def load(self) -> None:
        """404 for anybody but the two parties."""
        self.version = queries.draft_version(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The proposal, and days it would leave without a BAA."""
        draft = self.version.draft
        gap = queries.gap_before(draft, queries.terms_of(self.version))
        return {"version": self.version, "draft": draft, "gap": gap}

    def back(self, text: str) -> HttpResponse:
        """To the negotiation, with a word of success."""
        messages.success(self.request, text)
        return redirect("agreements:draft", self.version.draft_id)


class CommentView(AnsweringView):
    """Say something about a proposal."""

    form_class = CommentForm
    template_name = "agreements/draft_comment.html"

    def form_arguments(self) -> dict[str, Any]:
        """The clauses one can speak about."""
        layer = queries.layer_of(self.version.draft.discloser)
        lines = lines_by_id(layer)
        clauses = queries.clauses_of(self.version)
        return {
            "lines": [lines[clause.provision] for clause in clauses],
            "initial": {"provision": self.request.GET.get("clause", "")},
        }

    def perform(self, form: CommentForm) -> HttpResponse:
        """Back to the negotiation."""
        actions.comment_on(
            self.version,
            by=self.actor,
            text=form.cleaned_data["text"],
            provision=form.cleaned_data["provision"],
        )
        return self.back("The other side reads your comment.")


class AcceptView(AnsweringView):
    """Accept the newest proposal."""

    form_class = ConfirmForm
    template_name = "agreements/draft_accept.html"

    def perform(self, form: ConfirmForm) -> HttpResponse:
        """Back to the negotiation."""
        actions.accept_draft(self.version, by=self.actor)
        return self.back(f"Proposal {self.version.number} is accepted.")


class SignedPaperView(AnsweringView):
    """Close a negotiation with the copy both sides signed on paper."""

    form_class = SignedPaperForm
    template_name = "agreements/draft_paper.html"

    def context(self) -> dict[str, Any]:
        """What will be recorded, in words."""
        terms = queries.terms_of(self.version)
        cover = cover_lines(terms, queries.names_of([terms]))
        return {**super().context(), "cover": cover}

    def perform(self, form: SignedPaperForm) -> HttpResponse:
        """Back to the negotiation, which is closed."""
        actions.record_signed_paper(
            self.version,
            by=self.actor,
            document=stored_upload(self, form.cleaned_data["document"]),
            signatures=form.signatures(),
        )
        return self.back("The signed copy is recorded; the BAA binds by its days.")


class WithdrawView(ActionView):
    """End a negotiation without a result."""

    permission = Permission.AGREEMENTS_EDIT
    form_class = WithdrawForm
    template_name = "agreements/draft_withdraw.html"
    draft: AgreementDraft

    def load(self) -> None:
        """404 for anybody but the two parties."""
        self.draft = queries.draft(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The negotiation."""
        return {"draft": self.draft}

    def perform(self, form: WithdrawForm) -> HttpResponse:
        """Back to the negotiation."""
        actions.withdraw_draft(
            self.draft, by=self.actor, reason=form.cleaned_data["reason"]
        )
        messages.success(self.request, f"The negotiation of {self.draft} is withdrawn.")
        return redirect("agreements:draft", self.draft.pk)
