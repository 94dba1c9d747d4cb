"""Documents take longer than a request; a worker makes them."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from apps.agreements import actions


@shared_task(name="agreements.make_documents", soft_time_limit=300, time_limit=330)
def make_documents(draft_id: str) -> None:
    """The PDF of each written proposal; a second run changes nothing."""
    actions.make_documents(UUID(draft_id))


@shared_task(name="agreements.make_certificate", soft_time_limit=300, time_limit=330)
def make_certificate(draft_id: str) -> None:
    """The certificate of signature; a second run changes nothing."""
    actions.make_certificate(UUID(draft_id))


@shared_task(name="agreements.sweep_papers")
def sweep_papers() -> None:
    """What a worker could not make the first time."""
    actions.make_missing_papers()


@shared_task(name="agreements.settle_returns")
def settle_returns(engagement_id: str) -> None:
    """What became of the return of PHI under BAAs that cover an engagement."""
    actions.settle_returns(engagement_id=UUID(engagement_id))


@shared_task(name="agreements.sweep_returns")
def sweep_returns() -> None:
    """Every hour some discloser's day ends, and agreements with it."""
    actions.settle_returns()
