"""The activity of an engagement: its part of the reader's own stream."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.audit.actions import Subject, record
from apps.engagements.models import Engagement
from apps.gate import trail
from apps.tenancy.actor import Actor, system
from apps.tenancy.models import Organization
from tests.conftest import Cast
from tests.factories.engagements import make_engagement

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]


def _happened(engagement: Engagement, name: str, *readers: Organization) -> None:
    record(
        trail.OVERRIDE_WITHDRAWN,
        by=system("job"),
        about=Subject(
            obj=engagement,
            organization_id=engagement.client_id,
            visible_to=frozenset(each.pk for each in readers),
            engagement_id=engagement.pk,
        ),
        personal={"engagement": name},
    )


def _path(engagement: Engagement) -> str:
    return f"/gate/{engagement.pk}/activity/"


def test_activity_is_of_this_engagement_and_for_this_reader(
    cast: Cast, client_for: ClientFor
) -> None:
    other = make_engagement(client=cast.clinic, provider=cast.vendor)
    _happened(cast.engagement, "Seen by both", cast.clinic, cast.vendor)
    _happened(cast.engagement, "Seen by the clinic", cast.clinic)
    _happened(other, "Of another engagement", cast.clinic, cast.vendor)

    def said(actor: Actor) -> list[str]:
        page = client_for(actor).get(_path(cast.engagement)).context["page"]
        return [line.sentence for line in page.lines]

    sentence = "job withdrew the override of the gate of {}.".format
    assert said(cast.officer) == [
        sentence("Seen by the clinic"),
        sentence("Seen by both"),
    ]
    assert said(cast.manager) == [sentence("Seen by both")]


def test_activity_is_empty_and_says_so(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.officer).get(_path(cast.engagement))
    assert "Nothing has happened yet" in page.text
    assert 'aria-current="page">Activity' in page.text


def test_activity_pages_by_key_with_the_same_queries(
    cast: Cast, client_for: ClientFor
) -> None:
    browser = client_for(cast.officer)
    browser.get(_path(cast.engagement))
    counts = []
    for number in (1, 50):
        for _ in range(number):
            _happened(cast.engagement, "Patient chat", cast.clinic)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            first = browser.get(_path(cast.engagement)).context["page"]
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert len(first.lines) == 50
    second = browser.get(_path(cast.engagement), {"before": first.older})
    assert len(second.context["page"].lines) == 1
    assert second.context["page"].older is None
    odd = browser.get(_path(cast.engagement), {"before": "x"})
    assert odd.context["page"] == first
