"""Uploads of the API as proof, and downloads of it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse

from apps.core.errors import NotFound
from apps.evidence import actions as evidence_actions
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.evidence.views import file_response
from apps.tenancy.actor import Actor


def stored(actor: Actor, upload: Any) -> StoredFile:
    """The uploaded document, kept for the actor's organization."""
    return evidence_actions.store_file(
        by=actor,
        organization=actor.organization,
        name=upload.name,
        content=upload.file,
        accept=FileKind.DOCUMENT,
    )


def handed_out(file: StoredFile | None, *, actor: Actor, absent: str) -> FileResponse:
    """The bytes, their taking recorded; NotFound where there is no file."""
    if file is None:
        raise NotFound(absent)
    return file_response(file, by=actor)
