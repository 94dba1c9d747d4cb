"""The verdict beside an engagement's name, on any page (``{% load gate %}``).

A page asks once for all it names, then shows each::

    {% verdicts page.rows "pk" as found %}
    {% verdict_chip found row.pk %}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any
from uuid import UUID

from django import template
from django.template.context import Context

from apps.gate import queries
from apps.gate.rules import GateState
from apps.tenancy.enums import Permission

register = template.Library()


@register.simple_tag(takes_context=True)
def verdicts(
    context: Context, rows: Iterable[Any], path: str = "pk"
) -> Mapping[UUID, GateState]:
    """Today's verdicts on the engagements whose ids ``path`` leads to in each row.

    Those the reader may not see are left out. A constant number of queries.
    """
    actor = getattr(getattr(context, "request", None), "actor", None)
    ids = {pk for row in rows if (pk := _at(row, path)) is not None}
    if actor is None or not ids or not actor.can(Permission.ENGAGEMENTS_VIEW):
        return {}
    return queries.badges(actor, ids)


def _at(row: Any, path: str) -> UUID | None:
    found: UUID | None = reduce(getattr, path.split("."), row)
    return found


@register.inclusion_tag("gate/_chip.html")
def verdict_chip(
    found: Mapping[UUID, GateState], engagement_id: UUID | None
) -> dict[str, Any]:
    """The chip of one engagement; nothing where no verdict is known to the reader."""
    return {"state": found.get(engagement_id) if engagement_id else None}
