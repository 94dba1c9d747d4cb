"""Who sees which findings; the gate's condition; what is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.errors import NotAllowed, NotFound
from apps.core.types import ConditionState, LegalStatus, Side
from apps.drift import queries
from apps.drift.actions import DETECTOR
from apps.drift.enums import Resolution
from apps.drift.models import DriftFinding
from apps.engagements.models import Engagement
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission
from tests.conftest import NOON, Cast
from tests.factories.agreements import make_baa
from tests.factories.drift import make_finding
from tests.factories.engagements import make_engagement, make_grant

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


def accepted(cast: Cast, **overrides: Any) -> dict[str, Any]:
    return {
        "acknowledged_at": NOON,
        "acknowledged_by": cast.manager.user,
        "acceptance_requested_by": cast.manager.user,
        "acceptance_reason": "Pilot",
        "acceptance_until": date(2026, 6, 30),
        "accepted_at": NOON - timedelta(days=3),
        "accepted_by": cast.officer.user,
    } | overrides


RESOLVED = {"resolved_at": NOON, "resolution": Resolution.NOT_OBSERVED}


@pytest.mark.parametrize(
    ("who", "count"),
    [("officer", 1), ("reader", 1), ("manager", 1), ("outsider", 0)],
)
def test_findings_are_for_the_parties(cast: Cast, who: str, count: int) -> None:
    make_finding(cast.engagement)
    assert queries.findings(getattr(cast, who)).count() == count


def test_findings_for_an_auditor_by_grant(cast: Cast) -> None:
    row = make_finding(cast.engagement)
    with pytest.raises(NotFound):
        queries.finding(cast.auditor, row.pk)
    make_grant(cast.engagement, cast.auditor.user)
    assert queries.finding(cast.auditor, row.pk) == row


def test_findings_need_the_permission(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        queries.findings(cast.lead)


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("open", ["detected", "acknowledged", "requested", "accepted", "ran_out"]),
        ("detected", ["detected"]),
        ("acknowledged", ["acknowledged", "ran_out"]),
        ("requested", ["requested"]),
        ("accepted", ["accepted"]),
        ("resolved", ["resolved"]),
        (
            "",
            [
                "detected",
                "acknowledged",
                "requested",
                "accepted",
                "ran_out",
                "resolved",
            ],
        ),
    ],
)
def test_findings_by_state_agree_with_the_rule(
    cast: Cast, state: str, values: list[str]
) -> None:
    known = {"acknowledged_at": NOON, "acknowledged_by": cast.manager.user}
    facts: dict[str, dict[str, Any]] = {
        "detected": {},
        "acknowledged": known,
        "requested": {**known, "acceptance_requested_by": cast.manager.user},
        "accepted": accepted(cast),
        "ran_out": accepted(cast, acceptance_until=date(2026, 6, 14)),
        "resolved": {**accepted(cast), **RESOLVED},
    }
    for value, overrides in facts.items():
        make_finding(cast.engagement, value=value, **overrides)
    rows = queries.findings(cast.officer, state=state)
    assert sorted(row.value for row in rows) == sorted(values)
    if state not in {"", "open"}:
        assert {row.state for row in rows} == {state}


def test_open_findings_filters(cast: Cast) -> None:
    make_finding(cast.engagement)
    country = make_finding(cast.engagement, dimension="country", value="US")
    other = make_engagement(client=cast.clinic)
    make_finding(other)
    rows = queries.open_findings(
        cast.officer, dimension="country", engagement_id=cast.engagement.pk
    )
    assert list(rows) == [country]


def test_findings_page_by_key(cast: Cast) -> None:
    older = make_finding(cast.engagement, value="a")
    newer = make_finding(cast.engagement, value="b", detected_at=NOON)
    assert list(queries.findings(cast.officer)) == [newer, older]
    assert list(queries.findings(cast.officer, before=newer.pk)) == [older]


def test_findings_of_a_past_day(cast: Cast) -> None:
    row = make_finding(cast.engagement, **RESOLVED)
    assert queries.findings_of(cast.engagement) == [row]
    assert queries.findings_of(cast.engagement, as_of=date(2026, 6, 9)) == []
    assert queries.findings_of(cast.engagement, as_of=date(2026, 6, 14)) == [row]
    assert queries.findings_of(cast.engagement, as_of=TODAY) == []


def test_clause_is_for_who_may_read_the_agreement(cast: Cast) -> None:
    version = make_baa(cast.engagement)
    row = make_finding(cast.engagement, agreement_version_id=version.pk)
    clause = queries.clause_for(cast.manager, row)
    assert clause is not None
    assert clause.text == (
        f"“{version.agreement.title}”, version 1, scope line “Channels”; "
        "BAA-02 Permitted uses named (p. 2)"
    )
    delegate = cast.other_manager
    make_grant(cast.engagement, delegate.user)
    assert queries.finding(delegate, row.pk) == row
    assert queries.clause_for(delegate, row) is None


def test_clause_without_any_agreement(cast: Cast) -> None:
    row = make_finding(cast.engagement, dimension="early_work", value="first_day")
    clause = queries.clauses([row])[row.pk]
    assert clause.text == "No BAA was in force; BAA-01 Written before PHI moves"


def test_clause_of_a_lapse_is_the_version_that_ended(cast: Cast) -> None:
    version = make_baa(cast.engagement, expires_on=date(2026, 6, 9))
    row = make_finding(cast.engagement, dimension="lapsed", value="agreement")
    clause = queries.clauses([row])[row.pk]
    assert clause.version is not None
    assert clause.version.version_id == version.pk
    assert (clause.line, clause.place) == ("last day in force", "p. 2")


@pytest.mark.parametrize("count", [1, 3])
def test_clauses_take_two_queries(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    rows = [make_finding(cast.engagement, value=str(n)) for n in range(count)]
    make_baa(cast.engagement)
    with django_assert_num_queries(2):
        assert len(queries.clauses(rows)) == count


def test_timeline_tells_what_happened_in_order(cast: Cast) -> None:
    row = make_finding(
        cast.engagement,
        **accepted(cast, note="Known", acknowledged_at=NOON - timedelta(days=4)),
        **RESOLVED,
        earlier_acceptances=[
            {"accepted_at": "2026-06-11T00:00:00+00:00", "until": "2026-06-11"}
        ],
    )
    lines = [(one.text, one.by, one.note) for one in queries.timeline(row)]
    assert lines == [
        ("Detected", "Drift detection", ""),
        ("Accepted until 11 June 2026", "", ""),
        ("Acknowledged", "Mara Manager", "Known"),
        ("Accepted until 30 June 2026", "Olga Officer", "Pilot"),
        ("Resolved: no longer observed", "Drift detection", ""),
    ]


def test_evidence_lines_in_words(cast: Cast) -> None:
    row = make_finding(
        cast.engagement, evidence={"count": 21, "is_listed": False, "limit": 20}
    )
    assert queries.evidence_lines(row) == [
        ("Agents counted", "21"),
        ("Listed in the agreement", "no"),
        ("Agreed ceiling", "20"),
    ]


# -- Gate --------------------------------------------------------------------------


def condition(engagement: Engagement, as_of: date = TODAY) -> Any:
    (found,) = queries.gate_conditions([engagement], as_of=as_of)[engagement.pk]
    return found


def test_gate_condition_without_findings(cast: Cast) -> None:
    found = condition(cast.engagement)
    assert found.code == "drift.none_open"
    assert found.state == ConditionState.SATISFIED
    assert found.legal_status == LegalStatus.OWN_DEFAULT
    assert found.fix_path == ""


def test_gate_condition_with_open_findings(cast: Cast) -> None:
    make_finding(cast.engagement)
    make_finding(
        cast.engagement,
        dimension="country",
        value="US",
        detected_at=NOON - timedelta(days=1),
    )
    found = condition(cast.engagement)
    assert found.state == ConditionState.NOT_SATISFIED
    assert found.detail == "2 findings are open and not accepted: channel, country."
    assert found.since == date(2026, 6, 10)
    assert found.who_acts == Side.BOTH
    assert found.fix_path == f"/drift/engagement/{cast.engagement.pk}/"


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (date(2026, 6, 9), ConditionState.SATISFIED),  # not detected yet
        (date(2026, 6, 10), ConditionState.NOT_SATISFIED),
        (date(2026, 6, 11), ConditionState.NOT_SATISFIED),
        (date(2026, 6, 12), ConditionState.SATISFIED),  # accepted that day
        (date(2026, 6, 14), ConditionState.SATISFIED),
    ],
)
def test_gate_condition_on_past_days(
    cast: Cast, as_of: date, state: ConditionState
) -> None:
    make_finding(cast.engagement, **accepted(cast))
    assert condition(cast.engagement, as_of).state == state


def test_gate_condition_when_an_acceptance_has_run_out(cast: Cast) -> None:
    make_finding(cast.engagement, **accepted(cast))
    with clock.held(NOON + timedelta(days=15)):
        assert condition(cast.engagement, date(2026, 6, 30)).state == (
            ConditionState.SATISFIED
        )
        assert condition(cast.engagement, date(2026, 7, 1)).state == (
            ConditionState.NOT_SATISFIED
        )


def test_gate_condition_of_a_day_before_the_resolution(cast: Cast) -> None:
    make_finding(cast.engagement, **RESOLVED)
    assert condition(cast.engagement, date(2026, 6, 14)).state == (
        ConditionState.NOT_SATISFIED
    )
    assert condition(cast.engagement).state == ConditionState.SATISFIED


def test_gate_condition_follows_the_clients_zone(cast: Cast) -> None:
    cast.clinic.time_zone = "Asia/Manila"
    cast.clinic.save(update_fields=["time_zone"])
    make_finding(cast.engagement, detected_at=datetime(2026, 6, 10, 20, 0, tzinfo=UTC))
    engagement = Engagement.objects.select_related("client").get()
    assert condition(engagement, date(2026, 6, 10)).state == ConditionState.SATISFIED
    assert condition(engagement, date(2026, 6, 11)).since == date(2026, 6, 11)


def test_gate_conditions_take_one_query(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    others = [make_engagement(client=cast.clinic) for _ in range(2)]
    for one in (cast.engagement, *others):
        make_finding(one)
    with django_assert_num_queries(1):
        queries.gate_conditions([cast.engagement], as_of=TODAY)
    with django_assert_num_queries(1):
        found = queries.gate_conditions([cast.engagement, *others], as_of=TODAY)
    assert len(found) == 3


# -- Jobs --------------------------------------------------------------------------


def test_due_items_for_the_client_and_for_jobs(cast: Cast) -> None:
    row = make_finding(cast.engagement, **accepted(cast))
    make_finding(cast.engagement, value="sms", **accepted(cast), **RESOLVED)
    june = {"first": date(2026, 6, 1), "last": date(2026, 6, 30)}
    (item,) = queries.due_items(cast.officer, **june)
    assert item.kind == "drift.acceptance_ends"
    assert item.key == f"drift_acceptance:{row.pk}"
    assert (item.due, item.organization_id) == (date(2026, 6, 30), cast.clinic.pk)
    assert item.path == f"/drift/{row.pk}/"
    assert queries.due_items(cast.manager, **june) == []
    assert queries.due_items(DETECTOR, **june) == [item]
    may = {"first": date(2026, 5, 1), "last": date(2026, 5, 31)}
    assert queries.due_items(cast.officer, **may) == []


def test_running_ids_keep_ended_engagements_with_open_findings(cast: Cast) -> None:
    over = make_engagement(ended_on=date(2026, 5, 1))
    closing = make_engagement(ended_on=date(2026, 5, 1))
    make_finding(closing)
    assert set(queries.running_ids()) == {cast.engagement.pk, closing.pk}
    assert over.pk not in queries.running_ids()


def test_affected_by_organization_are_those_it_provides(cast: Cast) -> None:
    make_engagement(client=cast.vendor)
    assert queries.affected_by_organization(cast.vendor.pk) == [cast.engagement.pk]


def test_findings_for_a_job(cast: Cast) -> None:
    make_finding(cast.engagement, **accepted(cast))
    reader = system("reader", {Permission.DRIFT_VIEW})
    assert queries.findings(reader, state="accepted").count() == 1
    assert DriftFinding.objects.get().standing.acceptances
