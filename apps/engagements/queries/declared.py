"""What the parties declared, for conditions that rest on it in this room and above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.engagements.models import DeclaredScope, Engagement
from apps.engagements.queries.chains import chains
from apps.engagements.queries.engagements import declared_scopes
from apps.engagements.rules import Chain


@dataclass(frozen=True, slots=True)
class Declared:
    """By engagement: the scope in effect, absent where none is, and the chain below
    as its client may see it."""

    scopes: Mapping[UUID, DeclaredScope]
    chains: Mapping[UUID, Chain]


def declared(engagements: Sequence[Engagement], *, as_of: date) -> Declared:
    """What is declared on a day of engagements fetched through an actor or by a job.
    Two queries whatever the number."""
    ids = [row.pk for row in engagements]
    return Declared(
        scopes=declared_scopes(ids, as_of=as_of), chains=chains(ids, as_of=as_of)
    )
