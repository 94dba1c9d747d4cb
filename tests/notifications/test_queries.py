"""Who reads which message, in which order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.core.errors import NotFound
from apps.notifications import queries
from apps.notifications.registry import Message
from apps.notifications.rules import InboxMark
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership
from tests.conftest import NOON, Cast
from tests.factories.notifications import make_notification


def test_inbox_unread_first_then_newest(cast: Cast, message: Message) -> None:
    old = NOON - timedelta(days=2)
    read_new = make_notification(cast.officer, read_at=NOON)
    unread_old = make_notification(
        cast.officer, created_at=old, context={"what": "drift"}
    )
    unread_new = make_notification(cast.officer)
    read_old = make_notification(cast.officer, created_at=old, read_at=NOON)
    lines = queries.inbox(cast.officer)
    assert [line.pk for line in lines] == [
        unread_new.pk,
        unread_old.pk,
        read_new.pk,
        read_old.pk,
    ]
    assert lines[1].line == "It happened: drift."
    assert [line.is_read for line in lines] == [False, False, True, True]


def test_inbox_pages_by_mark(cast: Cast) -> None:
    for number in range(4):
        make_notification(
            cast.officer,
            created_at=NOON - timedelta(days=number // 2),
            read_at=NOON if number % 2 else None,
        )
    everything = queries.inbox(cast.officer)
    for index, line in enumerate(everything):
        mark = InboxMark.parse(line.mark)
        rest = queries.inbox(cast.officer, after=mark)
        assert rest == everything[index + 1 :]


def test_inbox_is_of_person_and_organization(cast: Cast) -> None:
    make_notification(cast.second_officer)
    both = Membership.objects.create(
        user=cast.officer.user,
        organization=cast.audit_firm,
        role=Role.AUDITOR,
    )
    elsewhere = make_notification(Actor.of(both))
    assert queries.inbox(cast.officer) == []
    assert queries.unread_count(cast.officer) == 0
    with pytest.raises(NotFound):
        queries.notification(cast.officer, elsewhere.pk)
    assert queries.notification(Actor.of(both), elsewhere.pk) == elsewhere


def test_unread_count(cast: Cast) -> None:
    make_notification(cast.officer)
    make_notification(cast.officer, read_at=NOON)
    assert queries.unread_count(cast.officer) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_takes_one_query(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        make_notification(cast.officer)
    with django_assert_num_queries(1):
        assert len(queries.inbox(cast.officer)) == count
