"""Courses, requirements and records, written straight through the models."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from apps.core import ids
from apps.engagements.models import Engagement
from apps.tenancy.models import Organization
from apps.training.models import (
    CertificateUpload,
    Certification,
    Course,
    CourseVersion,
    Destruction,
    Equivalence,
    Requirement,
    Statement,
    TrainingHold,
    TrainingImport,
    TrainingRecord,
)
from apps.training.rules import valid_until
from apps.workforce.models import Agent
from tests.factories.evidence import make_stored_file

_numbers = count(1)
TAUGHT_FROM = date(2020, 1, 1)
COMPLETED = date(2026, 1, 4)


def make_course(organization: Organization, **overrides: Any) -> Course:
    """A course with one version from 2020, valid for 12 months.

    ``version`` are overrides of the version.
    """
    number = next(_numbers)
    version = overrides.pop("version", {})
    values = {"code": f"C-{number}", "title": f"Course {number}"}
    course = Course.objects.create(organization=organization, **values | overrides)
    make_version(course, **version)
    return course


def make_version(course: Course, **overrides: Any) -> CourseVersion:
    """A version from 2020, valid for 12 months."""
    values = {
        "label": "2020",
        "effective_on": TAUGHT_FROM,
        "topics": ["Privacy"],
        "validity_months": 12,
    }
    return CourseVersion.objects.create(course=course, **values | overrides)


def make_requirement(
    engagement: Engagement, course: Course, **overrides: Any
) -> Requirement:
    """The course, before first contact, for everybody, from the engagement's start."""
    values = {"effective_on": engagement.started_on}
    return Requirement.objects.create(
        engagement=engagement, course=course, **values | overrides
    )


def make_record(agent: Agent, course: Course, **overrides: Any) -> TrainingRecord:
    """A pass on 4 January 2026, judged by the newest version begun by then.

    ``created_at`` may be given, for records of long ago.
    """
    completed_on = overrides.pop("completed_on", COMPLETED)
    version = (
        course.versions.filter(effective_on__lte=completed_on)
        .order_by("-effective_on")
        .first()
    )
    values = {
        "course_version": version,
        "completed_on": completed_on,
        "valid_until": valid_until(
            completed_on,
            version.validity_months,
            window_starts_on=version.window_starts_on,
        ),
        "outcome": "passed",
    }
    return TrainingRecord.objects.create(
        agent=agent, course=course, **values | overrides
    )


def make_certification(agent: Agent, course: Course, **overrides: Any) -> Certification:
    """A record and the certification that rests on it."""
    record = make_record(agent, course, **overrides)
    return Certification.objects.create(
        agent=agent,
        course=course,
        record=record,
        completed_on=record.completed_on,
        valid_until=record.valid_until,
    )


def make_equivalence(course: Course, accepted: CourseVersion, **overrides: Any) -> Any:
    """Accepted as equal from the beginning."""
    values = {"effective_on": TAUGHT_FROM, "reason": "The same contents."}
    return Equivalence.objects.create(
        course=course, accepted=accepted, **values | overrides
    )


def make_hold(organization: Organization, **overrides: Any) -> TrainingHold:
    """A running hold on the records of everybody."""
    values = {"reason": "A dispute."}
    return TrainingHold.objects.create(organization=organization, **values | overrides)


def make_training_objects(
    course: Course, agent: Agent, record: TrainingRecord
) -> dict[str, Any]:
    """One of each of the rarer kinds, for tests that ask every URL."""
    organization = agent.organization
    job = TrainingImport.objects.create(
        organization=organization,
        file=make_stored_file(organization),
        file_name="statements.json",
        committed_at=record.created_at,
    )
    other = make_course(organization)
    return {
        "equivalence": make_equivalence(course, other.versions.get()),
        "training_hold": make_hold(organization, agent=agent),
        "certificate_upload": CertificateUpload.objects.create(
            organization=organization, course=course
        ),
        "xapi_statement": Statement.objects.create(
            organization=organization,
            statement_id=ids.uuid7(),
            sha256="0" * 64,
            source_import=job,
            source_row=1,
            record=record,
        ),
        "destruction": Destruction.objects.create(
            organization=organization,
            destroyed_on=COMPLETED,
            reason="Retention ended.",
            record_count=1,
            import_count=0,
            file_count=0,
        ),
    }
