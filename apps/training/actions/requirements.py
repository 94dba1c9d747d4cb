"""Which courses an engagement asks of its agents."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from apps.audit.actions import Subject, record
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.notifications.actions import notify
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.queries import members_with_roles
from apps.training import messages, rules, trail
from apps.training.enums import Timing
from apps.training.models import Course, Requirement
from apps.training.rules import Demands, RequirementTerms


@transaction.atomic
def require_course(
    engagement: Engagement,
    *,
    by: AnyActor,
    course: Course,
    effective_on: date,
    timing: Timing = Timing.BEFORE_CONTACT,
    within_days: int = 0,
    role: str = "",
    channel: str = "",
    demands: Demands = rules.ANY_PASS,
) -> Requirement:
    """Ask a course of the agents of an engagement; event ``requirement.added``.

    Either party may ask; the course is one the provider teaches, whose managers are
    told when the client asks. Blank ``role`` or ``channel`` means all. Raises
    Conflict when the same is required already.
    """
    by.require(Permission.TRAINING_REQUIRE)
    engagement = _locked(engagement)
    _require_party(by, engagement)
    if course.organization_id != engagement.provider_id:
        raise Invalid("The course is not one of the provider. Choose another.")
    terms = RequirementTerms(timing, within_days, demands)
    row = Requirement(engagement=engagement, course=course, role=role, channel=channel)
    _state(row, terms, effective_on=effective_on)
    _check_new(row)
    row.save(force_insert=True)
    _note_added(row, by=by)
    return row


@transaction.atomic
def change_requirement(
    requirement: Requirement,
    *,
    by: AnyActor,
    terms: RequirementTerms,
    effective_on: date,
) -> Requirement:
    """Ask something else from a day on; events ``requirement.ended``,
    ``requirement.added``.

    The terms so far hold through the day before, so what was cleared until then stays
    so. Raises Conflict when it has ended or the terms are the same, Invalid for a day
    on or before it began.
    """
    by.require(Permission.TRAINING_REQUIRE)
    engagement = _locked(requirement.engagement)
    _require_party(by, engagement)
    old = Requirement.objects.locked(requirement.pk)
    if effective_on <= old.effective_on:
        text = f"The new terms begin after {old.effective_on}, when the present began."
        raise Invalid(text, fields={"effective_on": [text]})
    row = Requirement(
        engagement=engagement,
        course=requirement.course,
        role=old.role,
        channel=old.channel,
    )
    _state(row, terms, effective_on=effective_on)
    if _terms_of(row) == _terms_of(old):
        raise Conflict("These are the terms that hold already. Change one of them.")
    end_requirement(requirement, by=by, ended_on=effective_on - timedelta(days=1))
    _check_new(row)
    row.save(force_insert=True)
    _note_added(row, by=by)
    return row


_TERMS = (
    "timing",
    "within_days",
    "renew_months",
    "min_scenario_percent",
    "languages",
    "accepts_equivalents",
    "needs_signature",
)


def _terms_of(row: Requirement) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _TERMS}


def _state(row: Requirement, terms: RequirementTerms, *, effective_on: date) -> None:
    kept = rules.checked_terms(terms)
    row.effective_on = effective_on
    row.timing, row.within_days = kept.timing, kept.within_days
    row.renew_months = kept.demands.renew_months
    row.min_scenario_percent = kept.demands.min_scenario_percent
    row.languages = list(kept.demands.languages)
    row.accepts_equivalents = kept.demands.accepts_equivalents
    row.needs_signature = kept.demands.needs_signature


def _note_added(row: Requirement, *, by: AnyActor) -> None:
    engagement = row.engagement
    record(
        trail.REQUIREMENT_ADDED,
        by=by,
        about=_subject(row, engagement),
        facts={
            "effective_on": row.effective_on,
            "role": row.role,
            "channel": row.channel,
            **_terms_of(row),
            "languages": ", ".join(row.languages),
        },
        personal={"course": row.course.title, "engagement": engagement.name},
    )
    if by.organization_id == engagement.client_id:
        _tell_provider(row)


def _tell_provider(row: Requirement) -> None:
    engagement = row.engagement
    notify(
        messages.COURSE_REQUIRED,
        memberships=members_with_roles({engagement.provider_id}, {Role.VENDOR_MANAGER}),
        context={
            "client": engagement.client.name,
            "course": row.course.title,
            "engagement": engagement.name,
            "effective_on": f"{row.effective_on:%-d %B %Y}",
        },
        path=reverse("training:engagement", args=[engagement.pk]),
        key=f"{messages.COURSE_REQUIRED.kind}:{row.pk}",
    )


def _check_new(row: Requirement) -> None:
    """Raise Conflict for the same course of the same agents at the same time."""
    same = Requirement.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=row.effective_on),
        engagement=row.engagement,
        course=row.course,
        role=row.role,
        channel=row.channel,
    )
    if same.exists():
        raise Conflict(
            f"{row.course} is required already of the same agents. End that "
            "requirement first."
        )


@transaction.atomic
def end_requirement(
    requirement: Requirement, *, by: AnyActor, ended_on: date
) -> Requirement:
    """Ask it no longer after ``ended_on``, inclusive; event ``requirement.ended``.

    Raises Conflict when it has ended, Invalid for a day before it began.
    """
    by.require(Permission.TRAINING_REQUIRE)
    engagement = _locked(requirement.engagement)
    _require_party(by, engagement)
    row = Requirement.objects.locked(requirement.pk)
    if row.ended_on is not None:
        raise Conflict(f"The requirement has an end already: {row.ended_on}.")
    if ended_on < row.effective_on:
        text = f"The last day is on or after {row.effective_on}."
        raise Invalid(text, fields={"ended_on": [text]})
    row.ended_on = ended_on
    row.save(update_fields=["ended_on"])
    record(
        trail.REQUIREMENT_ENDED,
        by=by,
        about=_subject(row, engagement),
        facts={"ended_on": ended_on},
        personal={
            "course": requirement.course.title,
            "engagement": engagement.name,
        },
    )
    return row


def _locked(engagement: Engagement) -> Engagement:
    return Engagement.objects.locked(engagement.pk)


def _require_party(by: AnyActor, engagement: Engagement) -> None:
    parties = {engagement.client_id, engagement.provider_id}
    if by.organization_id is not None and by.organization_id not in parties:
        raise NotAllowed("Only the two parties of an engagement require its training.")


def _subject(row: Requirement, engagement: Engagement) -> Subject:
    return Subject(
        obj=row,
        organization_id=engagement.provider_id,
        visible_to=frozenset({engagement.client_id, engagement.provider_id}),
        engagement_id=engagement.pk,
    )
