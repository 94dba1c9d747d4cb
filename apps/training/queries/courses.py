"""Courses, their versions, requirements and records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from apps.core.errors import NotFound
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.training.models import (
    Certification,
    Course,
    CourseVersion,
    Equivalence,
    Requirement,
    TrainingRecord,
)
from apps.workforce.models import Agent


def courses(actor: AnyActor) -> QuerySet[Course]:
    """Courses of the actor's organization by code, each with ``certified`` (agents
    holding it) and ``newest_label``. One query."""
    actor.require(Permission.TRAINING_VIEW)
    newest = CourseVersion.objects.filter(course=OuterRef("pk")).order_by(
        "-effective_on"
    )
    return (
        Course.objects.visible_to(actor)
        .annotate(
            certified=Count("certification", distinct=True),
            newest_label=Subquery(newest.values("label")[:1]),
        )
        .order_by("code")
    )


def course(actor: AnyActor, pk: UUID) -> Course:
    """A course of the actor's organization; NotFound for any other. One query."""
    try:
        return courses(actor).select_related("organization").get(pk=pk)
    except Course.DoesNotExist as error:
        raise NotFound from error


def courses_of_provider(actor: AnyActor, engagement: Engagement) -> QuerySet[Course]:
    """Courses the provider of an engagement teaches, for whoever may require them.
    One query."""
    actor.require(Permission.TRAINING_REQUIRE)
    return Course.objects.filter(organization=engagement.provider_id).order_by("code")


@dataclass(frozen=True, slots=True)
class Standing:
    """Agents who hold a course on a day, and whose certification has run out."""

    valid: int
    expired: int


def standing(course: Course, *, as_of: date) -> Standing:
    """Counts over agents who have not left. One query."""
    is_valid = Q(valid_until=None) | Q(valid_until__gte=as_of)
    counts = _working(course, as_of=as_of).aggregate(
        valid=Count("pk", filter=is_valid), expired=Count("pk", filter=~is_valid)
    )
    return Standing(**counts)


def expiring(course: Course, *, as_of: date) -> QuerySet[Certification]:
    """Certifications of working agents that still count, first to run out first.
    One query."""
    return (
        _working(course, as_of=as_of)
        .filter(valid_until__gte=as_of)
        .select_related("agent")
        .order_by("valid_until", "agent__external_id")
    )


def _working(course: Course, *, as_of: date) -> QuerySet[Certification]:
    return Certification.objects.filter(course=course).filter(
        Q(agent__left_on=None) | Q(agent__left_on__gte=as_of)
    )


def versions_of(course: Course) -> QuerySet[CourseVersion]:
    """Versions of a course, newest first. One query."""
    return CourseVersion.objects.filter(course=course).order_by("-effective_on")


def requirements(actor: AnyActor) -> QuerySet[Requirement]:
    """Requirements of engagements the actor may see, newest first. One query."""
    actor.require(Permission.TRAINING_VIEW)
    return (
        Requirement.objects.visible_to(actor)
        .select_related("course", "engagement__client", "engagement__provider")
        .order_by("-created_at", "-pk")
    )


def requirement(actor: AnyActor, pk: UUID) -> Requirement:
    """One of them; NotFound for any other. One query."""
    try:
        return requirements(actor).get(pk=pk)
    except Requirement.DoesNotExist as error:
        raise NotFound from error


def requirements_on(engagement: Engagement, *, as_of: date) -> QuerySet[Requirement]:
    """Requirements of an engagement that hold on the day or begin later. One query."""
    return (
        Requirement.objects.filter(Q(ended_on=None) | Q(ended_on__gte=as_of))
        .filter(engagement=engagement)
        .select_related("course")
        .order_by("effective_on", "course__code")
    )


def records(actor: AnyActor) -> QuerySet[TrainingRecord]:
    """Records of the actor's own agents that nothing superseded, newest first.
    One query."""
    actor.require(Permission.TRAINING_VIEW)
    return (
        TrainingRecord.objects.visible_to(actor)
        .filter(superseded_by=None)
        .select_related("agent", "course", "course_version")
        .order_by("-created_at", "-pk")
    )


