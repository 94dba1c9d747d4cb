"""Pages that put forward a proposal: a first one, or a change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.agreements import actions, queries
from apps.agreements.actions import Proposed
from apps.agreements.enums import VersionKind
from apps.agreements.forms import (
    ChangeUploadedForm,
    ChangeWrittenForm,
    OpenUploadedForm,
    OpenWrittenForm,
    RedraftForm,
    initial_clauses,
    initial_marks,
    initial_terms,
)
from apps.agreements.models import Agreement, AgreementDraft, DraftVersion
from apps.agreements.views.agreements import VersionView
from apps.engagements import queries as engagement_queries


class ProposingView(VersionView):
    """What all pages share that put forward a proposal."""

    template_name = "agreements/propose.html"
    form_class: ClassVar[type[BaseForm]]
    is_upload = False

    def proposed(self, form: Any) -> Proposed:
        """What was entered; an uploaded document is kept as proof first."""
        return Proposed(
            terms=form.terms(),
            clauses=form.clauses(),
            document=self.stored(form) if self.is_upload else None,
            note=form.cleaned_data["note"],
            is_gap_known=form.is_gap_known,
        )

    def opened(self, draft: AgreementDraft) -> HttpResponse:
        """To the negotiation."""
        messages.success(self.request, f"The BAA {draft} is put to the other side.")
        return redirect("agreements:draft", draft.pk)


class OpenWrittenView(ProposingView):
    """Start a negotiation with a draft from our template."""

    form_class: ClassVar[type[BaseForm]] = OpenWrittenForm

    def load(self) -> None:
        """404 for a stranger's engagement."""
        self.engagement = engagement_queries.engagement(
            self.actor, self.kwargs["engagement_pk"]
        )

    def form_arguments(self) -> dict[str, Any]:
        """Starts from the declared scope."""
        initial = queries.first_scope(self.engagement)
        initial["engagements"] = [str(self.engagement.pk)]
        return {
            **self.shared_arguments(),
            "engagements": queries.between_the_same(self.actor, self.engagement),
            "initial": initial,
        }

    def context(self) -> dict[str, Any]:
        """Where to go back to."""
        return {"engagement": self.engagement, "is_upload": self.is_upload}

    def perform(self, form: Any) -> HttpResponse:
        """To the negotiation."""
        draft = actions.open_draft(
            by=self.actor,
            engagements=form.covered(),
            title=form.cleaned_data["title"],
            first=self.proposed(form),
        )
        return self.opened(draft)


class OpenUploadedView(OpenWrittenView):
    """Start a negotiation with a document of one's own."""

    form_class = OpenUploadedForm
    is_upload = True


class RedraftView(ProposingView):
    """Start the negotiation of a new version of a BAA."""

    form_class = RedraftForm
    agreement: Agreement

    def load(self) -> None:
        """404 for a stranger's agreement."""
        self.agreement = queries.agreement(self.actor, self.kwargs["pk"])
        covered = queries.covered_engagements(self.actor, self.agreement)
        self.engagement = covered[0]

    def form_arguments(self) -> dict[str, Any]:
        """Starts from the newest version."""
        initial = initial_terms(queries.latest_version(self.agreement))
        return {
            **self.shared_arguments(),
            "initial": initial,
            "has_predecessor": True,
        }

    def context(self) -> dict[str, Any]:
        """Where to go back to."""
        return {"agreement": self.agreement, "is_upload": False}

    def perform(self, form: RedraftForm) -> HttpResponse:
        """To the negotiation."""
        draft = actions.open_draft(
            by=self.actor,
            engagements=[],
            title=self.agreement.title,
            first=self.proposed(form),
            agreement=self.agreement,
            kind=VersionKind(form.cleaned_data["kind"]),
        )
        return self.opened(draft)


class ProposeWrittenView(ProposingView):
    """Change what was proposed."""

    form_class: ClassVar[type[BaseForm]] = ChangeWrittenForm
    draft: AgreementDraft
    latest: DraftVersion

    def load(self) -> None:
        """404 for anybody but the two parties."""
        self.draft = queries.draft(self.actor, self.kwargs["pk"])
        self.latest = queries.latest_proposal(self.draft)
        self.engagement = queries.draft_engagements(self.draft)[0]

    def form_arguments(self) -> dict[str, Any]:
        """Starts from the newest proposal."""
        latest = self.latest
        clauses = queries.clauses_of(latest)
        starting = initial_marks if self.is_upload else initial_clauses
        days = {"effective_on": latest.effective_on, "expires_on": latest.expires_on}
        initial = initial_terms(latest) | days | starting(clauses)
        initial["answering"] = latest.number
        return {
            **self.shared_arguments(),
            "initial": initial,
            "has_predecessor": self.draft.agreement_id is not None,
        }

    def context(self) -> dict[str, Any]:
        """The negotiation."""
        return {"draft": self.draft, "is_upload": self.is_upload}

    def perform(self, form: Any) -> HttpResponse:
        """Back to the negotiation."""
        version = actions.propose(
            self.draft,
            by=self.actor,
            answering=form.cleaned_data["answering"],
            proposed=self.proposed(form),
        )
        messages.success(
            self.request, f"Proposal {version.number} is put to the other side."
        )
        return redirect("agreements:draft", self.draft.pk)


class ProposeUploadedView(ProposeWrittenView):
    """Propose a document of one's own."""

    form_class = ChangeUploadedForm
    is_upload = True
