"""The vendor's working page: every answer saved by itself, nothing lost."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, PortalError
from apps.core.tables_out import xlsx_response
from apps.evidence.views import file_response
from apps.questionnaires import actions, forms, importer, queries
from apps.questionnaires.models import Answer
from apps.questionnaires.views.base import (
    AssignmentActionView,
    AssignmentView,
    StepView,
    checked,
    upload_of,
)
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView

_ANSWER = Permission.QUESTIONNAIRES_ANSWER


class SheetView(AssignmentView):
    """All questions with their answers; a fixed number of queries."""

    permission = _ANSWER

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The whole sheet."""
        sheet = queries.sheet(self.actor, self.assignment)
        may = queries.possibilities(self.actor, self.assignment)
        return self.page(
            "questionnaires/sheet.html",
            {
                "assignment": self.assignment,
                "sheet": sheet,
                "may": may,
                "people": queries.respondents(self.assignment) if may.lead else [],
            },
        )


class AnswerView(AssignmentView):
    """One question: shown alone, or saved."""

    permission = _ANSWER

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Signed out in the middle: the text comes back instead of getting lost."""
        said = request.POST.get("value", "") + request.POST.get("note", "")
        if request.user.is_authenticated or not (
            said or request.headers.get("Hx-Request")
        ):
            return super().dispatch(request, *args, **kwargs)
        return _signed_out(request, kwargs["pk"])

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The question alone, for small screens and after signing in again."""
        return self._alone(request.GET.get("question", ""))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Save one answer. A conflict shows both texts and writes neither."""
        self.assignment  # noqa: B018 - a stranger learns nothing of the form
        form = checked(forms.AnswerForm, request)
        question = form.cleaned_data["question"]
        try:
            answer = actions.save_answer(
                self.assignment,
                by=self.actor,
                question_id=question,
                value=request.POST.getlist("value"),
                note=form.cleaned_data["note"],
                version=form.seen_version(),
            )
        except (Invalid, Conflict, NotAllowed) as error:
            return self._refused(request, question, error)
        if request.headers.get("Hx-Request"):
            return self._saved(request, answer)
        return redirect(self._place(question))

    def _place(self, question_id: str) -> str:
        numbers = {q.id: n for n, q in enumerate(self.assignment.questions, start=1)}
        url = reverse("questionnaires:sheet", args=[self.assignment.pk])
        return f"{url}#q-{numbers[question_id]}"

    def _saved(self, request: HttpRequest, answer: Answer) -> HttpResponse:
        progress = queries.progress(self.assignment)
        response = self.page(
            "questionnaires/_saved.html", {"answer": answer, "progress": progress}
        )
        response["HX-Trigger"] = json.dumps({"questions-shown": progress.conditional})
        return response

    def _refused(
        self, request: HttpRequest, question_id: str, error: PortalError
    ) -> HttpResponse:
        mine = {
            "value": request.POST.getlist("value"),
            "note": request.POST.get("note", ""),
        }
        if not request.headers.get("Hx-Request"):
            return self._alone(question_id, error=error, mine=mine)
        # A fragment is swapped in only with a success status.
        return self.page(
            "questionnaires/_refused.html",
            {
                "error": error,
                "item": self._item(question_id),
                "seen": request.POST.get("version", "0"),
                "assignment": self.assignment,
            },
        )

    def _item(self, question_id: str) -> queries.Item:
        sheet = queries.sheet(self.actor, self.assignment)
        for item in sheet.items:
            if item.question.id == question_id:
                return item
        raise NotFound

    def _alone(
        self,
        question_id: str,
        *,
        error: PortalError | None = None,
        mine: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {
            "assignment": self.assignment,
            "item": self._item(question_id),
            "error": error,
            "mine": mine,
        }
        status = int(error.status) if error else 200
        return self.page("questionnaires/answer.html", context, status=status)


def _signed_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """401 with the text the person wrote; nothing of the portal is shown."""
    question = request.POST.get("question", "")
    next_url = f"{reverse('questionnaires:answer', args=[pk])}?question={question}"
    login_url = redirect_to_login(next_url).url
    if request.headers.get("Hx-Request"):
        return HttpResponse(status=401, headers={"X-Sign-In": login_url})
    context = {
        "value": request.POST.getlist("value"),
        "note": request.POST.get("note", ""),
        "login_url": login_url,
    }
    return render(request, "questionnaires/signed_out.html", context, status=401)


class TokenView(PortalView):
    """A fresh form token for a page that stayed open while its person signed in."""

    permission = _ANSWER
    is_polling = True

    def get(self, request: HttpRequest) -> JsonResponse:
        """The token alone."""
        return JsonResponse({"token": get_token(request)})


class AttachView(StepView):
    """Put a file behind an answer."""

    permission = _ANSWER
    form_class = forms.FileForm
    back = "questionnaires:sheet"

    def step(self, form: forms.FileForm) -> str:
        """Store and attach."""
        upload = upload_of(form)
        kept = actions.attach_file(
            self.assignment,
            by=self.actor,
            question_id=form.cleaned_data["question"],
            name=upload.name or "file",
            content=upload.file,  # type: ignore[arg-type]
        )
        if not kept.file.quarantined_reason:
            return f"{kept.file} stands behind the answer."
        messages.warning(
            self.request,
            f"{kept.file} is in quarantine and does not count: "
            f"{kept.file.quarantined_reason}. Attach a clean copy, or wait for the "
            "scanner.",
        )
        return ""


class CommentView(StepView):
    """Say something to both parties."""

    permission = Permission.QUESTIONNAIRES_VIEW
    form_class = forms.CommentForm
    back = "questionnaires:open"

    def step(self, form: forms.CommentForm) -> str:
        """Comment."""
        actions.add_comment(
            self.assignment,
            by=self.actor,
            question_id=form.cleaned_data["question"],
            text=form.cleaned_data["text"],
        )
        return "Both parties read your comment."


class DelegateView(StepView):
    """Hand a section to a colleague."""

    permission = _ANSWER
    form_class = forms.DelegateForm
    back = "questionnaires:sheet"

    def step(self, form: forms.DelegateForm) -> str:
        """Delegate."""
        row = actions.delegate_section(
            self.assignment,
            by=self.actor,
            section_id=form.cleaned_data["section"],
            user_id=form.cleaned_data["user"],
        )
        return f"{row.user} answers this section and was told."


class TakeBackView(StepView):
    """Take a section back."""

    permission = _ANSWER
    form_class = forms.DelegateForm
    back = "questionnaires:sheet"

    def step(self, form: forms.DelegateForm) -> str:
        """End the delegation."""
        actions.end_delegation(
            self.assignment,
            by=self.actor,
            section_id=form.cleaned_data["section"],
            user_id=form.cleaned_data["user"],
        )
        return "The section is taken back."


class ConfirmView(StepView):
    """Taken-over answers of a section are still true."""

    permission = _ANSWER
    form_class = forms.SectionPickForm
    back = "questionnaires:sheet"

    def step(self, form: forms.SectionPickForm) -> str:
        """Confirm."""
        count = actions.confirm_section(
            self.assignment, by=self.actor, section_id=form.cleaned_data["section"]
        )
        return f"{count} answers are confirmed as still true."


class SubmitView(AssignmentActionView):
    """Hand in."""

    permission = _ANSWER
    form_class = forms.SubmitForm
    template_name = "questionnaires/submit.html"

    def context(self) -> dict[str, Any]:
        """What is still missing."""
        sheet = queries.sheet(self.actor, self.assignment)
        return super().context() | {"sheet": sheet}

    def perform(self, form: forms.SubmitForm) -> HttpResponse:
        """Submit."""
        actions.submit(self.assignment, by=self.actor, **form.cleaned_data)
        return self.done(f"Handed in. {self.assignment.client} was told.")


class ReuseView(AssignmentActionView):
    """Reuse the vendor's own answers to another client."""

    permission = _ANSWER
    form_class = forms.ReuseForm
    template_name = "questionnaires/reuse.html"

    def form_arguments(self) -> dict[str, Any]:
        """What the vendor handed in elsewhere; nothing for the client."""
        if self.actor.organization_id != self.assignment.provider_id:
            raise NotFound
        return {"sources": queries.reuse_sources(self.actor, self.assignment)}

    def perform(self, form: forms.ReuseForm) -> HttpResponse:
        """Copy."""
        source = queries.assignment(self.actor, form.cleaned_data["source"].pk)
        count = actions.reuse_answers(self.assignment, by=self.actor, source=source)
        return self.done(
            f"{count} answers were taken over. Confirm each section.",
            to="questionnaires:sheet",
        )


