"""Rosters and training exports of the invented vendors, in the shapes real ones have.

Every cell follows from the seed and the anchor day, so the same day gives the same
bytes. The exports are messy on purpose: titles above the header, odd encodings,
duplicates, people unknown to the roster, attempts not finished, impossible dates.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import xlsxwriter

from demo import portfolio as p

GIVEN = tuple(
    word
    for line in (
        "Abigail Bianca Carlo Dalisay Emilio Faith Gabriel Hazel Ignacio",
        "Jasmine Kaloy Liza Marco Nadia Oscar Paola Quentin Rosa Sandro Teresa",
        "Ulises Vera Wendy Xiomara Yolanda Zandile Björn Chloé Dário Élodie",
    )
    for word in line.split()
)
FAMILY = tuple(
    word
    for line in (
        "Aguilar Bautista Castillo Dlamini Escobar Flores García Herrera Ibarra",
        "Jacobs Khumalo López Mendoza Navarro Ocampo Peña Quintero Ramírez",
        "Salazar Torres Uribe Villanueva Watson Ximénez Young Zulu",
    )
    for word in line.split()
)


@dataclass(frozen=True)
class Worker:
    """One agent as the vendor's own system knows them."""

    number: str
    name: str
    email: str
    engagement: str
    role: str
    channels: str
    site: str
    joined: date


@dataclass(frozen=True)
class Table:
    """A file ready to be uploaded."""

    name: str
    content: bytes


def crew(
    prefix: str,
    domain: str,
    count: int,
    engagement: str,
    *,
    channels: str,
    sites: Sequence[str],
    anchor: date,
    start: int = 1,
) -> list[Worker]:
    """Return ``count`` agents numbered from ``start``, spread over the sites."""
    rng = random.Random(f"{prefix}{start}")  # noqa: S311 - names, not secrets
    found = []
    for index in range(start, start + count):
        given, family = rng.choice(GIVEN), rng.choice(FAMILY)
        number = f"{prefix}-{index:04d}"
        found.append(
            Worker(
                number=number,
                name=f"{given} {family}",
                email=f"{number.lower()}@{domain}",
                engagement=engagement,
                role="Team lead" if index % 25 == 0 else "Agent",
                channels=channels,
                site=sites[index % len(sites)],
                joined=anchor - timedelta(days=420 + rng.randrange(900)),
            )
        )
    return found


def roster_rows(workers: Iterable[Worker], assigned_on: date) -> list[list[str]]:
    """Header and rows of a roster."""
    header = [
        *("Employee ID", "Full name", "Email", "Hire date", "Engagement", "Role"),
        *("Channels", "Site", "Assigned from"),
    ]
    rows = [
        [
            *(w.number, w.name, w.email, w.joined.isoformat(), w.engagement, w.role),
            *(w.channels, w.site, assigned_on.isoformat()),
        ]
        for w in workers
    ]
    return [header, *rows]


def text_table(
    name: str,
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
) -> Table:
    """A text file in the given dialect."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return Table(name, out.getvalue().encode(encoding))


def workbook(name: str, rows: Iterable[Sequence[object]]) -> Table:
    """An XLSX file with real dates."""
    out = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "dd mmm yyyy"}
    with xlsxwriter.Workbook(out, options) as book:
        # A fixed moment keeps the bytes the same.
        book.set_properties({"created": _MIDNIGHT})
        sheet = book.add_worksheet("Report")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return Table(name, out.getvalue())


_MIDNIGHT = datetime(2026, 1, 1)  # noqa: DTZ001 - workbooks know no zone


def completed(worker: Worker, lesson: p.Lesson, anchor: date) -> date:
    """The day this worker finished the lesson: within its validity, mostly."""
    rng = random.Random(f"{worker.number}{lesson.code}")  # noqa: S311
    return anchor - timedelta(days=30 + rng.randrange(250))


def litmos_export(workers: Sequence[Worker], anchor: date) -> Table:
    """Learning-platform export as CSV: statuses, starts, scores, and mistakes."""
    rows: list[list[str]] = [
        [
            *("User ID", "First Name", "Last Name", "Email", "Course Code"),
            *("Course Title", "Status", "Start Date", "Completion Date", "Score"),
        ]
    ]
    for position, worker in enumerate(workers):
        given, _, family = worker.name.partition(" ")
        for lesson in p.LESSONS:
            day = completed(worker, lesson, anchor)
            if position % 40 == 7 and lesson is p.BASICS:
                day = anchor - timedelta(days=400 + position)  # lapsed
            rows.append(
                [
                    *(worker.number, given, family, worker.email.upper()),
                    *(lesson.code, lesson.title, "Completed"),
                    (day - timedelta(days=2)).isoformat(),
                    *(day.isoformat(), str(86 + position % 14)),
                ]
            )
    return text_table("learning-export.csv", [*rows, *_mistakes(workers[0], anchor)])


def _mistakes(worker: Worker, anchor: date) -> list[list[str]]:
    given, _, family = worker.name.partition(" ")
    known = [worker.number, given, family, worker.email]
    nobody = ["MCL-9999", "Gone", "Longago", "gone@meridian.example"]
    day, later = (anchor - timedelta(days=40)), anchor + timedelta(days=30)
    chat = [p.CHAT.code, p.CHAT.title]
    done = completed(worker, p.BASICS, anchor)
    basics = [p.BASICS.code, p.BASICS.title, "Completed"]
    return [
        # The same attempt twice, a stranger, one in progress, one not passed, one that
        # ends before it starts, and one in the future.
        [*known, *basics, (done - timedelta(days=2)).isoformat(), f"{done}", "86"],
        [*nobody, *chat, "Completed", f"{day}", f"{day}", "90"],
        [*known, *chat, "In Progress", f"{day}", "", ""],
        [*known, *chat, "Failed", f"{day}", f"{day}", "41"],
        [*known, *chat, "Completed", f"{anchor}", f"{day}", "91"],
        [*known, *chat, "Completed", f"{day}", f"{later}", "92"],
    ]


def totara_export(workers: Sequence[Worker], anchor: date, *, expiring: int) -> Table:
    """Report as XLSX: a title, an empty row, then the header; real dates.

    The first ``expiring`` people renew the basics within the next month.
    """
    rows: list[Sequence[object]] = [
        ["Course completion report"],
        [],
        [
            "Employee number",
            "User full name",
            "Course",
            "Completion status",
            "Date completed",
            "Grade",
        ],
    ]
    for position, worker in enumerate(workers):
        for lesson in p.LESSONS:
            day = completed(worker, lesson, anchor)
            if lesson is p.BASICS and position < expiring:
                day = anchor - timedelta(days=365 - 7 * (1 + position % 4))
            rows.append(
                [
                    worker.number,
                    worker.name,
                    lesson.title,
                    "Complete",
                    day,
                    88 + position % 12,
                ]
            )
    return workbook("course-completion.xlsx", rows)


def hr_export(
    name: str, workers: Sequence[Worker], anchor: date, *, delimiter: str, encoding: str
) -> Table:
    """Personnel-system export: day-first dates with dots, words for outcomes."""
    rows = [["Employee no", "Name", "Course", "Completed on", "Result"]]
    rows += [
        [
            worker.number,
            worker.name,
            lesson.code,
            f"{completed(worker, lesson, anchor):%d.%m.%Y}",
            "Passed",
        ]
        for worker in workers
        for lesson in p.LESSONS
    ]
    return text_table(name, rows, delimiter=delimiter, encoding=encoding)
