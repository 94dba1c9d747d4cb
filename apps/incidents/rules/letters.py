"""Letters of a breach: their parts, the words they begin with, what they must hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from apps.core.errors import Invalid
from apps.incidents.enums import Duty, Kind, LetterKind
from apps.incidents.rules.law import federal, read_data
from apps.incidents.rules.words import day_words

LONGEST_PART = 4000
_BLANK = re.compile(r"\[[^\]]*\]")
# Toll-free codes of the North American numbering plan.
_TOLL_FREE = re.compile(
    r"\b8(?:00|33|44|55|66|77|88)\)?[ .-]*[\dA-Z]{3}[ .-]*[\dA-Z]{4}\b"
)
_ADDRESS = re.compile(r"\S+@\S+\.\S+|https?://|\bwww\.|\b[A-Z]{2} \d{5}(?:-\d{4})?\b")
_POSTED = re.compile(r"\b90\b|\bninety\b", re.IGNORECASE)


class LetterIncomplete(Invalid):
    """The letter lacks what the rule asks for."""

    default_code = "letter_incomplete"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a letter; ``checks`` name what its text must hold."""

    id: str
    title: str
    text: str
    citation: str = ""
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterForm:
    """One kind of letter: whom it tells, its parts, how it opens."""

    kind: LetterKind
    duty: Duty
    citation: str
    to: str
    opening: str
    parts: tuple[Part, ...]
    is_sheet: bool = False

    @property
    def contents(self) -> tuple[str, ...]:
        """The required contents of a notice its parts cover."""
        law = federal()
        required = {item.id for item in (*law.contents, law.substitute_content)}
        return tuple(part.id for part in self.parts if part.id in required)


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a case knows that a letter says; "" or None where it does not."""

    entity: str
    above: str
    engagement: str
    kind: Kind
    phi: str = ""
    people: int | None = None
    states: tuple[str, ...] = ()
    occurred_on: date | None = None
    occurred_until: date | None = None
    discovered_on: date | None = None


@cache
def letter_forms() -> Mapping[LetterKind, LetterForm]:
    """Every kind of letter."""
    data = read_data("letters.yaml")
    return {
        LetterKind(name): _form(LetterKind(name), row, data["parts"])
        for name, row in data["letters"].items()
    }


@cache
def letters_version() -> str:
    """The version of the words, kept with each letter."""
    return str(read_data("letters.yaml")["version"])


def _form(
    kind: LetterKind, row: Mapping[str, Any], parts: Mapping[str, Any]
) -> LetterForm:
    lenient = set(row.get("lenient", ()))
    return LetterForm(
        kind=kind,
        duty=Duty(row["duty"]),
        citation=row["citation"],
        to=row["to"],
        opening=row["opening"],
        is_sheet=row.get("is_sheet", False),
        parts=tuple(
            Part(
                id=name,
                title=parts[name]["title"],
                text=parts[name]["text"],
                citation=parts[name].get("citation", ""),
                checks=tuple(
                    check
                    for check in parts[name].get("checks", ())
                    if check not in lenient
                ),
            )
            for name in row["parts"]
        ),
    )


def written(text: str, facts: LetterFacts) -> str:
    """A text of the data with the facts of a case; what is not known in brackets."""
    return text.format_map(
        {
            "entity": facts.entity,
            "above": facts.above,
            "engagement": facts.engagement,
            "event": read_data_events()[facts.kind],
            "phi": facts.phi.lower() or "[kinds of information]",
            "people": _people_words(facts.people),
            "states": ", ".join(facts.states) or "[State]",
            "occurred": _period(facts) or "[date of the breach]",
            "discovered": day_words(facts.discovered_on)
            if facts.discovered_on
            else "[date of discovery]",
        }
    )


@cache
def read_data_events() -> Mapping[str, str]:
    """What happened, by kind, as a letter says it."""
    events: Mapping[str, str] = read_data("letters.yaml")["events"]
    return events


def _people_words(people: int | None) -> str:
    if people is None:
        return "How many people are affected is not known yet"
    return "1 person is affected" if people == 1 else f"{people:,} people are affected"


def _period(facts: LetterFacts) -> str:
    days = [one for one in (facts.occurred_on, facts.occurred_until) if one]
    return " to ".join(day_words(one) for one in dict.fromkeys(days))


def begin(kind: LetterKind, facts: LetterFacts) -> dict[str, str]:
    """The parts a draft begins with."""
    form = letter_forms()[kind]
    return {part.id: written(part.text, facts) for part in form.parts}


def missing_in(
    kind: LetterKind, parts: Mapping[str, str], facts: LetterFacts
) -> dict[str, list[str]]:
    """What keeps a letter from being finished, by part; empty where nothing does.

    Each part has text and no bracket left. Dates of breach and discovery stand where
    the case knows them; contacts name a toll-free number and an e-mail, web or postal
    address; a posting says 90 days. Source: 45 CFR 164.404(c)(1), (d)(2), 164.406(c),
    164.410(c). That they are recognised by pattern is our own default.
    """
    found: dict[str, list[str]] = {}
    for part in letter_forms()[kind].parts:
        problems = _problems(part, parts.get(part.id, ""), facts)
        if problems:
            found[part.id] = problems
    return found


def _problems(part: Part, text: str, facts: LetterFacts) -> list[str]:
    if not text.strip():
        return [_asked("This part must not be empty", part)]
    found = [
        f"Fill in what stands in brackets: {blank}." for blank in _BLANK.findall(text)
    ]
    if found:
        return found
    return [
        problem for check in part.checks for problem in _check(check, part, text, facts)
    ]


def _check(check: str, part: Part, text: str, facts: LetterFacts) -> list[str]:
    if check == "dates":
        wanted = {
            "of the breach": facts.occurred_on,
            "of its discovery": facts.discovered_on,
        }
        return [
            _asked(f"Name the date {which}, {day_words(day)}", part)
            for which, day in wanted.items()
            if day is not None and not _names(text, day)
        ]
    pattern, sentence = {
        "toll_free": (_TOLL_FREE, "Name a toll-free telephone number"),
        "address": (_ADDRESS, "Name an e-mail, web or postal address"),
        "posted": (_POSTED, "Say that it lasts at least 90 days"),
    }[check]
    return [] if pattern.search(text) else [_asked(sentence, part)]


def _asked(sentence: str, part: Part) -> str:
    return f"{sentence} ({part.citation})." if part.citation else f"{sentence}."


def _names(text: str, day: date) -> bool:
    ways = (
        day_words(day),
        f"{day:%B} {day.day}, {day.year}",
        day.isoformat(),
        f"{day:%m/%d/%Y}",
        f"{day.month}/{day.day}/{day.year}",
    )
    return any(way in text for way in ways)


def check_letter(
    kind: LetterKind, parts: Mapping[str, str], facts: LetterFacts
) -> None:
    """Raise LetterIncomplete unless the letter may be finished. See ``missing_in``."""
    found = missing_in(kind, parts, facts)
    if found:
        titles = {part.id: part.title for part in letter_forms()[kind].parts}
        said = "; ".join(f"{titles[name]}: {' '.join(p)}" for name, p in found.items())
        raise LetterIncomplete(f"The letter is not complete. {said}", fields=found)


def check_parts(kind: LetterKind, given: Collection[str]) -> None:
    """Raise Invalid for a part this kind of letter does not have."""
    known = {part.id for part in letter_forms()[kind].parts}
    for name in given:
        if name not in known:
            text = f"This letter has no part {name}."
            raise Invalid(text, fields={"parts": [text]})