class TableView(AssignmentView):
    """The sheet as XLSX, to fill in elsewhere."""

    permission = _ANSWER

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """One question a row; what reviewers write is no part of it."""
        sheet = queries.sheet(self.actor, self.assignment)
        return xlsx_response(
            f"{self.assignment.template} {self.assignment.client}",
            importer.ANSWER_HEADER,
            queries.table_rows(sheet),
        )


class TableUploadView(AssignmentActionView):
    """The filled table back in."""

    permission = _ANSWER
    form_class = forms.TableForm
    template_name = "questionnaires/table_upload.html"

    def load(self) -> None:
        """Only the vendor, while it may answer."""
        super().load()
        if self.actor.organization_id != self.assignment.provider_id:
            raise NotFound

    def perform(self, form: forms.TableForm) -> HttpResponse:
        """Read, save what can be saved, list what cannot."""
        upload = upload_of(form)
        account = actions.read_table(
            self.assignment,
            by=self.actor,
            name=upload.name or "table",
            content=cast("BinaryIO", upload),
        )
        return self.page(
            "questionnaires/table_result.html",
            {"assignment": self.assignment, "account": account},
        )


class FileView(PortalView):
    """Download of a file behind an answer."""

    permission = Permission.QUESTIONNAIRES_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """404 for strangers, and for the client before it was handed in."""
        kept = queries.file_of_answer(self.actor, pk)
        return file_response(kept.file, by=self.actor)


class FileRemoveView(PortalView):
    """Take a file from an answer."""

    permission = _ANSWER

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Remove and go back to the sheet."""
        kept = queries.file_of_answer(self.actor, pk)
        actions.remove_file(kept, by=self.actor)
        messages.success(request, f"{kept.file} no longer stands behind the answer.")
        return redirect("questionnaires:sheet", pk=kept.answer.assignment_id)
