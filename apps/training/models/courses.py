"""Courses, their versions, what counts as them, and who must hold them."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from apps.core.models import LockingQuerySet, Record
from apps.engagements.enums import Channel
from apps.engagements.models import Engagement
from apps.engagements.scoping import EngagementScopedQuerySet
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.training.enums import Timing
from apps.workforce.enums import AgentRole

M = TypeVar("M", bound=models.Model, covariant=True)


class OfCourseQuerySet(OrganizationScopedQuerySet[M]):
    """Rows of a course belong to the provider that teaches it."""

    organization_field = "course__organization"


class Course(Record):
    """A course of a provider's catalogue; ``aliases`` are its names in other systems.

    ``taught_by`` names another party that teaches it, "" for the provider itself.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    taught_by = models.CharField(max_length=200, blank=True, db_default="")

    objects = OrganizationScopedQuerySet["Course"].as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint("organization", Lower("code"), name="course_code"),
        ]

    def __str__(self) -> str:
        return self.title


class CourseVersion(Record):
    """What the course teaches and how long it counts, from a day on.

    ``validity_months`` None means for ever. With ``window_starts_on`` a completion
    counts to the end of the window of that length it falls in, else to its own
    anniversary; ``grace_days`` more leave an agent cleared. ``scenario_percent`` is
    the share taught by scenarios, None where nobody stated it. A completion is judged
    by the version in effect on its day, so a changed validity never rewrites the past.
    """

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="versions"
    )
    label = models.CharField(max_length=40)
    effective_on = models.DateField()
    topics = ArrayField(models.CharField(max_length=200), default=list)
    is_scenario_based = models.BooleanField(default=False)
    pass_mark = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    validity_months = models.PositiveSmallIntegerField(null=True)
    window_starts_on = models.DateField(null=True)
    grace_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    scenario_percent = models.PositiveSmallIntegerField(null=True)
    languages = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    objects = LockingQuerySet["CourseVersion"].as_manager()

    class Meta:
        ordering = ["course", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "effective_on"], name="course_version_day"
            ),
            models.CheckConstraint(
                name="course_version_validity",
                condition=Q(validity_months=None) | Q(validity_months__gte=1),
            ),
            models.CheckConstraint(
                name="course_version_window_has_length",
                condition=Q(window_starts_on=None) | Q(validity_months__gte=1),
            ),
            models.CheckConstraint(
                name="course_version_grace_follows_validity",
                condition=Q(grace_days=0) | Q(validity_months__gte=1),
            ),
            models.CheckConstraint(
                name="course_version_scenarios",
                condition=Q(scenario_percent=None)
                | Q(is_scenario_based=True, scenario_percent__range=(1, 100))
                | Q(is_scenario_based=False, scenario_percent=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.label}"


class Equivalence(Record):
    """A version of another course counts as ``course`` on the days given, inclusive.

    Who decided and why stay with it; ``evidence`` is what the decision rests on.
    """

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="equivalences"
    )
    accepted = models.ForeignKey(
        CourseVersion, on_delete=models.PROTECT, related_name="accepted_as"
    )
    effective_on = models.DateField()
    ended_on = models.DateField(null=True)
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    evidence = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)

    objects = OfCourseQuerySet["Equivalence"].as_manager()

    class Meta:
        ordering = ["course", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "accepted"],
                condition=Q(ended_on=None),
                name="equivalence_once",
            ),
            models.CheckConstraint(
                name="equivalence_period",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")),
            ),
        ]
        indexes = [models.Index("accepted", "course", name="equivalence_accepted")]

    def __str__(self) -> str:
        return f"{self.accepted} as {self.course}"


class Requirement(Record):
    """Agents on an engagement must hold a course. ``ended_on`` is inclusive.

    Blank ``role`` or ``channel`` means every role or channel. A completion counts for
    ``renew_months`` at most (None: as long as the course says), in one of
    ``languages`` (none: any) and with at least ``min_scenario_percent`` of scenarios;
    with ``needs_signature`` from the day its completion was signed for.
    Changed terms are another row, from another day.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=AgentRole.choices, blank=True)
    channel = models.CharField(max_length=30, choices=Channel.choices, blank=True)
    timing = models.CharField(
        max_length=14, choices=Timing.choices, default=Timing.BEFORE_CONTACT
    )
    within_days = models.PositiveSmallIntegerField(default=0)
    renew_months = models.PositiveSmallIntegerField(null=True)
    min_scenario_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    languages = ArrayField(
        models.CharField(max_length=20), default=list, db_default=[], blank=True
    )
    accepts_equivalents = models.BooleanField(default=True, db_default=True)
    needs_signature = models.BooleanField(default=False, db_default=False)
    effective_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = EngagementScopedQuerySet["Requirement"].as_manager()

    class Meta:
        ordering = ["engagement", "course"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "course", "role", "channel", "effective_on"],
                name="requirement_unique",
            ),
            models.CheckConstraint(
                name="requirement_ends_after_start",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} on {self.engagement}"
