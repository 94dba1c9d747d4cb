"""Jobs of the gate."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from apps.core import clock
from apps.engagements import queries as engagements
from apps.gate import actions, queries
from apps.gate.actions import KEEPER
from apps.questionnaires import queries as questionnaires


@shared_task(name="gate.decide")
def decide(engagement_id: str) -> None:
    """Judge an engagement and all it carries part of."""
    engagement = engagements.engagement_for_job(UUID(engagement_id))
    today = clock.today(engagement.client.time_zone)
    ids = engagements.upstream_ids(engagement.pk, as_of=today)
    actions.decide(ids, by=KEEPER)


@shared_task(name="gate.decide_organization")
def decide_organization(organization_id: str) -> None:
    """Judge every engagement the organization is a party of, each in its own job."""
    for pk in queries.concerning(UUID(organization_id)):
        decide.delay(str(pk))


@shared_task(name="gate.decide_asked_about")
def decide_asked_about(object_id: str) -> None:
    """Judge what a questionnaire is about, each engagement in its own job."""
    for pk in questionnaires.engagement_ids_of(UUID(object_id)):
        decide.delay(str(pk))


@shared_task(name="gate.sweep")
def sweep() -> None:
    """Hourly: what moved by date alone."""
    actions.sweep(by=KEEPER)
