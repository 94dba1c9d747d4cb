"""Training imports, and what the importer looks names up in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.training.importer import Directory
from apps.training.models import ColumnMapping, Course, CourseVersion, TrainingImport
from apps.training.rules import VersionTerm
from apps.workforce.models import Agent

_TERMS = ("pk", "effective_on", "validity_months", "pass_mark", "window_starts_on")


def training_imports(actor: AnyActor) -> QuerySet[TrainingImport]:
    """Imports of the actor's organization, newest first, without their problems.
    One query."""
    actor.require(Permission.TRAINING_IMPORT)
    return (
        TrainingImport.objects.visible_to(actor)
        .defer("problems")
        .select_related("uploaded_by", "organization", "file", "course")
        .order_by("-created_at", "-pk")
    )


def training_import(actor: AnyActor, pk: UUID) -> TrainingImport:
    """An import of the actor's organization; NotFound for any other. One query."""
    try:
        return training_imports(actor).defer(None).get(pk=pk)
    except TrainingImport.DoesNotExist as error:
        raise NotFound from error


def training_import_for_job(pk: UUID) -> TrainingImport:
    """An import by id, for the task that reads or commits it. One query."""
    try:
        return TrainingImport.objects.select_related(
            "organization", "file", "course"
        ).get(pk=pk)
    except TrainingImport.DoesNotExist as error:
        raise NotFound from error


def course_choices(actor: AnyActor) -> QuerySet[Course]:
    """Courses a file may be about, by code. One query."""
    actor.require(Permission.TRAINING_IMPORT)
    return Course.objects.visible_to(actor).order_by("code")


def remembered_mapping(organization: Organization, fingerprint: str) -> dict[str, int]:
    """Columns confirmed before for a header like this one, or nothing. One query."""
    found = ColumnMapping.objects.filter(
        organization=organization, header_sha256=fingerprint
    ).first()
    columns: dict[str, int] = found.mapping.get("columns", {}) if found else {}
    return columns


def directory(organization: Organization, *, course: Course | None) -> Directory:
    """Agents, courses and versions of the organization by name. Three queries."""
    agents = Agent.objects.filter(organization=organization).values_list(
        "pk", "external_id", "email"
    )
    by_id: list[tuple[str, UUID]] = []
    by_email: list[tuple[str, UUID]] = []
    for pk, external_id, email in agents.iterator():
        by_id.append((external_id, pk))
        by_email.append((email, pk))
    rows = list(
        Course.objects.filter(organization=organization).values_list(
            "pk", "code", "title", "aliases"
        )
    )
    names = [(name, pk) for pk, _, title, more in rows for name in (title, *more)]
    return Directory(
        agents_by_id=_book(by_id),
        agents_by_email=_book(by_email),
        courses_by_code={code.casefold(): pk for pk, code, _, _ in rows},
        courses_by_name=_book(names),
        versions=_versions(organization),
        course=course.pk if course is not None else None,
    )


def version_terms(course: Course) -> list[VersionTerm]:
    """Versions of one course in the order they began. One query."""
    rows = (
        CourseVersion.objects.filter(course=course)
        .order_by("effective_on")
        .values_list(*_TERMS)
    )
    return [VersionTerm(*terms) for terms in rows]


def _book(entries: Iterable[tuple[str, UUID]]) -> dict[str, UUID | None]:
    """Name in lower case to the one it means; None where two share it."""
    book: dict[str, UUID | None] = {}
    for name, pk in entries:
        key = " ".join(name.split()).casefold()
        if key:
            book[key] = pk if book.get(key, pk) == pk else None
    return book


def _versions(organization: Organization) -> dict[UUID, list[VersionTerm]]:
    found: dict[UUID, list[VersionTerm]] = defaultdict(list)
    rows = (
        CourseVersion.objects.filter(course__organization=organization)
        .order_by("effective_on")
        .values_list("course", *_TERMS)
    )
    for course_id, *terms in rows:
        found[course_id].append(VersionTerm(*terms))
    return found
