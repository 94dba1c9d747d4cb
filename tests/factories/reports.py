"""Made facts, statements and attestations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.core.types import ConditionState, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement
from apps.reports import rules
from apps.reports.enums import AttestationKind
from apps.reports.models import Attestation
from apps.tenancy.actor import Actor

AS_OF = date(2026, 6, 15)
DOCUMENT = "ab" * 32
TOPICS = (
    "Minimum necessary on chat",
    "Verifying a caller's identity",
    "Screenshots and copy-paste",
    "Reporting an incident at once",
)
_FIRST = ("Maria", "José", "Łucja", "Ngọc", "Ådne", "Grace", "Ramon", "Aisha")
_LAST = ("Santos", "Núñez", "Wójcik", "Trần", "Sørensen", "Okafor", "dela Cruz", "Rao")


def make_condition(**overrides: Any) -> GateCondition:
    """A satisfied condition about the BAA."""
    values: dict[str, Any] = {
        "code": "agreement.in_force",
        "title": "A BAA is in force",
        "state": ConditionState.SATISFIED,
        "detail": "Careline BAA, version 2, is in force until 31 December 2026.",
        "citation": "45 CFR 164.502(e), 164.504(e)",
        "legal_status": LegalStatus.IN_FORCE,
        "who_acts": Side.BOTH,
        "since": date(2026, 1, 5),
        "evidence": (DOCUMENT,),
    }
    return GateCondition(**values | overrides)


def make_scope(**overrides: Any) -> rules.ScopeLine:
    """A scope in words."""
    values: dict[str, Any] = {
        "services": ("Patient support", "Appointment scheduling"),
        "channels": ("Chat", "E-mail"),
        "phi_categories": ("Names and contact data", "Appointments"),
        "countries": ("PH",),
        "sites": ("MNL-1", "CEB-2"),
        "systems": ("Clinic CRM",),
        "head_count_ceiling": 450,
        "remote_work": False,
        "hours": "24 hours, every day",
        "effective_on": date(2026, 1, 5),
    }
    return rules.ScopeLine(**values | overrides)


def make_record(**overrides: Any) -> rules.RecordLine:
    """A passed course on PHI in chat."""
    values: dict[str, Any] = {
        "course": "HIPAA for chat agents",
        "version": "2026.1",
        "topics": TOPICS,
        "is_scenario_based": True,
        "completed_on": date(2026, 2, 3),
        "valid_until": date(2027, 2, 2),
        "outcome": "Passed",
    }
    return rules.RecordLine(**values | overrides)


def make_agent(number: int = 1, **overrides: Any) -> rules.AgentLine:
    """One agent of many, cleared, with two courses."""
    day = date(2026, 1, 7) + timedelta(days=number % 90)
    values: dict[str, Any] = {
        "external_id": f"CL-{number:04}",
        "name": f"{_FIRST[number % 8]} {_LAST[number // 8 % 8]} {number:03}",
        "site": ("Manila 1", "Cebu 2")[number % 2],
        "is_cleared": True,
        "records": (
            make_record(completed_on=day, valid_until=day + timedelta(days=364)),
            make_record(
                course="Information security for remote teams",
                version="3",
                topics=("Passwords and second factor", "Clean desk"),
                is_scenario_based=False,
                completed_on=day,
                valid_until=None,
            ),
        ),
    }
    return rules.AgentLine(**values | overrides)


def make_hop(**overrides: Any) -> rules.HopLine:
    """The provider at the root of its chain."""
    values: dict[str, Any] = {
        "path": "0",
        "name": "Careline",
        "country": "PH",
        "services": ("Patient support",),
        "channels": ("Chat",),
        "is_approved": True,
        "effective_on": date(2026, 1, 5),
        "flow_down": "satisfied",
        "reasons": (),
    }
    return rules.HopLine(**values | overrides)


def make_engagement_line(**overrides: Any) -> rules.EngagementLine:
    """Patient chat, by Careline for Lakeside Clinic."""
    values: dict[str, Any] = {
        "id": UUID(int=7),
        "name": "Patient chat",
        "tier": "Tier 1 - critical",
        "started_on": date(2026, 1, 5),
        "ended_on": None,
        "legal_agency": "Independent contractor",
        "client": rules.Party(UUID(int=1), "Lakeside Clinic", "Covered entity", "US"),
        "provider": rules.Party(UUID(int=2), "Careline", "Vendor", "PH"),
    }
    return rules.EngagementLine(**values | overrides)


def make_agreement_line(**overrides: Any) -> rules.AgreementLine:
    """Version 2 of the BAA, signed by both sides."""
    signed = {"signed_on": date(2025, 12, 20), "method": "Electronically elsewhere"}
    values: dict[str, Any] = {
        "title": "BAA Lakeside Clinic - Careline",
        "version": 2,
        "kind": "Amendment",
        "effective_on": date(2026, 1, 5),
        "expires_on": date(2026, 12, 31),
        "document_sha256": DOCUMENT,
        "reporting_window": "24 hours",
        "renewal": "Ends on its last day",
        "scope": make_scope(effective_on=None),
        "signatures": (
            rules.SignatureLine(
                "Discloser", "Olga Officer", "Privacy Officer", **signed
            ),
            rules.SignatureLine("Recipient", "Mara Manager", "VP Delivery", **signed),
        ),
    }
    return rules.AgreementLine(**values | overrides)


def make_facts(*, head_count: int = 2, **overrides: Any) -> rules.EngagementFacts:
    """Everything a statement holds, with as many agents as wanted."""
    values: dict[str, Any] = {
        "engagement": make_engagement_line(),
        "verdict": "open",
        "verdict_words": "PHI may flow",
        "conditions": (make_condition(),),
        "override": None,
        "declared_scope": make_scope(),
        "agreement": make_agreement_line(),
        "chain": make_hop(),
        "coverage": rules.CoverageLine(
            agents=head_count,
            cleared=head_count,
            requirements=(
                rules.RequirementLine(
                    "HIPAA for chat agents", "All agents", head_count, head_count, 0
                ),
            ),
            sites=(rules.SiteLine("Manila 1", head_count, head_count),),
        ),
        "agents": tuple(make_agent(number) for number in range(1, head_count + 1)),
        "findings": (),
        "evidence": (
            rules.EvidenceLine(
                DOCUMENT, "BAA, version 2", "application/pdf", 4711, date(2025, 12, 21)
            ),
        ),
    }
    return rules.EngagementFacts(**values | overrides)


def make_issue(**overrides: Any) -> rules.Issue:
    """Issued by the clinic's officer at noon."""
    values: dict[str, Any] = {
        "id": UUID(int=42),
        "code": "0123456789ABCDEFGHJK",
        "as_of": AS_OF,
        "issued_at": datetime(2026, 6, 15, 12, 0, tzinfo=UTC),
        "time_zone": "America/New_York",
        "issued_by": "Olga Officer",
        "role": "Compliance manager",
        "organization": "Lakeside Clinic",
        "names_agents": True,
    }
    return rules.Issue(**values | overrides)


def make_statement(*, head_count: int = 2, **overrides: Any) -> rules.Statement:
    """A whole statement."""
    return rules.statement(make_issue(**overrides), make_facts(head_count=head_count))


def make_attestation(
    engagement: Engagement, *, by: Actor, code: str, **overrides: Any
) -> Attestation:
    """A row with a made statement, not rendered yet."""
    names_agents = overrides.pop("names_agents", False)
    statement = make_statement(
        head_count=overrides.pop("head_count", 2), code=code, names_agents=names_agents
    )
    values: dict[str, Any] = {
        "kind": AttestationKind.ENGAGEMENT,
        "engagement": engagement,
        "organization": by.organization,
        "as_of": AS_OF,
        "issued_at": datetime(2026, 6, 15, 12, 0, tzinfo=UTC),
        "issued_by": by.user,
        "statement": statement,
        "statement_sha256": rules.statement_sha256(statement),
        "code": code,
        "names_agents": names_agents,
    }
    return Attestation.objects.create(**values | overrides)
