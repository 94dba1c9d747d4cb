"""Stored files."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.core import ids
from apps.evidence.models import Attachment, StoredFile
from apps.tenancy.models import Organization

ONE_PAGE = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
    b"0000000115 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n182\n%%EOF\n"
)
# Without a page, so that nothing opens it.
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def make_stored_file(
    organization: Organization, *, content: bytes | None = None, **overrides: Any
) -> StoredFile:
    """A passive PDF, bytes included; each call another content unless given."""
    if content is None:
        content = PDF + f"% {ids.uuid7()}\n".encode()
    key = default_storage.save(
        f"evidence/2026-06/{ids.uuid7().hex}", ContentFile(content)
    )
    values = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "name": "agreement.pdf",
        "media_type": "application/pdf",
        "storage_key": key,
    }
    return StoredFile.objects.create(organization=organization, **values | overrides)


def make_attachment(file: StoredFile, **overrides: Any) -> Attachment:
    """The file proves something about an engagement, with no end named."""
    values = {
        "subject_type": "engagement",
        "subject_id": ids.uuid7(),
        "subject_title": "Patient chat",
        "purpose": "other",
    }
    return Attachment.objects.create(
        file=file, organization=file.organization, **values | overrides
    )
