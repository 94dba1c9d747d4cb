"""What is known of the controls of a place where people work from home.

Which four, and how long an attestation counts, are our own default. The rules behind
them: 45 CFR 164.310(b) workstation use, (c) workstation security, (d)(1) devices and
media; 164.308(a)(5)(ii)(B) protection from malicious software.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from apps.core.dates import add_months
from apps.core.errors import Invalid
from apps.workforce.enums import Control, Standing

# Our own default: once a year, as the assurance calendar asks for reviews.
COUNTS_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Attested:
    """The newest attestation of one control."""

    is_in_place: bool
    attested_on: date

    @property
    def counts_until(self) -> date:
        """The last day it counts, inclusive: the anniversary."""
        return add_months(self.attested_on, COUNTS_MONTHS)


def standing(attested: Attested | None, *, day: date) -> Standing:
    """What is known on ``day``; nothing said is never "not in place"."""
    if attested is None:
        return Standing.NOT_ATTESTED
    if not attested.is_in_place:
        return Standing.NOT_IN_PLACE
    is_over = attested.counts_until < day
    return Standing.EXPIRED if is_over else Standing.IN_PLACE


def by_standing(
    known: Mapping[str, Attested], *, day: date
) -> dict[Standing, list[Control]]:
    """Every control under what is known of it, in the order of the list."""
    found: dict[Standing, list[Control]] = {}
    for control in Control:
        state = standing(known.get(control.value), day=day)
        found.setdefault(state, []).append(control)
    return found


def counts_until(known: Iterable[Attested]) -> date | None:
    """The day the first of the controls in place runs out, None without any."""
    days = [each.counts_until for each in known if each.is_in_place]
    return min(days, default=None)


def check_attestation(
    stated: Mapping[Control, bool], *, attested_on: date, today: date
) -> None:
    """Raise Invalid for a day ahead or an attestation that says nothing."""
    if attested_on > today:
        text = f"Choose today ({today:%-d %B %Y}) or an earlier day."
        raise Invalid(text, fields={"attested_on": [text]})
    if not stated:
        raise Invalid("Say of at least one control whether it is in place.")
