"""What programs read. Internal notes stand in the review alone."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.questionnaires.enums import AssignmentState, FindingState
from apps.questionnaires.models import (
    Assignment,
    CorrectiveAction,
    Dossier,
    Finding,
    Template,
    TemplateVersion,
)

Plain = serializers.Serializer[Any]


class VersionSerializer(serializers.ModelSerializer[TemplateVersion]):
    """A version of a questionnaire, without its questions."""

    class Meta:
        model = TemplateVersion
        fields = [
            "id",
            "number",
            "label",
            "revision",
            "published_at",
            "content_sha256",
        ]
        read_only_fields = fields


class VersionContentSerializer(serializers.ModelSerializer[TemplateVersion]):
    """A version with its sections and questions."""

    class Meta:
        model = TemplateVersion
        fields = [*VersionSerializer.Meta.fields, "template", "intro", "content"]
        read_only_fields = fields


class TemplateSerializer(serializers.ModelSerializer[Template]):
    """A questionnaire with its versions, latest first."""

    versions = VersionSerializer(many=True, read_only=True)

    class Meta:
        model = Template
        fields = ["id", "title", "code", "organization", "versions"]
        read_only_fields = fields


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """An assignment; ``outcome`` and ``score`` once its review is closed."""

    state = serializers.ChoiceField(choices=AssignmentState.choices, read_only=True)
    title = serializers.CharField(source="template.title", read_only=True)
    outcome = serializers.CharField(
        source="outcome.outcome", read_only=True, default=None
    )
    score = serializers.DecimalField(
        source="outcome.score",
        max_digits=5,
        decimal_places=4,
        read_only=True,
        default=None,
    )

    class Meta:
        model = Assignment
        fields = [
            "id",
            "title",
            "version",
            "client",
            "provider",
            "engagement",
            "party_kind",
            "channels",
            "sets",
            "due_on",
            "recurrence_months",
            "state",
            "submitted_at",
            "closed_at",
            "outcome",
            "score",
        ]
        read_only_fields = fields


class SavedSerializer(Plain):
    """What was saved."""

    question = serializers.CharField(source="question_id")
    value = serializers.JSONField(allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField()


class RowProblemSerializer(Plain):
    """A row or a column of a table that was not taken, and why."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    value = serializers.CharField()
    expected = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class TableAccountSerializer(Plain):
    """What became of the rows of a table: ids of questions, then what was not taken.

    ``waiting`` are taken-over answers that came back unchanged: confirm them.
    """

    saved = serializers.ListField(child=serializers.CharField())
    unchanged = serializers.ListField(child=serializers.CharField())
    waiting = serializers.ListField(child=serializers.CharField())
    problems = RowProblemSerializer(many=True)


class KeptFileSerializer(Plain):
    """A file behind an answer."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="file.name")
    sha256 = serializers.CharField(source="file.sha256")
    quarantined_reason = serializers.CharField(
        source="file.quarantined_reason",
        help_text="Why it does not count; empty where it does.",
    )


class RemarkSerializer(Plain):
    """A comment both parties read, or a note of the reader's own organization."""

    id = serializers.UUIDField()
    question = serializers.CharField(source="question_id")
    text = serializers.CharField()
    author = serializers.CharField()
    organization = serializers.CharField()
    created_at = serializers.DateTimeField()


class DecidedSerializer(Plain):
    """The decision as it stands."""

    question = serializers.CharField(source="question_id")
    decision = serializers.CharField()
    reason = serializers.CharField()


class FormerSerializer(Plain):
    """What was handed in last time."""

    words = serializers.CharField()
    note = serializers.CharField()


class ItemSerializer(Plain):
    """One question of the vendor's sheet. ``decision`` once it was sent back."""

    question = serializers.CharField(source="question.id")
    section = serializers.CharField(source="question.section")
    text = serializers.CharField(source="question.text")
    type = serializers.CharField(source="question.type")
    choices = serializers.ListField(source="question.choices")
    multiple = serializers.BooleanField(source="question.multiple")
    evidence_wanted = serializers.ListField(source="question.evidence")
    is_shown = serializers.BooleanField()
    is_writable = serializers.BooleanField()
    is_answered = serializers.BooleanField()
    needs_confirmation = serializers.BooleanField()
    is_changed_since = serializers.BooleanField()
    value = serializers.JSONField(allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField()
    files = KeptFileSerializer(many=True)
    comments = RemarkSerializer(many=True)
    last = FormerSerializer(source="former", allow_null=True)
    decision = DecidedSerializer(source="review", allow_null=True)


class SheetSerializer(Plain):
    """The vendor's working sheet."""

    shown = serializers.IntegerField()
    answered = serializers.IntegerField()
    questions = ItemSerializer(source="items", many=True)


class ReviewItemSerializer(Plain):
    """One question as the client reviews it."""

    question = serializers.CharField(source="question.id")
    said = serializers.JSONField(allow_null=True)
    last = serializers.JSONField(allow_null=True)
    is_answered = serializers.BooleanField()
    is_hit = serializers.BooleanField()
    is_changed_since = serializers.BooleanField()
    decision = DecidedSerializer(source="review", allow_null=True)
    comments = RemarkSerializer(many=True)
    notes = RemarkSerializer(many=True)


class RequirementSerializer(Plain):
    """One of the seven, or a section that belongs to none (``number`` null)."""

    number = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    standing = serializers.CharField()
    is_ready = serializers.BooleanField()
    shown = serializers.IntegerField()
    answered = serializers.IntegerField()
    hits = serializers.ListField()


class ReviewSerializer(Plain):
    """What was handed in, with the verdict the rules would give now."""

    submission = serializers.IntegerField(source="submission.number")
    outcome = serializers.CharField(source="score.outcome")
    score = serializers.CharField(source="score.score_words")
    coverage = serializers.CharField(source="score.coverage_words")
    knockouts = serializers.ListField(source="score.knockouts")
    criticals = serializers.ListField(source="score.criticals")
    requirements = RequirementSerializer(source="rows", many=True)
    questions = ReviewItemSerializer(source="items", many=True)


class CorrectiveActionSerializer(serializers.ModelSerializer[CorrectiveAction]):
    """What is done about a finding."""

    class Meta:
        model = CorrectiveAction
        fields = [
            "id",
            "finding",
            "text",
            "owner",
            "due_on",
            "done_at",
            "done_note",
            "verified_at",
            "verification_note",
        ]
        read_only_fields = fields


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """A finding; ``state`` follows from its corrective actions."""

    state = serializers.ChoiceField(choices=FindingState.choices, read_only=True)
    actions = CorrectiveActionSerializer(many=True, read_only=True)

    class Meta:
        model = Finding
        fields = [
            "id",
            "assignment",
            "question_id",
            "title",
            "detail",
            "state",
            "actions",
        ]
        read_only_fields = fields


class DossierSerializer(serializers.ModelSerializer[Dossier]):
    """A dossier; ``is_made`` once a worker laid it out."""

    is_made = serializers.SerializerMethodField()

    class Meta:
        model = Dossier
        fields = [
            "id",
            "assignment",
            "statement_sha256",
            "created_at",
            "is_made",
            "failure",
        ]
        read_only_fields = fields

    def get_is_made(self, row: Dossier) -> bool:
        """Whether there is a document."""
        return row.file_id is not None
