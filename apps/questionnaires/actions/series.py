"""Asking again: a series opens its next round by itself."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from apps.core import clock
from apps.core.errors import PortalError
from apps.questionnaires import queries, rules
from apps.questionnaires.actions.assignments import Terms, assign
from apps.questionnaires.actions.common import locked
from apps.questionnaires.enums import PartyKind
from apps.questionnaires.models import Assignment
from apps.tenancy.actor import SystemActor, system
from apps.tenancy.enums import Permission

CALENDAR = system("questionnaire rounds", {Permission.QUESTIONNAIRES_ASSIGN})
logger = logging.getLogger(__name__)


def open_next_rounds(*, by: SystemActor = CALENDAR) -> Sequence[Assignment]:
    """Nightly: ask again where a series comes round within 45 days.

    The new round asks the latest published version, carries over, and keeps the
    planned days of the series. Running it twice opens nothing twice; a series that
    cannot be asked is logged and holds up no other.
    """
    by.require(Permission.QUESTIONNAIRES_ASSIGN)
    opened = []
    for pk in _ready_for_next():
        try:
            found = _open_next(pk, by=by)
        except PortalError:
            logger.exception("No next round of assignment %s", pk)
            continue
        if found is not None:
            opened.append(found)
    return opened


def _ready_for_next() -> Collection[UUID]:
    return list(
        Assignment.objects.filter(
            recurrence_months__isnull=False,
            closed_at__isnull=False,
            withdrawn_at=None,
            followers=None,
        ).values_list("pk", flat=True)
    )


@transaction.atomic
def _open_next(pk: UUID, *, by: SystemActor) -> Assignment | None:
    last = locked(queries.assignment_for_job(pk))
    today = clock.today(last.client.time_zone)
    months = last.recurrence_months
    if months is None or Assignment.objects.filter(previous=last).exists():
        return None
    due = rules.next_due(last.series_due_on, months, today=today)
    if _is_over(last) or rules.opens_on(due) > today or _is_open(last):
        return None
    terms = Terms(
        party_kind=PartyKind(last.party_kind),
        channels=tuple(last.channels),
        sets=tuple(last.sets),
        due_on=max(due, today + timedelta(days=1)),
        recurrence_months=months,
    )
    return assign(
        by=by,
        client=last.client,
        provider=last.provider,
        engagement=last.engagement,
        version=queries.latest_published(last.template_id) or last.version,
        terms=terms,
        series_due_on=due,
    )


def _is_over(last: Assignment) -> bool:
    """Whether the engagement asked about has ended, or all with the vendor."""
    if last.engagement is not None:
        return last.engagement.ended_on is not None
    return not queries.engagement_ids_of(last.pk)


def _is_open(last: Assignment) -> bool:
    return Assignment.objects.filter(
        template=last.template_id,
        client=last.client_id,
        provider=last.provider_id,
        engagement=last.engagement_id,
        party_kind=last.party_kind,
        closed_at=None,
        withdrawn_at=None,
    ).exists()
