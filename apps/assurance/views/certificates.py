"""Certificates, letters, and whom they are shown to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.assurance import actions, forms, queries, rules
from apps.assurance.enums import LetterKind
from apps.assurance.models import Certificate
from apps.assurance.views.base import FormPage, ProofView, stored
from apps.core import clock
from apps.evidence.models import StoredFile
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView


class CertificateView(PortalView):
    """One certificate beside the sites in use."""

    permission = Permission.ASSURANCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 where it was not shared with the actor's organization."""
        row = queries.certificate(self.actor, pk)
        today = clock.today(self.actor.organization.time_zone)
        [line] = queries.certificate_lines([row], as_of=today)
        series = queries.certificates(self.actor, organization_id=row.organization_id)
        is_own = row.organization_id == self.actor.organization_id
        context = {
            "certificate": row,
            "line": line,
            "series": queries.certificate_lines(
                series.filter(standard=row.standard), as_of=today
            ),
            "sites": queries.site_lines(self.actor, row, as_of=today),
            "today": today,
            "is_own": is_own,
            "may_edit": is_own and self.actor.can(Permission.ASSURANCE_EDIT),
            "shares": queries.shares_of(self.actor, row),
        }
        return self.page("assurance/certificate.html", context)


class CertificateCreateView(FormPage):
    """Put a certificate on record."""

    form_class = forms.CertificateForm
    heading = "Record a certificate"
    lede = "As its paper says. Nobody else sees it before you share it."
    button = "Record certificate"

    def back(self) -> tuple[str, str]:
        """The overview."""
        return reverse("assurance:overview"), "Assurance"

    def perform(self, form: forms.CertificateForm) -> HttpResponse:
        """On to the certificate."""
        row = actions.record_certificate(
            by=self.actor,
            terms=form.terms(),
            file=stored(form.cleaned_data["document"], by=self.actor),
        )
        messages.success(self.request, f"{row} is on record.")
        return redirect("assurance:certificate", row.pk)


class _OfCertificate(FormPage):
    """A form about one certificate."""

    certificate: Certificate

    def load(self) -> None:
        """404 for a stranger."""
        self.certificate = queries.certificate(self.actor, self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        """The certificate."""
        url = reverse("assurance:certificate", args=[self.certificate.pk])
        return url, str(self.certificate)

    def done(self, text: str) -> HttpResponse:
        """Say what happened and go back."""
        messages.success(self.request, text)
        return redirect("assurance:certificate", self.certificate.pk)


class LetterCreateView(_OfCertificate):
    """Add a bridge or gap letter."""

    form_class = forms.LetterForm
    heading = "Add a letter"
    lede = "It carries a certificate over days its period does not cover."
    button = "Add letter"

    def perform(self, form: forms.LetterForm) -> HttpResponse:
        """Keep it with the certificate."""
        data = form.cleaned_data
        actions.add_letter(
            self.certificate,
            by=self.actor,
            kind=LetterKind(data["kind"]),
            issued_by=data["issued_by"],
            days=rules.letter_days(data["first_on"], data["last_on"]),
            file=stored(data["document"], by=self.actor),
        )
        return self.done("The letter is on record.")


class CertificateWithdrawView(_OfCertificate):
    """Say that it no longer holds."""

    form_class = forms.WithdrawForm
    heading = "Withdraw the certificate"
    lede = "It stays on record; clients it is shared with see that it was withdrawn."
    button = "Withdraw certificate"

    def perform(self, form: forms.WithdrawForm) -> HttpResponse:
        """Withdraw."""
        actions.withdraw_certificate(
            self.certificate, by=self.actor, **form.cleaned_data
        )
        return self.done("The certificate is withdrawn.")


class CertificateShareView(_OfCertificate):
    """Show it to a client."""

    form_class = forms.ShareForm
    heading = "Share the certificate"
    lede = "The client then sees the certificate, its letters and its paper."
    button = "Share with client"

    def form_arguments(self) -> dict[str, Any]:
        """Clients of the organization."""
        return {"clients": queries.clients(self.actor)}

    def perform(self, form: forms.ShareForm) -> HttpResponse:
        """Share."""
        row = actions.share(
            self.certificate, by=self.actor, client_id=form.cleaned_data["client"]
        )
        return self.done(f"{row.client} can read it now.")


class ShareEndView(FormPage):
    """Stop showing a document to a client."""

    form_class = forms.ConfirmForm
    heading = "Stop sharing"
    lede = "The client no longer sees the document; what it has read, it has read."
    button = "Stop sharing"

    def load(self) -> None:
        """404 for a share of anybody else."""
        self.share = queries.share(self.actor, self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        """The document."""
        document = self.share.certificate or self.share.policy
        assert document is not None  # noqa: S101 - the table holds exactly one
        return queries.path_of(document), str(document)

    def perform(self, form: forms.ConfirmForm) -> HttpResponse:
        """End."""
        actions.end_share(self.share, by=self.actor)
        messages.success(self.request, f"{self.share.client} no longer sees it.")
        return redirect(self.back()[0])


class CertificateFileView(ProofView):
    """The paper of a certificate."""

    def file(self, pk: UUID) -> StoredFile:
        """Through the certificate."""
        return queries.certificate(self.actor, pk).file


class LetterFileView(ProofView):
    """The paper of a letter."""

    def file(self, pk: UUID) -> StoredFile:
        """Through the letter's certificate."""
        return queries.letter(self.actor, pk).file
