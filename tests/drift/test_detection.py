"""Detection makes findings agree with what is observed today."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.agreements.models import AgreementVersion
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import NotAllowed
from apps.drift import actions, queries
from apps.drift.actions import DETECTOR, Counts
from apps.drift.enums import Resolution
from apps.drift.models import DriftFinding
from apps.engagements.models import Engagement
from apps.engagements.rules import ScopeTerms
from apps.notifications.models import Notification
from apps.tenancy.actor import system
from apps.tenancy.models import Organization
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_baa, make_version
from tests.factories.drift import make_finding, make_place, make_staff
from tests.factories.engagements import (
    make_engagement,
    make_scope,
    make_subcontract,
)
from tests.factories.tenancy import make_organization

pytestmark = pytest.mark.django_db

CHAT_ONLY = ScopeTerms(
    services=("patient_support",),
    channels=("chat",),
    phi_categories=("demographic",),
    countries=("PH",),
    head_count_ceiling=20,
)


def detect(*engagements: Engagement) -> Counts:
    return actions.detect([one.pk for one in engagements], by=DETECTOR)


def keys(engagement: Engagement) -> set[tuple[str, str]]:
    rows = DriftFinding.objects.filter(engagement=engagement, resolved_at=None)
    return {(row.dimension, row.value) for row in rows}


def events(engagement: Engagement) -> list[dict[str, Any]]:
    rows = AuditEvent.objects.filter(engagement=engagement.pk).order_by("pk")
    return [json.loads(bytes(row.body)) for row in rows]


def test_detect_within_scope_finds_nothing(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, 3)
    make_scope(cast.engagement)
    assert detect(cast.engagement) == Counts()
    assert events(cast.engagement) == []


def test_detect_opens_a_finding_with_evidence_trail_and_messages(cast: Cast) -> None:
    version = make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, channels=["chat", "voice"])
    assert detect(cast.engagement) == Counts(detected=1)
    row = DriftFinding.objects.get()
    assert (row.dimension, row.value) == ("channel", "voice")
    assert (row.observed, row.agreed) == ("Voice is used.", "Permitted: Chat.")
    assert row.agreement_version_id == version.pk
    assert row.detected_at == NOON
    (event,) = events(cast.engagement)
    assert event["type"] == "drift.detected"
    assert event["actor"]["id"] == "drift detection"
    assert event["fct"] == {"dimension": "channel"}
    assert event["vis"] == sorted([str(cast.clinic.pk), str(cast.vendor.pk)])
    told = Notification.objects.filter(kind="drift.detected")
    assert {one.recipient_id for one in told} == {
        cast.officer.user_id,
        cast.second_officer.user_id,
        cast.manager.user_id,
        cast.second_manager.user_id,
    }
    assert {one.path for one in told} == {f"/drift/{row.pk}/"}


def test_detect_again_changes_nothing(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, 25, channels=["chat", "voice"])
    assert detect(cast.engagement) == Counts(detected=2)
    before = list(DriftFinding.objects.values())
    told = Notification.objects.count()
    assert detect(cast.engagement) == Counts()
    assert list(DriftFinding.objects.values()) == before
    assert Notification.objects.count() == told
    assert len(events(cast.engagement)) == 2


def test_detect_names_what_changed_in_an_open_finding(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, 25)
    detect(cast.engagement)
    make_staff(cast.engagement, 1)
    assert detect(cast.engagement) == Counts(changed=1)
    row = DriftFinding.objects.get()
    assert row.observed == "26 agents are assigned."
    assert row.evidence == {"agents": 26, "count": 26, "limit": 20}
    event = events(cast.engagement)[-1]
    assert event["type"] == "drift.changed"
    assert [one["f"] for one in event["chg"]] == ["evidence"]


def test_detect_resolves_what_is_no_longer_observed(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, channels=["voice"], ended_on=date(2026, 6, 15))
    detect(cast.engagement)
    with clock.held(NOON + timedelta(days=1)):
        assert detect(cast.engagement) == Counts(resolved=1)
    row = DriftFinding.objects.get()
    assert row.resolution == Resolution.NOT_OBSERVED
    assert row.resolved_at == NOON + timedelta(days=1)
    event = events(cast.engagement)[-1]
    assert event["fct"] == {"dimension": "channel", "resolution": "not_observed"}


def amended(version: AgreementVersion, **scope: Any) -> AgreementVersion:
    """The next version, in force from 10 June 2026."""
    day = date(2026, 6, 10)
    version.superseded_on = day
    version.save(update_fields=["superseded_on"])
    terms = {one: getattr(CHAT_ONLY, one) for one in CHAT_ONLY.__slots__} | scope
    return make_version(version.agreement, scope=ScopeTerms(**terms), effective_on=day)


def test_detect_resolves_by_an_amendment(cast: Cast) -> None:
    version = make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, 25, channels=["chat", "voice"])
    assert detect(cast.engagement) == Counts(detected=2)
    amended(version, channels=("chat", "voice"), head_count_ceiling=25)
    assert detect(cast.engagement) == Counts(resolved=2)
    resolutions = DriftFinding.objects.values_list("resolution", flat=True)
    assert set(resolutions) == {Resolution.AMENDED}


def test_detect_head_count_closes_below_the_margin_only(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    staff = make_staff(cast.engagement, 21)
    assert detect(cast.engagement) == Counts(detected=1)
    _leave(staff[0])
    assert detect(cast.engagement) == Counts(changed=1)  # 20: at the ceiling
    _leave(staff[1])
    assert detect(cast.engagement) == Counts(resolved=1)  # 19: below the margin
    make_staff(cast.engagement, 1)
    assert detect(cast.engagement) == Counts()  # 20: at the ceiling


def _leave(assignment: Any) -> None:
    assignment.ended_on = date(2026, 6, 14)
    assignment.save(update_fields=["ended_on"])


def test_detect_raised_ceiling_counts_afresh(cast: Cast) -> None:
    version = make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, 25)
    detect(cast.engagement)
    amended(version, head_count_ceiling=25)
    assert detect(cast.engagement) == Counts(resolved=1)


def test_detect_finds_sites_countries_and_remote_work(cast: Cast) -> None:
    scope = ScopeTerms(channels=("chat",), countries=("PH",), sites=("MNL-1",))
    make_baa(cast.engagement, scope=scope)
    home = make_place(cast.engagement, code="HOME-US", country="US", is_remote=True)
    make_staff(cast.engagement, site=home)
    detect(cast.engagement)
    assert keys(cast.engagement) == {
        ("site", "home-us"),
        ("country", "US"),
        ("remote_work", "remote"),
    }


def test_detect_finds_what_is_declared_only(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    make_scope(
        cast.engagement,
        services=["claims"],
        channels=["sms"],
        phi_categories=["images"],
        systems=["Mail"],
    )
    detect(cast.engagement)
    assert keys(cast.engagement) == {
        ("service", "claims"),
        ("channel", "sms"),
        ("phi_category", "images"),
    }


def test_detect_finds_unlisted_and_unapproved_subcontractors(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY, subcontractors=[cast.other_vendor.pk])
    listed = make_engagement(client=cast.vendor, provider=cast.other_vendor)
    make_subcontract(cast.engagement, listed)
    unlisted = make_subcontract(cast.engagement).downstream
    detect(cast.engagement)
    assert keys(cast.engagement) == {("subcontractor", str(unlisted.pk))}


def test_detect_waits_for_approval_of_a_subcontractor(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    edge = make_subcontract(cast.engagement, approved_on=None)
    assert detect(cast.engagement) == Counts(detected=1)
    edge.approved_on = date(2026, 6, 15)
    edge.save(update_fields=["approved_on"])
    assert detect(cast.engagement) == Counts(resolved=1)
    assert DriftFinding.objects.get().resolution == Resolution.APPROVED


def test_detect_does_not_name_an_undisclosed_subcontractor(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    hidden = make_engagement(
        client=cast.vendor,
        provider=make_organization(name="Hidden Helper"),
        disclosure_policy="undisclosed",
    )
    make_subcontract(cast.engagement, hidden, approved_on=None)
    detect(cast.engagement)
    row = DriftFinding.objects.get()
    assert "Hidden Helper" not in row.observed
    assert row.observed.startswith("Undisclosed subcontractor")


def test_detect_early_work_ends_with_a_back_dated_agreement(cast: Cast) -> None:
    make_staff(cast.engagement)
    assert detect(cast.engagement) == Counts(detected=1)
    assert keys(cast.engagement) == {("early_work", "first_day")}
    make_baa(cast.engagement, scope=CHAT_ONLY, effective_on=date(2026, 1, 5))
    assert detect(cast.engagement) == Counts(resolved=1)
    assert DriftFinding.objects.get().resolution == Resolution.AMENDED


def test_detect_early_work_stays_after_a_later_agreement(cast: Cast) -> None:
    make_staff(cast.engagement)
    make_baa(cast.engagement, scope=CHAT_ONLY, effective_on=date(2026, 2, 1))
    detect(cast.engagement)
    row = DriftFinding.objects.get()
    assert row.agreed == "The first agreement is in force from 1 February 2026."


def test_detect_ignores_assignments_yet_to_begin(cast: Cast) -> None:
    make_staff(cast.engagement, effective_on=date(2026, 7, 1))
    assert detect(cast.engagement) == Counts()


def test_detect_lapse_leaves_other_findings_as_they_are(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY, expires_on=date(2026, 6, 15))
    make_staff(cast.engagement, channels=["voice"])
    detect(cast.engagement)
    with clock.held(NOON + timedelta(days=1)):
        assert detect(cast.engagement) == Counts(detected=1)
    assert keys(cast.engagement) == {("channel", "voice"), ("lapsed", "agreement")}
    row = DriftFinding.objects.get(dimension="lapsed")
    assert row.agreed == "The last agreement ended on 15 June 2026."
    assert row.agreement_version_id is None


def test_detect_of_an_ended_engagement_resolves_everything(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, channels=["voice"])
    detect(cast.engagement)
    cast.engagement.ended_on = date(2026, 6, 14)
    cast.engagement.save(update_fields=["ended_on"])
    assert detect(cast.engagement) == Counts(resolved=1)


def test_detect_today_is_the_clients_date(cast: Cast) -> None:
    make_baa(cast.engagement, scope=CHAT_ONLY)
    make_staff(cast.engagement, channels=["voice"], effective_on=date(2026, 6, 16))
    late = datetime(2026, 6, 15, 20, 0, tzinfo=UTC)
    with clock.held(late):
        assert detect(cast.engagement) == Counts()
        Organization.objects.filter(pk=cast.clinic.pk).update(time_zone="Asia/Manila")
        assert detect(cast.engagement) == Counts(detected=1)


def test_detect_all_takes_running_engagements_only(cast: Cast) -> None:
    for one in (cast.engagement, make_engagement(ended_on=date(2026, 5, 1))):
        make_baa(one, scope=CHAT_ONLY)
        make_staff(one, channels=["voice"])
    assert actions.detect(by=DETECTOR) == Counts(detected=1)
    assert DriftFinding.objects.get().engagement_id == cast.engagement.pk


def test_detect_leaves_other_engagements_alone(cast: Cast) -> None:
    other = make_engagement()
    make_finding(other)
    detect(cast.engagement)
    assert keys(other) == {("channel", "voice")}


def test_detect_requires_the_permission(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.detect([cast.engagement.pk], by=system("stranger"))


def test_open_finding_is_unique_in_the_database(cast: Cast) -> None:
    make_finding(cast.engagement)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_finding(cast.engagement)
    make_finding(cast.engagement, resolved_at=NOON, resolution=Resolution.NOT_OBSERVED)


def _reads(*engagements: Engagement) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        detect(*engagements)
    return len(
        [
            q
            for q in captured.captured_queries
            if q["sql"].startswith(("SELECT", "\nWITH", "WITH"))
        ]
    )


def test_detect_reads_are_constant(cast: Cast) -> None:
    others = [make_engagement(client=cast.clinic) for _ in range(2)]
    for one in (cast.engagement, *others):
        make_baa(one, scope=CHAT_ONLY)
        make_staff(one, 2)
        make_scope(one)
        make_subcontract(one)
    one, three = _reads(cast.engagement), _reads(cast.engagement, *others)
    assert one == three == 9


# -- Escalation --------------------------------------------------------------------


def test_escalate_once_after_three_days(cast: Cast) -> None:
    row = make_finding(cast.engagement, detected_at=NOON - timedelta(days=3))
    make_finding(cast.engagement, value="sms", detected_at=NOON - timedelta(days=2))
    assert actions.escalate(by=DETECTOR) == 1
    told = Notification.objects.filter(kind="drift.unacknowledged")
    assert {one.path for one in told} == {f"/drift/{row.pk}/"}
    assert told.count() == 4
    actions.escalate(by=DETECTOR)
    assert told.count() == 4


def test_escalate_leaves_acknowledged_and_resolved_alone(cast: Cast) -> None:
    long_ago = NOON - timedelta(days=9)
    make_finding(
        cast.engagement,
        detected_at=long_ago,
        acknowledged_at=NOON,
        acknowledged_by=cast.manager.user,
    )
    make_finding(
        cast.engagement,
        value="sms",
        detected_at=long_ago,
        resolved_at=NOON,
        resolution=Resolution.NOT_OBSERVED,
    )
    assert actions.escalate(by=DETECTOR) == 0
    assert queries.escalation_due() == []
