"""Who may see what, codes, the frozen statement, and what the document says."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.rules import canonical
from apps.core.errors import Invalid
from apps.core.types import ConditionState, LegalStatus, Side
from apps.reports import rules
from apps.reports.rules.document import (
    counted,
    document,
    issued_words,
    training_rows,
)
from apps.tenancy.enums import Role
from tests.factories import reports as made

# -- Access ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "side", "expected"),
    [
        (Role.VENDOR_MANAGER, Side.PROVIDER, True),
        (Role.TEAM_LEAD, Side.PROVIDER, True),
        (Role.COMPLIANCE_MANAGER, Side.CLIENT, True),
        (Role.COMPLIANCE_ANALYST, Side.CLIENT, True),
        (Role.COMPLIANCE_READER, Side.CLIENT, False),
        # A vendor that is itself the client further down the chain.
        (Role.VENDOR_MANAGER, Side.CLIENT, False),
        (Role.COMPLIANCE_MANAGER, None, False),
        (Role.AUDITOR, None, False),
        (Role.PLATFORM_ADMIN, None, False),
    ],
)
def test_names_of_agents_are_open_to(role, side, expected):
    assert rules.may_name_agents(role=role, side=side) is expected


@pytest.mark.parametrize(
    ("role", "side", "is_granted", "expected"),
    [
        (Role.COMPLIANCE_MANAGER, Side.CLIENT, False, True),
        (Role.VENDOR_MANAGER, Side.PROVIDER, False, True),
        (Role.COMPLIANCE_ANALYST, Side.CLIENT, False, False),
        (Role.COMPLIANCE_READER, Side.CLIENT, False, False),
        (Role.TEAM_LEAD, Side.PROVIDER, False, False),
        (Role.COMPLIANCE_MANAGER, None, True, False),
        (Role.AUDITOR, None, True, True),
        (Role.AUDITOR, None, False, False),
    ],
)
def test_issuing_is_open_to(role, side, is_granted, expected):
    assert rules.may_issue(role=role, side=side, is_granted=is_granted) is expected


@pytest.mark.parametrize("as_of", [date(2026, 1, 5), date(2026, 6, 15)])
def test_as_of_between_start_and_today_is_accepted(as_of):
    rules.check_as_of(as_of, started_on=date(2026, 1, 5), today=date(2026, 6, 15))


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        (date(2026, 6, 16), "as_of_in_future"),
        (date(2026, 1, 4), "as_of_too_early"),
    ],
)
def test_as_of_outside_is_refused(as_of, code):
    with pytest.raises(Invalid) as raised:
        rules.check_as_of(as_of, started_on=date(2026, 1, 5), today=date(2026, 6, 15))
    assert raised.value.code == code
    assert list(raised.value.fields) == ["as_of"]


# -- Codes ----------------------------------------------------------------------


@given(st.binary(min_size=13, max_size=40))
def test_code_is_twenty_letters_a_person_can_type(entropy):
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{20}", rules.code_from(entropy))


def test_code_uses_a_hundred_bits():
    codes = {rules.code_from(bytes([*[0] * 3, 1 << bit, *[0] * 9])) for bit in range(8)}
    assert len(codes) == 8


def test_code_from_too_few_bits_is_refused():
    with pytest.raises(ValueError, match="100 bits"):
        rules.code_from(b"x" * 12)


def test_code_is_shown_in_groups_of_five():
    assert rules.grouped("0123456789ABCDEFGHJK") == "01234-56789-ABCDE-FGHJK"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Patient chat", "attestation-patient-chat-2026-06-15-01234.pdf"),
        ("Łódź / ../café", "attestation-odz-cafe-2026-06-15-01234.pdf"),
        ("患者", "attestation-engagement-2026-06-15-01234.pdf"),
        ("a" * 200, f"attestation-{'a' * 50}-2026-06-15-01234.pdf"),
    ],
)
def test_file_name_is_plain(name, expected):
    assert rules.file_name(name, made.AS_OF, "0123456789ABCDEFGHJK") == expected


# -- Statement ------------------------------------------------------------------


def test_statement_is_exactly_what_was_given():
    built = rules.statement(
        made.make_issue(), made.make_facts(head_count=1, declared_scope=None)
    )
    assert built["v"] == 1
    assert built["kind"] == "engagement"
    assert built["attestation"] == {
        "id": "00000000-0000-0000-0000-00000000002a",
        "code": "0123456789ABCDEFGHJK",
        "as_of": "2026-06-15",
        "issued_at": "2026-06-15T12:00:00.000000Z",
        "time_zone": "America/New_York",
        "issued_by": "Olga Officer",
        "role": "Compliance manager",
        "organization": "Lakeside Clinic",
        "names_agents": True,
    }
    assert built["conditions"] == [
        {
            "code": "agreement.in_force",
            "title": "A BAA is in force",
            "state": "satisfied",
            "detail": "Careline BAA, version 2, is in force until 31 December 2026.",
            "citation": "45 CFR 164.502(e), 164.504(e)",
            "legal_status": "in_force",
            "who_acts": "both",
            "since": "2026-01-05",
            "due": None,
            "evidence": [made.DOCUMENT],
        }
    ]
    assert built["agents"] == [
        {
            "external_id": "CL-0001",
            "name": "José Santos 001",
            "site": "Cebu 2",
            "is_cleared": True,
            "records": [
                {
                    "course": "HIPAA for chat agents",
                    "version": "2026.1",
                    "topics": list(made.TOPICS),
                    "is_scenario_based": True,
                    "completed_on": "2026-01-08",
                    "valid_until": "2027-01-07",
                    "outcome": "Passed",
                },
                {
                    "course": "Information security for remote teams",
                    "version": "3",
                    "topics": ["Passwords and second factor", "Clean desk"],
                    "is_scenario_based": False,
                    "completed_on": "2026-01-08",
                    "valid_until": None,
                    "outcome": "Passed",
                },
            ],
        }
    ]
    assert built["sources"] == [
        {
            "citation": "45 CFR 164.502(e), 164.504(e)",
            "legal_status": "in_force",
            "cited_for": ["A BAA is in force"],
        }
    ]
    assert built["declared_scope"] is None
    assert set(built) == {
        "v",
        "kind",
        "attestation",
        "engagement",
        "verdict",
        "verdict_words",
        "conditions",
        "override",
        "declared_scope",
        "agreement",
        "chain",
        "coverage",
        "agents",
        "findings",
        "evidence",
        "sources",
    }


def test_statement_survives_storage_with_the_same_hash():
    built = made.make_statement()
    stored = json.loads(json.dumps(built, sort_keys=True))
    assert stored == built
    assert rules.statement_sha256(stored) == rules.statement_sha256(built)


def test_hash_of_a_statement_is_stable():
    """Changes only with the statement's form; then VERSION goes up."""
    assert rules.statement_sha256(made.make_statement(head_count=1)) == (
        "05ad74bb86f66d76dd36f15680f95c93c1cf208f6101b1b9b16ba951f9dc8d4d"
    )


