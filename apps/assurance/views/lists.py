"""Long lists: certificates, policies, requests, narrowed and page by page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from apps.assurance import forms, queries
from apps.assurance.queries import PAGE, Wanted
from apps.core import clock
from apps.core.errors import Invalid
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView


class _ListView(PortalView):
    """One list; ``?after`` is how many rows come before the page."""

    permission = Permission.ASSURANCE_VIEW
    template_name: ClassVar[str]
    form_class: ClassVar[type[forms.ListForm]] = forms.ListForm

    def rows(self, wanted: Wanted) -> QuerySet[Any]:
        """What is narrowed to."""
        raise NotImplementedError

    def shown(self, rows: list[Any]) -> dict[str, Any]:
        """The rows of the page, as the template reads them."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page."""
        form = self.form_class(request.GET)
        if not form.is_valid():
            raise Invalid(
                "This filter cannot be read. Open the list again and choose from its "
                "fields."
            )
        after = form.cleaned_data["after"] or 0
        wanted = form.wanted()
        rows = list(self.rows(wanted)[after : after + PAGE + 1])
        context = {
            "form": form,
            "is_filtered": wanted != Wanted(),
            "older_url": self._page(after + PAGE) if len(rows) > PAGE else "",
            "newer_url": self._page(max(0, after - PAGE)) if after else "",
            "today": clock.today(self.actor.organization.time_zone),
            **self.shown(rows[:PAGE]),
        }
        return self.page(self.template_name, context)

    def _page(self, after: int) -> str:
        given = self.request.GET.copy()
        given["after"] = str(after)
        return f"?{given.urlencode()}"


class CertificatesView(_ListView):
    """Certificates of the organization and those shown to it, old ones too."""

    template_name = "assurance/certificates.html"

    def rows(self, wanted: Wanted) -> QuerySet[Any]:
        """By standard, newest first."""
        return queries.listed_certificates(self.actor, wanted)

    def shown(self, rows: list[Any]) -> dict[str, Any]:
        """Where each stands today."""
        today = clock.today(self.actor.organization.time_zone)
        return {"lines": queries.certificate_lines(rows, as_of=today)}


class PoliciesView(_ListView):
    """Policies of the organization and those shown to it."""

    template_name = "assurance/policies.html"

    def rows(self, wanted: Wanted) -> QuerySet[Any]:
        """By title."""
        return queries.listed_policies(self.actor, wanted)

    def shown(self, rows: list[Any]) -> dict[str, Any]:
        """With their versions."""
        return {"policies": rows}


class RequestsView(_ListView):
    """Requests for evidence of both directions, closed ones too."""

    template_name = "assurance/requests.html"
    form_class = forms.RequestsForm

    def rows(self, wanted: Wanted) -> QuerySet[Any]:
        """Open ones first."""
        return queries.listed_requests(self.actor, wanted)

    def shown(self, rows: list[Any]) -> dict[str, Any]:
        """With their answers."""
        return {"requests": rows}
