"""Jobs of drift."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from apps.drift import actions, queries
from apps.drift.actions import DETECTOR


@shared_task(name="drift.detect")
def detect(engagement_id: str) -> None:
    """Compare one engagement."""
    actions.detect([UUID(engagement_id)], by=DETECTOR)


@shared_task(name="drift.detect_organization")
def detect_organization(organization_id: str) -> None:
    """Compare every engagement an organization provides."""
    ids = queries.affected_by_organization(UUID(organization_id))
    actions.detect(ids, by=DETECTOR)


@shared_task(name="drift.detect_systems")
def detect_systems(organization_id: str) -> None:
    """Compare every engagement the systems of an organization serve, or did."""
    ids = queries.affected_by_systems(UUID(organization_id))
    actions.detect(ids, by=DETECTOR)


@shared_task(name="drift.sweep")
def sweep() -> None:
    """Nightly: compare all that run; then remind of what waits."""
    actions.sweep(by=DETECTOR)
    actions.escalate(by=DETECTOR)
