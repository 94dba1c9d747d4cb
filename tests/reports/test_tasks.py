"""The worker's part, and how it is woken."""

from __future__ import annotations

import pytest

from apps.audit.subscriptions import Recorded, handlers_of
from apps.reports import actions, reactions, tasks
from tests.factories.reports import make_attestation

pytestmark = pytest.mark.django_db


def test_render_makes_the_document_once(cast):
    row = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    for _ in range(2):
        tasks.render(str(row.pk))
    row.refresh_from_db()
    assert row.state == "ready"


def test_failure_of_the_task_is_said_on_the_attestation(cast, broken_template):
    row = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    tasks.render.apply(args=[str(row.pk)])
    row.refresh_from_db()
    assert row.failure == actions.FAILED


@pytest.mark.parametrize("verb", ["attestation.issued", "attestation.retried"])
def test_issuing_and_asking_again_wake_the_worker(verb):
    assert reactions.make_document in handlers_of(verb)


def test_reaction_enqueues_the_task(cast, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.render, "delay", asked.append)
    row = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    reactions.make_document(
        Recorded(
            type="attestation.issued",
            organization_id=None,
            engagement_id=None,
            object_id=row.pk,
        )
    )
    assert asked == [str(row.pk)]
