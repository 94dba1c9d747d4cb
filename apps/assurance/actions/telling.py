"""Telling the person who handed a file in what became of it."""

from __future__ import annotations

from django.urls import reverse

from apps.assurance import messages
from apps.core.dates import local_date
from apps.evidence.models import StoredFile
from apps.notifications import actions as notifications
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import SystemActor
from apps.tenancy.enums import Permission


def tell_uploader(file: StoredFile, *, by: SystemActor) -> None:
    """Say that a file is in quarantine, or no longer; once for each answer of the
    scanner, and nothing to somebody who left. NotAllowed.
    """
    by.require(Permission.EVIDENCE_VIEW)
    is_kept = bool(file.quarantined_reason)
    message = messages.FILE_QUARANTINED if is_kept else messages.FILE_RELEASED
    organization = file.organization
    received = local_date(file.created_at, organization.time_zone)
    notifications.notify(
        message,
        memberships=tenancy.live_memberships_of(organization).filter(
            user=file.uploaded_by_id
        ),
        context={
            "kind": file.kind_in_words,
            "day": f"{received:%-d %b %Y}",
            "reason": file.quarantined_reason,
        },
        path=reverse("evidence:detail", args=[file.pk]),
        key=f"{message.kind}:{file.pk}:{file.scan_state}",
    )
