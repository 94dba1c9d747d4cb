"""When to remind, after any outage, and what becomes one line or one digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.types import DueItem
from apps.reminders import rules
from apps.reminders.enums import (
    Cadence,
    DutyKind,
    ReminderChannel,
    Weekday,
    kind_label,
)
from apps.reminders.rules import (
    AgentDuty,
    AgentPlanned,
    Delivery,
    DeliveryRefused,
    Duty,
    Line,
    OffsetsRefused,
    Person,
    Planned,
    Policy,
    PolicyRefused,
)
from apps.tenancy.enums import OrganizationKind, Role

ORG = UUID(int=1)
OTHER = UUID(int=2)
ANA = Person(UUID(int=11), ORG, Role.COMPLIANCE_MANAGER)
BEN = Person(UUID(int=12), ORG, Role.COMPLIANCE_ANALYST)
DUE = date(2026, 6, 30)
KIND = "agreement.expires"
BY_MAIL = frozenset({ReminderChannel.EMAIL})


def item(key: str = "a", **overrides: object) -> DueItem:
    values: dict[str, object] = {
        "key": key,
        "kind": KIND,
        "organization_id": ORG,
        "due": DUE,
        "title": f"Duty {key}",
        "path": "/x/",
    }
    return DueItem(**values | overrides)  # type: ignore[arg-type]


def planned(
    *items: DueItem,
    on: date,
    ledger: Mapping[Duty, int] | None = None,
    policy: Policy | None = None,
    people: tuple[Person, ...] = (ANA,),
) -> list[Planned]:
    return rules.plan(
        items,
        people={ORG: people},
        ledger=ledger or {},
        slots={(ORG, person.user_id): on for person in people},
        policies={(ORG, KIND): policy} if policy else {},
    )


def offsets(found: list[Planned]) -> list[tuple[tuple[int, ...], int]]:
    return [(each.supersedes, each.offset) for each in found]


def sent(offset: int, key: str = "a") -> dict[Duty, int]:
    return {Duty(key, DUE, ANA.user_id): offset}


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [
        (31, []),
        (30, [((), -30)]),
        (29, [((), -30)]),
        (20, [((), -30)]),
        (14, [((-30,), -14)]),
        (0, [((-30, -14, -7, -1), 0)]),
    ],
)
def test_plan_sends_only_the_most_urgent(
    days_before: int, expected: list[tuple[tuple[int, ...], int]]
) -> None:
    found = planned(item(), on=DUE - timedelta(days=days_before))
    assert offsets(found) == expected


def test_plan_after_an_outage_supersedes_the_rest() -> None:
    found = planned(item(), on=DUE + timedelta(days=8), ledger=sent(-30))
    assert offsets(found) == [((-14, -7, -1, 0, 1), 7)]
    assert found[0].day == DUE + timedelta(days=7)
    assert found[0].is_late


def test_plan_again_the_same_day_is_empty() -> None:
    assert planned(item(), on=DUE, ledger=sent(0)) == []


def test_plan_of_a_changed_policy_does_not_look_back() -> None:
    policy = Policy(offsets=(-10, -7))
    day = DUE - timedelta(days=7)
    assert planned(item(), on=day, ledger=sent(-7), policy=policy) == []


def test_plan_of_a_moved_due_day_starts_anew() -> None:
    later = item(due=DUE + timedelta(days=1))
    assert offsets(planned(later, on=DUE, ledger=sent(-30)))[-1][1] == -1


def test_plan_uses_the_slot_of_each_person() -> None:
    mine, theirs = item("a"), item("b", organization_id=OTHER)
    cleo = Person(UUID(int=13), OTHER, Role.VENDOR_MANAGER)
    found = rules.plan(
        [mine, theirs],
        people={ORG: [ANA], OTHER: [cleo]},
        ledger={},
        slots={
            (ORG, ANA.user_id): DUE,
            (OTHER, cleo.user_id): DUE - timedelta(days=1),
        },
        policies={
            (ORG, KIND): Policy(offsets=(0,)),
            (OTHER, KIND): Policy(offsets=(0,)),
        },
    )
    assert [(each.item, each.person) for each in found] == [(mine, ANA)]


def test_plan_without_anybody_to_tell() -> None:
    assert planned(item(organization_id=OTHER), on=DUE) == []
    quiet = rules.plan([item()], people={ORG: [ANA]}, ledger={}, slots={}, policies={})
    assert quiet == []


def test_plan_by_role_and_escalation() -> None:
    policy = Policy(
        offsets=(0, 7),
        recipients=frozenset({Role.COMPLIANCE_ANALYST}),
        escalate_after=7,
        escalate_to=frozenset({Role.COMPLIANCE_MANAGER, Role.COMPLIANCE_ANALYST}),
    )
    people = (ANA, BEN)
    first = planned(item(), on=DUE, policy=policy, people=people)
    assert [(each.person, each.offset) for each in first] == [(BEN, 0)]
    ledger = {Duty("a", DUE, BEN.user_id): 0}
    week = DUE + timedelta(days=7)
    found = planned(item(), on=week, policy=policy, people=people, ledger=ledger)
    assert [(each.person, each.offset, each.is_escalation) for each in found] == [
        (ANA, 7, True),
        (BEN, 7, False),
    ]


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=20),
    st.sets(st.integers(-20, 20), min_size=1, max_size=8),
)
def test_whatever_days_are_missed(gaps: list[int], days: set[int]) -> None:
    """Any run of passes sends each day at most once, in order, up to the latest."""
    on = DUE - timedelta(days=40)
    policy = Policy(offsets=tuple(sorted(days)))
    ledger: dict[Duty, int] = {}
    out: list[int] = []
    accounted: list[int] = []
    for gap in gaps:
        on = on + timedelta(days=gap)
        for each in planned(item(), on=on, ledger=ledger, policy=policy):
            out.append(each.offset)
            accounted += [*each.supersedes, each.offset]
            ledger[Duty("a", DUE, ANA.user_id)] = each.offset
    come = sorted(day for day in days if DUE + timedelta(days=day) <= on)
    assert accounted == come
    assert out[-1:] == come[-1:]


# -- Policies -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("given_days", "kept"),
    [([0], (0,)), ([7, -7, 7], (-7, 7)), ([-365, 90], (-365, 90))],
)
def test_offsets_accepted(given_days: list[int], kept: tuple[int, ...]) -> None:
    assert rules.check_offsets(given_days) == kept


@pytest.mark.parametrize("given_days", [[], [-366], [91], list(range(13))])
def test_offsets_refused(given_days: list[int]) -> None:
    with pytest.raises(OffsetsRefused) as refused:
        rules.check_offsets(given_days)
    assert list(refused.value.fields) == ["offsets"]


def test_defaults_follow_the_pace_of_the_duty() -> None:
    assert rules.default_policy(KIND).offsets == (-30, -14, -7, -1, 0, 1, 7, 14)
    assert rules.default_policy(DutyKind.INCIDENT_NOTICE).offsets[0] == -7


@pytest.mark.parametrize(
    ("kind", "party", "roles"),
    [
        (
            KIND,
            OrganizationKind.COVERED_ENTITY,
            ("compliance_manager", "compliance_analyst", "compliance_reader"),
        ),
        (KIND, OrganizationKind.VENDOR, ("vendor_manager",)),
        ("questionnaire.due", OrganizationKind.VENDOR, ("vendor_manager", "team_lead")),
        ("certification.expires", OrganizationKind.COVERED_ENTITY, ()),
        (KIND, OrganizationKind.OPERATOR, ()),
    ],
)
def test_roles_for(kind: str, party: OrganizationKind, roles: tuple[str, ...]) -> None:
    """Nobody is reminded of what their role may not read."""
    assert rules.roles_for(kind, party) == roles


MANAGER = frozenset({Role.COMPLIANCE_MANAGER})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"recipients": frozenset({Role.VENDOR_MANAGER})}, "recipients"),
        ({"recipients": frozenset()}, "recipients"),
        ({"channels": frozenset()}, "channels"),
        ({"escalate_after": 7}, "escalate_to"),
        ({"escalate_to": MANAGER}, "escalate_after"),
        ({"escalate_after": 0, "escalate_to": MANAGER}, "escalate_after"),
        ({"escalate_after": 91, "escalate_to": MANAGER}, "escalate_after"),
        ({"escalate_after": 1, "escalate_to": {Role.AUDITOR}}, "escalate_to"),
        ({"tells_agents": True}, "tells_agents"),
        ({"offsets": ()}, "offsets"),
    ],
)
def test_policy_refused(wrong: dict[str, Any], field: str) -> None:
    policy = Policy(**{"recipients": MANAGER} | wrong)
    with pytest.raises((PolicyRefused, OffsetsRefused)) as refused:
        rules.check_policy(policy, kind=KIND, among=[Role.COMPLIANCE_MANAGER])
    assert list(refused.value.fields) == [field]


def test_email_stays_where_there_is_no_inbox() -> None:
    assert Policy().channels_for(wants_email=False) == {ReminderChannel.INBOX}
    assert Policy().channels_for(wants_email=True) == set(ReminderChannel)
    only = Policy(channels=BY_MAIL)
    assert only.channels_for(wants_email=False) == BY_MAIL


def test_window_reaches_as_far_as_the_earliest_offset() -> None:
    assert rules.window(DUE, {}) == (date(2026, 1, 1), date(2026, 7, 30))
    policies = {(ORG, "x"): Policy(offsets=(-60, 5))}
    assert rules.window(DUE, policies) == (date(2026, 1, 1), date(2026, 8, 29))


# -- Delivery -----------------------------------------------------------------
def at(zone: str, *moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[arg-type]


ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney", "Asia/Manila")


@pytest.mark.parametrize("zone", ZONES)
def test_slot_begins_at_the_sending_time(zone: str) -> None:
    delivery = Delivery(zone=zone)
    early, sharp = at(zone, 2026, 6, 30, 7, 59), at(zone, 2026, 6, 30, 8)
    assert rules.slot(delivery, Cadence.IMMEDIATE, early) == date(2026, 6, 29)
    assert rules.slot(delivery, Cadence.IMMEDIATE, sharp) == DUE


@pytest.mark.parametrize("zone", ZONES)
def test_due_today_is_not_overdue_at_night(zone: str) -> None:
    """A notice of something due today once compared with the hour and never came."""
    moment = at(zone, 2026, 6, 30, 3, 21)
    always = Delivery(zone=zone, send_at=time(0), quiet_from=None, quiet_until=None)
    slot = rules.slot(always, Cadence.IMMEDIATE, moment)
    assert slot == DUE
    assert offsets(planned(item(), on=slot, policy=Policy(offsets=(0, 1)))) == [((), 0)]
    assert rules.when(DUE, moment.date()) == "Due 30 June 2026"


@pytest.mark.parametrize(
    ("zone", "moment", "is_quiet"),
    [
        # New York, 8 March 2026: 02:00 becomes 03:00; 1 November: 02:00 becomes 01:00.
        ("America/New_York", (2026, 3, 8, 1, 59), True),
        ("America/New_York", (2026, 3, 8, 3, 0), False),
        ("America/New_York", (2026, 11, 1, 1, 30), True),
        ("America/New_York", (2026, 11, 1, 2, 30), False),
        # Berlin, 29 March: 02:00 becomes 03:00; 25 October: 03:00 becomes 02:00.
        ("Europe/Berlin", (2026, 3, 29, 1, 59), True),
        ("Europe/Berlin", (2026, 3, 29, 3, 0), False),
        ("Europe/Berlin", (2026, 10, 25, 2, 30), False),
        # Sydney, 4 October: 02:00 becomes 03:00; 5 April: 03:00 becomes 02:00.
        ("Australia/Sydney", (2026, 10, 4, 1, 59), True),
        ("Australia/Sydney", (2026, 10, 4, 3, 0), False),
        ("Australia/Sydney", (2026, 4, 5, 2, 30), False),
    ],
)
def test_quiet_hours_over_the_nights_the_clock_changes(
    zone: str,
    moment: tuple[int, ...],
    is_quiet: bool,  # noqa: FBT001 - a case of the table
) -> None:
    delivery = Delivery(zone=zone, quiet_from=time(22), quiet_until=time(2, 30))
    if zone != "America/New_York" and moment[3:] == (2, 30):
        # The hour that comes twice is the same time of the day both times.
        again = at(zone, *moment, fold=1)
        assert rules.is_quiet_at(delivery, again) is is_quiet
    assert rules.is_quiet_at(delivery, at(zone, *moment)) is is_quiet


@pytest.mark.parametrize("zone", ZONES[:3])
def test_a_slot_never_goes_back_in_the_nights_the_clock_changes(zone: str) -> None:
    """Every quarter of an hour of the year: days in order, none left out."""
    delivery = Delivery(
        zone=zone, send_at=time(2, 30), quiet_from=None, quiet_until=None
    )
    moment = at("UTC", 2026, 1, 1, 0, 0)
    seen: list[date] = []
    going_back = 0
    for _ in range(365 * 96):
        slot = rules.slot(delivery, Cadence.IMMEDIATE, moment)
        if not seen or slot > seen[-1]:
            seen.append(slot)
        going_back += slot < seen[-1] - timedelta(days=1)
        moment += timedelta(minutes=15)
    assert going_back == 0
    assert all(b - a == timedelta(days=1) for a, b in pairwise(seen))


@pytest.mark.parametrize(
    ("quiet", "local", "is_quiet"),
    [
        ((None, None), time(3), False),
        ((time(12), time(13)), time(12), True),
        ((time(12), time(13)), time(13), False),
        ((time(19), time(7)), time(18, 59), False),
        ((time(19), time(7)), time(19), True),
        ((time(19), time(7)), time(6, 59), True),
        ((time(19), time(7)), time(7), False),
    ],
)
def test_quiet_hours(
    quiet: tuple[time | None, time | None],
    local: time,
    is_quiet: bool,  # noqa: FBT001 - a case of the table
) -> None:
    delivery = Delivery(quiet_from=quiet[0], quiet_until=quiet[1])
    assert delivery.is_quiet(local) is is_quiet


def test_weekly_slot_is_its_weekday() -> None:
    delivery = Delivery(cadence=Cadence.WEEKLY, weekday=Weekday.WEDNESDAY)
    wednesday = date(2026, 6, 24)
    for hours, slot in (
        (7, wednesday - timedelta(days=7)),
        (8, wednesday),
        (7 * 24, wednesday),
        (7 * 24 + 8, DUE + timedelta(days=1)),
    ):
        moment = at("UTC", 2026, 6, 24, 0) + timedelta(hours=hours)
        assert rules.slot(delivery, Cadence.WEEKLY, moment) == slot
    assert rules.next_slot(delivery, Cadence.WEEKLY, DUE) == DUE + timedelta(days=1)
    assert rules.next_slot(delivery, Cadence.DAILY, DUE) == DUE
    assert rules.slot_before(Cadence.WEEKLY, DUE) == date(2026, 6, 23)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"zone": "Mars/Phobos"}, "zone"),
        ({"quiet_from": None}, "quiet_from"),
        ({"quiet_until": None}, "quiet_until"),
        ({"quiet_from": time(7), "quiet_until": time(7)}, "quiet_until"),
        ({"send_at": time(6, 59)}, "send_at"),
        ({"send_at": time(19)}, "send_at"),
    ],
)
def test_delivery_refused(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        rules.check_delivery(Delivery(**wrong))
    assert list(refused.value.fields) == [field]


def test_delivery_accepted() -> None:
    for delivery in (Delivery(), Delivery(quiet_from=None, quiet_until=None)):
        assert rules.check_delivery(delivery) == delivery


# -- What follows -------------------------------------------------------------
def test_outlook() -> None:
    now, later = rules.outlook(
        [item()],
        people={ORG: [ANA]},
        ledger=sent(-30),
        slots={(ORG, ANA.user_id): DUE - timedelta(days=7)},
        policies={},
        deliveries={ORG: Delivery()},
        last=DUE + timedelta(days=1),
    )
    assert offsets(now) == [((-14,), -7)]
    assert [(each.slot, each.offset) for each in later] == [
        (DUE - timedelta(days=1), -1),
        (DUE, 0),
        (DUE + timedelta(days=1), 1),
    ]


def test_outlook_of_weekly_digests() -> None:
    ana = ANA._replace(cadence=Cadence.WEEKLY)
    _, later = rules.outlook(
        [item()],
        people={ORG: [ana]},
        ledger=sent(-7),
        slots={(ORG, ana.user_id): date(2026, 6, 22)},
        policies={},
        deliveries={ORG: Delivery(weekday=Weekday.MONDAY)},
        last=date(2026, 7, 14),
    )
    # The 29th and 30th of June and the 1st of July; Mondays are the 29th and the 6th.
    assert [(each.slot, each.supersedes, each.offset) for each in later] == [
        (date(2026, 6, 29), (), -1),
        (date(2026, 7, 6), (0,), 1),
        (date(2026, 7, 13), (), 7),
    ]


# -- Lines and bundles --------------------------------------------------------
def one(duty: DueItem, offset: int = 0, person: Person = ANA, **more: Any) -> Planned:
    return Planned(duty, offset, person, **{"slot": DUE} | more)


def test_lines_join_groups_of_a_kind() -> None:
    found = rules.lines(
        [
            one(item("b", group="g", due=DUE + timedelta(days=2))),
            one(item("a", group="g", path="/y/")),
            one(item("c", group="g", kind="drift.acceptance_ends")),
            one(item("d")),
            one(item("a", group="g"), person=BEN),
        ]
    )
    assert [(line.person, line.title, line.path) for line in found] == [
        (ANA, "Duty a, and 1 more like it", ""),
        (ANA, "Duty c", "/x/"),
        (ANA, "Duty d", "/x/"),
        (BEN, "Duty a", "/x/"),
    ]
    assert found[0].due == DUE


def test_line_counts_what_its_items_stand_for() -> None:
    lapse = {"group": "g", "summary": "{count} certifications in {Basics} expire"}
    later = DUE + timedelta(days=2)
    [line] = rules.lines(
        [
            one(item("a", count=1200, **lapse)),
            one(item("b", count=34, due=later, **lapse)),
        ]
    )
    assert line.title == (
        "1,234 certifications in {Basics} expire, from 30 June 2026 to 2 July 2026"
    )


def bundled(*planned: Planned) -> list[list[str]]:
    return [
        [line.planned[0].item.key for line in bundle]
        for bundle in rules.bundles(rules.lines(planned))
    ]


def test_what_is_late_is_one_message() -> None:
    late = [one(item(f"l{n}"), -1) for n in range(10)]
    assert bundled(*late, one(item("now"))) == [["now"], [f"l{n}" for n in range(10)]]
    assert bundled(one(item("a")), one(item("b"))) == [["a"], ["b"]]


def test_more_than_twenty_lines_are_one_message() -> None:
    many = [one(item(f"{n:02}")) for n in range(21)]
    assert [len(bundle) for bundle in bundled(*many)] == [21]
    assert [len(bundle) for bundle in bundled(*many[:20])] == [1] * 20
    found = rules.lines(many)
    assert rules.digest_key(found) != rules.digest_key(found[:20])


def test_a_digest_holds_everything() -> None:
    ana = ANA._replace(cadence=Cadence.DAILY)
    assert bundled(one(item("a"), person=ana), one(item("b"), -5, person=ana)) == [
        ["a", "b"]
    ]


def test_channels_are_never_mixed() -> None:
    ana = ANA._replace(cadence=Cadence.DAILY)
    assert bundled(
        one(item("a"), person=ana),
        one(item("b"), person=ana, channels=BY_MAIL),
        one(item("c"), person=ana),
    ) == [["a", "c"], ["b"]]


# -- Agents -------------------------------------------------------------------
def test_agents_are_written_to_on_the_days_of_the_policy() -> None:
    duty = AgentDuty("agent:1:2", DUE, ORG, "a@example.org", "Basics")
    other = duty._replace(organization_id=OTHER)

    def find(slot: date, sent: int = 0) -> list[AgentPlanned]:
        return rules.plan_agents(
            [duty, other],
            offsets={ORG: (-30, -7), OTHER: (-30,)},
            ledger=dict.fromkeys([(duty.item, DUE)], sent) if sent else {},
            slots={ORG: slot},
        )

    assert find(DUE - timedelta(days=31)) == []
    day = DUE - timedelta(days=7)
    assert find(day) == [AgentPlanned(duty, -7, day, (-30,))]
    assert find(day, sent=-30) == [AgentPlanned(duty, -7, day, ())]
    assert find(day, sent=-7) == []


# -- Words --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 6, 29), "Overdue since 29 June 2026"),
        (DUE, "Due 30 June 2026"),
        (date(2026, 7, 1), "Due 1 July 2026"),
    ],
)
def test_when(due: date, words: str) -> None:
    assert rules.when(due, DUE) == words


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (-30, "30 days before the due day"),
        (-1, "1 day before the due day"),
        (0, "on the due day"),
        (7, "7 days after the due day"),
    ],
)
def test_offset_words(offset: int, words: str) -> None:
    assert rules.offset_words(offset) == words


def test_reason_names_policy_day_and_role() -> None:
    assert rules.reason(one(item(), -7), "Lakeside", is_default=True) == (
        "reminder policy “BAA ends” (the portal's default): 7 days before the due "
        "day, 30 June 2026, to every Compliance manager of Lakeside"
    )
    escalated = one(item(), 7, is_escalation=True)
    assert rules.reason(escalated, "Lakeside", is_default=False) == (
        "reminder policy “BAA ends” (set by Lakeside): escalated 7 days after the "
        "due day, 30 June 2026, to every Compliance manager of Lakeside"
    )
    [line] = rules.lines([escalated])
    assert rules.line_note(line) == "BAA ends: escalated 7 days after the due day"


def late(*planned: Planned, ran_on: date | None, has_failed: bool = False) -> str:
    found: tuple[Line, ...] = tuple(rules.lines(planned))
    return rules.late_words(found, ran_on=ran_on, has_failed=has_failed)


def test_late_says_why() -> None:
    assert late(one(item()), ran_on=DUE) == ""
    off = "the portal sent nothing in between."
    missed = one(item(), -7, slot=DUE - timedelta(days=4))
    assert late(missed, ran_on=date(2026, 6, 22)) == (
        f"This was planned for 23 June 2026 and comes 3 days late: {off}"
    )
    assert late(missed, one(item("b"), -1, slot=DUE), ran_on=None) == (
        f"The first of these was planned for 23 June 2026 and comes 3 days late: {off}"
    )
    assert late(missed, ran_on=date(2026, 6, 25)).endswith(
        "the duty, your role or the policy was recorded after that day."
    )
    assert late(missed, ran_on=date(2026, 6, 25), has_failed=True).endswith(
        "recorded after that day, or the portal could not read the duty before."
    )


def test_kind_label() -> None:
    assert kind_label("agreement.expires") == "BAA ends"
    assert kind_label("test.something_new") == "Test: something new"
