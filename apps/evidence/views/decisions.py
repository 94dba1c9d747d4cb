"""Attaching, reviewing, holding and restricting one file."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.evidence import actions, forms, queries
from apps.evidence.enums import ReviewState
from apps.evidence.models import Attachment, StoredFile
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView


class _OfFile(ActionView):
    """A form about one file of the organization."""

    permission = Permission.EVIDENCE_ADD
    template_name = "evidence/form.html"
    heading: ClassVar[str]
    lede: ClassVar[str] = ""
    button: ClassVar[str]
    file: StoredFile

    def load(self) -> None:
        """404 for a file of anybody else."""
        self.file = queries.stored_file(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """Words around the form."""
        return {
            "file": self.file,
            "heading": self.heading,
            "lede": self.lede,
            "button": self.button,
        }

    def done(self, text: str) -> HttpResponse:
        """Say what happened and go back to the file."""
        messages.success(self.request, text)
        return redirect("evidence:detail", self.file.pk)


class AttachView(_OfFile):
    """Say what the file proves."""

    form_class = forms.AttachForm
    template_name = "evidence/attach.html"
    heading = "Attach the file"
    lede = "A new version takes the place of the older one, which stays on record."
    button = "Attach file"

    def form_arguments(self) -> dict[str, Any]:
        """Objects of the actor's side, and what a new version may replace; ``?q`` is
        a word both must hold."""
        self.finder = forms.FinderForm(self.request.GET)
        word = self.finder.cleaned_data["q"] if self.finder.is_valid() else ""
        rows = queries.attachments(self.actor).filter(
            ended_at=None, subject_title__icontains=word
        )
        earlier = rows.exclude(file=self.file)[: queries.MOST]
        self.earlier = {str(row.pk): row for row in earlier}
        return {
            "choices": queries.choices(self.actor, word),
            "earlier": [(pk, str(row)) for pk, row in self.earlier.items()],
        }

    def context(self) -> dict[str, Any]:
        """The word that was looked for."""
        return super().context() | {"finder": self.finder}

    def perform(self, form: forms.AttachForm) -> HttpResponse:
        """Attach."""
        kind, _, pk = form.cleaned_data["subject"].partition(":")
        row = actions.attach(
            self.file,
            by=self.actor,
            to=queries.target(self.actor, kind, UUID(pk)),
            terms=form.terms(),
            supersedes=self.earlier.get(form.cleaned_data["supersedes"]),
        )
        return self.done(f"The file is attached to {row.subject_title}.")


class HoldView(_OfFile):
    """Place a legal hold."""

    permission = Permission.ASSURANCE_EDIT
    form_class = forms.HoldForm
    heading = "Place a legal hold"
    lede = "The file is kept until the hold is released, whatever its retention says."
    button = "Place hold"

    def perform(self, form: forms.HoldForm) -> HttpResponse:
        """Hold."""
        actions.place_hold(self.file, by=self.actor, reason=form.cleaned_data["reason"])
        return self.done("The hold is placed.")


class HoldReleaseView(_OfFile):
    """Release the hold."""

    permission = Permission.ASSURANCE_EDIT
    form_class = forms.ConfirmForm
    heading = "Release the legal hold"
    lede = "From then on the file is kept as long as its retention says."
    button = "Release hold"

    def perform(self, form: Any) -> HttpResponse:
        """Release."""
        actions.release_hold(self.file, by=self.actor)
        return self.done("The hold is released.")


class DestroyView(_OfFile):
    """Destroy the bytes once retention has ended."""

    permission = Permission.ASSURANCE_EDIT
    form_class = forms.DestroyForm
    heading = "Destroy the bytes"
    lede = (
        "They cannot be brought back. The record stays: name, SHA-256, what it proved, "
        "who destroyed it and why."
    )
    button = "Destroy bytes"

    def perform(self, form: forms.DestroyForm) -> HttpResponse:
        """Destroy."""
        actions.destroy(self.file, by=self.actor, **form.cleaned_data)
        return self.done("The bytes are destroyed; the record stays.")


class RestrictView(_OfFile):
    """Keep the bytes to managers, or give them back."""

    permission = Permission.ASSURANCE_EDIT
    form_class = forms.RestrictForm
    heading = "Who may take the file"
    button = "Change"

    def form_arguments(self) -> dict[str, Any]:
        """The other way round than it is now."""
        wanted = "no" if self.file.is_restricted else "yes"
        return {"initial": {"is_restricted": wanted}}

    def context(self) -> dict[str, Any]:
        """What the change means."""
        lede = (
            "It is for managers now; everybody of your organization with access to "
            "evidence will be able to take it."
            if self.file.is_restricted
            else "Only managers of your organization will be able to take it. Whom you "
            "share it with elsewhere keeps reading it."
        )
        return super().context() | {"lede": lede}

    def perform(self, form: forms.RestrictForm) -> HttpResponse:
        """As the page offered."""
        row = actions.restrict(self.file, by=self.actor, **form.cleaned_data)
        return self.done(
            "Only managers can take the file."
            if row.is_restricted
            else "Everybody with access to evidence can take the file."
        )


class _OfAttachment(_OfFile):
    """A form about what a file proves somewhere."""

    attachment: Attachment

    def load(self) -> None:
        """404 for an attachment of anybody else."""
        self.attachment = queries.attachment(self.actor, self.kwargs["pk"])
        self.file = self.attachment.file


class AttachmentEndView(_OfAttachment):
    """Detach a file."""

    form_class = forms.ConfirmForm
    heading = "Detach the file"
    lede = "It no longer proves anything there; file and history stay."
    button = "Detach file"

    def perform(self, form: Any) -> HttpResponse:
        """End."""
        actions.end_attachment(self.attachment, by=self.actor)
        return self.done("The file is detached.")


class AttachmentReviewView(_OfAttachment):
    """Accept or reject what a file proves."""

    form_class = forms.ReviewForm
    heading = "Review the file"
    lede = "By somebody else than who attached it."
    button = "Save review"

    def perform(self, form: forms.ReviewForm) -> HttpResponse:
        """Decide."""
        actions.review_attachment(
            self.attachment,
            by=self.actor,
            state=ReviewState(form.cleaned_data["state"]),
            note=form.cleaned_data["note"],
        )
        return self.done("The review is on record.")
