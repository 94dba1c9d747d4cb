"""Corrective actions: planned and done by the vendor, verified by the client."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core.errors import NotFound
from apps.evidence.views import file_response
from apps.questionnaires import actions, forms, queries
from apps.questionnaires.views.reviewing import finding_context
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class PlanView(ActionView):
    """Plan a corrective action."""

    permission = Permission.QUESTIONNAIRES_ANSWER
    form_class = forms.PlanForm
    template_name = "questionnaires/finding.html"

    def load(self) -> None:
        """The finding, if the actor may see it."""
        self.finding = queries.finding(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        """People of the vendor, for the vendor."""
        if self.actor.organization_id != self.finding.assignment.provider_id:
            return {"people": []}
        return {"people": queries.respondents(self.finding.assignment)}

    def context(self) -> dict[str, Any]:
        """The page of the finding."""
        context = finding_context(self, self.finding)
        del context["form"]
        return context

    def perform(self, form: forms.PlanForm) -> HttpResponse:
        """Plan."""
        data = form.cleaned_data
        actions.plan_action(
            self.finding,
            by=self.actor,
            text=data["text"],
            due_on=data["due_on"],
            owner_id=UUID(data["owner"]),
        )
        messages.success(self.request, "The corrective action is planned.")
        return redirect("questionnaires:finding", pk=self.finding.pk)


class _ActionView(ActionView):
    """A form about one corrective action."""

    def load(self) -> None:
        """The corrective action, if the actor may see it."""
        self.row = queries.corrective_action(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The action and its finding."""
        finding = self.row.finding
        return {"row": self.row, "finding": finding, "assignment": finding.assignment}

    def done(self, text: str) -> HttpResponse:
        """Back to the finding."""
        messages.success(self.request, text)
        return redirect("questionnaires:finding", pk=self.row.finding_id)


class DoneView(_ActionView):
    """Report it done."""

    permission = Permission.QUESTIONNAIRES_ANSWER
    form_class = forms.DoneForm
    template_name = "questionnaires/action_done.html"

    def perform(self, form: forms.DoneForm) -> HttpResponse:
        """Complete."""
        upload = form.cleaned_data["file"]
        actions.complete_action(
            self.row,
            by=self.actor,
            note=form.cleaned_data["note"],
            name=upload.name if upload else "",
            content=upload.file if upload else None,
        )
        return self.done("Reported done. The client verifies it.")


class VerifyView(_ActionView):
    """Say whether it holds."""

    permission = Permission.QUESTIONNAIRES_REVIEW
    form_class = forms.VerifyForm
    template_name = "questionnaires/action_verify.html"

    def perform(self, form: forms.VerifyForm) -> HttpResponse:
        """Verify, or send back."""
        note = form.cleaned_data["note"]
        if form.cleaned_data["verdict"] == "verify":
            actions.verify_action(self.row, by=self.actor, note=note)
            return self.done("Verified.")
        actions.reopen_action(self.row, by=self.actor, note=note)
        return self.done("Sent back to the vendor.")


class ActionFileView(PortalView):
    """Download of the proof of a corrective action; both parties may."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """404 where there is none."""
        row = queries.corrective_action(self.actor, pk)
        if row.evidence is None:
            raise NotFound
        return file_response(row.evidence, by=self.actor)
