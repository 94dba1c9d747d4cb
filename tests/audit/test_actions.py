"""What ``record`` writes, and what it refuses."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from apps.audit import details, rules
from apps.audit.actions import Subject, TrailRefused, record
from apps.audit.models import (
    AuditDelivery,
    AuditDetail,
    AuditEvent,
    AuditPending,
    AuditSubjectKey,
    AuditVisibility,
)
from apps.audit.subscriptions import _handlers, subscribe
from apps.audit.verbs import Verb
from tests.conftest import Cast

TRIED = Verb(
    "trail.tried",
    "{actor} tried {count} times on {name}.",
    facts=("count",),
    personal=("name",),
)


def _record(cast: Cast, **overrides: object) -> AuditEvent:
    values = {
        "by": cast.officer,
        "about": Subject(
            obj=cast.engagement,
            organization_id=cast.clinic.pk,
            visible_to=frozenset({cast.clinic.pk, cast.vendor.pk}),
            engagement_id=cast.engagement.pk,
        ),
        "facts": {"count": 3},
        "personal": {"name": "Patient chat"},
    }
    return record(TRIED, **values | overrides)  # type: ignore[arg-type]


def test_record_writes_event_pending_row_and_readers(cast: Cast) -> None:
    event = _record(cast)

    assert AuditPending.objects.filter(pk=event.pk).exists()
    readers = AuditVisibility.objects.filter(event=event.pk)
    assert set(readers.values_list("org", flat=True)) == {
        cast.clinic.pk,
        cast.vendor.pk,
    }
    body = json.loads(bytes(event.body))
    assert body["type"] == "trail.tried"
    assert body["actor"] == {
        "kind": "user",
        "id": str(cast.officer.user_id),
        "org": str(cast.clinic.pk),
        "via": "session",
    }
    assert body["fct"] == {"count": 3}
    assert bytes(event.body) == rules.canonical(body)


def test_record_keeps_personal_values_out_of_the_body(cast: Cast) -> None:
    event = _record(cast)

    assert b"Patient chat" not in bytes(event.body)
    assert details.read([event.pk]) == {event.pk: {"name": "Patient chat"}}


def test_commitment_in_the_body_opens_with_the_kept_nonce(cast: Cast) -> None:
    event = _record(cast)
    nonce = bytes(AuditDetail.objects.get(pk=event.pk).nonce)
    [entry] = json.loads(bytes(event.body))["prs"]

    opened = rules.commitment(rules.field_nonce(nonce, "name"), "Patient chat")

    assert entry == {"f": "name", "c": opened}


def test_destroyed_key_leaves_the_event_and_erases_the_detail(cast: Cast) -> None:
    event = _record(cast)
    AuditSubjectKey.objects.update(wrapped_key=None)

    assert details.read([event.pk]) == {}
    assert AuditEvent.objects.filter(pk=event.pk).exists()


def test_nothing_stays_when_the_action_fails(cast: Cast) -> None:
    def act() -> None:
        with transaction.atomic():
            _record(cast)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()

    assert AuditEvent.objects.count() == 0
    assert AuditPending.objects.count() == 0


@pytest.mark.parametrize(
    "overrides",
    [
        {"facts": {}},
        {"facts": {"count": 3, "more": 1}},
        {"personal": {}},
    ],
    ids=["missing fact", "undeclared fact", "missing personal field"],
)
def test_record_refuses_what_the_verb_does_not_declare(
    cast: Cast, overrides: dict[str, object]
) -> None:
    with pytest.raises(TrailRefused, match=r"trail\.tried declares"):
        _record(cast, **overrides)

    assert AuditEvent.objects.count() == 0


def test_record_refuses_more_than_a_body_may_hold(cast: Cast) -> None:
    with pytest.raises(TrailRefused, match="put less in it"):
        _record(cast, facts={"count": ["x" * 1000] * 70})


def test_delivery_row_is_written_only_where_somebody_listens(cast: Cast) -> None:
    _record(cast)
    assert AuditDelivery.objects.count() == 0

    @subscribe(TRIED)
    def listen(recorded: object) -> None:
        """Do nothing."""

    try:
        event = _record(cast)
        assert list(AuditDelivery.objects.values_list("pk", flat=True)) == [event.pk]
    finally:
        _handlers.pop("trail.tried")
