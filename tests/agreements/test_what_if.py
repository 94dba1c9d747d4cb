"""What breaks if a BAA lapses, and who learns of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from apps.agreements import queries
from apps.agreements.enums import HopReason
from apps.agreements.models import Agreement
from apps.core.errors import NotFound
from apps.engagements.enums import DisclosurePolicy
from apps.engagements.models import Engagement
from apps.engagements.rules import ScopeTerms
from apps.tenancy.enums import Role
from tests.factories.agreements import (
    BEGINS,
    make_agreement,
    make_baa,
    make_version,
)
from tests.factories.engagements import make_engagement, make_grant, make_subcontract
from tests.factories.tenancy import make_actor, make_organization

TODAY = date(2026, 6, 15)
ONE = timedelta(days=1)
NARROW = ScopeTerms(
    services=("patient_support",),
    channels=("chat",),
    phi_categories=("demographic",),
    countries=("PH",),
    head_count_ceiling=10,
)


@pytest.fixture
def chain(cast):
    """Clinic → Careline → Nightline → Deepline, each hop with its BAA."""
    links = [cast.engagement]
    make_baa(cast.engagement)
    for name in ("Nightline", "Deepline"):
        provider = make_organization(name=name)
        links.append(make_engagement(client=links[-1].provider, provider=provider))
        make_subcontract(links[-2], links[-1])
        make_baa(links[-1], scope=NARROW)
    return links


def baa_of(engagement: Engagement) -> Agreement:
    return Agreement.objects.get(agreementcoverage__engagement=engagement)


def told(found: queries.WhatIf) -> list[tuple[Any, ...]]:
    return [
        (line.engagement, line.loses_own, [hop.names for hop in line.hops])
        for line in found.lines
    ]


def test_what_if_of_a_hop_breaks_it_and_what_lies_above(cast, chain):
    top, hop, _ = chain
    found = queries.what_if(cast.manager, baa_of(hop), on=TODAY)
    assert found.was_in_force
    assert told(found) == [
        (hop, True, []),
        (top, False, [("Careline", "Nightline")]),
    ]
    (reason,) = found.lines[1].hops[0].reasons
    assert (reason.kind, reason.detail) == (
        HopReason.NOT_IN_FORCE,
        f"The BAA “{baa_of(hop)}”, version 1, ended on 14 June 2026.",
    )
    assert [line.is_broken_already for line in found.lines] == [False, False]


def test_what_if_shows_each_reader_no_more_than_its_own_view(cast, chain):
    """Nightline's BAA with Deepline: Nightline sees its own two engagements, its
    client's only as far as Careline may, the clinic cannot even ask."""
    _, hop, deep = chain
    agreement = baa_of(deep)
    nightline = make_actor(hop.provider, Role.VENDOR_MANAGER)
    deepline = make_actor(deep.provider, Role.VENDOR_MANAGER)
    assert told(queries.what_if(nightline, agreement, on=TODAY)) == [
        (deep, True, []),
        (hop, False, [("Nightline", "Deepline")]),
    ]
    assert told(queries.what_if(deepline, agreement, on=TODAY)) == [(deep, True, [])]
    for stranger in (cast.officer, cast.manager, cast.outsider):
        with pytest.raises(NotFound):
            queries.agreement(stranger, agreement.pk)


def test_what_if_names_no_undisclosed_party(cast, chain):
    """An auditor of the clinic's engagement reads what the clinic may read."""
    top, hop, _ = chain
    Engagement.objects.filter(pk=hop.pk).update(
        disclosure_policy=DisclosurePolicy.UNDISCLOSED
    )
    make_grant(top, cast.auditor.user)
    make_grant(hop, cast.auditor.user, granted_by=hop.client)
    found = queries.what_if(cast.auditor, baa_of(hop), on=TODAY)
    (_, above) = found.lines
    assert above.hops[0].names == ("Careline", "Undisclosed subcontractor 1.1")
    assert above.hops[0].reasons[0].detail == HopReason.NOT_IN_FORCE.label


@pytest.mark.parametrize(
    ("on", "was_in_force", "count"),
    [
        (date(2026, 1, 4), False, 0),
        (date(2026, 1, 5), True, 1),
        (date(2026, 12, 31), True, 1),
        (date(2027, 1, 1), False, 0),
    ],
)
def test_what_if_by_day(cast, on, was_in_force, count):
    make_baa(cast.engagement)
    found = queries.what_if(cast.officer, baa_of(cast.engagement), on=on)
    assert (found.was_in_force, len(found.lines)) == (was_in_force, count)


