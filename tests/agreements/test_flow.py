"""Flow-down: one reason at a time, then first broken hops of trees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from apps.agreements.enums import (
    BaaStatus,
    HopReason,
    HopState,
    Layer,
    ProvisionStanding,
    ReportingUnit,
)
from apps.agreements.rules import (
    FlowDownResult,
    Hop,
    HopFacts,
    ReportingWindow,
    Standing,
    VersionFacts,
    branches,
    checklist,
    first_broken,
    judge_hop,
    standing_on,
)
from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.rules import ScopeTerms

TODAY = date(2026, 6, 15)
STARTED = date(2026, 2, 2)
MET = dict.fromkeys((line.id for line in checklist()), ProvisionStanding.MET)
UPSTREAM_SCOPE = ScopeTerms(
    services=(Service.PATIENT_SUPPORT, Service.HOSTING),
    channels=(Channel.CHAT, Channel.VOICE),
    phi_categories=(PhiCategory.DEMOGRAPHIC,),
    countries=("PH", "US"),
    head_count_ceiling=150,
)
SCOPE = ScopeTerms(
    services=(Service.PATIENT_SUPPORT,),
    channels=(Channel.CHAT,),
    phi_categories=(PhiCategory.DEMOGRAPHIC,),
    countries=("PH",),
    head_count_ceiling=20,
)
SUBCONTRACTOR = UUID(int=7)


def version(**overrides: Any) -> VersionFacts:
    """The agreement of the hop: complete, narrow, 12 hours, since January."""
    values: dict[str, Any] = {
        "version_id": UUID(int=1),
        "agreement_id": UUID(int=2),
        "title": "Sub BAA",
        "number": 1,
        "layer": Layer.VENDOR_TO_SUBCONTRACTOR,
        "scope": SCOPE,
        "window": ReportingWindow(12, ReportingUnit.HOURS),
        "marks": MET,
        "effective_on": date(2026, 1, 5),
        "expires_on": date(2026, 12, 31),
    }
    return VersionFacts(**values | overrides)


def upstream(**overrides: Any) -> VersionFacts:
    """The agreement above: wider, 24 hours."""
    values: dict[str, Any] = {
        "title": "Top BAA",
        "layer": Layer.CLIENT_TO_VENDOR,
        "scope": UPSTREAM_SCOPE,
        "window": ReportingWindow(24, ReportingUnit.HOURS),
    }
    return version(**values | overrides)


def facts(own: VersionFacts | None = None, **overrides: Any) -> HopFacts:
    """A hop that holds."""
    values: dict[str, Any] = {
        "provider_id": SUBCONTRACTOR,
        "carries_services": (Service.PATIENT_SUPPORT,),
        "carries_channels": (Channel.CHAT,),
        "started_on": STARTED,
        "upstream": upstream(),
        "standing": standing_on([own or version()], TODAY),
        "at_start": own or version(),
    }
    return HopFacts(**values | overrides)


def test_judge_hop_that_holds() -> None:
    assert judge_hop(facts()) == (HopState.HOLDS, ())


NOT_MET = MET | {"BAA-15": ProvisionStanding.MISSING}
UNMARKED = {name: mark for name, mark in MET.items() if name != "BAA-21"}
DENIED = MET | {"BAA-05": ProvisionStanding.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("judged", "state", "kind", "detail"),
    [
        (
            facts(standing=Standing(BaaStatus.MISSING)),
            HopState.BROKEN,
            HopReason.NO_AGREEMENT,
            "No BAA covers this hop.",
        ),
        (
            facts(version(expires_on=date(2026, 6, 14))),
            HopState.BROKEN,
            HopReason.NOT_IN_FORCE,
            "The BAA “Sub BAA”, version 1, ended on 14 June 2026.",
        ),
        (
            facts(version(effective_on=date(2026, 7, 1))),
            HopState.BROKEN,
            HopReason.NOT_IN_FORCE,
            "takes effect on 1 July 2026.",
        ),
        (
            facts(version(is_signed=False)),
            HopState.BROKEN,
            HopReason.NOT_IN_FORCE,
            "is not signed by both sides.",
        ),
        (
            facts(version(marks=NOT_MET)),
            HopState.BROKEN,
            HopReason.PROVISIONS,
            "Missing: BAA-15 Return or destroy.",
        ),
        (
            facts(version(marks=UNMARKED)),
            HopState.UNKNOWN,
            HopReason.NOT_ASSESSED,
            "Not assessed: BAA-21.",
        ),
        (
            facts(at_start=None),
            HopState.BROKEN,
            HopReason.STARTED_BEFORE,
            "Work began on 2 February 2026 without a BAA in force",
        ),
        (
            facts(version(signed_on=date(2026, 2, 3))),
            HopState.BROKEN,
            HopReason.STARTED_BEFORE,
            "but “Sub BAA”, version 1, was signed on 3 February 2026 only.",
        ),
        (
            facts(upstream=None),
            HopState.UNKNOWN,
            HopReason.NO_UPSTREAM,
            "No BAA above is in force",
        ),
        (
            facts(version(scope=replace(SCOPE, channels=("chat", "voice")))),
            HopState.BROKEN,
            HopReason.SCOPE,
            "passes on: channel Voice.",
        ),
        (
            facts(version(scope=replace(SCOPE, countries=("IN",)))),
            HopState.BROKEN,
            HopReason.SCOPE,
            "passes on: country IN.",
        ),
        (
            facts(version(scope=replace(SCOPE, countries=()))),
            HopState.BROKEN,
            HopReason.SCOPE,
            "passes on: no limit of country.",
        ),
        (
            facts(version(scope=replace(SCOPE, remote_work=True))),
            HopState.BROKEN,
            HopReason.SCOPE,
            "passes on: remote work.",
        ),
        (
            facts(version(scope=replace(SCOPE, head_count_ceiling=151))),
            HopState.BROKEN,
            HopReason.SCOPE,
            "passes on: head count 151.",
        ),
        (
            facts(upstream=upstream(marks=DENIED)),
            HopState.BROKEN,
            HopReason.WIDER_USE,
            "BAA-05 Data aggregation",
        ),
        (
            facts(version(window=ReportingWindow(2, ReportingUnit.DAYS))),
            HopState.BROKEN,
            HopReason.REPORTING,
            "Reports within 2 calendar days, but the BAA above asks for 24 hours.",
        ),
        (
            facts(upstream=upstream(subcontractors=(UUID(int=8),))),
            HopState.BROKEN,
            HopReason.NOT_NAMED,
            "lists the subcontractors allowed",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, HopReason) else "",
)
def test_judge_hop_one_reason(
    judged: HopFacts, state: HopState, kind: HopReason, detail: str
) -> None:
    found, reasons = judge_hop(judged)
    assert (found, [reason.kind for reason in reasons]) == (state, [kind])
    assert detail in reasons[0].detail


def test_judge_hop_scope_is_restricted_to_what_the_subcontract_carries() -> None:
    hosting = replace(SCOPE, services=(Service.HOSTING,), channels=())
    carried = facts(
        version(scope=hosting), carries_services=(Service.HOSTING,), carries_channels=()
    )
    assert judge_hop(carried) == (HopState.HOLDS, ())
    assert judge_hop(facts(version(scope=hosting)))[0] is HopState.BROKEN


def test_judge_hop_named_subcontractor_and_equal_window_hold() -> None:
    above = upstream(
        subcontractors=(SUBCONTRACTOR,), window=ReportingWindow(12, ReportingUnit.HOURS)
    )
    assert judge_hop(facts(upstream=above)) == (HopState.HOLDS, ())


def test_judge_hop_signed_on_the_first_day_of_work_holds() -> None:
    assert judge_hop(facts(version(signed_on=STARTED))) == (HopState.HOLDS, ())


def test_judge_hop_names_every_reason() -> None:
    worst = facts(
        version(
            marks=NOT_MET,
            scope=replace(SCOPE, remote_work=True),
            window=ReportingWindow(3, ReportingUnit.DAYS),
        ),
        at_start=None,
    )
    assert [reason.kind for reason in judge_hop(worst)[1]] == [
        HopReason.PROVISIONS,
        HopReason.STARTED_BEFORE,
        HopReason.SCOPE,
        HopReason.REPORTING,
    ]


def test_reason_without_terms_keeps_to_general_words() -> None:
    _, (reason,) = judge_hop(facts(version(marks=NOT_MET)))
    plain = reason.without_terms()
    assert plain.detail == "Required provisions are missing from its BAA"
    assert plain.citation == reason.citation


def hop(path: str, state: HopState) -> Hop:
    """A hop named by its path of single letters."""
    ids = tuple(UUID(int=ord(letter)) for letter in path)
    return Hop(
        engagement_id=ids[-1],
        edge_id=ids[-1],
        path=ids,
        names=tuple(path),
        state=state,
        status=BaaStatus.IN_FORCE,
        reasons=(),
        is_detailed=False,
        since=TODAY if state is HopState.HOLDS else None,
    )


H, B, U = HopState.HOLDS, HopState.BROKEN, HopState.UNKNOWN


@pytest.mark.parametrize(
    ("hops", "expected", "state"),
    [
        ([], [], H),
        ([("ab", H), ("abc", H)], [], H),
        ([("ab", B), ("abc", B)], ["ab"], B),
        ([("ab", H), ("abc", B), ("abd", B)], ["abc", "abd"], B),
        ([("ab", B), ("ac", H), ("acd", B)], ["ab", "acd"], B),
        ([("ab", U), ("abc", H)], [], U),
        ([("ab", U), ("abc", B)], ["abc"], B),
        ([("ab", H), ("abd", B), ("ac", H), ("acd", B)], ["abd", "acd"], B),
    ],
)
def test_first_broken_of_each_path(
    hops: list[tuple[str, HopState]], expected: list[str], state: HopState
) -> None:
    made = tuple(hop(path, how) for path, how in hops)
    result = FlowDownResult(UUID(int=0), TODAY, made)
    assert ["".join(one.names) for one in result.first_broken] == expected
    assert first_broken(made) == result.first_broken
    assert result.state is state


def test_flow_down_holds_since_its_latest_hop() -> None:
    early = replace(hop("ab", H), since=date(2026, 1, 5))
    result = FlowDownResult(UUID(int=0), TODAY, (early, hop("ac", H)))
    assert result.since == TODAY
    assert FlowDownResult(UUID(int=0), TODAY, (early, hop("ac", B))).since is None
    assert FlowDownResult(UUID(int=0), TODAY, ()).since is None


def test_branches_nest_by_path() -> None:
    hops = (hop("ab", H), hop("abc", B), hop("ad", H))
    tree = branches(hops, below=(UUID(int=ord("a")),))
    assert [(one.hop.name, len(one.children)) for one in tree] == [("b", 1), ("d", 0)]
    assert tree[0].children[0].hop.name == "c"
