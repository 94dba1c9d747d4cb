"""Rows of a roster to values, or to numbered problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.core.tables import ProblemLog, Row
from apps.workforce.enums import AgentRole
from apps.workforce.rules import (
    Account,
    Cells,
    RosterRow,
    RowRefused,
    channels_in,
    languages_in,
    role_in,
    works_in,
)

LONGEST_ID, LONGEST_NAME, LONGEST_EMAIL, LONGEST_LANGUAGE = 64, 200, 254, 20
LONGEST_TEAM = 100


@dataclass(frozen=True)
class Directory:
    """What names in a roster may mean: keys in lower case, None when ambiguous."""

    engagements: Mapping[str, UUID | None]
    sites: Mapping[str, UUID]


@dataclass
class Reading:
    """A file read to the end; ``nameless`` counts rows that name nobody."""

    account: Account
    problems: ProblemLog
    nameless: int = 0


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row that names somebody; ``row`` is None where it was refused."""

    external_id: str
    number: int
    row: RosterRow | None


def stage(
    rows: Iterable[Row],
    *,
    cells: Cells,
    directory: Directory,
    reading: Reading,
) -> Iterator[StagedRow]:
    """Yield the rows that name somebody; count and number the refused in ``reading``.

    Constant memory: nothing is kept but counts and as many problems as the log holds.
    """
    account = reading.account
    for row in rows:
        account.read += 1
        taken = None
        try:
            taken = _row(row, cells, directory)
        except RowRefused as refused:
            account.refused[refused.reason] += 1
            if refused.problem is not None:
                reading.problems.add(refused.problem)
        external_id = taken.external_id if taken else cells.text(row, "external_id")
        if external_id:
            yield StagedRow(external_id[:LONGEST_ID], row.number, taken)
        else:
            reading.nameless += 1


def _row(row: Row, cells: Cells, directory: Directory) -> RosterRow:
    external_id = cells.short(row, "external_id", LONGEST_ID)
    if not external_id:
        raise cells.refuse(
            row, "external_id", "no agent id", "the id of the agent", "no_agent_id"
        )
    joined_on = cells.planned_day(row, "joined_on")
    left_on = cells.planned_day(row, "left_on")
    return RosterRow(
        number=row.number,
        external_id=external_id,
        full_name=_name(row, cells),
        email=_email(row, cells),
        languages=_languages(row, cells),
        joined_on=joined_on,
        left_on=left_on,
        engagement_id=_engagement(row, cells, directory),
        role=_role(row, cells),
        channels=_channels(row, cells),
        site_id=_site(row, cells, directory),
        effective_on=cells.planned_day(row, "effective_on"),
        ended_on=_last_day(row, cells),
        says_end=cells.has("ended_on"),
        says_left=cells.has("left_on") or cells.has("status"),
        has_left=_has_left(row, cells),
        team=cells.short(row, "team", LONGEST_TEAM) or None,
    )


def _has_left(row: Row, cells: Cells) -> bool:
    value = cells.text(row, "status")
    works = works_in(value) if value else True
    if works is None:
        raise cells.refuse(
            row,
            "status",
            "unknown status",
            "a word such as active or terminated",
            "unknown_status",
        )
    return not works


def _last_day(row: Row, cells: Cells) -> date | None:
    # "Open end" is often written as a day far away, which is no planning at all.
    if cells.text(row, "ended_on")[:4] == "9999":
        return None
    return cells.planned_day(row, "ended_on")


def _name(row: Row, cells: Cells) -> str | None:
    whole = cells.short(row, "full_name", LONGEST_NAME)
    parts = [
        cells.short(row, part, LONGEST_NAME) for part in ("first_name", "last_name")
    ]
    return (whole or " ".join(part for part in parts if part))[:LONGEST_NAME] or None


def _email(row: Row, cells: Cells) -> str | None:
    value = cells.short(row, "email", LONGEST_EMAIL)
    if value and ("@" not in value or " " in value):
        raise cells.refuse(
            row,
            "email",
            "not an e-mail address",
            "an address such as a@example.org",
            "not_an_email",
        )
    return value or None


def _languages(row: Row, cells: Cells) -> tuple[str, ...] | None:
    found = languages_in(cells.text(row, "languages"))
    if any(len(each) > LONGEST_LANGUAGE for each in found):
        raise cells.refuse(
            row,
            "languages",
            "unknown language",
            "languages of at most 20 characters, divided by commas",
            "not_languages",
        )
    return found or None


def _engagement(row: Row, cells: Cells, directory: Directory) -> UUID | None:
    value = " ".join(cells.text(row, "engagement").split())
    if not value:
        return None
    key = value.casefold()
    if key not in directory.engagements:
        raise cells.refuse(
            row,
            "engagement",
            "unknown engagement",
            "the name of an engagement of yours, as the list of engagements shows it",
            "unknown_engagement",
        )
    found = directory.engagements[key]
    if found is None:
        raise cells.refuse(
            row,
            "engagement",
            "engagement is ambiguous",
            'the client and the name, as in "Client: Name"',
            "ambiguous_engagement",
        )
    return found


def _role(row: Row, cells: Cells) -> str | None:
    value = cells.text(row, "role")
    if not value:
        return None
    role = role_in(value)
    if role is None and cells.text(row, "engagement"):
        words = ", ".join(str(label) for label in AgentRole.labels)
        raise cells.refuse(
            row, "role", "unknown role", f"one of {words}", "unknown_role"
        )
    return role


def _channels(row: Row, cells: Cells) -> tuple[str, ...] | None:
    value = cells.text(row, "channels")
    if not value:
        return None
    found, unknown = channels_in(value)
    if unknown:
        raise cells.refuse(
            row,
            "channels",
            "unknown channel",
            "chat, voice, e-mail, SMS, video or social media",
            "unknown_channel",
        )
    return tuple(each.value for each in found)


def _site(row: Row, cells: Cells, directory: Directory) -> UUID | None:
    value = cells.text(row, "site")
    if not value:
        return None
    found = directory.sites.get(value.casefold())
    if found is None and cells.text(row, "engagement"):
        raise cells.refuse(
            row,
            "site",
            "unknown site",
            "the code of a site; add the site first",
            "unknown_site",
        )
    return found
