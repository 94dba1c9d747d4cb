"""Courses, requirements, corrections."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.notifications.models import Notification, OutgoingMail
from apps.training import actions
from apps.training.actions import Correction
from apps.training.enums import Outcome, Timing
from apps.training.models import (
    Certification,
    Course,
    CourseVersion,
    Requirement,
    TrainingRecord,
)
from apps.training.rules import CourseVersionTerms
from tests.conftest import Cast
from tests.factories.training import (
    make_certification,
    make_course,
    make_requirement,
    make_version,
)
from tests.factories.workforce import make_agent

TODAY = date(2026, 6, 15)
TERMS = CourseVersionTerms(
    "2026", date(2026, 1, 1), topics=("Privacy",), validity_months=12
)


def types() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))


# -- Courses ------------------------------------------------------------------
def create(cast: Cast, **changes: object) -> Course:
    values = {
        "by": cast.manager,
        "organization": cast.vendor,
        "code": "HIPAA",
        "title": " HIPAA  Basics ",
        "aliases": ["Privacy 101", "Privacy 101", " "],
        "version": TERMS,
    }
    return actions.create_course(**values | changes)  # type: ignore[arg-type]


def test_course_comes_with_its_first_version(cast: Cast) -> None:
    course = create(cast)
    assert (course.title, course.aliases) == ("HIPAA Basics", ["Privacy 101"])
    version = course.versions.get()
    assert (version.label, version.topics, version.validity_months) == (
        "2026",
        ["Privacy"],
        12,
    )
    assert types() == ["course.created", "course.version_added"]


def test_code_is_unique_within_the_vendor(cast: Cast) -> None:
    make_course(cast.other_vendor, code="HIPAA")
    create(cast)
    with pytest.raises(Conflict):
        create(cast, code="hipaa")


@pytest.mark.parametrize(
    "changes",
    [{"code": " "}, {"title": ""}, {"version": CourseVersionTerms("", TODAY)}],
)
def test_impossible_course_is_refused_whole(cast: Cast, changes: dict) -> None:
    with pytest.raises(Invalid):
        create(cast, **changes)


def test_only_managers_of_the_vendor_create_courses(cast: Cast) -> None:
    for actor in (cast.lead, cast.officer, cast.other_manager):
        with pytest.raises(NotAllowed):
            create(cast, by=actor)
    assert Course.objects.count() == 0


def test_version_is_added_and_one_a_day(cast: Cast) -> None:
    course = make_course(cast.vendor)
    actions.add_course_version(course, by=cast.manager, version=TERMS)
    assert course.versions.count() == 2
    assert types() == ["course.version_added"]
    with pytest.raises(Conflict):
        actions.add_course_version(course, by=cast.manager, version=TERMS)
    with pytest.raises(NotAllowed):
        actions.add_course_version(course, by=cast.other_manager, version=TERMS)


def test_name_is_taught_once_and_never_twice(cast: Cast) -> None:
    course, other = make_course(cast.vendor), make_course(cast.vendor)

    def teach(name: str, meant: Course) -> list[Course]:
        return actions.alias_courses(
            by=cast.manager, organization=cast.vendor, names={name: meant.pk}
        )

    assert teach("Privacy  101", course) == [course]
    assert teach("privacy 101", course) == []
    assert types() == ["course.aliased"]
    with pytest.raises(Conflict):
        teach("PRIVACY 101", other)
    with pytest.raises(NotFound):
        teach("New", make_course(cast.other_vendor))
    course.refresh_from_db()
    assert course.aliases == ["Privacy 101"]


# -- Requirements -------------------------------------------------------------
def require(cast: Cast, **changes: object) -> Requirement:
    values = {"by": cast.officer, "effective_on": TODAY}
    if "course" not in changes:
        values["course"] = make_course(cast.vendor)
    return actions.require_course(cast.engagement, **values | changes)  # type: ignore[arg-type]


def test_either_party_requires_a_course_and_both_read_it(cast: Cast) -> None:
    for actor in (cast.officer, cast.analyst, cast.manager):
        row = require(cast, by=actor)
        assert row.timing == Timing.BEFORE_CONTACT
    event = AuditEvent.objects.order_by("pk").first()
    assert event is not None
    assert (event.type, event.engagement) == ("requirement.added", cast.engagement.pk)
    body = bytes(event.body).decode()
    assert str(cast.clinic.pk) in body
    assert str(cast.vendor.pk) in body


def test_managers_of_the_vendor_are_told_what_a_client_asks(cast: Cast) -> None:
    require(cast, by=cast.manager)
    assert Notification.objects.count() == 0
    require(cast, course=make_course(cast.vendor, title="HIPAA Basics"))
    told = Notification.objects.order_by("recipient__full_name")
    assert [each.recipient for each in told] == [
        cast.manager.user,
        cast.second_manager.user,
    ]
    assert told[0].path == f"/training/engagement/{cast.engagement.pk}/"
    mail = OutgoingMail.objects.first()
    assert mail is not None
    assert mail.subject == "Lakeside Clinic requires training on Patient chat"
    assert "HIPAA Basics" in mail.body


def test_others_require_nothing(cast: Cast) -> None:
    for actor in (cast.reader, cast.lead, cast.outsider, cast.other_manager):
        with pytest.raises(NotAllowed):
            require(cast, by=actor)
    assert Requirement.objects.count() == 0


def test_course_is_one_of_the_provider(cast: Cast) -> None:
    with pytest.raises(Invalid):
        require(cast, course=make_course(cast.other_vendor))


@pytest.mark.parametrize("days", [0, 366])
def test_days_are_needed_and_bounded(cast: Cast, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        require(cast, timing=Timing.WITHIN_DAYS, within_days=days)
    assert list(refused.value.fields) == ["within_days"]
    row = require(cast, timing=Timing.BEFORE_CONTACT, within_days=30)
    assert row.within_days == 0


def test_same_requirement_twice_is_a_conflict_until_the_first_ended(cast: Cast) -> None:
    course = make_course(cast.vendor)
    row = require(cast, course=course, effective_on=date(2026, 1, 5))
    with pytest.raises(Conflict):
        require(cast, course=course)
    assert require(cast, course=course, role="agent").role == "agent"
    actions.end_requirement(row, by=cast.manager, ended_on=date(2026, 6, 14))
    assert require(cast, course=course).effective_on == TODAY


def test_requirement_ends_once_and_not_before_it_began(cast: Cast) -> None:
    row = make_requirement(cast.engagement, make_course(cast.vendor))
    with pytest.raises(Invalid):
        actions.end_requirement(row, by=cast.officer, ended_on=date(2026, 1, 4))
    with pytest.raises(NotAllowed):
        actions.end_requirement(row, by=cast.outsider, ended_on=TODAY)
    ended = actions.end_requirement(row, by=cast.officer, ended_on=TODAY)
    assert ended.ended_on == TODAY
    assert types() == ["requirement.ended"]
    with pytest.raises(Conflict):
        actions.end_requirement(row, by=cast.officer, ended_on=TODAY)


# -- Corrections --------------------------------------------------------------
@pytest.fixture
def certified(cast: Cast) -> TrainingRecord:
    agent = make_agent(cast.vendor)
    return make_certification(agent, make_course(cast.vendor)).record


def correct(cast: Cast, row: TrainingRecord, **changes: object) -> TrainingRecord:
    values = {"completed_on": date(2026, 2, 1), "outcome": Outcome.PASSED}
    reason = changes.pop("reason", "Typed wrong")
    by = changes.pop("by", cast.manager)
    return actions.correct_record(
        row,
        by=by,  # type: ignore[arg-type]
        correction=Correction(**values | changes),  # type: ignore[arg-type]
        reason=str(reason),
    )


def test_correction_supersedes_and_moves_the_certification(
    cast: Cast, certified: TrainingRecord
) -> None:
    new = correct(cast, certified, score=Decimal(90))
    certified.refresh_from_db()
    assert certified.superseded_by == new
    assert (new.valid_until, new.score) == (date(2027, 2, 1), Decimal(90))
    assert Certification.objects.get().record == new
    assert types() == ["training_record.corrected"]


def test_correction_to_failed_takes_the_certification_away(
    cast: Cast, certified: TrainingRecord
) -> None:
    new = correct(cast, certified, outcome=Outcome.FAILED)
    assert new.valid_until is None
    assert Certification.objects.count() == 0


def test_correction_is_judged_by_the_version_of_its_day(
    cast: Cast, certified: TrainingRecord
) -> None:
    version = make_version(
        certified.course, effective_on=date(2026, 1, 20), validity_months=1
    )
    new = correct(cast, certified)
    assert (new.course_version, new.valid_until) == (version, date(2026, 3, 1))


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": " "},
        {"completed_on": date(2026, 6, 16)},
        {"completed_on": date(2019, 12, 31)},
    ],
)
def test_impossible_correction_changes_nothing(
    cast: Cast, certified: TrainingRecord, changes: dict
) -> None:
    with pytest.raises(Invalid):
        correct(cast, certified, **changes)
    assert TrainingRecord.objects.get().superseded_by is None


def test_record_is_corrected_once_and_by_its_owner(
    cast: Cast, certified: TrainingRecord
) -> None:
    for actor in (cast.lead, cast.officer, cast.other_manager):
        with pytest.raises(NotAllowed):
            correct(cast, certified, by=actor)
    correct(cast, certified)
    with pytest.raises(Conflict):
        correct(cast, certified)
    assert CourseVersion.objects.count() == 1
