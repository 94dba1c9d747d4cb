"""Whether a requirement, or an equivalence, can be stated as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apps.core.errors import Invalid
from apps.training.enums import Timing
from apps.training.rules.clearance import ANY_PASS, Demands
from apps.training.rules.validity import LONGEST_VALIDITY

MAX_DAYS = 365
LONGEST_LANGUAGE = 20


@dataclass(frozen=True, slots=True)
class RequirementTerms:
    """By when a course must be held, and what a completion must be."""

    timing: Timing = Timing.BEFORE_CONTACT
    within_days: int = 0
    demands: Demands = ANY_PASS


def checked_terms(terms: RequirementTerms) -> RequirementTerms:
    """Return the terms as they are kept: languages in lower case, no days before
    contact. Raises Invalid for impossible ones."""
    days = terms.within_days if terms.timing is not Timing.BEFORE_CONTACT else 0
    if terms.timing is not Timing.BEFORE_CONTACT and not 1 <= days <= MAX_DAYS:
        text = f"Give the days an agent has, from 1 to {MAX_DAYS}."
        raise Invalid(text, fields={"within_days": [text]})
    demands = terms.demands
    months = demands.renew_months
    if months is not None and not 1 <= months <= LONGEST_VALIDITY:
        text = f"It is repeated after 1 to {LONGEST_VALIDITY} months; empty means as "
        text += "the course says."
        raise Invalid(text, fields={"renew_months": [text]})
    if not 0 <= demands.min_scenario_percent <= 100:
        text = "The share of scenarios is 0 to 100 percent."
        raise Invalid(text, fields={"min_scenario_percent": [text]})
    languages = (each.strip().casefold() for each in demands.languages)
    return RequirementTerms(
        terms.timing,
        days,
        Demands(
            months,
            demands.min_scenario_percent,
            tuple(dict.fromkeys(each for each in languages if each)),
            demands.accepts_equivalents,
            demands.needs_signature,
        ),
    )


def check_signed(signed_on: date | None, *, completed_on: date, today: date) -> None:
    """Raise Invalid for a signature before the completion it verifies or a day to
    come. Source: Texas Health and Safety Code 181.101 (HB 300): the statement says
    that the training was completed."""
    if signed_on is not None and not completed_on <= signed_on <= today:
        text = f"The day it was signed lies from {completed_on} to today."
        raise Invalid(text, fields={"signed_on": [text]})


def check_equivalence(*, effective_on: date, today: date, reason: str) -> None:
    """Raise Invalid for an equivalence that would change a day that has passed, or
    that says no reason. Source: our own default; what was cleared or not on a past
    day stays so."""
    if effective_on < today:
        text = f"It counts from today ({today:%-d %B %Y}) or a later day."
        raise Invalid(text, fields={"effective_on": [text]})
    if not reason.strip():
        text = "Say why the other course teaches the same."
        raise Invalid(text, fields={"reason": [text]})
