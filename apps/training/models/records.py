"""Training files, records, certifications, statements, certificates handed in."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import F, Q

from apps.core.models import Record, TableImport
from apps.evidence.models import StoredFile
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet
from apps.training.enums import Mode, Outcome
from apps.training.models.courses import Course, CourseVersion
from apps.workforce.models import Agent

M = TypeVar("M", bound=models.Model, covariant=True)


class OfAgentQuerySet(OrganizationScopedQuerySet[M]):
    """Rows of an agent belong to the agent's provider."""

    organization_field = "agent__organization"


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


class TrainingRecord(Record):
    """One completed attempt. Append-only; a correction supersedes.

    ``valid_until`` (inclusive, None for ever, meaningless when failed) is computed
    when recorded, by the course version in effect on ``completed_on``. ``signed_on``
    is the day of the signed statement that it was completed, None where none is known.
    ``correction_reason`` says why it took the place of the one it supersedes; one
    whose outcome is *withdrawn* says that nothing takes its place.
    """

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    course_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT)
    completed_on = models.DateField()
    valid_until = models.DateField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    language = models.CharField(max_length=20, blank=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.UNKNOWN)
    trainer = models.CharField(max_length=200, blank=True)
    signed_on = models.DateField(null=True)
    correction_reason = models.CharField(max_length=500, blank=True, db_default="")
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
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
            models.CheckConstraint(
                name="training_record_signed_once_completed",
                condition=Q(signed_on=None) | Q(signed_on__gte=F("completed_on")),
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


class Statement(Record):
    """An xAPI statement that was taken, known by its id for ever.

    ``statement_id`` is the sender's, or follows from the content where there is none.
    ``record`` is what it says or, once it is void, said; a voiding statement names
    the one it voids.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    statement_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    source_import = models.ForeignKey(TrainingImport, on_delete=models.PROTECT)
    source_row = models.PositiveIntegerField()
    record = models.ForeignKey(
        TrainingRecord, null=True, on_delete=models.PROTECT, related_name="statements"
    )
    voids = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="voided_by"
    )

    objects = OrganizationScopedQuerySet["Statement"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "statement_id"], name="statement_id_once"
            ),
            models.CheckConstraint(
                name="statement_says_or_voids",
                condition=Q(record=None) | Q(voids=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.statement_id)


class CertificateUpload(Record):
    """Certificate files handed in together.

    ``account`` says what became of each, file by file as the job goes on; until it
    is ``finished_at`` the bytes lie in ``parcel``. ``refusal`` says why it stopped.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    files = models.PositiveSmallIntegerField(default=0, db_default=0)
    account = models.JSONField(default=list)
    parcel = models.JSONField(default=dict, db_default={})
    refusal = models.TextField(blank=True, db_default="")
    finished_at = models.DateTimeField(null=True)

    objects = OrganizationScopedQuerySet["CertificateUpload"].as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"certificates of {self.course}"

    @property
    def state(self) -> str:
        """One word: attaching, done or refused."""
        if self.finished_at is None:
            return "attaching"
        return "refused" if self.refusal else "done"