def records_of(agent: Agent) -> QuerySet[TrainingRecord]:
    """Every attempt of one agent, newest first, superseded ones too. One query."""
    return (
        TrainingRecord.objects.filter(agent=agent)
        .select_related("course", "course_version", "source_import")
        .order_by("-completed_on", "course__code")
    )


def training_record(actor: AnyActor, pk: UUID) -> TrainingRecord:
    """A live record of the actor's own agents; NotFound for any other. One query."""
    try:
        return records(actor).get(pk=pk)
    except TrainingRecord.DoesNotExist as error:
        raise NotFound from error


def records_with_history(actor: AnyActor) -> QuerySet[TrainingRecord]:
    """Every record of the actor's own agents, superseded ones too, newest first.
    One query."""
    actor.require(Permission.TRAINING_VIEW)
    return (
        TrainingRecord.objects.visible_to(actor)
        .select_related(
            "agent__organization",
            "course",
            "course_version",
            "source_import__file",
            "recorded_by",
            "superseded_by",
        )
        .order_by("-created_at", "-pk")
    )


def record_history(actor: AnyActor, pk: UUID) -> list[TrainingRecord]:
    """A record and all it replaced and was replaced by, the newest first; NotFound
    for one of anybody else. Three queries."""
    try:
        row = records_with_history(actor).get(pk=pk)
    except TrainingRecord.DoesNotExist as error:
        raise NotFound from error
    rows = {
        each.pk: each
        for each in records_with_history(actor).filter(
            agent=row.agent_id, course=row.course_id
        )
    }
    before = {each.superseded_by_id: each.pk for each in rows.values()}
    chain = [row.pk]
    while (later := rows[chain[0]].superseded_by_id) is not None:
        chain.insert(0, later)
    while (earlier := before.get(chain[-1])) is not None:
        chain.append(earlier)
    return [rows[each] for each in chain]


def equivalences(actor: AnyActor) -> QuerySet[Equivalence]:
    """What counts as courses of the actor's organization, newest first. One query."""
    actor.require(Permission.TRAINING_VIEW)
    return _with_names(Equivalence.objects.visible_to(actor)).order_by(
        "-created_at", "-pk"
    )


def equivalence(actor: AnyActor, pk: UUID) -> Equivalence:
    """One of them; NotFound for any other. One query."""
    try:
        return equivalences(actor).get(pk=pk)
    except Equivalence.DoesNotExist as error:
        raise NotFound from error


def equivalences_on(engagement: Engagement, *, as_of: date) -> QuerySet[Equivalence]:
    """What counts on the day as a course an engagement requires. One query."""
    courses = requirements_on(engagement, as_of=as_of).values("course")
    return _with_names(
        Equivalence.objects.filter(
            Q(ended_on=None) | Q(ended_on__gte=as_of),
            course__in=courses,
            effective_on__lte=as_of,
        )
    ).order_by("course__code", "effective_on")


def _with_names(rows: QuerySet[Equivalence]) -> QuerySet[Equivalence]:
    return rows.select_related(
        "course__organization", "accepted__course", "decided_by", "evidence"
    )


def equivalence_choices(course: Course) -> QuerySet[CourseVersion]:
    """Versions of the provider's other courses. One query."""
    return (
        CourseVersion.objects.filter(course__organization=course.organization_id)
        .exclude(course=course)
        .select_related("course")
        .order_by("course__code", "effective_on")
    )


def certifications(actor: AnyActor) -> QuerySet[Certification]:
    """Present standing of the actor's own agents. One query."""
    actor.require(Permission.TRAINING_VIEW)
    return (
        Certification.objects.visible_to(actor)
        .select_related("agent", "course")
        .order_by("-created_at", "-pk")
    )


def certifications_of(agent: Agent) -> QuerySet[Certification]:
    """Present standing of one agent by course. One query."""
    return (
        Certification.objects.filter(agent=agent)
        .select_related("course")
        .order_by("course__code")
    )
