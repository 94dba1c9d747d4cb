"""What pages of one assignment share."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.core.errors import Invalid
from apps.questionnaires import queries
from apps.questionnaires.models import Assignment
from apps.tenancy.views import ActionView, PortalView

R = TypeVar("R", bound=Model)


def paged(rows: QuerySet[R], request: HttpRequest) -> dict[str, Any]:
    """A page of a list for its template: ``rows`` and ``older_url`` ("" at the end).

    ``rows`` are those from the key on that the request names.
    """
    found = list(rows[: queries.PAGE + 1])
    shown = found[: queries.PAGE]
    given = request.GET.copy()
    given["before"] = str(shown[-1].pk) if shown else ""
    has_older = len(found) > queries.PAGE
    return {"rows": shown, "older_url": f"?{given.urlencode()}" if has_older else ""}


def filter_of(form: Any) -> dict[str, Any]:
    """What a filter asks for; Invalid where it cannot be read."""
    if not form.is_valid():
        raise Invalid("This filter cannot be read. Choose from the list again.")
    data: dict[str, Any] = form.cleaned_data
    return data


class AssignmentView(PortalView):
    """A page about one assignment; 404 for a stranger's."""

    @property
    def assignment(self) -> Assignment:
        """The assignment of the URL, read once."""
        if not hasattr(self, "_assignment"):
            self._assignment = queries.assignment(self.actor, self.kwargs["pk"])
        return self._assignment


class StepView(AssignmentView):
    """A button or a small form that leads to one action and back to a page."""

    form_class: ClassVar[type[BaseForm] | None] = None
    back: ClassVar[str] = "questionnaires:detail"

    def step(self, form: Any) -> str:
        """Call the action; the sentence to show, "" for none."""
        raise NotImplementedError

    def form_arguments(self) -> dict[str, Any]:
        """Extra keyword arguments of the form."""
        return {}

    def anchor(self, form: Any) -> str:
        """The place on the page to come back to."""
        return ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The forms live on another page."""
        return redirect(self.back, pk=self.assignment.pk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Run the action; refusals are answered by the middleware."""
        self.assignment  # noqa: B018 - a stranger learns nothing of the form
        form = checked(self.form_class, request, **self.form_arguments())
        said = self.step(form)
        if said:
            messages.success(request, said)
        url = reverse(self.back, args=[self.assignment.pk])
        return redirect(url + self.anchor(form))


def checked(
    form_class: type[BaseForm] | None, request: HttpRequest, **arguments: Any
) -> Any:
    """The form if it is valid; Invalid names the first thing that is wrong."""
    if form_class is None:
        return None
    form = form_class(request.POST, request.FILES, **arguments)
    if not form.is_valid():
        fields = {
            name: [str(e) for e in errors] for name, errors in form.errors.items()
        }
        name, texts = next(iter(fields.items()))
        label = form.fields[name].label or name if name in form.fields else name
        raise Invalid(f"{str(label).capitalize()}: {texts[0]}", fields=fields)
    return form


class AssignmentActionView(AssignmentView, ActionView):
    """A page with one form about an assignment."""

    def load(self) -> None:
        """404 for a stranger's."""
        self.assignment  # noqa: B018

    def context(self) -> dict[str, Any]:
        """The assignment."""
        return {"assignment": self.assignment}

    def done(self, text: str, *, to: str = "questionnaires:detail") -> HttpResponse:
        """Say what happened and go on."""
        messages.success(self.request, text)
        return redirect(to, pk=self.assignment.pk)


def upload_of(form: Any) -> UploadedFile:
    """The uploaded file of a form."""
    found: UploadedFile = form.cleaned_data["file"]
    return found