def test_statement_bytes_are_canonical():
    built = made.make_statement()
    assert rules.statement_bytes(built) == canonical(built)
    assert json.loads(rules.statement_bytes(built)) == built


def test_agents_are_ordered_by_name_when_named():
    built = made.make_statement(head_count=40)
    names = [agent["name"] for agent in built["agents"]]
    assert names == sorted(names)


def test_without_names_nothing_tells_who_an_agent_is():
    facts = made.make_facts(head_count=9)
    built = rules.statement(made.make_issue(names_agents=False), facts)
    text = rules.statement_bytes(built).decode()
    for agent in facts.agents:
        assert agent.name not in text
        assert agent.external_id not in text
    assert [agent["name"] for agent in built["agents"]] == [
        f"Agent {number}" for number in range(1, 10)
    ]


def test_without_names_the_order_is_not_that_of_the_roster():
    facts = made.make_facts(head_count=30)
    days = {agent.external_id: agent.records[0].completed_on for agent in facts.agents}
    first = rules.statement(made.make_issue(names_agents=False, code="A" * 20), facts)[
        "agents"
    ]
    second = rules.statement(made.make_issue(names_agents=False, code="B" * 20), facts)[
        "agents"
    ]
    told = [agent["records"][0]["completed_on"] for agent in first]
    assert sorted(told) == sorted(day.isoformat() for day in days.values())
    assert told != sorted(told)
    assert told != [agent["records"][0]["completed_on"] for agent in second]


def test_sources_name_each_citation_once():
    conditions = (
        made.make_condition(title="One"),
        made.make_condition(title="Two"),
        made.make_condition(
            title="Three", citation="Our scope", legal_status=LegalStatus.OWN_DEFAULT
        ),
    )
    built = rules.statement(made.make_issue(), made.make_facts(conditions=conditions))
    assert built["sources"] == [
        {
            "citation": "45 CFR 164.502(e), 164.504(e)",
            "legal_status": "in_force",
            "cited_for": ["One", "Two"],
        },
        {
            "citation": "Our scope",
            "legal_status": "own_default",
            "cited_for": ["Three"],
        },
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2026, 2, 28), "2026-02-28"),
        (datetime(2026, 2, 28, 1, tzinfo=UTC), "2026-02-28T01:00:00.000000Z"),
        (ConditionState.UNKNOWN, "unknown"),
        ((1, None, True), [1, None, True]),
    ],
)
def test_plain_is_what_json_holds(value, expected):
    assert rules.plain(value) == expected


