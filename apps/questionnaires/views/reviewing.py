"""The client's review: answers beside last time's, decisions, verdict."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from apps.core.errors import Invalid, NotFound
from apps.evidence.views import file_response
from apps.questionnaires import actions, forms, queries
from apps.questionnaires.enums import Decision
from apps.questionnaires.views.base import (
    AssignmentActionView,
    AssignmentView,
    StepView,
    checked,
    filter_of,
    paged,
)
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView

_REVIEW = Permission.QUESTIONNAIRES_REVIEW
# Each decision with its words and the key that takes it.
_DECISIONS = [
    (decision.value, decision.label, key)
    for decision, key in {
        Decision.ACCEPT: "a",
        Decision.ACCEPT_WITH_GAP: "g",
        Decision.REQUEST_CHANGE: "r",
        Decision.REJECT: "x",
    }.items()
]


class ReviewView(AssignmentView):
    """What was handed in, question by question, with score and requirement rows."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for the vendor, which has its own sheet."""
        return self.page(
            "questionnaires/review.html",
            {
                "assignment": self.assignment,
                "sheet": queries.review_sheet(self.actor, self.assignment),
                "may": queries.possibilities(self.actor, self.assignment),
                "decisions": _DECISIONS,
            },
        )


class DecideView(AssignmentView):
    """Decide on one answer."""

    permission = _REVIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The forms live on the review."""
        return redirect("questionnaires:review", pk=self.assignment.pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A fragment for the page that is open, a redirect without JavaScript."""
        self._stop_vendor()
        is_fragment = bool(request.headers.get("Hx-Request"))
        error = None
        question = request.POST.get("question", "")
        try:
            self._decide(request)
        except Invalid as refused:
            if not is_fragment:
                raise
            error = refused
        if is_fragment:
            return self._fragment(question, error)
        url = reverse("questionnaires:review", args=[self.assignment.pk])
        return redirect(f"{url}#r-{self._numbers().get(question, 1)}")

    def _decide(self, request: HttpRequest) -> None:
        form = checked(forms.ReviewForm, request)
        actions.review_answer(
            self.assignment,
            by=self.actor,
            question_id=form.cleaned_data["question"],
            decision=Decision(form.cleaned_data["decision"]),
            reason=form.cleaned_data["reason"],
        )

    def _stop_vendor(self) -> None:
        if self.actor.organization_id == self.assignment.provider_id:
            raise NotFound

    def _numbers(self) -> dict[str, int]:
        return {q.id: n for n, q in enumerate(self.assignment.questions, start=1)}

    def _fragment(self, question: str, error: Invalid | None) -> HttpResponse:
        sheet = queries.review_sheet(self.actor, self.assignment)
        found = [item for item in sheet.items if item.question.id == question]
        if not found:
            raise NotFound
        return self.page(
            "questionnaires/_decided.html",
            {"item": found[0], "sheet": sheet, "error": error},
        )


class AcceptUnchangedView(StepView):
    """Accept what reads as last time and was accepted then."""

    permission = _REVIEW
    back = "questionnaires:review"

    def step(self, form: Any) -> str:
        """Accept."""
        same = actions.accept_unchanged(self.assignment, by=self.actor)
        return f"{len(same)} answers unchanged since last time are accepted."


class NoteView(StepView):
    """A note the vendor never sees."""

    permission = _REVIEW
    form_class = forms.NoteForm
    back = "questionnaires:review"

    def step(self, form: forms.NoteForm) -> str:
        """Note."""
        actions.add_note(
            self.assignment,
            by=self.actor,
            question_id=form.cleaned_data["question"],
            text=form.cleaned_data["text"],
        )
        return "Noted for your own organization."


class ReturnView(StepView):
    """Send back for the changes requested."""

    permission = _REVIEW

    def step(self, form: Any) -> str:
        """Return."""
        actions.return_for_changes(self.assignment, by=self.actor)
        return f"{self.assignment.provider} was asked for the changes."


class CloseView(AssignmentActionView):
    """Close with the verdict the rules give."""

    permission = _REVIEW
    form_class = forms.CloseForm
    template_name = "questionnaires/close.html"

    def context(self) -> dict[str, Any]:
        """The score the verdict would rest on."""
        sheet = queries.review_sheet(self.actor, self.assignment)
        return super().context() | {"sheet": sheet}

    def perform(self, form: forms.CloseForm) -> HttpResponse:
        """Close."""
        outcome = actions.close_review(
            self.assignment, by=self.actor, **form.cleaned_data
        )
        return self.done(f"The review is closed: {outcome}.")


class DossierRequestView(StepView):
    """Ask for the due-diligence dossier."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def step(self, form: Any) -> str:
        """Freeze the facts; a worker makes the document."""
        actions.request_dossier(self.assignment, by=self.actor)
        return "The dossier is being made. Refresh the page in a moment."


class DossierView(PortalView):
    """Download of a dossier."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """409 until the document is made."""
        dossier = queries.dossier(self.actor, pk)
        file = actions.take_dossier(dossier, by=self.actor)
        return file_response(file, by=self.actor)


class FindingsView(PortalView):
    """Findings the actor may see."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """The latest first."""
        chosen = filter_of(forms.PageForm(request.GET))
        rows = queries.findings(self.actor, before=chosen["before"])
        return self.page("questionnaires/findings.html", paged(rows, request))


class FindingView(PortalView):
    """One finding, its corrective actions, and what this side may do."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Both parties read the same."""
        finding = queries.finding(self.actor, pk)
        return self.page("questionnaires/finding.html", finding_context(self, finding))


def finding_context(view: PortalView, finding: Any) -> dict[str, Any]:
    """What the page about a finding needs."""
    org = view.actor.organization_id
    assignment = finding.assignment
    plans = org == assignment.provider_id and view.actor.can(
        Permission.QUESTIONNAIRES_ANSWER
    )
    verifies = org == assignment.client_id and view.actor.can(_REVIEW)
    people = queries.respondents(assignment) if plans else []
    return {
        "finding": finding,
        "assignment": assignment,
        "plans": plans,
        "verifies": verifies,
        "form": forms.PlanForm(people=people) if plans else None,
    }


class FindingCreateView(AssignmentActionView):
    """Raise a finding by hand."""

    permission = _REVIEW
    form_class = forms.FindingForm
    template_name = "questionnaires/finding_create.html"

    def form_arguments(self) -> dict[str, Any]:
        """Questions of the assignment."""
        return {"questions": self.assignment.questions}

    def perform(self, form: forms.FindingForm) -> HttpResponse:
        """Raise."""
        data = form.cleaned_data
        finding = actions.raise_finding(
            self.assignment,
            by=self.actor,
            question_id=data["question"],
            title=data["title"],
            detail=data["detail"],
        )
        messages.success(self.request, "The finding is raised; both parties see it.")
        return redirect("questionnaires:finding", pk=finding.pk)
