"""Training imports: upload, preview, correction, confirmation, result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from apps.core.tables_out import csv_response
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView
from apps.training import actions, forms, queries
from apps.training.models import TrainingImport

PAGE = 50
WAITING = {"reading", "committing"}


class ImportsView(PortalView):
    """Training imports of the provider."""

    permission = Permission.TRAINING_IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The newest fifty."""
        imports = queries.training_imports(self.actor)[:PAGE]
        return self.page("training/imports.html", {"imports": imports})


class UploadView(ActionView):
    """Hand in a training file."""

    permission = Permission.TRAINING_IMPORT
    form_class = forms.UploadForm
    template_name = "training/upload.html"

    def form_arguments(self) -> dict[str, Any]:
        """Courses the file may be about."""
        return {"courses": queries.course_choices(self.actor)}

    def perform(self, form: Any) -> HttpResponse:
        """Keep the file, start the import, wait for its preview."""
        upload = form.cleaned_data["file"]
        stored = evidence.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name=upload.name,
            content=upload,
            accept=FileKind.TABLE,
        )
        job = actions.upload_training(
            by=self.actor,
            organization=self.actor.organization,
            file=stored,
            course=form.cleaned_data["course"],
            file_name=upload.name,
        )
        return redirect("training:import", job.pk)


def import_context(actor: Actor, job: TrainingImport) -> dict[str, Any]:
    """What the page of an import shows."""
    courses = queries.course_choices(actor)
    unknown = job.understood.get("unknown_courses", {})
    return {
        "job": job,
        "is_waiting": job.state in WAITING,
        "columns_form": forms.ColumnsForm(
            understood=job.understood,
            courses=courses,
            initial={
                "date_order": job.mapping.get("date_order", ""),
                "course": job.course_id,
            },
        ),
        "names_form": forms.NamesForm(names=unknown, courses=courses)
        if unknown
        else None,
        "more_names": max(0, len(unknown) - forms.NamesForm.MOST),
    }


class ImportView(PortalView):
    """Where an import stands: reading, preview, committing, done or refused."""

    permission = Permission.TRAINING_IMPORT

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """404 for an import of anybody else."""
        job = queries.training_import(self.actor, pk)
        return self.page("training/import.html", import_context(self.actor, job))


class ImportStatusView(PortalView):
    """The progress of an import, asked every two seconds."""

    permission = Permission.TRAINING_IMPORT
    is_polling = True

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The fragment while it runs; then the whole page loads again."""
        job = queries.training_import(self.actor, pk)
        if job.state in WAITING:
            return self.page("training/_import_status.html", {"job": job})
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response


class _ImportActionView(ActionView):
    """Something done to one import; a refusal is shown on its page."""

    permission = Permission.TRAINING_IMPORT
    template_name = "training/import.html"
    job: TrainingImport

    def load(self) -> None:
        """404 for an import of anybody else."""
        self.job = queries.training_import(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """The page of the import."""
        return import_context(self.actor, self.job)


class ImportConfirmView(_ImportActionView):
    """Write what the preview shows."""

    form_class = forms.ConfirmForm

    def perform(self, form: Any) -> HttpResponse:
        """The commit is a job; its page shows the progress."""
        actions.confirm_training(self.job, by=self.actor)
        messages.success(self.request, "The import was confirmed and is being written.")
        return redirect("training:import", self.job.pk)


class ImportColumnsView(_ImportActionView):
    """Correct how the file is read."""

    form_class = forms.ColumnsForm

    def form_arguments(self) -> dict[str, Any]:
        """Columns of this file, courses of this provider."""
        return {
            "understood": self.job.understood,
            "courses": queries.course_choices(self.actor),
        }

    def perform(self, form: Any) -> HttpResponse:
        """The file is read again."""
        reading = actions.FileReading(
            columns=form.columns(),
            date_order=form.cleaned_data["date_order"],
            sheet=form.cleaned_data.get("sheet", ""),
        )
        actions.remap_training(
            self.job,
            by=self.actor,
            reading=reading,
            course=form.cleaned_data["course"],
        )
        return redirect("training:import", self.job.pk)


class ImportNamesView(_ImportActionView):
    """Say which courses the unknown names of a file mean."""

    form_class = forms.NamesForm

    def form_arguments(self) -> dict[str, Any]:
        """Unknown names of this file, courses of this provider."""
        return {
            "names": self.job.understood.get("unknown_courses", {}),
            "courses": queries.course_choices(self.actor),
        }

    def perform(self, form: Any) -> HttpResponse:
        """The names are remembered, and the file is read again."""
        actions.alias_courses(
            by=self.actor,
            organization=self.actor.organization,
            names=form.meanings(),
        )
        actions.reread_training(self.job, by=self.actor)
        return redirect("training:import", self.job.pk)


class ImportProblemsView(PortalView):
    """The refused rows as CSV."""

    permission = Permission.TRAINING_IMPORT

    def get(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """404 for an import of anybody else."""
        job = queries.training_import(self.actor, pk)
        header = ["row", "column", "value", "expected", "problem"]
        rows = (
            [*(each[key] for key in header[:4]), each["message"]]
            for each in job.problems
        )
        return csv_response("problems", header, rows)
