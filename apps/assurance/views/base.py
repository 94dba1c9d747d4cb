"""What the pages of the room share: proof in, proof out, one form page."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest

from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.evidence.views import file_response
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.tenancy.views import ActionView, PortalView


def stored(upload: UploadedFile, *, by: Actor) -> StoredFile:
    """Keep an uploaded file as evidence of the actor's organization."""
    return evidence.store_file(
        by=by,
        organization=by.organization,
        name=upload.name or "",
        content=upload,  # type: ignore[arg-type]
        accept=FileKind.EVIDENCE,
    )


class FormPage(ActionView):
    """A form on a page of its own: heading, one sentence, button, way back."""

    permission = Permission.ASSURANCE_EDIT
    template_name = "assurance/form.html"
    heading: ClassVar[str]
    lede: ClassVar[str] = ""
    button: ClassVar[str]

    def back(self) -> tuple[str, str]:
        """Address and words of the page this one belongs to."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """Words around the form."""
        url, label = self.back()
        return {
            "heading": self.heading,
            "lede": self.lede,
            "button": self.button,
            "back_url": url,
            "back_label": label,
        }


class ProofView(PortalView):
    """Download of a file through the object it proves; 404 where that is hidden."""

    permission = Permission.EVIDENCE_VIEW

    def file(self, pk: UUID) -> StoredFile:
        """Fetch the file through a query scoped to the actor."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        """The bytes, once the download is on record."""
        found = self.file(pk)
        return file_response(found, by=self.actor)
