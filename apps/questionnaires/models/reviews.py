"""What the client says of the answers, and what follows from it."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.dates import local_date
from apps.core.models import Record
from apps.evidence.models import StoredFile
from apps.questionnaires import rules
from apps.questionnaires.enums import Decision, FindingState, Outcome
from apps.questionnaires.models.assignments import Assignment, Submission
from apps.questionnaires.scoping import (
    AssignmentScopedQuerySet,
    FindingScopedQuerySet,
)
from apps.tenancy.models import Organization, User
from apps.tenancy.scoping import OrganizationScopedQuerySet


class AnswerReview(Record):
    """The decision on one answer of a submission; the vendor reads ``reason``."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="reviews"
    )
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT)
    question_id = models.CharField(max_length=40)
    decision = models.CharField(max_length=20, choices=Decision.choices)
    reason = models.CharField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = AssignmentScopedQuerySet["AnswerReview"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "question_id"], name="questionnaire_review_one"
            ),
            models.CheckConstraint(
                name="questionnaire_review_reason",
                condition=Q(decision=Decision.ACCEPT) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.get_decision_display()}"


class InternalNote(Record):
    """A note for the reviewer's own organization. The vendor never sees one: the
    table is read by the organization that wrote it and by nobody else."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="+"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    question_id = models.CharField(max_length=40)
    text = models.CharField(max_length=2000)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = OrganizationScopedQuerySet["InternalNote"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index("organization", "assignment", name="questionnaire_notes"),
        ]

    def __str__(self) -> str:
        return f"Note on {self.question_id}"


class ReviewOutcome(Record):
    """The verdict of a closed assignment with the score it rests on, frozen."""

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, related_name="outcome"
    )
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    coverage = models.DecimalField(max_digits=5, decimal_places=4)
    shown = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    knockouts = ArrayField(models.CharField(max_length=40), default=list)
    criticals = ArrayField(models.CharField(max_length=40), default=list)
    sections = models.JSONField()
    rules_version = models.CharField(max_length=40)
    summary = models.CharField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = AssignmentScopedQuerySet["ReviewOutcome"].as_manager()

    def __str__(self) -> str:
        return str(self.get_outcome_display())

    @property
    def rows(self) -> list[rules.RequirementRow]:
        """The seven requirements, then sections that belong to none."""
        return rules.requirement_rows(self.sections)


class Finding(Record):
    """A gap the review found; both parties see it and what is done about it."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="findings"
    )
    question_id = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    detail = models.CharField(max_length=2000, blank=True)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = AssignmentScopedQuerySet["Finding"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> FindingState:
        """Follows from its corrective actions; reads them as prefetched."""
        actions = list(self.actions.all())
        return rules.finding_state(
            [action.done_at is not None for action in actions],
            [action.verified_at is not None for action in actions],
        )

    @property
    def plan_due_on(self) -> date:
        """Last day to plan a corrective action, counted in days of UTC."""
        return rules.plan_due(local_date(self.created_at, "UTC"))

    def is_late(self, day: date, *, ends: datetime) -> bool:
        """Whether an action was past its day, or none planned for too long, when the
        day ended at the instant ``ends``; reads the actions as prefetched."""
        planned = [one for one in self.actions.all() if one.created_at < ends]
        if not planned:
            return self.plan_due_on < day
        return any(one.due_on < day and not one.was_done(ends) for one in planned)


class CorrectiveAction(Record):
    """What the vendor does about a finding: who, until when, proof, verification."""

    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="actions"
    )
    text = models.CharField(max_length=1000)
    owner = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_note = models.CharField(max_length=1000, blank=True)
    evidence = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verification_note = models.CharField(max_length=1000, blank=True)
    # When it was reported done and sent back; oldest first.
    earlier_reports = models.JSONField(default=list)

    objects = FindingScopedQuerySet["CorrectiveAction"].as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="questionnaire_done_by",
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="questionnaire_verified_once_done",
                condition=Q(verified_at=None, verified_by=None)
                | Q(
                    verified_at__isnull=False,
                    verified_by__isnull=False,
                    done_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def was_done(self, instant: datetime) -> bool:
        """Whether it stood as reported done just before an instant."""
        if self.done_at is not None and self.done_at < instant:
            return True
        return any(
            datetime.fromisoformat(one["done_at"])
            < instant
            <= datetime.fromisoformat(one["reopened_at"])
            for one in self.earlier_reports
        )


class Dossier(Record):
    """A due-diligence document: facts frozen when asked for, laid out by a worker."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="dossiers"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    statement = models.JSONField()
    statement_sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    failure = models.CharField(max_length=300, blank=True)

    objects = AssignmentScopedQuerySet["Dossier"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"Dossier of {self.assignment}"
