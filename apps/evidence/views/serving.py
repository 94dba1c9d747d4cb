"""The one way bytes leave the portal."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest

from apps.evidence import actions, queries
from apps.evidence.models import StoredFile
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.views import PortalView

# Nothing in the file may run or load, wherever a browser shows it.
_FILE_POLICY = "default-src 'none'; sandbox"


def file_response(stored: StoredFile, *, by: AnyActor) -> FileResponse:
    """Answer with the bytes as a download that a browser never runs, and put on
    record who took them.

    The caller has fetched the row through its own scoped query. Raises Gone when in
    quarantine or destroyed, NotAllowed for a restricted one.
    """
    actions.note_download(stored, by=by)
    response = FileResponse(
        queries.content(stored),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
    )
    response["Content-Length"] = str(stored.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = _FILE_POLICY
    return response


class FileView(PortalView):
    """Download of a file of the actor's own organization."""

    permission = Permission.EVIDENCE_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """404 for a file of anybody else."""
        stored = queries.stored_file(self.actor, pk)
        return file_response(stored, by=self.actor)