def test_what_if_another_agreement_follows_breaks_nothing(cast):
    first = make_baa(cast.engagement, expires_on=TODAY - ONE)
    make_baa(cast.engagement, effective_on=TODAY)
    found = queries.what_if(cast.officer, first.agreement, on=TODAY)
    assert (found.was_in_force, found.lines) == (False, ())


def test_what_if_a_later_version_never_begins(cast):
    agreement = make_agreement(cast.engagement)
    make_version(agreement, superseded_on=TODAY)
    make_version(agreement, effective_on=TODAY)
    found = queries.what_if(cast.officer, agreement, on=TODAY)
    assert told(found) == [(cast.engagement, True, [])]


def test_what_if_says_what_is_broken_already(cast, chain):
    top, hop, _ = chain
    day = make_engagement(client=cast.vendor, provider=make_organization())
    make_subcontract(top, day)
    found = queries.what_if(cast.manager, baa_of(hop), on=TODAY)
    assert [line.is_broken_already for line in found.lines] == [False, True]
    assert told(found)[1] == (top, False, [("Careline", "Nightline")])


def test_what_if_a_hop_broken_anyway_is_not_told_again(cast, chain):
    _, hop, _ = chain
    wide = replace(NARROW, channels=("chat", "voice"))
    agreement, second_day = baa_of(hop), BEGINS + ONE
    agreement.versions.update(superseded_on=second_day)
    make_version(agreement, scope=wide, effective_on=second_day)
    found = queries.what_if(cast.manager, baa_of(hop), on=TODAY)
    assert told(found) == [(hop, True, [])]


@pytest.mark.parametrize("count", [1, 3])
def test_what_if_queries_do_not_grow(cast, count, django_assert_num_queries):
    tops = [cast.engagement] + [
        make_engagement(client=cast.clinic, provider=cast.vendor)
        for _ in range(count - 1)
    ]
    hop = make_engagement(client=cast.vendor, provider=make_organization())
    version = make_baa(hop, scope=NARROW)
    for top in tops:
        make_baa(top)
        make_subcontract(top, hop)
    agreement = queries.agreement(cast.manager, version.agreement_id)
    with django_assert_num_queries(5):
        found = queries.what_if(cast.manager, agreement, on=TODAY)
    assert len(found.lines) == count + 1


def test_what_if_page(cast, chain, client_for):
    top, hop, _ = chain
    client = client_for(cast.manager)
    url = f"/agreements/{baa_of(hop).pk}/what-if/"
    assert url in client.get(f"/agreements/{baa_of(hop).pk}/").content.decode()
    answer = client.get(url, {"on": "2026-07-01"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "does not bind from 1 Jul 2026 on" in text
    assert "Careline → Nightline" in text
    assert "ended on 30 June 2026." in text
    assert f"/gate/{top.pk}/" in text


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("soon", "Write the day as YYYY-MM-DD, for example 2026-03-31."),
        ("2099-01-01", "Choose a day within 10 years of today."),
    ],
)
def test_what_if_page_on_a_bad_day_shows_today(cast, chain, client_for, on, sentence):
    answer = client_for(cast.manager).get(
        f"/agreements/{baa_of(chain[1]).pk}/what-if/", {"on": on}
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert answer.context["found"].on == TODAY


def test_what_if_page_when_nothing_changes(cast, client_for):
    version = make_baa(cast.engagement)
    answer = client_for(cast.officer).get(
        f"/agreements/{version.agreement_id}/what-if/", {"on": "2027-01-01"}
    )
    assert "not in force on 1 Jan 2027 anyway" in answer.content.decode()


def test_terminate_shows_what_breaks(cast, chain, client_for):
    """With today as the last day: tomorrow is the first without it."""
    answer = client_for(cast.manager).get(
        f"/agreements/{baa_of(chain[1]).pk}/terminate/"
    )
    assert answer.context["found"].on == TODAY + ONE
    assert "Careline → Nightline" in answer.content.decode()


def test_what_if_api(cast, chain, client_for):
    top, hop, _ = chain
    client = client_for(cast.manager)
    url = f"/api/v1/agreements/{baa_of(hop).pk}/what-if/"
    answer = client.get(url, {"on": "2026-07-01"}).json()
    assert (answer["on"], answer["was_in_force"]) == ("2026-07-01", True)
    assert [
        (one["engagement"], one["loses_own"], [hop["path"] for hop in one["hops"]])
        for one in answer["engagements"]
    ] == [
        (str(hop.pk), True, []),
        (str(top.pk), False, [["Careline", "Nightline"]]),
    ]
    refused = client.get(url, {"on": "soon"})
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["on"])
    assert client_for(cast.officer).get(url).status_code == 404