# -- Document -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((), "No condition was examined."),
        (("satisfied",), "The only condition is satisfied."),
        (("satisfied",) * 7, "All 7 conditions are satisfied."),
        (
            ("satisfied", "not_satisfied", "unknown"),
            "Of 3 conditions, 1 is not satisfied and 1 is not known.",
        ),
        (("not_satisfied",) * 2, "Of 2 conditions, 2 are not satisfied."),
        (("unknown",) * 2, "Of 2 conditions, 2 are not known."),
    ],
)
def test_conditions_are_counted_in_one_sentence(states, expected):
    assert counted([{"state": state} for state in states]) == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "15 June 2026 12:00 UTC"),
        (
            "Asia/Manila",
            "15 June 2026 20:00 Asia/Manila (2026-06-15 12:00 UTC)",
        ),
    ],
)
def test_issued_at_is_told_with_its_zone(zone, expected):
    assert issued_words("2026-06-15T12:00:00.000000Z", zone) == expected


def test_scope_is_shown_beside_what_the_agreement_permits():
    facts = made.make_facts(
        agreement=made.make_agreement_line(
            scope=made.make_scope(
                phi_categories=(), countries=(), head_count_ceiling=None
            )
        )
    )
    rows = document(rules.statement(made.make_issue(), facts), "ab" * 32)["scope_rows"]
    assert ("Channels", "Chat, E-mail", "Chat, E-mail") in rows
    assert ("PHI categories", "Names and contact data, Appointments", "None") in rows
    assert ("Countries", "PH", "No limit set") in rows
    assert ("Agents at most", "450", "No limit set") in rows
    assert ("Work from home", "No", "No") in rows


def test_scope_without_agreement_or_declaration_is_a_dash():
    facts = made.make_facts(agreement=None, declared_scope=None)
    rows = document(rules.statement(made.make_issue(), facts), "ab" * 32)["scope_rows"]
    assert {row[1:] for row in rows} == {("-", "-")}


def test_chain_is_walked_from_the_top():
    chain = made.make_hop(
        children=(
            made.make_hop(
                path="1",
                name="Cloudline",
                children=(
                    made.make_hop(
                        path="1.1",
                        name="Hostline",
                        flow_down="not_satisfied",
                        reasons=("No agreement",),
                    ),
                ),
            ),
            made.make_hop(path="2", name="Nightline", is_approved=False),
        )
    )
    paper = document(
        rules.statement(made.make_issue(), made.make_facts(chain=chain)), "ab" * 32
    )
    assert [(hop.path, hop.name_shown, hop.tone) for hop in paper["hops"]] == [
        ("0", "Careline", "good"),
        ("1", "Cloudline", "good"),
        ("1.1", "Hostline", "bad"),
        ("2", "Nightline", "warn"),
    ]
    # What the root's BAA lacks is told among the conditions, never contradicted here.
    assert paper["hops"][0].words == "BAA in force"
    assert paper["subcontractors"] == 3
    assert "Hostline" in paper["chain_drawing"]


@pytest.mark.parametrize(
    ("expires_on", "words"),
    [
        (None, "without an end date"),
        (date(2026, 6, 15), "to 2026-06-15, inclusive"),
        (date(2026, 6, 14), "to 2026-06-14, renewed since"),
    ],
)
def test_a_period_is_told_as_of_the_day(expires_on, words):
    agreement = made.make_agreement_line(expires_on=expires_on)
    statement = rules.statement(
        made.make_issue(as_of=date(2026, 6, 15)), made.make_facts(agreement=agreement)
    )
    page = render_to_string("print/_agreement.html", {"statement": statement})
    assert words in " ".join(page.split())


def test_nobody_is_said_to_do_all_the_work():
    statement = rules.statement(made.make_issue(), made.make_facts())
    page = render_to_string("print/_chain.html", {"statement": statement})
    assert "No subcontractor was declared for this day.</p>" in page


def test_agent_without_records_has_a_row():
    agents = [{"name": "A", "records": [1, 2]}, {"name": "B", "records": []}]
    assert [(row["agent"]["name"], row["record"]) for row in training_rows(agents)] == [
        ("A", 1),
        ("A", 2),
        ("B", None),
    ]


def test_requirement_shows_who_misses_it():
    facts = made.make_facts(
        coverage=rules.CoverageLine(
            agents=9,
            cleared=6,
            requirements=(rules.RequirementLine("Course", "Everybody", 9, 5, 1),),
            sites=(),
        )
    )
    paper = document(rules.statement(made.make_issue(), facts), "ab" * 32)
    assert [row["not_met"] for row in paper["requirement_rows"]] == [3]
