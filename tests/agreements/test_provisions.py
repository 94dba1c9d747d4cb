"""The checklist: what it holds, what is required of whom, what counts as a gap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from apps.agreements.enums import (
    Layer,
    ProvisionStanding,
    ProvisionStatus,
    Requirement,
)
from apps.agreements.rules import (
    checklist,
    gaps,
    provision,
    required_ids,
    unassessed,
)
from apps.agreements.rules.provisions import read_lines

CLIENT, SUB = Layer.CLIENT_TO_VENDOR, Layer.VENDOR_TO_SUBCONTRACTOR
MET, MISSING = ProvisionStanding.MET, ProvisionStanding.MISSING
GOOD = {
    "id": "BAA-01",
    "title": "Written",
    "meaning": "It is written.",
    "citation": "45 CFR 164.502(e)(2)",
    "requirement": "required",
    "legal_status": "in_force",
    "layers": ["client_to_vendor"],
}
NOT_REQUIRED = {"BAA-03", "BAA-04", "BAA-05", "BAA-20", "BAA-22", "BAA-23", "BAA-24"}


def test_checklist_ids_are_complete_and_in_order() -> None:
    assert [line.id for line in checklist()] == [f"BAA-{n:02}" for n in range(1, 26)]


def test_checklist_every_line_cites_the_regulation() -> None:
    assert all(line.citation.startswith("45 CFR 164.") for line in checklist())


def test_required_ids_of_a_subcontract_add_the_mirror_clause() -> None:
    everything = {line.id for line in checklist()}
    assert set(required_ids(SUB)) == everything - NOT_REQUIRED
    assert set(required_ids(CLIENT)) == everything - NOT_REQUIRED - {"BAA-21"}


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (ProvisionStatus.IN_FORCE, True),
        (ProvisionStatus.PROPOSED, False),
        (ProvisionStatus.RECOMMENDED, False),
    ],
)
def test_is_required_only_while_in_force(
    standing: ProvisionStatus, *, expected: bool
) -> None:
    line = replace(provision("BAA-06"), legal_status=standing)
    assert line.is_required(CLIENT) is expected


def test_gaps_of_optional_lines_are_none() -> None:
    marks = dict.fromkeys(NOT_REQUIRED - {"BAA-04"}, MISSING)
    assert gaps(marks, SUB) == ()


def test_gaps_name_required_and_triggered_lines_marked_missing() -> None:
    marks = {"BAA-04": MISSING, "BAA-06": MISSING, "BAA-07": MET}
    assert [line.id for line in gaps(marks, CLIENT)] == ["BAA-04", "BAA-06"]


def test_gaps_of_the_mirror_clause_only_in_a_subcontract() -> None:
    marks = {"BAA-21": MISSING}
    assert gaps(marks, CLIENT) == ()
    assert [line.id for line in gaps(marks, SUB)] == ["BAA-21"]


@pytest.mark.parametrize(
    ("provision_id", "is_gap"),
    [
        # Electronic PHI alone; nobody requires it; what every agreement says.
        ("BAA-17", False),
        ("BAA-18", False),
        ("BAA-19", False),
        ("BAA-05", False),
        ("BAA-04", False),
        ("BAA-20", False),
        ("BAA-06", True),
        ("BAA-15", True),
    ],
)
def test_gaps_not_applicable_only_where_that_can_be(
    provision_id: str, *, is_gap: bool
) -> None:
    marks = {provision_id: ProvisionStanding.NOT_APPLICABLE}
    assert [line.id for line in gaps(marks, CLIENT)] == [provision_id] * is_gap


def test_unassessed_names_required_lines_without_a_mark() -> None:
    marks = dict.fromkeys(required_ids(CLIENT)[2:], MET)
    assert [line.id for line in unassessed(marks, CLIENT)] == ["BAA-01", "BAA-02"]


def test_conditional_line_is_never_required() -> None:
    line = provision("BAA-04")
    assert line.requirement is Requirement.CONDITIONAL
    assert not line.is_required(CLIENT)
    assert line.is_conditional(CLIENT)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"id": "BAA-01"}, "The checklist line BAA-01 is incomplete"),
        (GOOD | {"title": ""}, "is incomplete"),
        (GOOD | {"requirement": "wished"}, "wished"),
    ],
)
def test_checklist_damaged_line_is_refused(row: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        read_lines([row])


def test_checklist_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="out of order"):
        read_lines([GOOD, GOOD])
