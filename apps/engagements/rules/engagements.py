"""When an engagement is open, may end, and how legal agency is stated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from apps.core.errors import Conflict, Invalid
from apps.engagements.enums import LegalAgency


class EngagementNotEndable(Conflict):
    """Other facts depend on the engagement; ``message`` lists them."""

    default_code = "engagement_not_endable"


def check_legal_agency(agency: str, *, reason: str) -> None:
    """Raise Invalid unless a decision on legal agency carries its reason.

    The test is the right to control how the work is done; a label decides nothing,
    so the reason is kept. Source: 45 CFR 160.402(c), 164.404(a)(2).
    """
    if agency != LegalAgency.UNDECIDED and not reason.strip():
        raise Invalid(
            "Say why the provider is, or is not, an agent of the client: who has the "
            "right to control how the work is done (45 CFR 160.402(c)).",
            fields={"legal_agency_reason": ["A decision needs its reason."]},
        )


def check_open_on(
    day: date, *, started_on: date, ended_on: date | None, field: str
) -> None:
    """Raise unless the engagement is open on ``day``; both ends are inclusive."""
    if day < started_on:
        raise Invalid(
            f"The engagement started on {started_on:%-d %B %Y}. Choose that day or "
            "a later one.",
            fields={field: [f"Not before {started_on:%-d %B %Y}."]},
        )
    if ended_on is not None and day > ended_on:
        raise Conflict(
            f"The engagement ended on {ended_on:%-d %B %Y}. Create a new engagement "
            "to work again.",
            fields={field: [f"Not after {ended_on:%-d %B %Y}."]},
        )


def check_end(
    *,
    started_on: date,
    already_ended_on: date | None,
    ended_on: date,
    blockers: Sequence[str],
) -> None:
    """Raise unless the engagement may have ``ended_on`` as its last day, inclusive.

    ``blockers`` name what lives on after that day and depends on it. Our own
    default: nothing ends over the head of those who rely on it.
    """
    if already_ended_on is not None:
        raise Conflict(f"The engagement already ended on {already_ended_on:%-d %B %Y}.")
    if ended_on < started_on:
        raise Invalid(
            f"The engagement started on {started_on:%-d %B %Y}; it cannot end before.",
            fields={"ended_on": [f"Not before {started_on:%-d %B %Y}."]},
        )
    if blockers:
        raise EngagementNotEndable(
            "The engagement cannot end while others depend on it. End first: "
            + "; ".join(blockers)
            + "."
        )
