"""Header words of learning and HR systems, and what must be found.

The synonyms were collected from exports of SAP Litmos, Totara, Moodle, Open edX,
Cornerstone-like systems and HR spreadsheets. Best first.
"""

from __future__ import annotations

from collections.abc import Iterable

from apps.core.tables import DateOrder
from apps.workforce.rules import ColumnMatch, Field

FIELDS = (
    Field(
        "agent_id",
        "Agent id",
        (
            "agent id", "external employee id", "employee id", "employee number",
            "employee no", "external id", "staff id", "staff number",
            "personnel number", "worker id", "associate id", "id number", "emp id",
            "learner id", "hr id", "agent external id", "user id number",
            "student id",
        ),
    ),
    Field(
        "email",
        "E-mail",
        (
            "email", "email address", "e mail", "work email", "user email",
            "learner email", "employee email", "agent email", "mail",
        ),
    ),
    Field(
        "username",
        "User name",
        ("username", "user name", "login", "login name", "user login", "account name"),
    ),
    Field(
        "course_code",
        "Course code",
        (
            "course code", "course id", "course id number", "course number",
            "training code", "certification id number", "module code", "item id",
            "training id number", "course no", "offering id",
        ),
    ),
    Field(
        "course_title",
        "Course",
        (
            "course", "course name", "course title", "course full name",
            "course short name", "training", "training name", "training title",
            "certification", "certification name", "certification short name",
            "course learning path name", "learning path", "learning path name",
            "item title", "activity name", "program name", "module name",
        ),
    ),
    Field(
        "completed_on",
        "Completed",
        (
            "completion date", "completed on", "completed date", "date completed",
            "completed at", "time completed", "date of completion",
            "course completion date", "finish date", "finished on", "end date",
            "achievement date", "date achieved", "achieved on", "passed on",
            "training date", "date taken", "last attempt", "last attempt date",
            "completed",
        ),
    ),
    Field(
        "started_on",
        "Started",
        (
            "start date", "started on", "date started", "started", "time started",
            "training start date", "enrolled on", "enrolment date", "enrollment date",
            "time enrolled", "started at",
        ),
    ),
    Field(
        "expires_on",
        "Valid until",
        (
            "valid until", "expires on", "expiry date", "expiration date", "expires",
            "compliant until", "expiry", "due for renewal", "renewal date",
            "certification expires", "next due",
        ),
    ),
    Field(
        "outcome",
        "Outcome",
        (
            "outcome", "result", "status", "completion status", "course status",
            "pass fail", "passed", "training status", "lesson status", "complete",
            "completed yes no", "is completed", "completed", "success status", "state",
        ),
    ),
    Field(
        "score",
        "Score",
        (
            "score", "grade", "final score", "final grade", "score pct", "mark",
            "score percent", "percent score", "percentage", "course grade",
            "quiz score", "test score", "points",
        ),
    ),
    Field(
        "language",
        "Language",
        ("language", "course language", "training language", "lang"),
    ),
    Field(
        "mode",
        "Mode",
        (
            "mode", "delivery", "delivery mode", "delivery method", "training mode",
            "training type", "training method", "format",
        ),
    ),
    Field(
        "trainer",
        "Trainer",
        (
            "trainer", "instructor", "trainer name", "instructor name", "facilitator",
            "teacher", "trained by",
        ),
    ),
    Field(
        "signed_on",
        "Signed on",
        (
            "signed on", "date signed", "signed date", "signature date",
            "date of signature", "statement signed on", "acknowledged on",
            "acknowledgement date", "acknowledgment date", "attested on",
        ),
    ),
)  # fmt: skip
DATE_FIELDS = ("completed_on", "started_on", "expires_on", "signed_on")
KEY_FIELDS = ("agent_id", "email", "username")
COURSE_FIELDS = ("course_code", "course_title")


def questions(
    columns: Iterable[ColumnMatch], order: DateOrder, *, has_course: bool
) -> dict[str, str]:
    """What a person must say before the file can be used: code to sentence.

    ``has_course`` says that the import itself names the course.
    """
    found = {match.field for match in columns}
    asked = {}
    if not found & set(KEY_FIELDS):
        asked["agent"] = (
            "No column names the agent. Say which column holds the agent id, the "
            "e-mail address or the user name."
        )
    if "completed_on" not in found:
        asked["completed_on"] = (
            "No column holds the completion date. Say which column does."
        )
    if not has_course and not found & set(COURSE_FIELDS):
        asked["course"] = (
            "No column names the course. Choose the course this file is about, or say "
            "which column names it."
        )
    if order is DateOrder.UNKNOWN:
        asked["date_order"] = (
            "Dates such as 03/04/2026 can be read two ways in this file. Say whether "
            "the day or the month comes first."
        )
    return asked
