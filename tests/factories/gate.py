"""Conditions, decisions and overrides of the gate."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from apps.core.types import ConditionState, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement
from apps.gate.enums import Verdict
from apps.gate.models import GateDecision, GateOverride
from apps.tenancy.actor import Actor
from tests.factories.agreements import make_baa
from tests.factories.drift import make_staff
from tests.factories.engagements import make_scope
from tests.factories.training import make_course, make_record, make_requirement


def make_condition(**overrides: Any) -> GateCondition:
    """A condition that holds."""
    values: dict[str, Any] = {
        "code": "agreement.in_force",
        "title": "A BAA is in force",
        "state": ConditionState.SATISFIED,
        "detail": "In force until 31 December 2026.",
        "citation": "45 CFR 164.502(e)(2)",
        "legal_status": LegalStatus.IN_FORCE,
        "who_acts": Side.BOTH,
    }
    return GateCondition(**values | overrides)


def make_ready(engagement: Engagement, **terms: Any) -> Engagement:
    """Scope declared, agreement signed, two people assigned and trained: open.

    ``terms`` are overrides of the agreement's version.
    """
    make_scope(engagement)
    make_baa(engagement, **terms)
    course = make_course(engagement.provider)
    make_requirement(engagement, course)
    for assignment in make_staff(engagement, 2):
        make_record(assignment.agent, course)
    return engagement


def make_decision(engagement: Engagement, **overrides: Any) -> GateDecision:
    """Closed, decided on 10 June 2026 for no condition in particular."""
    values = {
        "decided_at": datetime(2026, 6, 10, 9, 0, tzinfo=UTC),
        "as_of": date(2026, 6, 10),
        "verdict": Verdict.CLOSED,
        "conditions": [],
        "conditions_sha256": "00" * 32,
    }
    return GateDecision.objects.create(engagement=engagement, **values | overrides)


def make_override(
    engagement: Engagement,
    *,
    requested_by: Actor,
    approved_by: Actor | None = None,
    **overrides: Any,
) -> GateOverride:
    """Until 30 June 2026; approved on 10 June 2026 if somebody approved it."""
    values: dict[str, Any] = {
        "reason": "Patients wait",
        "requested_by": requested_by.user,
        "expires_on": date(2026, 6, 30),
    }
    if approved_by is not None:
        values["approved_by"] = approved_by.user
        values["approved_at"] = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
    return GateOverride.objects.create(engagement=engagement, **values | overrides)
