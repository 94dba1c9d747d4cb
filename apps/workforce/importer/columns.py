"""Which columns a roster has, and what must be asked about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from apps.core.tables import DateOrder
from apps.workforce.rules import ColumnMatch, Confidence, Field, recognise

FIELDS = (
    Field(
        "external_id",
        "Agent id",
        (
            "agent id",
            "external id",
            "employee id",
            "employee number",
            "employee no",
            "external employee id",
            "staff id",
            "staff number",
            "personnel number",
            "worker id",
            "associate id",
            "badge id",
            "hr id",
            "emp id",
            "login id",
            "user id",
        ),
    ),
    Field(
        "full_name",
        "Name",
        (
            "full name",
            "agent name",
            "employee name",
            "name",
            "display name",
            "agent",
            "worker name",
            "people",
            "user",
        ),
    ),
    Field("first_name", "First name", ("first name", "given name", "forename")),
    Field("last_name", "Last name", ("last name", "surname", "family name")),
    Field(
        "email",
        "E-mail",
        ("email", "e mail", "work email", "email address", "mail", "company email"),
    ),
    Field("languages", "Languages", ("languages", "language", "spoken languages")),
    Field("team", "Team", ("team", "team name", "squad")),
    Field(
        "joined_on",
        "Joined",
        (
            "joined",
            "joined on",
            "join date",
            "joining date",
            "hire date",
            "hired on",
            "date of joining",
            "employment start",
            "employment start date",
            "date hired",
            "created date",
        ),
    ),
    Field(
        "left_on",
        "Left",
        (
            "left",
            "left on",
            "leaving date",
            "last day",
            "last working day",
            "termination date",
            "terminated on",
            "employment end",
            "exit date",
            "employment end date",
            "date left",
        ),
    ),
    Field(
        "status",
        "Status",
        (
            "employment status",
            "employee status",
            "worker status",
            "status",
            "account enabled",
            "is active",
            "active",
        ),
    ),
    Field(
        "engagement",
        "Engagement",
        (
            "engagement",
            "engagement name",
            "project",
            "campaign",
            "program",
            "client",
            "line of business",
            "lob",
            "account",
        ),
    ),
    Field("role", "Role", ("role", "agent role", "position")),
    Field(
        "channels",
        "Channels",
        ("channels", "channel", "skills", "queues", "contact channels"),
    ),
    Field("site", "Site", ("site", "site code", "location", "office", "work site")),
    Field(
        "effective_on",
        "Assigned from",
        (
            "assigned from",
            "assigned on",
            "from",
            "assignment start",
            "start date",
            "assignment start date",
            "valid from",
            "effective on",
            "effective date",
            "start",
        ),
    ),
    Field(
        "ended_on",
        "Assigned until",
        (
            "assigned until",
            "until",
            "to",
            "assignment end",
            "end date",
            "end",
            "assignment end date",
            "valid until",
            "ended on",
        ),
    ),
)
DATE_FIELDS = ("joined_on", "left_on", "effective_on", "ended_on")
# What "start date" and "end date" mean in a list of people without engagements.
_OF_THE_PERSON = {"effective_on": "joined_on", "ended_on": "left_on"}


def columns_in(header: Sequence[str]) -> list[ColumnMatch]:
    """Return which column is which. Without an engagement there are no assignments,
    so days that would be theirs are those of the person."""
    columns = recognise(header, FIELDS)
    found = {match.field for match in columns}
    if "engagement" in found:
        return columns
    return [
        replace(match, field=of_person, confidence=Confidence.LIKELY)
        if (of_person := _OF_THE_PERSON.get(match.field)) and of_person not in found
        else match
        for match in columns
    ]


def questions(columns: Iterable[ColumnMatch], order: DateOrder) -> dict[str, str]:
    """What a person must say before the file can be used: code to sentence."""
    found = {match.field for match in columns}
    asked = {}
    if "external_id" not in found:
        asked["columns"] = (
            "No column holds the id of the agent. Name the column that does."
        )
    elif not found & {"full_name", "first_name", "last_name", "email", "engagement"}:
        asked["columns"] = (
            "Only an id was recognised in this file. Name the columns that hold the "
            "name of the agent or the engagement."
        )
    if order is DateOrder.UNKNOWN and found & set(DATE_FIELDS):
        asked["date_order"] = (
            "Dates such as 03/04/2026 can be read two ways in this file. Say whether "
            "the day or the month comes first."
        )
    return asked
