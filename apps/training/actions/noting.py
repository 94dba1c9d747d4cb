"""What every step of an import leaves behind: events, and a refusal of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.tenancy.actor import AnyActor
from apps.training import trail
from apps.training.models import TrainingImport
from apps.workforce.actions import table_imports


@transaction.atomic
def refused(job: TrainingImport, sentence: str, *, by: AnyActor) -> TrainingImport:
    """Close an import with the sentence that says why; event ``training.refused``."""
    table_imports.refuse(job, sentence)
    note(trail.TRAINING_REFUSED, job, by=by, reason=sentence)
    return job


def note_imported(
    job: TrainingImport, account: dict[str, Any], *, by: AnyActor
) -> None:
    """Event ``training.imported`` with the sums of the account."""
    facts = {key: account[key] for key in ("read", "imported", "updated", "unchanged")}
    facts["refused"] = account["refused_total"]
    note(trail.TRAINING_IMPORTED, job, by=by, facts=facts)


def note(
    verb: Verb,
    job: TrainingImport,
    *,
    by: AnyActor,
    facts: Mapping[str, int] | None = None,
    reason: str | None = None,
) -> None:
    personal = {"file_name": job.file_name}
    if reason is not None:
        personal["reason"] = reason
    record(
        verb,
        by=by,
        about=Subject(
            obj=job,
            organization_id=job.organization_id,
            visible_to=frozenset({job.organization_id}),
        ),
        facts=facts,
        personal=personal,
        documents=[job.file.sha256],
    )
