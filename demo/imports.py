"""Rosters and training exports, handed in and followed until the worker is done."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor
from apps.training import actions as training
from apps.training.models import TrainingImport
from apps.workforce import actions as workforce
from apps.workforce.models import RosterImport
from demo.tables import Table

PATIENCE_SECONDS = 120
Account = dict[str, Any]


def roster(by: Actor, table: Table, *, is_complete: bool = False) -> Account | None:
    """Upload a roster, confirm what was understood; its account, None if known."""

    def hand_in(file: StoredFile) -> RosterImport:
        return workforce.upload_roster(
            by=by,
            organization=by.organization,
            file=file,
            is_complete=is_complete,
        )

    job = _handed_in(by, table, hand_in)
    if job is None:
        return None
    _wait(job, "preview", "done")
    if job.state == "preview":
        workforce.confirm_roster(job, by=by)
    _wait(job, "done")
    return dict(job.account)


def training_records(by: Actor, table: Table) -> Account | None:
    """Upload an export, confirm what was understood; its account, None if known."""

    def hand_in(file: StoredFile) -> TrainingImport:
        return training.upload_training(by=by, organization=by.organization, file=file)

    job = _handed_in(by, table, hand_in)
    if job is None:
        return None
    _wait(job, "preview", "done")
    if job.state == "preview":
        training.confirm_training(job, by=by)
    _wait(job, "done")
    return dict(job.account)


def _handed_in(
    by: Actor, table: Table, hand_in: Callable[[StoredFile], Any]
) -> Any | None:
    with transaction.atomic():
        known = StoredFile.objects.filter(organization=by.organization).count()
        file = evidence.store_file(
            by=by,
            organization=by.organization,
            name=table.name,
            content=io.BytesIO(table.content),
            accept=FileKind.TABLE,
        )
        now = StoredFile.objects.filter(organization=by.organization).count()
        return hand_in(file) if now > known else None


def _wait(job: Any, *states: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        job.refresh_from_db()
        if job.state in states:
            return
        if job.state == "refused":
            raise RuntimeError(f"{job.file_name} was refused: {job.refusal}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{job.file_name} is still {job.state}.")
        time.sleep(0.1)
