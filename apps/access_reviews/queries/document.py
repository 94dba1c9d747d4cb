"""The document of a campaign: frozen lines in, PDF out."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

from apps.access_reviews import rules
from apps.access_reviews.enums import Decision, Flag
from apps.access_reviews.models import Campaign, CampaignItem, Revocation
from apps.access_reviews.queries.campaigns import (
    compared,
    flag_counts,
    progress,
    revocations_of,
)
from apps.access_reviews.queries.items import all_items
from apps.access_reviews.queries.revocations import state_now
from apps.core.charts import stacked_bar
from apps.core.pdf import Attached, render_pdf

TEMPLATE = "print/access_review.html"
# A page holds about fifteen lines, and layout takes time and memory with each.
LINES_SHOWN = 600
REVOCATIONS_SHOWN = 200
_TONES = {"keep": "good", "revoke": "bad", "change": "warn", "escalate": "info"}


def pdf_of(campaign: Campaign) -> bytes:
    """The PDF of a campaign signed off. At most 600 lines and 200 revocations are
    laid out, those that are no plain keep first; all of them travel in the attached
    data, and the document says how many. Eight queries."""
    rows = all_items(campaign)
    revocations = revocations_of(campaign)
    data = _statement(campaign, rows) | {
        "revocations": [_revocation_data(row) for row in revocations]
    }
    statement = json.dumps(data, ensure_ascii=False, indent=1)
    return render_pdf(
        TEMPLATE,
        _context(campaign, rows, revocations),
        title=f"Access review: {campaign.name}",
        author=campaign.organization.name,
        created=campaign.signed_off_at,
        attached=[
            Attached(
                "access-review.json",
                "Every line of the review with its decision",
                statement.encode(),
            )
        ],
    )


def _context(
    campaign: Campaign, rows: list[CampaignItem], revocations: list[Revocation]
) -> dict[str, Any]:
    found = progress(campaign)
    telling = [row for row in rows if _tells(row)]
    plain = [row for row in rows if not _tells(row)]
    shown = (telling + plain)[:LINES_SHOWN]
    parts = [
        (str(Decision(value).label), count, _TONES[value])
        for value, count in Counter(row.decision for row in rows).items()
        if value
    ]
    return {
        "campaign": campaign,
        "sources": [
            each | {"exported_at": datetime.fromisoformat(each["exported_at"])}
            for each in campaign.sources
        ],
        "zone": campaign.organization.time_zone,
        "progress": found,
        "chart": stacked_bar(parts, label="Decisions"),
        "flags": [
            (str(Flag(flag).label), count)
            for flag, count in sorted(flag_counts(campaign).items())
        ],
        "comparison": compared(campaign),
        "lines": [_shown(row) for row in sorted(shown, key=lambda row: row.number)],
        "left_out": len(rows) - len(shown),
        "reviewers": _reviewers(rows),
        "revocations": [_revocation(row) for row in revocations[:REVOCATIONS_SHOWN]],
        "revocations_left_out": max(0, len(revocations) - REVOCATIONS_SHOWN),
        "times": rules.time_to_revoke(
            (row.starts_at or row.asked_at, row.due_at, row.done_at)
            for row in revocations
            if row.done_at
        ),
    }


def _tells(row: CampaignItem) -> bool:
    return row.decision != Decision.KEEP or bool(row.flags)


def _shown(row: CampaignItem) -> dict[str, Any]:
    return {
        "row": row,
        "facts": row.facts,
        "flags": [str(Flag(flag).label) for flag in row.flags],
        "unknown": [str(Flag(flag).label) for flag in row.unknown],
        "decision": str(Decision(row.decision).label),
    }


def _reviewers(rows: list[CampaignItem]) -> list[tuple[str, int, int]]:
    """Name, lines decided, lines seconded."""
    first = Counter(str(row.decided_by) for row in rows if row.decided_by)
    second = Counter(str(row.second_by) for row in rows if row.second_by)
    names = sorted(set(first) | set(second))
    return [(name, first[name], second[name]) for name in names]


def _revocation(row: Revocation) -> dict[str, Any]:
    return {
        "row": row,
        "state": str(state_now(row).label),
        "steps": row.timeline,  # type: ignore[attr-defined]
    }


def _revocation_data(row: Revocation) -> dict[str, Any]:
    return {
        "account": str(row.account),
        "system": row.system.name,
        "role": row.grant.role.name if row.grant else None,
        "line": row.item.number if row.item else None,
        "cause": row.cause,
        "starts_at": row.starts_at.isoformat() if row.starts_at else None,
        "due_at": row.due_at.isoformat(),
        "steps": [
            {
                "kind": step.kind,
                "at": step.at.isoformat(),
                "by": str(step.by or ""),
                "note": step.note,
                "document_sha256": step.document_sha256,
            }
            for step in row.timeline  # type: ignore[attr-defined]
        ],
    }


def _statement(campaign: Campaign, rows: list[CampaignItem]) -> dict[str, Any]:
    return {
        "campaign": str(campaign.pk),
        "name": campaign.name,
        "organization": campaign.organization.name,
        "opened_at": campaign.opened_at.isoformat(),
        "population_sha256": campaign.population_sha256,
        "decisions_sha256": campaign.decisions_sha256,
        "sources": campaign.sources,
        "lines": [
            {
                "number": row.number,
                "addendum": row.addendum,
                "facts": row.facts,
                "flags": row.flags,
                "unknown": row.unknown,
                "decision": row.decision,
                "reason": row.reason,
                "change_to": row.change_to,
                "decided_by": str(row.decided_by or ""),
                "decided_at": row.decided_at.isoformat() if row.decided_at else None,
                "second_by": str(row.second_by or ""),
            }
            for row in rows
        ],
    }
