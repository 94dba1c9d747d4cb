"""Courses, requirements, training records, certifications."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from apps.core.models import LockingQuerySet, Record, TableImport
from apps.engagements.enums import Channel
from apps.engagements.models import Engagement
from apps.engagements.scoping import EngagementScopedQuerySet
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.training.enums import Mode, Outcome, Timing
from apps.workforce.enums import AgentRole
from apps.workforce.models import Agent

M = TypeVar("M", bound=models.Model, covariant=True)


class Course(Record):
    """A course a provider teaches; ``aliases`` are its names in other systems."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=300), default=list, blank=True)

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

    ``validity_months`` None means for ever. A completion is judged by the version in
    effect on its day, so a changed validity never rewrites the past.
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
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.label}"


class Requirement(Record):
    """Agents on an engagement must hold a course. ``ended_on`` is inclusive.

    Blank ``role`` or ``channel`` means every role or channel.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT)
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=AgentRole.choices, blank=True)
    channel = models.CharField(max_length=30, choices=Channel.choices, blank=True)
    timing = models.CharField(
        max_length=14, choices=Timing.choices, default=Timing.BEFORE_CONTACT
    )
    within_days = models.PositiveSmallIntegerField(default=0)
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


class TrainingImport(TableImport):
    """A training file on its way in."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    # When the file itself names no course (a report of one course).
    course = models.ForeignKey(Course, null=True, on_delete=models.PROTECT)

    objects = OrganizationScopedQuerySet["TrainingImport"].as_manager()

    class Meta:
        ordering = ["-created_at"]


class ColumnMapping(Record):
    """Mapping an organization confirmed for files with these headers."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    header_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    objects = OrganizationScopedQuerySet["ColumnMapping"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "header_sha256"], name="column_mapping_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"mapping of {self.organization}"


class OfAgentQuerySet(OrganizationScopedQuerySet[M]):
    """Rows of an agent belong to the agent's provider."""

    organization_field = "agent__organization"


class TrainingRecord(Record):
    """One completed attempt. Append-only; a correction supersedes.

    ``valid_until`` (inclusive, None for ever, meaningless when failed) is computed
    when recorded, by the course version in effect on ``completed_on``.
    """

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    course_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT)
    completed_on = models.DateField()
    valid_until = models.DateField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    language = models.CharField(max_length=20, blank=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.UNKNOWN)
    trainer = models.CharField(max_length=200, blank=True)
    source_import = models.ForeignKey(
        TrainingImport, null=True, on_delete=models.PROTECT
    )
    source_row = models.PositiveIntegerField(null=True)
    superseded_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    objects = OfAgentQuerySet["TrainingRecord"].as_manager()

    class Meta:
        ordering = ["agent", "course", "completed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "course", "completed_on", "outcome"],
                name="training_record_natural_key",
                condition=Q(superseded_by=None),
            ),
        ]
        indexes = [
            models.Index("course", "valid_until", name="training_record_validity"),
            models.Index("source_import", name="training_record_import"),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.course} on {self.completed_on}"


class Certification(Record):
    """Present standing of one agent in one course, kept by the import action."""

    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="certifications"
    )
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    record = models.ForeignKey(TrainingRecord, on_delete=models.PROTECT)
    completed_on = models.DateField()
    valid_until = models.DateField(null=True)

    objects = OfAgentQuerySet["Certification"].as_manager()

    class Meta:
        ordering = ["agent", "course"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "course"], name="certification_unique"
            ),
        ]
        indexes = [
            models.Index("valid_until", name="certification_valid_until"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} in {self.course}"
