"""What changed between two proposals, as cases and as properties."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.agreements.enums import Layer, ProvisionStanding, Renewal
from apps.agreements.rules import (
    Clause,
    Proposal,
    compare,
    compare_words,
    first_clauses,
    lines_of,
    marks_of_clauses,
    required_ids,
    template_clauses,
    written_clauses,
)
from apps.agreements.rules.clauses import read_clauses
from apps.agreements.rules.comparing import (
    ClauseChange,
    FieldChange,
    Piece,
    ScopeChange,
)
from tests.factories.agreements import SCOPE, make_terms

CLAUSES = written_clauses(first_clauses(Layer.CLIENT_TO_VENDOR), Layer.CLIENT_TO_VENDOR)


def proposal(*, clauses=CLAUSES, sha256="", names=None, **terms):
    return Proposal(make_terms(**terms), clauses, names or {}, sha256)


def changed(provision, **values):
    return tuple(
        replace(one, **values) if one.provision == provision else one for one in CLAUSES
    )


# -- Words --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", ()),
        ("same words", "same words", (Piece("same", "same words"),)),
        ("", "new", (Piece("added", "new"),)),
        ("old", "", (Piece("removed", "old"),)),
        (
            "within 5 days",
            "within 3 days",
            (
                Piece("same", "within"),
                Piece("removed", " 5"),
                Piece("added", " 3"),
                Piece("same", " days"),
            ),
        ),
    ],
)
def test_words(old, new, pieces):
    assert compare_words(old, new) == pieces


@given(st.text(max_size=80), st.text(max_size=80))
def test_words_give_both_texts_back(old, new):
    pieces = compare_words(old, new)
    kept = {"removed": "", "added": ""}
    for piece in pieces:
        for side in kept:
            if piece.change in {"same", side}:
                kept[side] += piece.text
    assert kept == {"removed": old, "added": new}


# -- Proposals ----------------------------------------------------------------
def test_the_same_differs_in_nothing():
    assert compare(proposal(), proposal()).is_same


def test_cover_terms():
    new = proposal(
        reporting_value=48,
        renewal=Renewal.EVERGREEN,
        expires_on=None,
        return_days=10,
        notice_days=1,
    )
    assert compare(proposal(), new).fields == (
        FieldChange("Last day", "31 December 2026", "no last day"),
        FieldChange("On the last day", "Ends on its last day", "Runs until terminated"),
        FieldChange("Notice before a renewal", "not stated", "1 day"),
        FieldChange("Incidents are reported within", "24 hours", "48 hours"),
        FieldChange("PHI is returned or destroyed within", "30 days", "10 days"),
    )


def test_scope_by_what_came_and_went():
    new = proposal(
        scope=replace(
            SCOPE,
            channels=("chat", "voice"),
            countries=("PH",),
            head_count_ceiling=None,
            remote_work=True,
        )
    )
    assert compare(proposal(), new).scope == (
        ScopeChange("Channels", ("Voice",), ("E-mail",)),
        ScopeChange("Countries", (), ("US",)),
        ScopeChange("Most agents", ("no limit",), ("150",)),
        ScopeChange("Remote work", ("yes",), ("no",)),
    )


def test_a_clause_reworded_added_or_removed():
    reworded = compare(proposal(), proposal(clauses=changed("BAA-06", wording="No.")))
    [change] = reworded.clauses
    assert (change.provision, change.state) == ("BAA-06", "reworded")
    assert "".join(p.text for p in change.pieces if p.change != "removed") == "No."
    out = proposal(
        clauses=changed("BAA-23", is_included=False, standing=None, place="", reason="")
    )
    assert [one.state for one in compare(proposal(), out).clauses] == ["removed"]
    assert [one.state for one in compare(out, proposal()).clauses] == ["added"]


def test_numbers_that_move_along_are_no_change():
    moved = proposal(clauses=changed("BAA-25", place="Clause 3"))
    assert compare(proposal(), moved).is_same


def test_an_upload_that_stands_elsewhere():
    old = (Clause("BAA-15", standing=ProvisionStanding.MET, place="p. 2"),)
    new = (
        Clause(
            "BAA-15",
            is_included=True,
            standing=ProvisionStanding.MISSING,
        ),
    )
    comparison = compare(
        proposal(clauses=old, sha256="a"), proposal(clauses=new, sha256="b")
    )
    assert comparison.is_other_document
    assert comparison.clauses == (
        ClauseChange("BAA-15", "restated", (), "Met, p. 2", "Missing"),
    )


# -- Our clauses --------------------------------------------------------------
@pytest.mark.parametrize("layer", list(Layer))
def test_the_template_leaves_no_gap(layer):
    marks = {
        one.provision: one.standing
        for one in marks_of_clauses(written_clauses(first_clauses(layer), layer))
    }
    assert {marks[name] for name in required_ids(layer)} == {ProvisionStanding.MET}
    assert ProvisionStanding.MISSING not in marks.values()


@pytest.mark.parametrize("layer", list(Layer))
def test_clauses_name_the_roles_of_the_hop(layer):
    text = " ".join(one.wording for one in first_clauses(layer))
    assert "{" not in text
    assert ("the Subcontractor" in text) is (layer is Layer.VENDOR_TO_SUBCONTRACTOR)
    assert ("the Covered Entity" in text) is (layer is Layer.CLIENT_TO_VENDOR)
    assert [one.provision for one in first_clauses(layer)] == [
        line.id for line in lines_of(layer)
    ]


def test_there_is_a_clause_for_every_line():
    assert len(template_clauses()) == 25


@pytest.mark.parametrize(
    "row", [{"id": "BAA-01"}, {"id": "X", "is_default": 1, "text": ""}]
)
def test_an_incomplete_clause_is_refused(row):
    with pytest.raises(ValueError, match="incomplete"):
        read_clauses([row])
