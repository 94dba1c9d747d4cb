"""Deterministic portfolio of size S, M or L, copied straight into the tables.

Every value follows from (table, row number), so any size gives the same rows again.
Days are relative to the day of the run; nothing else depends on when it runs.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg import Connection

NAMES = (
    "alpha bravo cobalt delta ember falcon granite harbor indigo juniper keystone "
    "lumen meridian northgate orchid pioneer quartz river summit tundra umber vertex"
)
WORDS = NAMES.split()
COURSES = (("HIPAA-101", 12), ("PHI-CHAT", 12), ("SECURITY", 12), ("INCIDENT", 24))
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    vendors: int
    agents: int
    records: int


SIZES = {
    "S": Size(vendors=200, agents=5_000, records=25_000),
    "M": Size(vendors=2_000, agents=40_000, records=200_000),
    "L": Size(vendors=10_000, agents=200_000, records=1_000_000),
}


def number(table: str, row: int, salt: int = 0) -> int:
    """Return 64 bits that follow from table, row and salt."""
    text = f"v1|{table}|{row}|{salt}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


def key(table: str, row: int) -> uuid.UUID:
    """Return the id of a row, ordered by row number like a UUIDv7."""
    tail = number(table, row, 99) & ((1 << 62) - 1)
    return uuid.UUID(int=row << 80 | 0x7 << 76 | 0b10 << 62 | tail)


CLIENT = key("client", 1)
OFFICER = key("officer", 1)


def skewed(table: str, row: int, count: int) -> int:
    """Pick below ``count``; a few large ones take most."""
    return int(count * (number(table, row) / 2**64) ** 3)


@dataclass(frozen=True)
class Dataset:
    """Rows of each table for a size, as of a day."""

    size: Size
    today: date

    def organizations(self) -> Iterator[tuple[Any, ...]]:
        yield (CLIENT, CREATED, "Bench Hospital", "covered_entity", "US", "UTC", "")
        for i in range(self.size.vendors):
            x = number("vendor", i)
            name = f"{WORDS[x % 22].title()} {WORDS[x // 22 % 22].title()} {i:06d}"
            yield (key("vendor", i), CREATED, name, "vendor", "PH", "UTC", "")

    def users(self) -> Iterator[tuple[Any, ...]]:
        """One manager for each vendor, and the client's officer."""
        yield (OFFICER, "", "officer@bench.example", "Officer", "UTC", True, CREATED)
        for i in range(self.size.vendors):
            mail = f"m{i:06d}@bench.example"
            yield (key("user", i), "", mail, f"Manager {i:06d}", "UTC", True, CREATED)

    def memberships(self) -> Iterator[tuple[Any, ...]]:
        yield (key("member", 0), CREATED, OFFICER, CLIENT, "compliance_manager")
        for i in range(self.size.vendors):
            yield (
                *(key("member", i + 1), CREATED, key("user", i), key("vendor", i)),
                "vendor_manager",
            )

    def engagements(self) -> Iterator[tuple[Any, ...]]:
        for i in range(self.size.vendors):
            yield (
                *(key("engagement", i), CREATED, CLIENT, key("vendor", i)),
                *(f"Engagement {i:06d}", 1 + i % 3, self.today - timedelta(900)),
                *("", "undecided", "", "named", True),
            )

    def scopes(self) -> Iterator[tuple[Any, ...]]:
        for i in range(self.size.vendors):
            yield (
                *(key("scope", i), CREATED, ["patient_support"], ["chat"]),
                *(["demographic"], 1_000, [], [], [], False, ""),
                *(key("engagement", i), self.today - timedelta(900)),
            )

    def agents(self) -> Iterator[tuple[Any, ...]]:
        for i in range(self.size.agents):
            vendor, x = self.vendor_of(i), number("agent", i, 1)
            name = f"{WORDS[x % 22].title()} {WORDS[x // 22 % 22].title()}"
            joined = self.today - timedelta(300 + x // 100 % 1700)
            mail = f"a{i:07d}@v{vendor:06d}.example"
            yield (
                *(key("agent", i), CREATED, key("vendor", vendor), f"A-{i:07d}"),
                *(name, mail, [], joined),
            )

    def assignments(self) -> Iterator[tuple[Any, ...]]:
        for i in range(self.size.agents):
            engagement = key("engagement", self.vendor_of(i))
            yield (
                *(key("assignment", i), CREATED, key("agent", i), engagement),
                *("agent", ["chat"], self.today - timedelta(200)),
            )

    def courses(self) -> Iterator[tuple[Any, ...]]:
        for i in range(self.size.vendors * len(COURSES)):
            vendor, course = divmod(i, len(COURSES))
            code = COURSES[course][0]
            yield (key("course", i), CREATED, key("vendor", vendor), code, code, [])

    def versions(self) -> Iterator[tuple[Any, ...]]:
        for i in range(self.size.vendors * len(COURSES)):
            months = COURSES[i % len(COURSES)][1]
            yield (
                *(key("version", i), CREATED, key("course", i), "1"),
                *(date(2015, 1, 1), ["Basics"], False, months, []),
            )

    def requirements(self) -> Iterator[tuple[Any, ...]]:
        for i in range(self.size.vendors * len(COURSES)):
            engagement = key("engagement", i // len(COURSES))
            yield (
                *(key("requirement", i), CREATED, engagement, key("course", i)),
                *("", "", "before_contact", 0, self.today - timedelta(900)),
            )

    def records(self) -> Iterator[tuple[Any, ...]]:
        """Nine of a hundred lapsed, a few due in exactly 30, 7 and 1 days."""
        pairs = self.size.agents * len(COURSES)
        for i in range(self.size.records):
            pair, lap = i % pairs, i // pairs
            agent, course = divmod(pair, len(COURSES))
            at = self.vendor_of(agent) * len(COURSES) + course
            x, days = number("record", pair) % 1000, 365 * COURSES[course][1] // 12
            left = -(1 + x % 300) if x < 90 else 31 + x % (days - 31)
            if 90 <= x < 120:
                left = (30, 7, 1)[x % 3]
            until = self.today + timedelta(left - days * lap)
            done = until - timedelta(days)
            yield (
                *(key("record", i), CREATED, key("agent", agent), key("course", at)),
                *(key("version", at), done, until, "passed", 80, "", "online", ""),
            )

    def vendor_of(self, agent: int) -> int:
        """Vendors differ in size; each has at least one agent."""
        vendors = self.size.vendors
        return agent if agent < vendors else skewed("agent", agent, vendors)


COLUMNS = {
    "tenancy_organization": "id created_at name kind country time_zone audit_contact",
    "tenancy_user": "id password email full_name time_zone is_active created_at",
    "tenancy_membership": "id created_at user_id organization_id role",
    "engagements_engagement": "id created_at client_id provider_id name tier "
    "started_on end_reason legal_agency legal_agency_reason disclosure_policy "
    "approves_subcontracts",
    "engagements_declaredscope": "id created_at services channels phi_categories "
    "head_count_ceiling countries sites systems remote_work hours engagement_id "
    "effective_on",
    "workforce_agent": "id created_at organization_id external_id full_name email "
    "languages joined_on",
    "workforce_assignment": "id created_at agent_id engagement_id role channels "
    "effective_on",
    "training_course": "id created_at organization_id code title aliases",
    "training_courseversion": "id created_at course_id label effective_on topics "
    "is_scenario_based validity_months languages",
    "training_requirement": "id created_at engagement_id course_id role channel timing "
    "within_days effective_on",
    "training_trainingrecord": "id created_at agent_id course_id course_version_id "
    "completed_on valid_until outcome score language mode trainer",
}

CERTIFICATIONS = """
INSERT INTO training_certification
    (id, created_at, agent_id, course_id, record_id, completed_on, valid_until)
SELECT DISTINCT ON (agent_id, course_id)
    gen_random_uuid(), created_at, agent_id, course_id, id, completed_on, valid_until
FROM training_trainingrecord WHERE outcome = 'passed'
ORDER BY agent_id, course_id, valid_until DESC
"""


def load(connection: Connection, dataset: Dataset) -> None:
    """Copy everything in and let PostgreSQL look at it once."""
    sources: dict[str, Iterable[tuple[Any, ...]]] = {
        "tenancy_organization": dataset.organizations(),
        "tenancy_user": dataset.users(),
        "tenancy_membership": dataset.memberships(),
        "engagements_engagement": dataset.engagements(),
        "engagements_declaredscope": dataset.scopes(),
        "workforce_agent": dataset.agents(),
        "workforce_assignment": dataset.assignments(),
        "training_course": dataset.courses(),
        "training_courseversion": dataset.versions(),
        "training_requirement": dataset.requirements(),
        "training_trainingrecord": dataset.records(),
    }
    with connection.cursor() as cursor:
        for table, rows in sources.items():
            columns = ", ".join(COLUMNS[table].split())
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute(CERTIFICATIONS)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
