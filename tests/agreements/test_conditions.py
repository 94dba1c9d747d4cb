"""The four conditions of the gate, and dated duties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from apps.agreements import queries
from apps.agreements.enums import Renewal, ReportingUnit, SigningSide
from apps.core.errors import NotAllowed
from apps.core.types import ConditionState, LegalStatus, Side
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission
from tests.factories.agreements import (
    BEGINS,
    ENDS,
    make_agreement,
    make_baa,
    make_marks,
    make_version,
)
from tests.factories.engagements import (
    make_engagement,
    make_scope,
    make_subcontract,
)

TODAY = date(2026, 6, 15)
ONE = timedelta(days=1)
YES = ConditionState.SATISFIED
NO = ConditionState.NOT_SATISFIED
UNKNOWN = ConditionState.UNKNOWN
CODES = [
    "agreement.in_force",
    "agreement.provisions_complete",
    "agreement.scope_covers_declared",
    "agreement.flow_down",
]
JOB = system("job", {Permission.AGREEMENTS_VIEW})


def conditions(engagement, *, as_of=TODAY):
    found = queries.gate_conditions([engagement], as_of=as_of)[engagement.pk]
    assert [condition.code for condition in found] == CODES
    return {condition.code.split(".")[1]: condition for condition in found}


def test_all_satisfied(cast):
    version = make_baa(cast.engagement)
    make_scope(cast.engagement)
    found = conditions(cast.engagement)
    assert {name: one.state for name, one in found.items()} == dict.fromkeys(found, YES)
    assert found["in_force"].since == BEGINS
    assert found["in_force"].due == ENDS
    assert found["in_force"].evidence == (version.document_sha256,)
    assert found["in_force"].detail.endswith(
        "version 1, is in force until 31 December 2026."
    )
    assert found["flow_down"].detail == "No subcontractor is declared."
    assert {one.legal_status for one in found.values()} == {LegalStatus.IN_FORCE}


def test_without_an_agreement(cast):
    found = conditions(cast.engagement)
    assert {name: one.state for name, one in found.items()} == {
        "in_force": NO,
        "provisions_complete": UNKNOWN,
        "scope_covers_declared": UNKNOWN,
        "flow_down": YES,
    }
    record = f"/agreements/{cast.engagement.pk}/record/"
    assert found["in_force"].fix_path == record
    assert found["in_force"].evidence == ()
    assert found["scope_covers_declared"].fix_path == (
        f"/engagements/{cast.engagement.pk}/scope/"
    )


def test_in_force_lapsed_leads_to_a_new_version(cast):
    version = make_baa(cast.engagement, expires_on=TODAY - ONE)
    found = conditions(cast.engagement)["in_force"]
    assert (found.state, found.since) == (NO, TODAY)
    assert "ended on 14 June 2026" in found.detail
    assert found.fix_path == f"/agreements/{version.agreement_id}/amend/"


def test_in_force_terminated_leads_to_a_new_agreement(cast):
    version = make_baa(cast.engagement)
    version.agreement.terminated_on = TODAY - ONE
    version.agreement.save()
    found = conditions(cast.engagement)["in_force"]
    assert found.state is NO
    assert found.fix_path == f"/agreements/{cast.engagement.pk}/record/"


def test_in_force_not_yet(cast):
    make_baa(cast.engagement, effective_on=TODAY + ONE)
    found = conditions(cast.engagement)["in_force"]
    assert found.state is NO
    assert "takes effect on 16 June 2026" in found.detail


def test_in_force_unsigned(cast):
    make_version(make_agreement(cast.engagement), signed_by=[SigningSide.DISCLOSER])
    found = conditions(cast.engagement)["in_force"]
    assert found.state is NO
    assert found.detail.endswith("is not signed by both sides.")


def test_in_force_due_is_the_end_of_unbroken_force(cast):
    agreement = make_agreement(cast.engagement)
    make_version(agreement, superseded_on=date(2026, 9, 1))
    make_version(agreement, effective_on=date(2026, 9, 1), expires_on=date(2027, 8, 31))
    found = conditions(cast.engagement)["in_force"]
    assert (found.since, found.due) == (BEGINS, date(2027, 8, 31))


def test_in_force_automatic_renewal_has_no_due(cast):
    make_baa(cast.engagement, renewal=Renewal.AUTOMATIC, notice_days=60)
    found = conditions(cast.engagement, as_of=date(2028, 1, 1))["in_force"]
    assert (found.state, found.due) == (YES, None)


def test_provisions_missing_are_named(cast):
    make_baa(cast.engagement, missing=["BAA-15", "BAA-03"])
    found = conditions(cast.engagement)["provisions_complete"]
    assert (found.state, found.detail) == (NO, "Missing: BAA-15 Return or destroy.")


def test_provisions_optional_and_proposed_never_count(cast):
    optional = ["BAA-03", "BAA-05", "BAA-20", "BAA-22", "BAA-23", "BAA-24"]
    make_baa(cast.engagement, missing=optional)
    assert conditions(cast.engagement)["provisions_complete"].state is YES


def test_provisions_not_assessed_are_not_known(cast):
    marks = [mark for mark in make_marks() if mark.provision != "BAA-06"]
    make_baa(cast.engagement, marks=marks)
    found = conditions(cast.engagement)["provisions_complete"]
    assert (found.state, found.detail) == (UNKNOWN, "Not assessed: BAA-06.")


def test_provisions_window_over_sixty_days(cast):
    make_baa(cast.engagement, reporting_value=61, reporting_unit=ReportingUnit.DAYS)
    found = conditions(cast.engagement)["provisions_complete"]
    assert found.state is NO
    assert "61 calendar days" in found.detail


def test_scope_beyond_the_agreement(cast):
    version = make_baa(cast.engagement)
    make_scope(cast.engagement, channels=["chat", "voice"], remote_work=True)
    found = conditions(cast.engagement)["scope_covers_declared"]
    assert (found.state, found.detail) == (
        NO,
        "Declared but not permitted: channel Voice, remote work.",
    )
    assert found.fix_path == f"/agreements/{version.agreement_id}/amend/"


def test_scope_declared_without_a_baa_is_not_known(cast):
    make_scope(cast.engagement)
    found = conditions(cast.engagement)["scope_covers_declared"]
    assert found.state is UNKNOWN
    assert found.detail == "No BAA in force to compare the declared scope with."


def test_scope_is_that_of_the_day(cast):
    make_baa(cast.engagement)
    make_scope(cast.engagement, superseded_on=TODAY)
    make_scope(cast.engagement, effective_on=TODAY, channels=["voice"])
    yesterday = conditions(cast.engagement, as_of=TODAY - ONE)
    assert yesterday["scope_covers_declared"].state is YES
    assert conditions(cast.engagement)["scope_covers_declared"].state is NO


def test_flow_down_names_the_first_broken_hop_in_general_words(cast):
    make_baa(cast.engagement)
    edge = make_subcontract(cast.engagement)
    found = conditions(cast.engagement)["flow_down"]
    name = edge.downstream.provider.name
    assert (found.state, found.detail) == (NO, f"{name}: No BAA covers this hop.")
    assert found.who_acts is Side.PROVIDER
    assert found.fix_path == f"/agreements/chain/{cast.engagement.pk}/"


def test_flow_down_without_a_baa_above_is_not_known(cast):
    edge = make_subcontract(cast.engagement)
    make_baa(edge.downstream)
    found = conditions(cast.engagement)["flow_down"]
    assert found.state is UNKNOWN
    assert "No BAA above is in force to compare with" in found.detail


def test_flow_down_of_one_hop(cast):
    make_baa(cast.engagement)
    edge = make_subcontract(cast.engagement, channels=["chat", "email"])
    make_baa(edge.downstream)
    found = conditions(cast.engagement)["flow_down"]
    assert found.detail == "The hop carries every duty of the BAA above."


def test_flow_down_holds_counts_the_hops(cast):
    make_baa(cast.engagement)
    for _ in range(2):
        edge = make_subcontract(cast.engagement, channels=["chat", "email"])
        make_baa(edge.downstream)
    found = conditions(cast.engagement)["flow_down"]
    assert (found.state, found.since) == (YES, date(2026, 2, 2))
    assert found.detail == "The 2 hops carry every duty of the BAA above."
    assert len(found.evidence) == 3


# -- Due items ----------------------------------------------------------------
def due(actor, first=date(2026, 1, 1), last=date(2027, 12, 31)):
    items = queries.due_items(actor, first=first, last=last)
    return [(item.key, item.kind, item.organization_id, item.due) for item in items]


def test_due_expiry_for_both_sides(cast):
    version = make_baa(cast.engagement)
    key = f"agreement:{version.pk}:expires"
    line = (key, "agreement.expires")
    assert due(cast.officer) == [(*line, cast.clinic.pk, ENDS)]
    assert due(cast.manager) == [(*line, cast.vendor.pk, ENDS)]
    assert due(JOB) == [(*line, cast.clinic.pk, ENDS), (*line, cast.vendor.pk, ENDS)]
    assert due(cast.outsider) == []


def test_due_item_leads_to_the_agreement(cast):
    version = make_baa(cast.engagement)
    (item,) = queries.due_items(cast.officer, first=ENDS, last=ENDS)
    assert item.path == f"/agreements/{version.agreement_id}/"
    assert item.engagement_id == cast.engagement.pk
    assert item.group == f"agreement:{version.agreement_id}"


def test_due_bounds_are_inclusive(cast):
    make_baa(cast.engagement)
    assert due(cast.officer, first=ENDS, last=ENDS) != []
    assert due(cast.officer, first=ENDS + ONE) == []
    assert due(cast.officer, last=ENDS - ONE) == []


@pytest.mark.parametrize(
    ("days", "expected"), [(60, date(2026, 11, 1)), (None, date(2026, 12, 1))]
)
def test_due_last_day_for_notice(cast, days, expected):
    version = make_baa(cast.engagement, renewal=Renewal.AUTOMATIC, notice_days=days)
    key = f"agreement:{version.pk}:notice"
    line = (key, "agreement.notice", cast.clinic.pk, expected)
    assert due(cast.officer, last=ENDS) == [line]
    assert due(cast.officer, first=expected, last=expected) == [line]
    assert due(cast.officer, last=expected - ONE) == []


@pytest.mark.parametrize(
    ("ended_on", "years"),
    [(None, [2026, 2027, 2028]), (date(2027, 12, 31), [2026, 2027])],
)
def test_due_notice_before_each_renewal(cast, ended_on, years):
    cast.engagement.ended_on = ended_on
    cast.engagement.save()
    first_day = date(2026, 1, 1)
    make_baa(
        cast.engagement,
        effective_on=first_day,
        renewal=Renewal.AUTOMATIC,
        notice_days=60,
    )
    found = due(cast.officer, first=first_day, last=date(2028, 12, 31))
    assert [day for *_, day in found] == [date(year, 11, 1) for year in years]
    assert due(cast.officer, first=date(2027, 11, 2), last=date(2028, 10, 31)) == []


@pytest.mark.parametrize(
    ("superseded_on", "count"),
    [(date(2026, 6, 1), 1), (ENDS + ONE, 1), (ENDS + 2 * ONE, 2)],
)
def test_due_only_what_nothing_replaces_in_time(cast, superseded_on, count):
    agreement = make_agreement(cast.engagement)
    make_version(agreement, superseded_on=superseded_on)
    make_version(agreement, effective_on=superseded_on, expires_on=date(2027, 6, 30))
    assert len(due(cast.officer)) == count


def test_due_nothing_after_termination_or_end_of_every_engagement(cast):
    version = make_baa(cast.engagement)
    cast.engagement.ended_on = date(2026, 7, 1)
    cast.engagement.save()
    assert due(cast.officer) == []
    cast.engagement.ended_on = None
    cast.engagement.save()
    version.agreement.terminated_on = TODAY
    version.agreement.save()
    assert due(cast.officer) == []


@pytest.mark.parametrize("count", [1, 3])
def test_due_query_count(cast, count, django_assert_num_queries):
    for _ in range(count):
        make_baa(make_engagement(client=cast.clinic))
    with django_assert_num_queries(3):
        assert len(due(cast.officer)) == count


def test_due_needs_the_permission(cast):
    with pytest.raises(NotAllowed):
        due(cast.lead)
