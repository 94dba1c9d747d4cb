"""Letters of a case: begin, write, look at, finish."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.core.errors import Invalid
from apps.evidence.views import file_response
from apps.incidents import actions, forms, queries
from apps.incidents.enums import LetterKind
from apps.incidents.views.steps import StepView
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView


class LetterNewView(StepView):
    """Begin a letter with the words of the template."""

    form_class = forms.LetterKindForm
    heading = "Begin a letter"
    lede = "A draft with the facts of the case. You edit it before it goes out."
    verb = "Begin letter"

    def form_arguments(self) -> dict[str, Any]:
        """Letters the actor's side writes."""
        side = queries.possibilities(self.actor, self.incident).side
        return {"kinds": queries.letter_kinds(self.incident, side)}

    def perform(self, form: forms.LetterKindForm) -> HttpResponse:
        """Begin it and go there."""
        kind = LetterKind(form.cleaned_data["kind"])
        row = actions.draft_letter(self.incident, by=self.actor, kind=kind)
        return redirect("incidents:letter", pk=row.pk)


class LetterView(StepView):
    """Write a letter; what it still lacks stands beside each part."""

    form_class = forms.LetterForm
    template_name = "incidents/letter.html"
    heading = "Letter"
    verb = "Save letter"

    def load(self) -> None:
        """The letter of the own side."""
        self.letter = queries.letter(self.actor, self.kwargs["pk"])
        self.incident = self.letter.incident
        self.letter_page = queries.letter_page(self.letter)

    def form_arguments(self) -> dict[str, Any]:
        """Its parts as saved."""
        return {"page": self.letter_page}

    def context(self) -> dict[str, Any]:
        """The letter and what it lacks."""
        return {**super().context(), "page": self.letter_page, "letter": self.letter}

    def perform(self, form: forms.LetterForm) -> HttpResponse:
        """Save and stay."""
        data = form.cleaned_data
        actions.edit_letter(
            self.letter,
            by=self.actor,
            parts=form.parts(),
            revision=data["revision"],
            text_confirmed=data["text_confirmed"],
        )
        messages.success(self.request, "The letter is saved.")
        return redirect("incidents:letter", pk=self.letter.pk)


class LetterFinishView(PortalView):
    """Make the letter a document."""

    permission = Permission.INCIDENTS_ASSESS

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Finish, or say what is missing."""
        row = queries.letter(self.actor, pk)
        form = forms.RevisionForm(request.POST)
        if not form.is_valid():
            raise Invalid("Open the letter again and finish the revision you read.")
        try:
            actions.finish_letter(
                row, by=self.actor, revision=form.cleaned_data["revision"]
            )
        except Invalid as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "The letter is finished. Record when it is out.")
        return redirect("incidents:letter", pk=pk)


class LetterPdfView(PortalView):
    """The letter as a PDF: the document itself once finished, a draft before."""

    permission = Permission.INCIDENTS_ASSESS

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
        """A draft is made anew each time."""
        row = queries.letter(self.actor, pk)
        if row.document is not None:
            return file_response(row.document, by=self.actor)
        content = actions.print_letter(row, by=self.actor)
        response = HttpResponse(content, content_type="application/pdf")
        name = f"draft-{row.kind}-{row.incident.reference}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response
