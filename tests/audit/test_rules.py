"""Canonical bytes and commitments."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit import rules


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        ({"é"[:0] + "a": "é"}, '{"a":"é"}'.encode()),
        (date(2026, 6, 15), b'"2026-06-15"'),
        (datetime(2026, 6, 15, 12, tzinfo=UTC), b'"2026-06-15T12:00:00.000000Z"'),
        (UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        ({"x", "a"}, b'["a","x"]'),
    ],
)
def test_canonical_bytes(value: object, expected: bytes) -> None:
    assert rules.canonical(value) == expected


@pytest.mark.parametrize(
    "value",
    [1.5, 2**53, "\ud800", {1: "a"}, {"é": 1}, datetime(2026, 1, 1), object()],  # noqa: DTZ001
    ids=["float", "big", "surrogate", "key", "odd key", "naive", "object"],
)
def test_canonical_refuses_what_has_no_one_form(value: object) -> None:
    with pytest.raises(rules.NotCanonical):
        rules.canonical(value)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)
    ),
    max_leaves=20,
)


@given(plain)
def test_canonical_bytes_read_back_to_themselves(value: object) -> None:
    once = rules.canonical(value)
    assert rules.canonical(json.loads(once)) == once


@given(st.binary(min_size=32, max_size=32), plain, plain)
def test_commitment_tells_values_apart(
    nonce: bytes, first: object, second: object
) -> None:
    same = rules.canonical(first) == rules.canonical(second)
    committed = rules.commitment(nonce, first), rules.commitment(nonce, second)
    assert (committed[0] == committed[1]) is same
