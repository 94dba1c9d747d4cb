"""Pages of endings: termination, renewal, notice, and the return of PHI."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.agreements import actions, queries
from apps.agreements.enums import SigningSide
from apps.agreements.forms import (
    AnswerForm,
    DisposalForm,
    RenewForm,
    StopRenewalForm,
    TerminateForm,
)
from apps.agreements.models import Agreement, ReturnObligation
from apps.agreements.rules import notice_day, renewal_dates
from apps.agreements.views.agreements import may_edit, stored_upload
from apps.core import clock
from apps.core.errors import NotFound
from apps.evidence.views import file_response
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class EndingView(ActionView):
    """What pages about the end of one agreement share."""

    permission = Permission.AGREEMENTS_EDIT
    agreement: Agreement

    def load(self) -> None:
        """404 for a stranger's agreement."""
        self.agreement = queries.agreement(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The agreement and what it covers."""
        return {
            "agreement": self.agreement,
            "covered": queries.covered_engagements(self.actor, self.agreement),
        }

    def today(self) -> date:
        """The day in the discloser's zone."""
        return clock.today(self.agreement.discloser.time_zone)

    def done(self, text: str, page: str = "agreements:detail") -> HttpResponse:
        """Back, with a word of success."""
        messages.success(self.request, text)
        return redirect(page, self.agreement.pk)


class TerminateView(EndingView):
    """End a BAA."""

    form_class = TerminateForm
    template_name = "agreements/terminate.html"

    def form_arguments(self) -> dict[str, Any]:
        """Today is offered as the last day."""
        return {"initial": {"terminated_on": self.today()}}

    def context(self) -> dict[str, Any]:
        """What breaks if today is its last day."""
        tomorrow = self.today() + timedelta(days=1)
        found = queries.what_if(self.actor, self.agreement, on=tomorrow)
        return {**super().context(), "found": found}

    def perform(self, form: TerminateForm) -> HttpResponse:
        """Back to the agreement."""
        actions.terminate_agreement(
            self.agreement,
            by=self.actor,
            terminated_on=cast("date", form.cleaned_data["terminated_on"]),
            reason=form.cleaned_data["reason"],
            cause=form.cleaned_data["cause"],
            notice_on=form.cleaned_data["notice_on"],
        )
        return self.done(f"The BAA {self.agreement} is terminated.")


class RenewView(EndingView):
    """Record a renewal with the same terms."""

    form_class = RenewForm
    template_name = "agreements/renew.html"

    def form_arguments(self) -> dict[str, Any]:
        """The days right after, and as long again."""
        known = queries.agreement_facts([self.agreement.pk])[self.agreement.pk]
        begins, ends = renewal_dates(known[-1])
        return {"initial": {"effective_on": begins, "expires_on": ends}}

    def context(self) -> dict[str, Any]:
        """The version that is copied."""
        latest = queries.latest_version(self.agreement)
        return {**super().context(), "latest": latest}

    def perform(self, form: RenewForm) -> HttpResponse:
        """Back to the agreement."""
        data = form.cleaned_data
        version = actions.renew_agreement(
            self.agreement,
            by=self.actor,
            effective_on=data["effective_on"],
            expires_on=data["expires_on"],
            document=stored_upload(self, data["document"]),
            signatures=form.signatures(),
            is_gap_known=data["is_gap_known"],
        )
        return self.done(f"Version {version.number} renews the BAA.")


class StopRenewalView(EndingView):
    """Record notice against the renewal."""

    form_class = StopRenewalForm
    template_name = "agreements/stop_renewal.html"

    def form_arguments(self) -> dict[str, Any]:
        """Today, by the own side."""
        is_discloser = self.actor.organization_id == self.agreement.discloser_id
        side = SigningSide.DISCLOSER if is_discloser else SigningSide.RECIPIENT
        return {"initial": {"given_on": self.today(), "given_by": side}}

    def context(self) -> dict[str, Any]:
        """The last day to give notice."""
        latest = queries.latest_version(self.agreement)
        known = queries.agreement_facts([self.agreement.pk])[self.agreement.pk]
        due = notice_day(known[-1], latest.notice_days)
        return {**super().context(), "latest": latest, "due": due}

    def perform(self, form: StopRenewalForm) -> HttpResponse:
        """Back to the agreement."""
        notice = actions.stop_renewal(
            self.agreement,
            by=self.actor,
            given_on=form.cleaned_data["given_on"],
            given_by=SigningSide(form.cleaned_data["given_by"]),
            reason=form.cleaned_data["reason"],
        )
        return self.done(
            f"Notice recorded. The BAA ends on {notice.version.expires_on:%-d %B %Y}."
        )


class ReturnView(PortalView):
    """What became of PHI after the end of a BAA."""

    permission = Permission.AGREEMENTS_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a stranger's agreement, and before PHI is asked for."""
        agreement = queries.agreement(self.actor, pk)
        returned = queries.return_view(agreement)
        if returned is None:
            raise NotFound("PHI is not asked for: the BAA has not ended.")
        organization = self.actor.organization_id
        is_due = returned.row.lifted_at is None
        may_sign = self.actor.can(Permission.AGREEMENTS_SIGN)
        context = {
            "agreement": agreement,
            "returned": returned,
            "today": clock.today(agreement.discloser.time_zone),
            "may_state": is_due
            and may_edit(self, agreement)
            and organization == agreement.recipient_id
            and returned.state in {"open", "refused"},
            "may_answer": is_due
            and may_sign
            and organization == agreement.discloser_id
            and returned.state == "stated",
        }
        return self.page("agreements/return.html", context)


class ReturnStateView(EndingView):
    """The recipient states what became of PHI."""

    form_class = DisposalForm
    template_name = "agreements/return_state.html"
    obligation: ReturnObligation

    def load(self) -> None:
        """404 for a stranger's agreement, and before PHI is asked for."""
        super().load()
        self.obligation = queries.obligation(self.actor, self.agreement.pk)

    def context(self) -> dict[str, Any]:
        """The obligation."""
        return {**super().context(), "obligation": self.obligation}

    def perform(self, form: DisposalForm) -> HttpResponse:
        """To the page of the return."""
        upload = form.cleaned_data["certificate"]
        actions.state_disposal(
            self.obligation,
            by=self.actor,
            stated=form.stated(),
            certificate=stored_upload(self, upload) if upload else None,
        )
        return self.done("The discloser reads your statement.", "agreements:return")


class ReturnAnswerView(EndingView):
    """The discloser accepts or refuses a statement."""

    permission = Permission.AGREEMENTS_SIGN
    form_class = AnswerForm
    template_name = "agreements/return_answer.html"
    obligation: ReturnObligation

    def load(self) -> None:
        """404 for a stranger's agreement, and before PHI is asked for."""
        super().load()
        self.obligation = queries.obligation(self.actor, self.agreement.pk)

    def context(self) -> dict[str, Any]:
        """The statements so far."""
        returned = queries.return_view(self.agreement)
        return {**super().context(), "returned": returned}

    def perform(self, form: AnswerForm) -> HttpResponse:
        """To the page of the return."""
        if form.cleaned_data["answer"] == "accept":
            actions.accept_disposal(self.obligation, by=self.actor)
            return self.done("The statement is accepted.", "agreements:return")
        actions.refuse_disposal(
            self.obligation, by=self.actor, reason=form.cleaned_data["reason"]
        )
        return self.done("The statement is refused.", "agreements:return")


class DisposalCertificateView(PortalView):
    """The certificate of a statement, for both parties."""

    permission = Permission.EVIDENCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """The download is recorded; 404 for a stranger and where there is none."""
        certificate = queries.disposal_statement(self.actor, pk).certificate
        if certificate is None:
            raise NotFound("This statement has no certificate.")
        return file_response(certificate, by=self.actor)
