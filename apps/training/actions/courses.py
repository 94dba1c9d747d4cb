"""Courses, their dated versions, and their names in other systems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.training import rules, trail
from apps.training.models import Course, CourseVersion

LONGEST_ALIAS = 300


@transaction.atomic
def create_course(
    *,
    by: AnyActor,
    organization: Organization,
    code: str,
    title: str,
    version: rules.CourseVersionTerms,
    aliases: Iterable[str] = (),
    taught_by: str = "",
) -> Course:
    """Add a course with its first version; events ``course.created`` and
    ``course.version_added``. ``taught_by`` is for a course of somebody else that
    agents bring along. Raises Conflict when the code is taken."""
    by.require(Permission.TRAINING_EDIT)
    _require_own(by, organization.pk)
    code, title = code.strip(), " ".join(title.split())
    if not code or not title:
        raise Invalid("A course needs a code and a title.")
    Organization.objects.locked(organization.pk)
    if Course.objects.filter(organization=organization, code__iexact=code).exists():
        text = f"There is a course with the code {code} already. Choose another code."
        raise Conflict(text, fields={"code": [text]})
    course = Course(
        organization=organization,
        code=code,
        title=title,
        aliases=_clean_aliases(aliases),
        taught_by=" ".join(taught_by.split()),
    )
    course.save(force_insert=True)
    record(
        trail.COURSE_CREATED,
        by=by,
        about=_subject(course),
        facts={"code": code},
        personal={"title": title},
    )
    _add_version(course, version, by=by)
    return course


@transaction.atomic
def add_course_version(
    course: Course, *, by: AnyActor, version: rules.CourseVersionTerms
) -> CourseVersion:
    """Teach a course differently from a day on; event ``course.version_added``.

    Records already judged keep the version of their day. Raises Conflict when a
    version begins on that day, Invalid for an impossible validity.
    """
    by.require(Permission.TRAINING_EDIT)
    _require_own(by, course.organization_id)
    course = Course.objects.locked(course.pk)
    return _add_version(course, version, by=by)


def _add_version(
    course: Course, terms: rules.CourseVersionTerms, *, by: AnyActor
) -> CourseVersion:
    rules.check_version(terms)
    taken = CourseVersion.objects.filter(course=course, effective_on=terms.effective_on)
    if taken.exists():
        text = (
            "A version of this course begins on that day already. Choose another day."
        )
        raise Conflict(text, fields={"effective_on": [text]})
    version = CourseVersion(
        course=course,
        label=terms.label.strip(),
        effective_on=terms.effective_on,
        topics=list(terms.topics),
        is_scenario_based=terms.is_scenario_based,
        pass_mark=terms.pass_mark,
        validity_months=terms.validity_months,
        window_starts_on=terms.window_starts_on,
        grace_days=terms.grace_days,
        scenario_percent=terms.scenario_percent,
        languages=list(terms.languages),
    )
    version.save(force_insert=True)
    record(
        trail.COURSE_VERSION_ADDED,
        by=by,
        about=_subject(course),
        facts={
            "effective_on": version.effective_on,
            "validity_months": version.validity_months,
            "window_starts_on": version.window_starts_on,
            "grace_days": version.grace_days,
        },
        personal={"course": course.title, "label": version.label},
    )
    return version


@transaction.atomic
def alias_courses(
    *, by: AnyActor, organization: Organization, names: Mapping[str, UUID]
) -> list[Course]:
    """Teach the importer that a name means a course; one event for each name.

    A name that is a code, title or alias of that course already changes nothing.
    Raises NotFound for a course of somebody else, Conflict for a name that means
    another course.
    """
    by.require(Permission.TRAINING_EDIT)
    _require_own(by, organization.pk)
    Organization.objects.locked(organization.pk)
    courses = {
        course.pk: course for course in Course.objects.filter(organization=organization)
    }
    meanings = {
        name.casefold(): course
        for course in courses.values()
        for name in (course.code, course.title, *course.aliases)
    }
    changed = []
    for raw, pk in names.items():
        if pk not in courses:
            raise NotFound
        name, course = " ".join(raw.split())[:LONGEST_ALIAS], courses[pk]
        other = meanings.get(name.casefold())
        if other is not None and other != course:
            raise Conflict(
                f"{name} is a name of the course {other} already. Choose that course."
            )
        if other is None and name:
            meanings[name.casefold()] = course
            changed.append(_add_alias(course, name, by=by))
    return changed


def _add_alias(course: Course, name: str, *, by: AnyActor) -> Course:
    course.aliases = [*course.aliases, name]
    course.save(update_fields=["aliases"])
    record(
        trail.COURSE_ALIASED,
        by=by,
        about=_subject(course),
        personal={"course": course.title, "alias": name},
    )
    return course


def _clean_aliases(aliases: Iterable[str]) -> list[str]:
    names = (" ".join(each.split())[:LONGEST_ALIAS] for each in aliases)
    return list(dict.fromkeys(name for name in names if name))


def _require_own(by: AnyActor, organization_id: UUID) -> None:
    if by.organization_id is not None and by.organization_id != organization_id:
        raise NotAllowed("Courses are kept by the provider that teaches them.")


def _subject(course: Course) -> Subject:
    return Subject(
        obj=course,
        organization_id=course.organization_id,
        visible_to=frozenset({course.organization_id}),
    )
