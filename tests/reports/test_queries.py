"""Who sees which attestation, and the facts a statement is built from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.core import clock, ids
from apps.core.errors import NotAllowed, NotFound
from apps.core.types import ConditionState
from apps.reports import queries, rules
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission, Role
from tests.factories import agreements, training, workforce
from tests.factories.engagements import make_engagement, make_grant
from tests.factories.gate import make_override
from tests.factories.reports import AS_OF, make_attestation
from tests.factories.tenancy import make_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(cast):
    """One attestation that names agents and one that does not."""
    named = make_attestation(
        cast.engagement, by=cast.officer, code="N" * 20, names_agents=True
    )
    numbered = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    return named, numbered


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("officer", {"named", "numbered"}),
        ("second_officer", {"named", "numbered"}),
        ("analyst", {"named", "numbered"}),
        ("reader", {"numbered"}),
        ("manager", {"named", "numbered"}),
        ("outsider", set()),
        ("other_manager", set()),
        ("auditor", set()),
    ],
)
def test_attestations_are_seen_by(cast, pair, who, expected):
    named, numbered = pair
    seen = queries.attestations(getattr(cast, who))
    assert set(seen) == {
        {"named": named, "numbered": numbered}[word] for word in expected
    }


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"names_agents": False}, 1),
        ({"names_agents": True}, 2),
        ({"valid_until": date(2026, 6, 14)}, 0),
        ({"valid_from": date(2026, 6, 16)}, 0),
        ({"revoked_at": datetime(2026, 6, 2, tzinfo=UTC)}, 0),
    ],
)
def test_auditor_sees_what_the_live_grant_shows(cast, pair, terms, expected):
    make_grant(cast.engagement, cast.auditor.user, granted_by=cast.vendor, **terms)
    assert queries.attestations(cast.auditor).count() == expected


def test_grant_on_another_engagement_shows_nothing(cast, pair):
    other = make_engagement(client=cast.clinic, provider=cast.other_vendor)
    make_grant(other, cast.auditor.user, names_agents=True)
    assert not queries.attestations(cast.auditor).exists()


def test_team_lead_is_refused(cast):
    with pytest.raises(NotAllowed):
        queries.attestations(cast.lead)


def test_attestation_of_a_stranger_is_not_found(cast, pair):
    for row in pair:
        with pytest.raises(NotFound):
            queries.attestation(cast.outsider, row.pk)


def test_attestation_that_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        queries.attestation_for_job(ids.uuid7())


def test_named_attestation_is_not_found_for_a_reader(cast, pair):
    named, numbered = pair
    with pytest.raises(NotFound):
        queries.attestation(cast.reader, named.pk)
    assert queries.attestation(cast.reader, numbered.pk) == numbered


def test_job_sees_all(cast, pair):
    job = system("reports.check", {Permission.REPORTS_VIEW})
    assert queries.attestations(job).count() == 2


def test_list_takes_the_verdict_out_of_the_statement(cast, pair):
    row = queries.attestations(cast.officer)[0]
    assert (row.verdict, row.verdict_words) == ("open", "PHI may flow")


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_two_queries(cast, count, django_assert_num_queries):
    for number in range(count):
        make_attestation(cast.engagement, by=cast.officer, code=f"{number}" * 20)
    with django_assert_num_queries(2):
        for row in queries.attestations(cast.officer):
            assert row.engagement.client.name == "Lakeside Clinic"
            assert row.organization.name
            assert str(row.issued_by) == "Olga Officer"
            assert row.verdict == "open"
            assert row.file is None


@pytest.mark.parametrize(
    ("who", "issues", "names"),
    [
        ("officer", True, True),
        ("analyst", False, True),
        ("reader", False, False),
        ("manager", True, True),
        ("lead", False, True),
        ("outsider", False, False),
        ("auditor", False, False),
    ],
)
def test_what_somebody_may_ask_for(cast, who, issues, names):
    actor = getattr(cast, who)
    assert queries.can_issue(actor, cast.engagement) is issues
    assert queries.can_name_agents(actor, cast.engagement) is names


def test_what_an_auditor_may_ask_for_under_a_grant(cast):
    make_grant(cast.engagement, cast.auditor.user)
    assert queries.can_issue(cast.auditor, cast.engagement)
    assert not queries.can_name_agents(cast.auditor, cast.engagement)


def test_grant_holds_on_the_days_of_the_granter(cast):
    """23:30 of 30 June in Honolulu is 09:30 UTC of 1 July."""
    cast.clinic.time_zone = "Pacific/Honolulu"
    cast.clinic.save(update_fields=["time_zone"])
    make_grant(cast.engagement, cast.auditor.user)
    with clock.held(datetime(2026, 7, 1, 9, 30, tzinfo=UTC)):
        assert queries.can_issue(cast.auditor, cast.engagement)
    with clock.held(datetime(2026, 7, 1, 10, 30, tzinfo=UTC)):
        assert not queries.can_issue(cast.auditor, cast.engagement)


def test_workspace_lists_live_grants(cast):
    make_grant(cast.engagement, cast.auditor.user, valid_until=date(2026, 6, 20))
    gone = make_engagement(client=cast.clinic, provider=cast.other_vendor)
    make_grant(gone, cast.auditor.user, valid_until=date(2026, 6, 14))
    assert queries.workspace(cast.auditor) == [
        queries.GrantLine(
            engagement_id=cast.engagement.pk,
            engagement="Patient chat",
            client="Lakeside Clinic",
            provider="Careline",
            granted_by="Lakeside Clinic",
            reason="Annual audit",
            valid_until=date(2026, 6, 20),
            names_agents=False,
        )
    ]


def test_document_that_does_not_come_is_overdue(cast):
    row = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    assert not queries.is_overdue(row)
    with clock.held(row.issued_at + timedelta(minutes=6)):
        assert queries.is_overdue(row)


# -- Facts ----------------------------------------------------------------------


def test_facts_name_the_parties(cast, story):
    facts = queries.compose(cast.engagement, as_of=AS_OF)
    assert facts.engagement == rules.EngagementLine(
        id=cast.engagement.pk,
        name="Patient chat",
        tier="Tier 2 - important",
        started_on=date(2026, 1, 5),
        ended_on=None,
        legal_agency="Not decided yet",
        client=rules.Party(cast.clinic.pk, "Lakeside Clinic", "Covered entity", "US"),
        provider=rules.Party(cast.vendor.pk, "Careline", "Vendor", "PH"),
    )


def test_facts_hold_the_verdict_and_its_conditions(cast, story):
    facts = queries.compose(cast.engagement, as_of=AS_OF)
    assert facts.verdict == "closed"
    assert facts.verdict_words == "PHI may not flow to Careline"
    states = {condition.code: condition.state for condition in facts.conditions}
    assert states["drift.none_open"] == ConditionState.NOT_SATISFIED


def test_facts_hold_the_agreement_in_force(cast, story):
    agreement = queries.compose(cast.engagement, as_of=AS_OF).agreement
    assert agreement is not None
    assert agreement.title == "BAA Lakeside Clinic and Careline"
    assert agreement.version == 1
    assert agreement.expires_on == date(2026, 12, 31)
    assert agreement.document_sha256 == story.version.document_sha256
    assert agreement.reporting_window == "24 hours"
    assert agreement.scope.channels == ("Chat",)
    assert [line.side for line in agreement.signatures] == ["Discloser", "Recipient"]


def test_facts_before_the_agreement_hold_none(cast, story):
    cast.engagement.started_on = date(2025, 12, 1)
    facts = queries.compose(cast.engagement, as_of=date(2025, 12, 31))
    assert facts.agreement is None
    assert facts.chain.flow_down == "not_satisfied"
    assert facts.agents == ()


def test_facts_hold_the_chain_with_its_flow_down(cast, story):
    chain = queries.compose(cast.engagement, as_of=AS_OF).chain
    assert (chain.path, chain.name, chain.flow_down) == ("0", "Careline", "satisfied")
    (hop,) = chain.children
    assert (hop.path, hop.name, hop.flow_down) == ("1", "Otherline", "not_satisfied")
    assert hop.services == ("Patient support",)
    assert len(hop.reasons) == 1


def test_chain_is_told_as_the_client_may_read_it(cast, story):
    """Two hops down the clinic gets general words, whoever issues."""
    story.downstream.disclosure_policy = "undisclosed"
    story.downstream.save(update_fields=["disclosure_policy"])
    (hop,) = queries.compose(cast.engagement, as_of=AS_OF).chain.children
    assert hop.name == "Undisclosed subcontractor 1.1"


def test_facts_hold_coverage_by_requirement_and_site(cast, story):
    assert queries.compose(cast.engagement, as_of=AS_OF).coverage == rules.CoverageLine(
        agents=2,
        cleared=1,
        requirements=(
            rules.RequirementLine(
                "PHI in chat", "Everybody, before first contact", 2, 1, 0
            ),
        ),
        sites=(rules.SiteLine("MNL-1", 2, 1),),
    )


def test_facts_hold_each_agents_training(cast, story):
    trained, untrained = queries.compose(cast.engagement, as_of=AS_OF).agents
    assert trained == rules.AgentLine(
        external_id="CL-1",
        name="Łucja Núñez",
        site="MNL-1",
        is_cleared=True,
        records=(
            rules.RecordLine(
                course="PHI in chat",
                version="2026.1",
                topics=("Minimum necessary", "Verifying identity"),
                is_scenario_based=True,
                completed_on=date(2026, 2, 3),
                valid_until=trained.records[0].valid_until,
                outcome="Passed",
            ),
        ),
    )
    assert (untrained.name, untrained.is_cleared, untrained.records) == (
        "Ramon Rao",
        False,
        (),
    )


def test_requirement_says_whom_it_binds_and_by_when(cast, story):
    training.make_requirement(
        cast.engagement,
        training.make_course(cast.vendor, title="Safety"),
        role="team_lead",
        channel="chat",
        timing="within_days",
        within_days=14,
    )
    lines = queries.compose(cast.engagement, as_of=AS_OF).coverage.requirements
    assert {line.course: line.applies_to for line in lines}["Safety"] == (
        "Team lead on Chat, within 14 days"
    )


def test_requirement_counted_from_joining_says_so(cast, story):
    training.make_requirement(
        cast.engagement,
        training.make_course(cast.vendor, title="Texas"),
        timing="after_hire",
        within_days=90,
    )
    lines = queries.compose(cast.engagement, as_of=AS_OF).coverage.requirements
    assert {line.course: line.applies_to for line in lines}["Texas"] == (
        "Everybody, within 90 days of joining"
    )


def test_facts_say_of_the_baa_what_the_gate_says(cast):
    """Dated back to January, signed on 2 June: before that nobody was bound."""
    agreements.make_baa(cast.engagement, signed_on=date(2026, 6, 2))
    before = queries.compose(cast.engagement, as_of=date(2026, 6, 1))
    assert (before.agreement, before.chain.flow_down) == (None, "not_satisfied")
    after = queries.compose(cast.engagement, as_of=date(2026, 6, 2))
    assert after.agreement is not None
    assert after.chain.flow_down == "satisfied"


def test_facts_hold_the_override_that_holds(cast, story):
    make_override(
        cast.engagement, requested_by=cast.officer, approved_by=cast.second_officer
    )
    override = queries.compose(cast.engagement, as_of=AS_OF).override
    assert override == rules.OverrideLine(
        reason="Patients wait",
        requested_by="Olga Officer",
        approved_by="Omar Second",
        approved_at=datetime(2026, 6, 10, 9, 0, tzinfo=UTC),
        expires_on=date(2026, 6, 30),
    )


def test_facts_of_a_past_day_leave_out_what_came_later(cast, story):
    (first, _) = queries.compose(cast.engagement, as_of=date(2026, 2, 2)).agents
    assert first.records == ()
    assert not first.is_cleared


def test_facts_hold_open_findings(cast, story):
    assert queries.compose(cast.engagement, as_of=AS_OF).findings == (
        rules.FindingLine(
            dimension="Channel",
            value="video",
            observed="Video is used.",
            agreed="Permitted: Chat.",
            detected_on=date(2026, 6, 10),
            state="Detected",
        ),
    )
    assert queries.compose(cast.engagement, as_of=date(2026, 6, 9)).findings == ()


def test_facts_name_every_file_once_by_hash(cast, story):
    evidence = queries.compose(cast.engagement, as_of=AS_OF).evidence
    assert [(line.sha256, line.what) for line in evidence[:3]] == [
        (
            story.version.document_sha256,
            "Signed document of the BAA: BAA Lakeside Clinic and Careline, version 1",
        ),
        (story.roster, "Roster of agents, as imported last"),
        (story.training_file, "Training records, as imported"),
    ]
    assert len({line.sha256 for line in evidence}) == len(evidence)
    assert all(line.size for line in evidence)


def test_roster_committed_after_the_day_is_no_evidence(cast, story):
    evidence = queries.compose(cast.engagement, as_of=date(2026, 5, 31)).evidence
    assert story.roster not in {line.sha256 for line in evidence}


@pytest.mark.parametrize("count", [1, 3])
def test_facts_cost_the_same_queries_for_any_roster(
    cast, count, django_assert_num_queries
):
    agreements.make_baa(cast.engagement)
    course = training.make_course(cast.vendor)
    training.make_requirement(cast.engagement, course)
    for _ in range(count):
        assignment = workforce.make_assignment(cast.engagement)
        training.make_record(assignment.agent, course)
    with django_assert_num_queries(30):
        facts = queries.compose(cast.engagement, as_of=AS_OF)
    assert len(facts.agents) == count


def test_made_up_role_pairs_do_not_leak(cast, pair):
    """A manager of a vendor that is a client of another sees no names there."""
    other = make_engagement(client=cast.vendor, provider=cast.other_vendor)
    make_attestation(other, by=cast.other_manager, code="V" * 20, names_agents=True)
    upstream = make_actor(cast.vendor, Role.VENDOR_MANAGER, name="Una Upstream")
    assert not queries.attestations_of(upstream, other).exists()
    assert queries.attestations_of(cast.other_manager, other).count() == 1
