"""Reports of learning and HR systems that are known by their headers.

Collected from exports of SAP Litmos, Totara, Moodle, Open edX and HR systems. A
report that holds no completions says which one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.workforce.rules import normalised


@dataclass(frozen=True, slots=True)
class Layout:
    """A report known by headers that stand together in no other.

    ``columns`` maps a field to the header that holds it where synonyms would choose
    another or none; ``advice`` is for a report without completions.
    """

    name: str
    marks: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    advice: str = ""


_COURSE_REPORT = "Export the course report, or the achievements report, instead."
LAYOUTS = (
    Layout(
        "SAP Litmos course report",
        ("user", "percentage completed", "completed date", "external employee id"),
        {
            "agent_id": "external employee id",
            "completed_on": "completed date",
            "outcome": "completed",
        },
    ),
    Layout(
        "SAP Litmos achievements report",
        ("people", "achievement date", "certificate number"),
        {
            "completed_on": "achievement date",
            "expires_on": "compliant until",
            "course_title": "course learning path name",
        },
    ),
    Layout(
        "SAP Litmos assessment report",
        ("user", "attempt", "time taken", "last attempt"),
        {"completed_on": "last attempt", "outcome": "status"},
    ),
    Layout(
        "SAP Litmos compliance report",
        ("name", "up to date", "complete", "compliant until"),
        advice="This report names people by their name only and gives no day of "
        f"completion. {_COURSE_REPORT}",
    ),
    Layout(
        "SAP Litmos people report",
        ("full name", "total courses", "total completed"),
        advice="This report counts courses for each person and holds no completions. "
        f"{_COURSE_REPORT}",
    ),
    Layout(
        "SAP Litmos modules report",
        ("module", "course", "passmark", "relationship"),
        advice="This report lists modules, not people. " + _COURSE_REPORT,
    ),
    Layout(
        "Totara certification completion upload",
        ("username", "certification short name", "completion date"),
        {
            "course_title": "certification short name",
            "course_code": "certification id number",
            "expires_on": "due date",
        },
    ),
    Layout(
        "Totara course completion upload",
        ("username", "course short name", "completion date"),
        {"course_title": "course short name", "course_code": "course id number"},
    ),
    Layout(
        "Moodle course completion report",
        ("email address", "course complete"),
        {"completed_on": "course complete"},
    ),
    Layout(
        "Open edX grade report",
        ("student id", "enrollment track", "certificate eligible"),
        advice="A grade report carries no day of completion. Export the issued "
        "certificates or the xAPI statements instead.",
    ),
    Layout(
        "HR training records",
        ("employee id", "course name", "start date", "completion date", "status"),
    ),
)


def layout_of(header: Sequence[str]) -> Layout | None:
    """Return the report a header belongs to, None for one nobody taught us."""
    known = {_key(name) for name in header}
    for layout in LAYOUTS:
        if all(_key(mark) in known for mark in layout.marks):
            return layout
    return None


def columns_of(layout: Layout, header: Sequence[str]) -> dict[str, int]:
    """Field to column (from 0) where the report has its own."""
    places = {_key(name): index for index, name in reversed(list(enumerate(header)))}
    return {
        field: places[_key(name)]
        for field, name in layout.columns.items()
        if _key(name) in places
    }


def _key(name: str) -> str:
    return "".join(normalised(name))
