"""The page on which a party signs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.agreements import actions
from apps.agreements.forms import SignForm
from apps.agreements.rules import Confirmation, authority_sentence
from apps.agreements.views.drafts import AnsweringView
from apps.tenancy.enums import Permission


class SignView(AnsweringView):
    """Sign the stored document of the newest proposal."""

    permission = Permission.AGREEMENTS_SIGN
    form_class = SignForm
    template_name = "agreements/draft_sign.html"
    confirmed: Confirmation

    def form_arguments(self) -> dict[str, Any]:
        """The sentence to confirm, and the hash of what is on the page."""
        document = self.version.document
        return {
            "authority": authority_sentence(self.actor.organization.name),
            "initial": {
                "name": self.actor.user.full_name,
                "seen_sha256": document.sha256 if document else "",
            },
        }

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The password is asked apart, so that a wrong one stays on record."""
        self.load()
        self.confirmed = actions.confirm_signer(
            self.version, by=self.actor, password=request.POST.get("password", "")
        )
        return super().post(request, **kwargs)

    def perform(self, form: SignForm) -> HttpResponse:
        """Back to the negotiation."""
        data = form.cleaned_data
        signer = actions.Signer(
            name=data["name"],
            title=data["title"],
            is_authorized=data["is_authorized"],
            seen_sha256=data["seen_sha256"],
        )
        actions.sign_draft(
            self.version, by=self.actor, signer=signer, confirmed=self.confirmed
        )
        return self.back(
            "You signed. The certificate follows once both sides have signed."
        )
