"""A questionnaire on its way: who is asked, what is answered, what was handed in."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.core.models import Record
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from apps.questionnaires import rules
from apps.questionnaires.enums import (
    AnswerOrigin,
    AskedChannel,
    AssignmentState,
    PartyKind,
    QuestionSet,
)
from apps.questionnaires.models.templates import Template, TemplateVersion
from apps.questionnaires.scoping import (
    AnswerScopedQuerySet,
    AssignmentQuerySet,
    AssignmentScopedQuerySet,
)
from apps.tenancy.models import Organization, User


def _words(choices: type[models.TextChoices]) -> ArrayField:
    return ArrayField(models.CharField(max_length=20, choices=choices.choices))


class Assignment(Record):
    """A client asks a vendor one version of a questionnaire, for an engagement or for
    all it does. Channels, sets and kind are frozen: they decide what is asked."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT)
    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT)
    client = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="questionnaires_asked"
    )
    provider = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="questionnaires_answered"
    )
    engagement = models.ForeignKey(
        Engagement, null=True, on_delete=models.PROTECT, related_name="questionnaires"
    )
    party_kind = models.CharField(max_length=20, choices=PartyKind.choices)
    channels = _words(AskedChannel)
    sets = _words(QuestionSet)
    due_on = models.DateField()
    # Planned day of the round in its series; due_on may be moved, this is not.
    series_due_on = models.DateField()
    # Days that stood before, each with the instant it was moved; oldest first.
    earlier_dues = models.JSONField(default=list)
    recurrence_months = models.PositiveSmallIntegerField(null=True)
    previous = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followers"
    )
    assigned_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)

    objects = AssignmentQuerySet["Assignment"].as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "client", "provider", "engagement", "party_kind"],
                name="questionnaire_one_open",
                condition=Q(closed_at=None, withdrawn_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="questionnaire_two_parties",
                condition=~Q(client=F("provider")),
            ),
            models.CheckConstraint(
                name="questionnaire_closed_after_submission",
                condition=Q(closed_at=None) | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="questionnaire_withdrawn_with_reason",
                condition=Q(withdrawn_at=None) | ~Q(withdrawal_reason=""),
            ),
        ]
        indexes = [
            models.Index("client", "due_on", name="questionnaire_client_due"),
            models.Index("provider", "due_on", name="questionnaire_provider_due"),
        ]

    def __str__(self) -> str:
        return f"{self.template} for {self.engagement or self.provider}"

    def due_before(self, instant: datetime) -> date:
        """The day answers were due on as it stood just before an instant."""
        for one in self.earlier_dues:
            if datetime.fromisoformat(one["moved_at"]) >= instant:
                return date.fromisoformat(one["due_on"])
        return self.due_on

    @property
    def state(self) -> AssignmentState:
        """Where it stands."""
        return rules.state_of(
            rules.Instants(
                submitted=self.submitted_at is not None,
                returned=self.returned_at is not None,
                closed=self.closed_at is not None,
                withdrawn=self.withdrawn_at is not None,
            )
        )

    @cached_property
    def content(self) -> rules.Content:
        """The whole questionnaire."""
        return self.version.questionnaire

    @cached_property
    def questions(self) -> tuple[rules.Question, ...]:
        """The questions it asks, in order."""
        return rules.asked(
            self.content,
            party_kind=self.party_kind,
            channels=self.channels,
            sets=self.sets,
        )


class Answer(Record):
    """The vendor's present answer to one question; ``version`` counts its saves.

    ``question_text`` is frozen with it. A carried or reused value counts only once
    somebody confirmed it. ``former`` is the answer it was taken from.
    """

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="answers"
    )
    question_id = models.CharField(max_length=40)
    question_text = models.CharField(max_length=2000)
    value = models.JSONField(null=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    origin = models.CharField(
        max_length=10, choices=AnswerOrigin.choices, default=AnswerOrigin.GIVEN
    )
    former = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField()

    objects = AssignmentScopedQuerySet["Answer"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "question_id"], name="questionnaire_answer_one"
            ),
        ]

    def __str__(self) -> str:
        return f"Answer to {self.question_id}"

    @property
    def words(self) -> str:
        """The value as people read it in a list of answers."""
        return rules.plain_words(self.value)


class AnswerFile(Record):
    """A file of the vendor that stands behind an answer."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)

    objects = AnswerScopedQuerySet["AnswerFile"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "file"],
                name="questionnaire_file_once",
                condition=Q(removed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.answer)


class Delegation(Record):
    """A section handed to one person of the vendor until it is taken back."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="delegations"
    )
    section_id = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    delegated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = AssignmentScopedQuerySet["Delegation"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "section_id", "user"],
                name="questionnaire_delegated_once",
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_id} to {self.user}"


class Comment(Record):
    """A remark on one question that both parties read."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="comments"
    )
    question_id = models.CharField(max_length=40)
    text = models.CharField(max_length=2000)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = AssignmentScopedQuerySet["Comment"].as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class Submission(Record):
    """What the vendor handed in, frozen: the client reviews this and nothing else."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="submissions"
    )
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    answers_sha256 = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = AssignmentScopedQuerySet["Submission"].as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "number"], name="questionnaire_submission_number"
            ),
        ]

    def __str__(self) -> str:
        return f"Submission {self.number}"
