"""The law as data: federal clocks, State overlays, each with its source and mark.

The files are read once, at the first call. They are part of the code (packaged beside
it, changed only by a release), so one version of the portal always decides alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from apps.incidents.enums import Duty, PartyRole

CALENDAR_DAYS = "calendar_days"
BUSINESS_DAYS = "business_days"
HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of people from which a duty begins."""

    than: str
    people: int

    def is_met(self, count: int) -> bool:
        """Whether ``count`` is over (``>``) or at (``>=``) the number."""
        return count > self.people if self.than == ">" else count >= self.people

    def __str__(self) -> str:
        return (
            f"more than {self.people}" if self.than == ">" else f"{self.people} or more"
        )


@dataclass(frozen=True, slots=True)
class FederalClock:
    """One federal duty: ``limit`` calendar days from the obligated party's start."""

    id: str
    duty: Duty
    to: str
    limit: int
    citation: str
    threshold: Threshold | None


@dataclass(frozen=True, slots=True)
class Item:
    """A named point of the rule: factor, exception, required content."""

    id: str
    title: str
    citation: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Federal:
    """Everything federal in one version of the data."""

    version: str
    clocks: Mapping[str, FederalClock]
    delay_citation: str
    oral_days: int
    substitute_citation: str
    substitute_from: int
    days_posted: int
    substitute_content: Item
    retention_citation: str
    retention_years: int
    factors: tuple[Item, ...]
    exceptions: tuple[Item, ...]
    contents: tuple[Item, ...]
    contents_citation: str


@dataclass(frozen=True, slots=True)
class StateClock:
    """One duty of a State law. ``by`` is owner, provider or subcontractor; ``starts``
    the event; ``hipaa`` binds, deemed, exempt or unknown."""

    to: str
    by: str
    limit: int
    unit: str
    starts: str
    hipaa: str
    threshold: Threshold | None = None

    @property
    def duty(self) -> Duty:
        """Whom the notice reaches."""
        if self.to == "individuals":
            return Duty.INDIVIDUALS
        is_upstream = self.to in {"owner", "provider above"}
        return Duty.UPSTREAM if is_upstream else Duty.STATE_OFFICE


@dataclass(frozen=True, slots=True)
class StateRule:
    """One State law. ``mark`` is seen, mixed or memory."""

    id: str
    state: str
    law: str
    mark: str
    only_for: str = ""
    effective_from: date | None = None
    clocks: tuple[StateClock, ...] = field(default_factory=tuple)

    def is_advisory(self, clock: StateClock) -> bool:
        """Whether a clock is shown without counting as a duty: the law defers to
        HIPAA, or we have not seen its text. Our own default."""
        return clock.hipaa in {"deemed", "exempt"} or self.mark == "memory"


def read_data(name: str) -> dict[str, Any]:
    """One of our data files."""
    text = resources.files("apps.incidents").joinpath("data", name).read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def federal() -> Federal:
    """The federal rules."""
    data = read_data("federal.yaml")
    return Federal(
        version=data["version"],
        clocks={row["id"]: _federal_clock(row) for row in data["clocks"]},
        delay_citation=data["delay"]["citation"],
        oral_days=data["delay"]["oral_days"],
        substitute_citation=data["substitute_notice"]["citation"],
        substitute_from=data["substitute_notice"]["from_people"],
        days_posted=data["substitute_notice"]["days_posted"],
        substitute_content=Item(**data["substitute_notice"]["content"]),
        retention_citation=data["retention"]["citation"],
        retention_years=data["retention"]["years"],
        factors=tuple(Item(**row) for row in data["factors"]),
        exceptions=tuple(Item(**row) for row in data["exceptions"]),
        contents=tuple(Item(**row) for row in data["contents"]),
        contents_citation=data["contents_citation"],
    )


def _federal_clock(row: dict[str, Any]) -> FederalClock:
    return FederalClock(
        id=row["id"],
        duty=Duty(row["duty"]),
        to=row["to"],
        limit=row["limit"],
        citation=row["citation"],
        threshold=_threshold(row),
    )


@cache
def state_rules() -> tuple[StateRule, ...]:
    """Every State rule, in the order of the file."""
    return tuple(_state_rule(row) for row in read_data("states.yaml")["states"])


@cache
def rules_version() -> str:
    """The version of both files, kept with each clock."""
    return f"{federal().version}/{read_data('states.yaml')['version']}"


def state_rule(rule_id: str) -> StateRule:
    """One rule by id. Raises KeyError for an unknown one."""
    return {rule.id: rule for rule in state_rules()}[rule_id]


def rules_of_state(state: str, *, on: date) -> list[StateRule]:
    """Rules of a State in effect on the day of discovery."""
    return [
        rule
        for rule in state_rules()
        if rule.state == state
        and (rule.effective_from is None or rule.effective_from <= on)
    ]


def _state_rule(row: dict[str, Any]) -> StateRule:
    return StateRule(
        id=row["id"],
        state=row["state"],
        law=row["law"],
        mark=row["mark"],
        only_for=row.get("only_for", ""),
        effective_from=row.get("effective_from"),
        clocks=tuple(
            StateClock(
                to=clock["to"],
                by=clock["by"],
                limit=clock["limit"],
                unit=clock["unit"],
                starts=clock["from"],
                hipaa=clock["hipaa"],
                threshold=_threshold(clock),
            )
            for clock in row["clocks"]
        ),
    )


def _threshold(row: dict[str, Any]) -> Threshold | None:
    found = row.get("threshold")
    return Threshold(found["than"], found["residents"]) if found else None


# Who a State law calls the owner of the data, its provider, and a provider's own.
STATE_PARTY = {
    PartyRole.COVERED_ENTITY: "owner",
    PartyRole.BUSINESS_ASSOCIATE: "provider",
    PartyRole.SUBCONTRACTOR: "subcontractor",
}
