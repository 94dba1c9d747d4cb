"""Comparison, hysteresis, endings, standing and decisions about drift."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.dates import end_of_day
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.types import LegalStatus
from apps.drift import rules
from apps.drift.enums import Dimension, FindingState, Resolution
from apps.drift.rules import (
    Acceptance,
    AgreedTerms,
    Downstream,
    ObservedFacts,
    Standing,
)
from apps.engagements.enums import Channel
from apps.engagements.rules import ScopeTerms

SCOPE = ScopeTerms(
    services=("claims",),
    channels=("chat",),
    phi_categories=("billing",),
    countries=("PH",),
    sites=("MNL-1",),
    systems=("Helpdesk",),
    head_count_ceiling=100,
)
AGREED = AgreedTerms(scope=SCOPE, first_effective_on=date(2026, 1, 5))
WITHIN = ObservedFacts(
    head_count=100,
    channels=("chat",),
    sites={"mnl-1": 100},
    countries={"PH": 100},
    first_assigned_on=date(2026, 1, 5),
)
LISTED, OTHER = UUID(int=1), UUID(int=2)
THERE = UUID(int=9)


def downstream(**overrides: object) -> tuple[Downstream, ...]:
    values = {
        "engagement_id": THERE,
        "organization_id": LISTED,
        "name": "Subco",
        "is_approved": True,
    }
    return (Downstream(**values | overrides),)  # type: ignore[arg-type]


def test_compare_within_scope_finds_nothing() -> None:
    assert rules.compare(AGREED, WITHIN, SCOPE) == []


@pytest.mark.parametrize(
    ("observed", "declared", "dimension", "value", "text", "agreed"),
    [
        (
            {"head_count": 101},
            None,
            Dimension.HEAD_COUNT,
            "ceiling",
            "101 agents are assigned.",
            "At most 100 agents.",
        ),
        (
            {},
            {"head_count_ceiling": 120},
            Dimension.HEAD_COUNT,
            "ceiling",
            "120 agents are declared; 100 agents are assigned.",
            "At most 100 agents.",
        ),
        (
            {"channels": ("chat", "voice")},
            None,
            Dimension.CHANNEL,
            "voice",
            "Voice is used.",
            "Permitted: Chat.",
        ),
        (
            {},
            {"channels": ("sms",)},
            Dimension.CHANNEL,
            "sms",
            "SMS is declared.",
            "Permitted: Chat.",
        ),
        (
            {},
            {"services": ("hosting",)},
            Dimension.SERVICE,
            "hosting",
            "Hosting and backup is declared.",
            "Permitted: Claims and eligibility.",
        ),
        (
            {},
            {"phi_categories": ("images",)},
            Dimension.PHI_CATEGORY,
            "images",
            "Images and recordings is declared.",
            "Permitted: Billing and payment.",
        ),
        (
            {"sites": {"CEB-2": 1}},
            None,
            Dimension.SITE,
            "ceb-2",
            "CEB-2 is used by 1 agent.",
            "Permitted: MNL-1.",
        ),
        (
            {"countries": {"US": 7}},
            None,
            Dimension.COUNTRY,
            "US",
            "US is used by 7 agents.",
            "Permitted: PH.",
        ),
        (
            {},
            {"systems": ("Mail",)},
            Dimension.SYSTEM,
            "mail",
            "Mail is declared.",
            "Permitted: Helpdesk.",
        ),
        (
            {"remote_count": 2},
            None,
            Dimension.REMOTE_WORK,
            "remote",
            "2 agents are assigned to work from home.",
            "Work from home is not permitted.",
        ),
        (
            {},
            {"remote_work": True},
            Dimension.REMOTE_WORK,
            "remote",
            "Work from home is declared.",
            "Work from home is not permitted.",
        ),
        (
            {"downstream": downstream(is_approved=False)},
            None,
            Dimension.SUBCONTRACTOR,
            str(THERE),
            "Subco does part of the work; its use was not approved.",
            "Only subcontractors the client has approved.",
        ),
        (
            {"first_assigned_on": date(2026, 1, 4)},
            None,
            Dimension.EARLY_WORK,
            "first_day",
            "The first agent was assigned from 4 January 2026.",
            "The first agreement is in force from 5 January 2026.",
        ),
    ],
)
def test_compare_outside_scope(
    observed: dict[str, object],
    declared: dict[str, object] | None,
    dimension: Dimension,
    value: str,
    text: str,
    agreed: str,
) -> None:
    said = ScopeTerms(**declared) if declared is not None else None  # type: ignore[arg-type]
    found = rules.compare(AGREED, replace(WITHIN, **observed), said)  # type: ignore[arg-type]
    assert [(one.dimension, one.value, one.observed, one.agreed) for one in found] == [
        (dimension, value, text, agreed)
    ]


def test_compare_subcontractor_not_listed() -> None:
    agreed = replace(AGREED, subcontractors=(LISTED,))
    seen = replace(WITHIN, downstream=downstream(organization_id=OTHER))
    (found,) = rules.compare(agreed, seen, None)
    assert found.observed == "Subco does part of the work; it is not listed."
    assert found.agreed == "Only listed subcontractors."
    assert dict(found.evidence) == {"is_listed": False, "is_approved": True}


def test_compare_subcontractor_listed_and_approved_is_agreed() -> None:
    agreed = replace(AGREED, subcontractors=(LISTED,))
    assert rules.compare(agreed, replace(WITHIN, downstream=downstream()), None) == []


def test_compare_empty_limits_set_no_limit() -> None:
    silent = replace(SCOPE, countries=(), sites=(), systems=(), head_count_ceiling=None)
    seen = replace(WITHIN, head_count=9_999, sites={"ANY": 1}, countries={"BR": 1})
    declared = ScopeTerms(systems=("Mail",))
    assert rules.compare(replace(AGREED, scope=silent), seen, declared) == []


def test_compare_empty_permissions_permit_nothing() -> None:
    (found,) = rules.compare(
        replace(AGREED, scope=replace(SCOPE, channels=())), WITHIN, None
    )
    assert (found.value, found.agreed) == ("chat", "The agreement names none.")


def test_compare_lapsed_while_work_goes_on() -> None:
    lapsed = AgreedTerms(
        first_effective_on=date(2026, 1, 5), ended_on=date(2026, 6, 10)
    )
    (found,) = rules.compare(lapsed, replace(WITHIN, channels=("voice",)), None)
    assert found.key == ("lapsed", "agreement")
    assert found.observed == "100 agents are assigned."
    assert found.agreed == "The last agreement ended on 10 June 2026."


def test_compare_lapsed_without_work_is_no_drift() -> None:
    lapsed = AgreedTerms(
        first_effective_on=date(2026, 1, 5), ended_on=date(2026, 6, 10)
    )
    assert rules.compare(lapsed, replace(WITHIN, head_count=0), None) == []


def test_compare_without_any_agreement_is_early_work_only() -> None:
    (found,) = rules.compare(AgreedTerms(), WITHIN, SCOPE)
    assert found.key == ("early_work", "first_day")
    assert found.agreed == "No agreement has been in force."


def test_compare_without_agreement_and_work_finds_nothing() -> None:
    assert rules.compare(AgreedTerms(), ObservedFacts(), SCOPE) == []


def test_compare_codes_without_case_count_once() -> None:
    seen = replace(WITHIN, sites={"CEB-2": 2, "ceb-2": 1})
    (found,) = rules.compare(AGREED, seen, None)
    assert (found.value, dict(found.evidence)) == ("ceb-2", {"agents": 3})


def test_compare_long_lists_fit_the_column() -> None:
    many = replace(SCOPE, systems=tuple(f"{'s' * 90}{n:03}" for n in range(40)))
    declared = ScopeTerms(systems=("t" * 100,))
    (found,) = rules.compare(replace(AGREED, scope=many), WITHIN, declared)
    assert len(found.agreed) <= 300
    assert len(found.observed) <= 300


def test_compared_without_agreement_leaves_scope_untold() -> None:
    assert rules.compared(AgreedTerms()) == {Dimension.EARLY_WORK, Dimension.LAPSED}
    assert rules.compared(AGREED) == set(Dimension)


# -- Hysteresis ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("ceiling", "margin"),
    [(1, 0), (2, 1), (19, 1), (50, 1), (51, 2), (100, 2), (450, 9)],
)
def test_closing_margin(ceiling: int, margin: int) -> None:
    assert rules.closing_margin(ceiling) == margin


@pytest.mark.parametrize(
    ("count", "open_ceiling", "is_over"),
    [
        (100, None, False),
        (101, None, True),
        (100, 100, True),
        (99, 100, True),
        (98, 100, False),
        (100, 90, False),  # the ceiling was amended since
    ],
)
def test_is_over_opens_above_and_closes_below(
    count: int, open_ceiling: int | None, *, is_over: bool
) -> None:
    assert rules.is_over(count, 100, open_ceiling=open_ceiling) is is_over


@given(count=st.integers(0, 2_000), ceiling=st.integers(1, 1_000))
def test_is_over_once_open_never_closes_above_the_ceiling(
    count: int, ceiling: int
) -> None:
    if count > ceiling:
        assert rules.is_over(count, ceiling, open_ceiling=ceiling)
    if not rules.is_over(count, ceiling, open_ceiling=ceiling):
        assert not rules.is_over(count, ceiling)


channels = st.frozensets(st.sampled_from([one.value for one in Channel]))


@given(used=channels, permitted=channels, declared=channels)
def test_compare_channels_is_set_difference(
    used: frozenset[str], permitted: frozenset[str], declared: frozenset[str]
) -> None:
    found = rules.compare(
        AgreedTerms(
            scope=ScopeTerms(channels=tuple(permitted)),
            first_effective_on=date(2026, 1, 5),
        ),
        ObservedFacts(channels=used),
        ScopeTerms(channels=tuple(declared)),
    )
    assert {one.value for one in found} == (used | declared) - permitted
    assert len({one.key for one in found}) == len(found)


# -- Observed beside agreed -------------------------------------------------------


def test_beside_says_where_no_limit_is_set() -> None:
    silent = replace(
        AGREED, scope=replace(SCOPE, countries=(), head_count_ceiling=None)
    )
    lines = {one.dimension: one for one in rules.beside(silent, WITHIN, None)}
    assert lines[Dimension.COUNTRY].agreed == "No limit set"
    assert lines[Dimension.HEAD_COUNT].agreed == "No limit set"
    assert lines[Dimension.SITE].observed == "mnl-1 (100)"
    assert not any(one.is_outside for one in lines.values())


def test_beside_marks_what_is_outside() -> None:
    seen = replace(WITHIN, channels=("chat", "voice"))
    lines = rules.beside(AGREED, seen, None)
    assert [one.dimension for one in lines if one.is_outside] == [Dimension.CHANNEL]


@pytest.mark.parametrize(
    ("agreed", "text"),
    [
        (AgreedTerms(), "No agreement in force"),
        (AgreedTerms(ended_on=date(2026, 6, 10)), "Ended on 10 June 2026"),
    ],
)
def test_beside_without_agreement(agreed: AgreedTerms, text: str) -> None:
    assert {one.agreed for one in rules.beside(agreed, WITHIN, SCOPE)} == {text}


def test_beside_declared_only() -> None:
    declared = ScopeTerms(head_count_ceiling=20, remote_work=True)
    lines = {one.dimension: one for one in rules.beside(AGREED, WITHIN, declared)}
    assert lines[Dimension.HEAD_COUNT].observed == "100 assigned; 20 declared"
    assert lines[Dimension.REMOTE_WORK].observed == "Declared"


def test_beside_counts_work_from_home() -> None:
    lines = rules.beside(AGREED, replace(WITHIN, remote_count=2), None)
    (remote,) = [one for one in lines if one.dimension == Dimension.REMOTE_WORK]
    assert (remote.observed, remote.agreed) == ("2 from home", "Not permitted")
    assert remote.is_outside


# -- How a finding ends ---------------------------------------------------------------


BEGAN = {"began_on": WITHIN.first_assigned_on.isoformat()}


@pytest.mark.parametrize(
    ("key", "observed", "evidence", "is_done"),
    [
        (("head_count", "ceiling"), {"head_count": 101}, {"limit": 100}, True),
        (("head_count", "ceiling"), {"head_count": 98}, {"limit": 100}, False),
        (("head_count", "ceiling"), {"head_count": 98}, {}, False),
        (("channel", "chat"), {}, {}, True),
        (("channel", "voice"), {}, {}, False),
        (("country", "PH"), {}, {}, True),
        (("remote_work", "remote"), {"remote_count": 1}, {}, True),
        (("remote_work", "remote"), {}, {}, False),
        (("subcontractor", str(THERE)), {"downstream": downstream()}, {}, True),
        (("subcontractor", str(OTHER)), {"downstream": downstream()}, {}, False),
        (("early_work", "first_day"), {}, BEGAN, True),
        (
            ("early_work", "first_day"),
            {"first_assigned_on": date(2026, 3, 2)},
            BEGAN,
            False,
        ),
        (("early_work", "first_day"), {"first_assigned_on": None}, BEGAN, False),
        (("lapsed", "agreement"), {}, {}, True),
        (("lapsed", "agreement"), {"head_count": 0}, {}, False),
    ],
)
def test_is_still_done(
    key: rules.Key,
    observed: dict[str, object],
    evidence: dict[str, object],
    *,
    is_done: bool,
) -> None:
    seen = replace(WITHIN, **observed)  # type: ignore[arg-type]
    assert rules.is_still_done(key, seen, None, evidence=evidence) is is_done


@pytest.mark.parametrize(
    ("dimension", "is_still_done", "is_other_version", "resolution"),
    [
        (Dimension.CHANNEL, True, True, Resolution.AMENDED),
        (Dimension.EARLY_WORK, True, False, Resolution.AMENDED),
        (Dimension.SUBCONTRACTOR, True, True, Resolution.AMENDED),
        (Dimension.SUBCONTRACTOR, True, False, Resolution.APPROVED),
        (Dimension.CHANNEL, False, True, Resolution.NOT_OBSERVED),
        (Dimension.SUBCONTRACTOR, False, False, Resolution.NOT_OBSERVED),
    ],
)
def test_resolution(
    dimension: Dimension,
    *,
    is_still_done: bool,
    is_other_version: bool,
    resolution: Resolution,
) -> None:
    found = rules.resolution(
        dimension, is_still_done=is_still_done, is_other_version=is_other_version
    )
    assert found == resolution


# -- Standing on a day -----------------------------------------------------------

DAY = date(2026, 6, 15)
NINE = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
BASE = Standing(detected_at=NINE)


@pytest.mark.parametrize(
    ("standing", "day", "is_open"),
    [
        (BASE, date(2026, 6, 14), False),
        (BASE, DAY, True),
        (replace(BASE, resolved_at=NINE + timedelta(hours=1)), DAY, False),
        (replace(BASE, resolved_at=NINE + timedelta(days=1)), DAY, True),
        (replace(BASE, resolved_at=NINE + timedelta(days=1)), date(2026, 6, 16), False),
    ],
)
def test_is_open_at_the_end_of_a_day(
    standing: Standing, day: date, *, is_open: bool
) -> None:
    assert rules.is_open(standing, day=day, zone="UTC") is is_open


def test_is_open_follows_the_clients_zone() -> None:
    late = Standing(detected_at=datetime(2026, 6, 15, 20, 0, tzinfo=UTC))
    assert not rules.is_open(late, day=DAY, zone="Asia/Manila")
    assert rules.is_open(late, day=date(2026, 6, 16), zone="Asia/Manila")
    assert rules.is_open(late, day=DAY, zone="America/New_York")


def test_end_of_day_over_a_clock_change() -> None:
    ends = end_of_day(date(2026, 3, 8), "America/New_York")
    assert ends.astimezone(UTC) == datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "is_accepted"),
    [
        (date(2026, 6, 14), False),
        (DAY, True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_is_accepted_from_that_day_until_the_last(
    day: date, *, is_accepted: bool
) -> None:
    standing = replace(
        BASE, acceptances=(Acceptance(accepted_at=NINE, until=date(2026, 6, 30)),)
    )
    assert rules.is_accepted(standing, day=day, zone="UTC") is is_accepted


ACCEPTED = (Acceptance(accepted_at=NINE, until=date(2026, 6, 30)),)


@pytest.mark.parametrize(
    ("standing", "day", "state"),
    [
        (BASE, DAY, FindingState.DETECTED),
        (replace(BASE, acknowledged_at=NINE), DAY, FindingState.ACKNOWLEDGED),
        (
            replace(BASE, acknowledged_at=NINE, is_requested=True),
            DAY,
            FindingState.REQUESTED,
        ),
        (replace(BASE, acceptances=ACCEPTED), DAY, FindingState.ACCEPTED),
        (replace(BASE, acceptances=ACCEPTED), date(2026, 7, 1), FindingState.DETECTED),
        (
            replace(BASE, acceptances=ACCEPTED, acknowledged_at=NINE),
            date(2026, 7, 1),
            FindingState.ACKNOWLEDGED,
        ),
        (
            replace(BASE, acceptances=ACCEPTED, resolved_at=NINE),
            DAY,
            FindingState.RESOLVED,
        ),
    ],
)
def test_state(standing: Standing, day: date, state: FindingState) -> None:
    assert rules.state(standing, day=day, zone="UTC") == state


# -- Decisions ------------------------------------------------------------------------


@pytest.mark.parametrize("state", [FindingState.RESOLVED, FindingState.ACCEPTED])
def test_check_undecided_refuses(state: FindingState) -> None:
    with pytest.raises(Conflict):
        rules.check_undecided(state)


@pytest.mark.parametrize("days", [1, 365])
def test_check_until_allows(days: int) -> None:
    rules.check_until(DAY + timedelta(days=days), today=DAY)


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_check_until_refuses(days: int) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_until(DAY + timedelta(days=days), today=DAY)
    assert refused.value.fields == {
        "until": ["Choose a day from 16 June 2026 to 15 June 2027."]
    }


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"is_requested": False}, Conflict),
        ({"until": None}, Conflict),
        ({"by": LISTED}, NotAllowed),
        ({"until": DAY - timedelta(days=1)}, Conflict),
    ],
)
def test_check_acceptable_refuses(
    overrides: dict[str, object], error: type[Exception]
) -> None:
    facts = {
        "requested_by": LISTED,
        "is_requested": True,
        "by": OTHER,
        "until": DAY,
        "today": DAY,
    }
    with pytest.raises(error):
        rules.check_acceptable(**facts | overrides)  # type: ignore[arg-type]
    rules.check_acceptable(**facts)  # type: ignore[arg-type]


def test_citations_name_the_law_where_it_is_law() -> None:
    assert set(rules.CITATIONS) == set(Dimension)
    in_force = {
        dimension
        for dimension, (_, status) in rules.CITATIONS.items()
        if status == LegalStatus.IN_FORCE
    }
    assert in_force == {Dimension.EARLY_WORK, Dimension.LAPSED}
