"""The hourly look whether any verdict moved by date alone."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.gate import actions
from apps.gate.actions import KEEPER
from bench.chain import Chain
from bench.dataset import Dataset
from bench.timing import Row, once


def gate_sweep(dataset: Dataset) -> Row:
    """Gate: the first look decides every engagement, the second finds nothing new."""
    engagements = dataset.size.vendors + Chain(dataset).edges
    decided: list[int] = []
    first = once(lambda: decided.append(actions.sweep(by=KEEPER)))
    with CaptureQueriesContext(connection) as queries:
        second = once(lambda: decided.append(actions.sweep(by=KEEPER)))
    assert decided == [engagements, 0]
    result = (
        f"{len(queries)} statements, {second:.1f} s, "
        f"{engagements / second:,.0f} engagements/s; {engagements:,} decided first "
        f"in {first:.0f} s, then 0"
    )
    return Row("Gate", f"gate, {engagements:,} engagements", result, "equal at S and M")
