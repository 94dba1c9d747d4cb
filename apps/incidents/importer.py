"""Exports of OCR's public register: columns found, rows read or refused by number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from apps.core.errors import Invalid
from apps.core.tables import (
    BadValue,
    DateOrder,
    ProblemLog,
    Row,
    check_plausible,
    parse_bool,
    parse_date,
)
from apps.core.tables.problems import RowProblem

# The register begins with the breach rule of 2009.
REGISTER_BEGINS = date(2009, 1, 1)
# The columns of the portal's own export, in its order.
LAYOUT = (
    "name",
    "state",
    "entity_type",
    "individuals",
    "submitted_on",
    "breach_type",
    "location",
    "business_associate",
    "description",
)
TITLES = {
    "nameofcoveredentity": "name",
    "state": "state",
    "coveredentitytype": "entity_type",
    "individualsaffected": "individuals",
    "breachsubmissiondate": "submitted_on",
    "typeofbreach": "breach_type",
    "locationofbreachedinformation": "location",
    "businessassociatepresent": "business_associate",
    "webdescription": "description",
}
NEEDED = ("name", "submitted_on")
# A defect of the portal: two titles are replaced by the name of a program object.
_BROKEN = re.compile(r"javax\.faces\.|@[0-9a-f]{6,}$")
_SHORT_YEAR = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})(?!\d)")
LONGEST = {"name": 300, "entity_type": 60, "breach_type": 120, "location": 200}
LONGEST_DESCRIPTION = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One breach as the register tells it."""

    name: str
    state: str
    entity_type: str
    individuals: int | None
    submitted_on: date
    breach_type: str
    location: str
    has_business_associate: bool | None
    description: str

    @property
    def key(self) -> tuple[object, ...]:
        """What makes a line the same in two exports."""
        return (
            self.name,
            self.state,
            self.submitted_on,
            self.breach_type,
            self.individuals,
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands; ``notes`` say what was guessed, in whole sentences."""

    places: dict[str, int]
    header: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass
class Account:
    """Where every row went: read = new + known + refused."""

    read: int = 0
    imported: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """The account as it is kept."""
        return {
            "read": self.read,
            "imported": self.imported,
            "unchanged": self.unchanged,
            "refused": sum(self.refused.values()),
            "reasons": dict(self.refused),
        }


def find_columns(header: Sequence[str]) -> Columns:
    """Where the fields of the register stand.

    Titles count without case, spaces and underscores. A title that is the name of a
    program object is read by its place, where all others stand as the portal puts
    them. Raises Invalid where the name or the date of submission cannot be found.
    """
    places: dict[str, int] = {}
    broken: list[int] = []
    for place, title in enumerate(header):
        plain = re.sub(r"[^a-z]", "", title.lower())
        if plain in TITLES:
            places[TITLES[plain]] = place
        elif _BROKEN.search(title):
            broken.append(place)
    notes = []
    for place in broken:
        if place < len(LAYOUT) and _as_portal(places):
            places[LAYOUT[place]] = place
            notes.append(
                f"Column {place + 1} has a broken title and was read by its place as "
                f"“{LAYOUT[place].replace('_', ' ')}”."
            )
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise Invalid(
            "This is no export of the public register: the columns for "
            f"{' and '.join(missing).replace('_', ' ')} are missing. Download it again "
            "from the portal of OCR as CSV or XLSX.",
            fields={"file": ["Columns of the register are missing."]},
        )
    return Columns(places, tuple(header), tuple(notes))


def _as_portal(places: dict[str, int]) -> bool:
    return all(LAYOUT[place] == name for name, place in places.items())


def lines(
    rows: Iterable[Row], *, columns: Columns, account: Account, problems: ProblemLog
) -> Iterator[Line]:
    """Yield the rows that can be kept; count and number the others."""
    for row in rows:
        account.read += 1
        try:
            yield _line(row, columns)
        except _Refused as refused:
            account.refused[refused.problem.code] += 1
            problems.add(refused.problem)


class _Refused(Exception):
    def __init__(self, problem: RowProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def _line(row: Row, columns: Columns) -> Line:
    reader = _Cells(row, columns)
    name = reader.text("name")
    if not name:
        raise reader.refused("name", "", "the name of the entity", "no_name")
    return Line(
        name=name,
        state=reader.state(),
        entity_type=reader.text("entity_type"),
        individuals=reader.individuals(),
        submitted_on=reader.day(),
        breach_type=reader.text("breach_type"),
        location=reader.text("location"),
        has_business_associate=reader.yes_no(),
        description=reader.text("description"),
    )


class _Cells:
    """The cells of one row by field."""

    def __init__(self, row: Row, columns: Columns) -> None:
        self.row, self.columns = row, columns

    def text(self, name: str) -> str:
        """A cell on one line, with the apostrophes old exports lost put back."""
        place = self.columns.places.get(name)
        if place is None or place >= len(self.row.cells):
            return ""
        value = self.row.cells[place].replace("\x19", "'")
        value = "".join(c if c.isprintable() else " " for c in value)
        return " ".join(value.split())[: LONGEST.get(name, LONGEST_DESCRIPTION)]

    def state(self) -> str:
        """Two capital letters, or nothing."""
        value = self.text("state").upper()
        return value if re.fullmatch(r"[A-Z]{2}", value) else ""

    def individuals(self) -> int | None:
        """A whole number; scripts write 500 as 500.0."""
        value = self.text("individuals").replace(",", "")
        if not value:
            return None
        found = re.fullmatch(r"(\d{1,9})(?:\.0+)?", value)
        if found is None:
            raise self.refused("individuals", value, "a whole number", "not_a_number")
        return int(found[1])

    def day(self) -> date:
        """The day of submission; the portal writes months first, and spreadsheets
        shorten years, which can only be of this century."""
        value = self.text("submitted_on")
        short = _SHORT_YEAR.fullmatch(value)
        full = f"{short[1]}/{short[2]}/20{short[3]}" if short else value
        try:
            day = parse_date(full, order=DateOrder.MONTH_FIRST)
            return check_plausible(
                day, not_before=REGISTER_BEGINS, not_after=date(2100, 1, 1)
            )
        except BadValue as error:
            raise self.refused(
                "submitted_on", value, error.expected, error.code
            ) from error

    def yes_no(self) -> bool | None:
        """Yes, no, or not said."""
        value = self.text("business_associate")
        if not value:
            return None
        try:
            return parse_bool(value)
        except BadValue as error:
            raise self.refused(
                "business_associate", value, error.expected, error.code
            ) from error

    def refused(self, name: str, value: str, expected: str, code: str) -> _Refused:
        """The numbered problem of one cell."""
        place = self.columns.places.get(name)
        column = self.columns.header[place] if place is not None else name
        return _Refused(RowProblem(self.row.number, column, value, expected, code))
