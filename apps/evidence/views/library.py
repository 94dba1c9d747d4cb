"""The list of files, one file, and handing in several at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core import clock
from apps.core.errors import Invalid
from apps.evidence import actions, forms, queries
from apps.evidence.queries import LibraryFilter
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


class LibraryView(PortalView):
    """Files of the organization, by name, purpose and state."""

    permission = Permission.EVIDENCE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """``?before`` turns the page."""
        form = forms.FilterForm(request.GET)
        if not form.is_valid():
            raise Invalid(
                "This filter cannot be read. Open the library again and choose from "
                "its fields."
            )
        wanted = LibraryFilter(**form.cleaned_data)
        today = clock.today(self.actor.organization.time_zone)
        rows = list(
            queries.library(self.actor, wanted, today=today)[: queries.PAGE + 1]
        )
        shown = rows[: queries.PAGE]
        given = request.GET.copy()
        given["before"] = str(shown[-1].pk) if shown else ""
        context = {
            "form": form,
            "files": shown,
            "today": today,
            "is_filtered": any(form.cleaned_data.values()),
            "used": queries.used_bytes(self.actor.organization),
            "limit": settings.ORGANIZATION_MAX_BYTES,
            "is_scanned": bool(settings.CLAMD),
            "older_url": f"?{given.urlencode()}" if len(rows) > queries.PAGE else "",
        }
        return self.page("evidence/library.html", context)


class DetailView(PortalView):
    """One file: what is known of it, what it proves, where it is used, how long it is
    kept."""

    permission = Permission.EVIDENCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a file of anybody else."""
        file = queries.stored_file(self.actor, pk)
        rows = queries.attachments(self.actor).filter(file=file)
        is_manager = self.actor.can(Permission.ASSURANCE_EDIT)
        is_kept = file.destroyed_at is None
        keeping = queries.keeping(file)
        context = {
            "file": file,
            "attachments": rows,
            "uses": queries.uses(file),
            "keeping": keeping,
            "today": clock.today(self.actor.organization.time_zone),
            "may_attach": is_kept and self.actor.can(Permission.EVIDENCE_ADD),
            "may_hold": is_kept and is_manager,
            "may_destroy": is_kept and is_manager and not keeping.reason,
            "may_take": is_kept and (is_manager or not file.is_restricted),
        }
        return self.page("evidence/detail.html", context)


class UploadView(ActionView):
    """Hand in several files at once."""

    permission = Permission.EVIDENCE_ADD
    form_class = forms.UploadForm
    template_name = "evidence/upload.html"

    def perform(self, form: Any) -> HttpResponse:
        """Say of each what became of it."""
        handed = actions.store_files(
            [(one.name or "", one) for one in form.uploads()],
            by=self.actor,
            organization=self.actor.organization,
        )
        return self.page("evidence/uploaded.html", {"handed": handed})
