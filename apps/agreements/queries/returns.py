"""What the return of PHI lacks after agreements ended, or were renewed, by date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from apps.agreements.models import (
    Agreement,
    AgreementCoverage,
    AgreementVersion,
    ReturnObligation,
)
from apps.agreements.queries.facts import ending_by_itself, signed, version_facts
from apps.agreements.rules import in_force_on
from apps.core import clock


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Agreements that ended by themselves, with their last day, whose PHI nobody is
    asked for; and what is asked for although a BAA binds again."""

    to_ask: tuple[tuple[Agreement, date], ...]
    to_lift: tuple[ReturnObligation, ...]


def unsettled_returns(*, engagement_id: UUID | None = None) -> Unsettled:
    """What is to be asked for or lifted today, in each discloser's zone, for the job;
    with ``engagement_id`` among the agreements that cover it.

    A termination asks on its own and what it asked for stays. PHI is asked for where
    one engagement is left without a BAA, once for each end. Four queries.
    """
    ended = [row for row in _ended(engagement_id) if _has_passed(row)]
    asked = list(_asked(engagement_id))
    ids = {row.agreement_id for row in ended} | {row.agreement_id for row in asked}
    bare = _with_an_engagement_left_bare(ids)
    return Unsettled(
        to_ask=tuple(
            (row.agreement, row.expires_on)
            for row in ended
            if row.expires_on is not None and row.agreement_id in bare
        ),
        to_lift=tuple(row for row in asked if row.agreement_id not in bare),
    )


def _ended(engagement_id: UUID | None) -> QuerySet[AgreementVersion]:
    """Newest versions that may have ended somewhere on Earth and were not asked for."""
    ended_on = ExpressionWrapper(F("due_on") - F("days"), output_field=DateField())
    asked = ReturnObligation.objects.filter(agreement=OuterRef("agreement")).annotate(
        ended_on=ended_on
    )
    rows = AgreementVersion.objects.filter(
        ~Exists(asked.filter(ended_on=OuterRef("expires_on"))),
        ~Exists(asked.filter(lifted_at=None)),
        ending_by_itself(),
        signed(),
        superseded_on=None,
        agreement__terminated_on=None,
        expires_on__lt=clock.today("UTC") + timedelta(days=1),
    )
    if engagement_id is not None:
        rows = rows.filter(agreement__agreementcoverage__engagement=engagement_id)
    parties = ("agreement__discloser", "agreement__recipient")
    return rows.select_related(*parties).order_by("agreement_id")


def _has_passed(row: AgreementVersion) -> bool:
    today = clock.today(row.agreement.discloser.time_zone)
    return row.expires_on is not None and row.expires_on < today


def _asked(engagement_id: UUID | None) -> QuerySet[ReturnObligation]:
    rows = ReturnObligation.objects.filter(
        lifted_at=None, agreement__terminated_on=None
    )
    if engagement_id is not None:
        rows = rows.filter(agreement__agreementcoverage__engagement=engagement_id)
    parties = ("agreement__discloser", "agreement__recipient")
    return rows.select_related(*parties).order_by("agreement_id")


def _with_an_engagement_left_bare(agreement_ids: Collection[UUID]) -> set[UUID]:
    """Agreements that covered an engagement no BAA binds today. Two queries."""
    covered = _covered(agreement_ids)
    every = {pk for ids in covered.values() for pk in ids}
    versions = version_facts(every)
    return {
        agreement_id
        for agreement_id, engagements in covered.items()
        if any(
            in_force_on(versions[pk], clock.today(zone)) is None
            for pk, zone in engagements.items()
        )
    }


def _covered(agreement_ids: Collection[UUID]) -> Mapping[UUID, dict[UUID, str]]:
    """Engagements of each agreement with their client's zone. One query."""
    found: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    rows = AgreementCoverage.objects.filter(agreement__in=agreement_ids)
    for agreement_id, pk, zone in rows.values_list(
        "agreement_id", "engagement_id", "engagement__client__time_zone"
    ):
        found[agreement_id][pk] = zone
    return found
