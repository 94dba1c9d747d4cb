"""What is due, for whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from apps.core.types import DueItem
from apps.reminders import queries
from apps.reminders.enums import DutyKind
from apps.reminders.queries import rooms
from apps.reminders.rules import DEFAULT_OFFSETS, Duty
from apps.tenancy.actor import system
from tests.conftest import Cast
from tests.factories.agreements import make_baa
from tests.factories.reminders import make_due_item, make_policy, make_sent

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
TODAY = date(2026, 6, 15)


def test_due_items_of_the_own_organization(cast: Cast, duties: list[DueItem]) -> None:
    late = make_due_item(cast.clinic, due=date(2026, 6, 1))
    soon = make_due_item(cast.clinic)
    duties += [soon, late, make_due_item(cast.vendor)]
    assert queries.read_rooms(cast.officer, first=FIRST, last=LAST).items == [
        late,
        soon,
    ]


def test_due_items_of_what_the_role_may_read(cast: Cast, duties: list[DueItem]) -> None:
    duties.append(make_due_item(cast.vendor))
    assert queries.read_rooms(cast.lead, first=FIRST, last=LAST).items == []
    assert queries.read_rooms(system("blind"), first=FIRST, last=LAST).items == []


def test_due_items_of_every_room(cast: Cast) -> None:
    make_baa(cast.engagement, effective_on=FIRST, expires_on=LAST)
    for actor in (cast.officer, cast.manager):
        (item,) = queries.read_rooms(actor, first=FIRST, last=LAST).items
        assert (item.kind, item.due) == (DutyKind.AGREEMENT_EXPIRES, LAST)
        assert item.engagement_id == cast.engagement.pk
    for actor in (cast.reader, cast.lead, cast.outsider, cast.auditor):
        assert not queries.read_rooms(actor, first=FIRST, last=LAST).unread
    assert queries.read_rooms(cast.outsider, first=FIRST, last=LAST).items == []


def test_provide_twice_counts_once(duties: list[DueItem]) -> None:
    (entry,) = rooms._providers
    queries.provide(*entry)
    assert rooms._providers == [entry]
    assert queries.permissions_to_read() == {entry[0]}


def test_deadlines_filter_and_names(cast: Cast, duties: list[DueItem]) -> None:
    engaged = make_due_item(cast.clinic, engagement_id=cast.engagement.pk)
    drift = make_due_item(cast.clinic, kind=DutyKind.DRIFT_ACCEPTANCE_ENDS)
    far = make_due_item(cast.clinic, due=date(2026, 9, 14))
    ancient = make_due_item(cast.clinic, due=date(2025, 12, 1))
    duties += [engaged, drift, far, ancient]
    by_kind = queries.deadlines(cast.officer, kind=DutyKind.DRIFT_ACCEPTANCE_ENDS).rows
    assert [row.item for row in by_kind] == [drift]
    (row,) = queries.deadlines(cast.officer, engagement_id=cast.engagement.pk).rows
    assert (row.item, row.kind, row.engagement) == (engaged, "BAA ends", "Patient chat")
    assert len(queries.deadlines(cast.officer).rows) == 2


def test_months_overdue_first(cast: Cast, duties: list[DueItem]) -> None:
    duties += [
        make_due_item(cast.clinic, due=day)
        for day in (
            date(2026, 6, 14),
            date(2026, 5, 1),
            TODAY,
            date(2026, 6, 30),
            date(2026, 7, 1),
        )
    ]
    found = queries.months(queries.deadlines(cast.officer).rows, today=TODAY)
    assert [(month.first, len(month.deadlines)) for month in found] == [
        (None, 2),
        (date(2026, 6, 1), 2),
        (date(2026, 7, 1), 1),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_deadlines_take_one_query_and_a_savepoint(
    cast: Cast, duties: list[DueItem], count: int, django_assert_num_queries: Any
) -> None:
    duties += [
        make_due_item(cast.clinic, engagement_id=cast.engagement.pk)
        for _ in range(count)
    ]
    with django_assert_num_queries(1 + 2):
        assert len(queries.deadlines(cast.officer).rows) == count


def test_policy_lines(cast: Cast) -> None:
    make_policy(cast.clinic, offsets=[-3, 0])
    make_policy(cast.vendor, offsets=[-9])
    lines = {line.kind: line for line in queries.policy_lines(cast.officer)}
    of_providers = {
        DutyKind.CERTIFICATION_EXPIRES,
        DutyKind.CERTIFICATION_FIRST_DUE,
        DutyKind.SITE_ATTESTATION,
    }
    assert set(lines) == set(DutyKind.values) - of_providers
    own = lines[DutyKind.AGREEMENT_EXPIRES]
    assert (own.terms.offsets, own.is_default) == ((-3, 0), False)
    default = lines[DutyKind.AGREEMENT_NOTICE]
    assert (default.terms.offsets, default.is_default) == (DEFAULT_OFFSETS, True)


def test_ledger(cast: Cast) -> None:
    item = make_due_item(cast.clinic)
    make_sent(cast.officer, item, -7)
    make_sent(cast.officer, item, -1, channel="email")
    make_sent(cast.outsider, make_due_item(cast.other_clinic), -7)
    found = queries.ledger({cast.clinic.pk}, first=FIRST, last=LAST)
    assert found == {Duty(item.key, item.due, cast.officer.user_id): -1}
    assert queries.ledger({cast.clinic.pk}, first=FIRST, last=TODAY) == {}
