"""Worked examples, from their facts to their dates: the shared ones and our own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.incidents.worked import moment, outcome
from tests.shared_data import shared

OWN = Path(__file__).parent / "data" / "worked_cases.yaml"


def _cases(path: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(path.read_text("utf-8"))["cases"]


def _shared() -> list[dict[str, Any]]:
    try:
        return _cases(shared("reference", "breach_cases.yaml"))
    except pytest.skip.Exception:
        return []


@pytest.mark.parametrize("case", _shared(), ids=lambda case: case["id"])
def test_shared_case_gives_its_dates(case: dict[str, Any]) -> None:
    _assert_gives(case)


@pytest.mark.parametrize("case", _cases(OWN), ids=lambda case: case["id"])
def test_own_case_gives_its_dates(case: dict[str, Any]) -> None:
    _assert_gives(case)


def _assert_gives(case: dict[str, Any]) -> None:
    said = outcome(case)
    wanted = case["expect"]
    found = {name: said.get(name) for name in wanted}
    assert found == {name: _plain(value, found[name]) for name, value in wanted.items()}


def _plain(value: Any, found: Any) -> Any:
    return moment(value) if isinstance(found, datetime) else value
