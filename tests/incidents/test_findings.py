"""Findings that the record no longer carries, and two people who decide at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from apps.core.errors import Conflict
from apps.incidents import actions, queries, rules
from apps.incidents.actions import FactValue
from apps.incidents.enums import FactName, Outcome
from apps.incidents.models import Determination, Incident
from tests.conftest import Cast
from tests.incidents.test_actions import running, shared

YES, NO = FactValue(yes=True), FactValue(yes=False)
SECURED = {"outcome": Outcome.SECURED, "reason": "Encrypted laptop."}
LOW = {"outcome": Outcome.LOW_PROBABILITY, "reason": "Deleted unread."}


def secured(cast: Cast) -> Incident:
    incident = shared(cast)
    for name in (FactName.ENCRYPTED, FactName.KEY_SAFE):
        actions.correct_fact(incident, by=cast.officer, name=name, value=YES)
    return incident


def weighed(cast: Cast, incident: Incident, *, is_low: bool) -> None:
    risk = "low" if is_low else "high"
    row = actions.assess(
        incident,
        by=cast.analyst,
        factors={item.id: (risk, "Seen.") for item in rules.federal().factors},
        is_low_probability=is_low,
        reason="Seen.",
    )
    actions.confirm_assessment(row, by=cast.officer)


def found(cast: Cast, incident: Incident, **finding: Any) -> Determination:
    row = actions.propose_finding(incident, by=cast.officer, **finding)
    return actions.confirm_finding(row, by=cast.second_officer)


def stands(cast: Cast, incident: Incident) -> list[str]:
    return [one.stands for one in queries.case_file(cast.officer, incident).findings]


def test_key_found_breached_starts_the_clocks_again(cast: Cast) -> None:
    incident = secured(cast)
    found(cast, incident, **SECURED)
    assert running(incident) == {}
    assert stands(cast, incident) == ["In effect"]
    actions.correct_fact(
        incident,
        by=cast.officer,
        name=FactName.KEY_SAFE,
        value=NO,
        reason="It stood on a label.",
    )
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 10)
    lapsed = "No longer carried by the record: a breach is presumed"
    assert stands(cast, incident) == [lapsed]


def test_later_assessment_starts_the_clocks_again(cast: Cast) -> None:
    incident = shared(cast)
    weighed(cast, incident, is_low=True)
    found(cast, incident, **LOW)
    assert running(incident) == {}
    weighed(cast, incident, is_low=False)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 10)


def test_finding_the_facts_left_cannot_be_confirmed(cast: Cast) -> None:
    incident = secured(cast)
    row = actions.propose_finding(incident, by=cast.officer, **SECURED)
    actions.correct_fact(
        incident, by=cast.officer, name=FactName.KEY_SAFE, value=NO, reason="A label."
    )
    with pytest.raises(rules.FindingNotSupported), transaction.atomic():
        actions.confirm_finding(row, by=cast.second_officer)
    assert "FED-INDIVIDUALS" in running(incident)


def test_older_proposal_does_not_undo_a_finding(cast: Cast) -> None:
    incident = shared(cast)
    no_phi = {"outcome": Outcome.NO_PHI, "reason": "A test account."}
    older = actions.propose_finding(incident, by=cast.officer, **no_phi)
    newer = actions.propose_finding(
        incident, by=cast.second_officer, outcome=Outcome.BREACH, reason="It was read."
    )
    actions.confirm_finding(newer, by=cast.officer)
    with pytest.raises(Conflict, match="another finding"), transaction.atomic():
        actions.confirm_finding(older, by=cast.second_officer)
    assert "FED-INDIVIDUALS" in running(incident)


def test_later_finding_takes_the_place_of_an_earlier_one(cast: Cast) -> None:
    incident = shared(cast)
    found(cast, incident, outcome=Outcome.NO_PHI, reason="A test account.")
    found(cast, incident, outcome=Outcome.BREACH, reason="It was a patient's.")
    assert stands(cast, incident) == ["Replaced by a later finding", "In effect"]
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 10)
