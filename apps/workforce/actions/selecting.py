"""Assignments in bulk: a selection of agents becomes a roster, and goes its way.

The file is kept like any other, so the preview, the problems by row, the confirmation
and the account are those of an import.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.tables_out import text_of
from apps.engagements.models import Engagement
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission
from apps.workforce import queries
from apps.workforce.actions.rosters import upload_roster
from apps.workforce.models import RosterImport, Site
from apps.workforce.queries import Selection

_HEAD = ("Agent id", "Name", "Engagement")
_ASSIGNED = ("Role", "Channels", "Site", "Assigned from", "Assigned until")
_ENDED = ("Assigned from", "Assigned until")


@dataclass(frozen=True, slots=True)
class AssignmentTerms:
    """What every selected agent is to do; ``ended_on`` is the last day or None."""

    engagement: Engagement
    role: str
    channels: Sequence[str]
    site: Site | None
    effective_on: date
    ended_on: date | None = None


@transaction.atomic
def assign_selected(
    *, by: Actor, selection: Selection, terms: AssignmentTerms
) -> RosterImport:
    """Start the assignment of all selected agents who work on its first day.

    Returns an import that waits for its preview. Raises Invalid where nobody is
    selected. Events as of ``upload_roster``.
    """
    by.require(Permission.WORKFORCE_IMPORT)
    named = _name(terms.engagement)
    site = terms.site.code if terms.site else ""
    rows = [
        (
            *(each.external_id, each.full_name, named, terms.role),
            *(", ".join(terms.channels), site, terms.effective_on, terms.ended_on),
        )
        for each in queries.selected(by, selection, on=terms.effective_on)
    ]
    name = f"assign {terms.engagement.name} from {terms.effective_on}.csv"
    return _upload(by=by, header=(*_HEAD, *_ASSIGNED), rows=rows, name=name)


@transaction.atomic
def end_selected(
    *, by: Actor, selection: Selection, engagement: Engagement, ended_on: date
) -> RosterImport:
    """Give the running assignments of all selected agents to one engagement a last
    day. Returns an import that waits for its preview; Invalid where there is none."""
    by.require(Permission.WORKFORCE_IMPORT)
    named = _name(engagement)
    running = queries.selected_assignments(
        by, selection, engagement=engagement, on=ended_on
    )
    rows = [
        (
            *(each.agent.external_id, each.agent.full_name, named),
            *(each.effective_on, ended_on),
        )
        for each in running
    ]
    name = f"end {engagement.name} on {ended_on}.csv"
    return _upload(by=by, header=(*_HEAD, *_ENDED), rows=rows, name=name)


def _name(engagement: Engagement) -> str:
    return f"{engagement.client}: {engagement.name}"


def _upload(
    *,
    by: Actor,
    header: Iterable[str],
    rows: Sequence[tuple[object, ...]],
    name: str,
) -> RosterImport:
    if not rows:
        raise Invalid("Nobody is selected. Widen the selection and try again.")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([text_of(cell) for cell in row] for row in rows)
    stored = evidence.store_file(
        by=by,
        organization=by.organization,
        name=name,
        content=io.BytesIO(text.getvalue().encode()),
        accept=FileKind.TABLE,
    )
    return upload_roster(
        by=by,
        organization=by.organization,
        file=stored,
        is_complete=False,
        as_of=clock.today(by.organization.time_zone),
        file_name=name,
    )
