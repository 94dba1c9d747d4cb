"""Requests for evidence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.assurance import actions, forms, queries
from apps.assurance.enums import RequestState
from apps.assurance.models import EvidenceRequest
from apps.assurance.views.base import FormPage, ProofView, stored
from apps.core import clock
from apps.engagements import queries as engagements
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView

_CLOSED = {RequestState.ACCEPTED, RequestState.WITHDRAWN}


def _possible(actor: Actor, row: EvidenceRequest) -> dict[str, bool]:
    """What the actor may do now, for links; actions check again."""
    state = row.state
    decides = actor.organization_id == row.asked_by_id and actor.can(
        Permission.ASSURANCE_EDIT
    )
    answers = actor.organization_id == row.asked_of_id and actor.can(
        Permission.EVIDENCE_ADD
    )
    return {
        "may_answer": answers and state not in _CLOSED,
        "may_review": decides and state is RequestState.ANSWERED,
        "may_withdraw": decides and state not in _CLOSED,
    }


class RequestView(PortalView):
    """One request, what was handed in, and what may happen next."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a stranger."""
        row = queries.evidence_request(self.actor, pk)
        context = {
            "row": row,
            "engagement": row.engagement,
            "today": clock.today(row.engagement.client.time_zone),
            **_possible(self.actor, row),
        }
        return self.page("assurance/request.html", context)


class RequestCreateView(FormPage):
    """Ask the other party of an engagement."""

    form_class = forms.RequestForm
    heading = "Ask for evidence"
    button = "Send request"

    def load(self) -> None:
        """404 for a stranger's engagement."""
        self.engagement = engagements.engagement(
            self.actor, self.kwargs["engagement_pk"]
        )

    def back(self) -> tuple[str, str]:
        """Assurance of the engagement."""
        url = reverse("assurance:engagement", args=[self.engagement.pk])
        return url, str(self.engagement)

    def perform(self, form: forms.RequestForm) -> HttpResponse:
        """On to the request."""
        row = actions.request_evidence(
            self.engagement, by=self.actor, **form.cleaned_data
        )
        messages.success(self.request, f"{row.asked_of} is asked.")
        return redirect("assurance:request", row.pk)


class _OfRequest(FormPage):
    """A form about one request."""

    row: EvidenceRequest

    def load(self) -> None:
        """404 for a stranger."""
        self.row = queries.evidence_request(self.actor, self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        """The request."""
        return reverse("assurance:request", args=[self.row.pk]), str(self.row)

    def done(self, text: str) -> HttpResponse:
        """Say what happened and go back."""
        messages.success(self.request, text)
        return redirect("assurance:request", self.row.pk)


class RequestAnswerView(_OfRequest):
    """Hand in a file."""

    permission = Permission.EVIDENCE_ADD
    form_class = forms.AnswerForm
    heading = "Hand in evidence"
    lede = "Both parties of the engagement can read the file from then on."
    button = "Hand in"

    def perform(self, form: Any) -> HttpResponse:
        """Keep and answer."""
        data = form.cleaned_data
        actions.answer_request(
            self.row,
            by=self.actor,
            file=stored(data["document"], by=self.actor),
            note=data["note"],
        )
        return self.done("It is handed in and waits for review.")


class RequestAcceptView(_OfRequest):
    """It is enough."""

    form_class = forms.ConfirmForm
    heading = "Accept the evidence"
    lede = "The request is closed."
    button = "Accept evidence"

    def perform(self, form: Any) -> HttpResponse:
        """Accept."""
        actions.accept_answer(self.row, by=self.actor)
        return self.done("The evidence is accepted.")


class RequestReturnView(_OfRequest):
    """It is not enough."""

    form_class = forms.ReturnForm
    heading = "Return the evidence"
    lede = "The other party reads your reason and hands in something else."
    button = "Return evidence"

    def perform(self, form: Any) -> HttpResponse:
        """Return."""
        actions.return_answer(self.row, by=self.actor, **form.cleaned_data)
        return self.done("It is returned.")


class RequestWithdrawView(_OfRequest):
    """Ask no longer."""

    form_class = forms.ConfirmForm
    heading = "Withdraw the request"
    button = "Withdraw request"

    def perform(self, form: Any) -> HttpResponse:
        """Withdraw."""
        actions.withdraw_request(self.row, by=self.actor)
        return self.done("The request is withdrawn.")


class AnswerFileView(ProofView):
    """What was handed in."""

    def file(self, pk: UUID) -> StoredFile:
        """Through the request's engagement."""
        return queries.request_answer(self.actor, pk).file
