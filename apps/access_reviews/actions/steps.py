"""The timeline of revocations, and one hash over several of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from apps.access_reviews.enums import RevocationStepKind
from apps.access_reviews.models import Revocation, RevocationStep
from apps.access_reviews.rules import population_sha256
from apps.core import clock
from apps.core.copying import copy_new
from apps.tenancy.actor import AnyActor


def note_steps(
    rows: Iterable[Revocation],
    kind: RevocationStepKind,
    *,
    by: AnyActor | None = None,
    note: str = "",
    sha256: str = "",
) -> None:
    """Add one entry to the timeline of each."""
    copy_new(
        [
            RevocationStep(
                revocation=row,
                kind=kind,
                at=clock.now(),
                by_id=by.user_id if by else None,
                note=note,
                document_sha256=sha256,
            )
            for row in rows
        ]
    )


def ids_sha256(rows: Sequence[Revocation]) -> str:
    """One hash over the ids of several revocations, in order."""
    return population_sha256([str(row.pk)] for row in rows)
