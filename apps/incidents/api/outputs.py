"""What the API of incidents answers with."""

from __future__ import annotations

from rest_framework import serializers

from apps.incidents import queries
from apps.incidents.models import (
    Assessment,
    CaseTask,
    Clock,
    Determination,
    Incident,
    IncidentReview,
    LawEnforcementHold,
    Letter,
    Notice,
    ReadingSet,
)


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """A case; ``state`` is draft, open or closed."""

    reference = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)

    class Meta:
        model = Incident
        fields = [
            "id",
            "reference",
            "engagement",
            "reporter",
            "kind",
            "summary",
            "channels",
            "systems",
            "phi_categories",
            "is_exercise",
            "state",
            "created_at",
            "shared_at",
            "closed_at",
        ]
        read_only_fields = fields


class ClockSerializer(serializers.ModelSerializer[Clock]):
    """A clock as it was computed; ended ones are kept."""

    class Meta:
        model = Clock
        fields = [
            "id",
            "incident",
            "obligated",
            "code",
            "duty",
            "basis",
            "state",
            "to_whom",
            "citation",
            "start_on",
            "start_at",
            "due_on",
            "due_at",
            "normal_due_on",
            "latest_on",
            "words",
            "is_advisory",
            "rules_version",
            "readings",
            "created_at",
            "ended_at",
            "ended_as",
            "superseded_by",
        ]
        read_only_fields = fields


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """Four factors as the own side weighed them."""

    class Meta:
        model = Assessment
        fields = [
            "id",
            "incident",
            "factors",
            "is_low_probability",
            "reason",
            "decided_by",
            "confirmed_by",
            "confirmed_at",
        ]
        read_only_fields = fields


class FindingSerializer(serializers.ModelSerializer[Determination]):
    """A finding; in effect once ``confirmed_at`` is set."""

    class Meta:
        model = Determination
        fields = [
            "id",
            "incident",
            "organization",
            "outcome",
            "exception",
            "reason",
            "proposed_by",
            "confirmed_by",
            "confirmed_at",
        ]
        read_only_fields = fields


class HoldSerializer(serializers.ModelSerializer[LawEnforcementHold]):
    """A statement of law enforcement."""

    class Meta:
        model = LawEnforcementHold
        fields = ["id", "incident", "form", "official", "stated_on", "delay_until"]
        read_only_fields = fields


class NoticeOutSerializer(serializers.ModelSerializer[Notice]):
    """A notice on record."""

    class Meta:
        model = Notice
        fields = [
            "id",
            "incident",
            "organization",
            "duty",
            "state",
            "office",
            "to_whom",
            "method",
            "sent_at",
            "zone",
            "people",
            "contents",
            "letter",
            "proof",
            "note",
            "supersedes",
        ]
        read_only_fields = fields


class TaskSerializer(serializers.ModelSerializer[CaseTask]):
    """A task or corrective action."""

    class Meta:
        model = CaseTask
        fields = [
            "id",
            "incident",
            "organization",
            "kind",
            "title",
            "owner",
            "due_on",
            "done_at",
            "outcome",
            "verified_at",
            "verification",
        ]
        read_only_fields = fields


class ReviewSerializer(serializers.ModelSerializer[IncidentReview]):
    """What a side learned."""

    class Meta:
        model = IncidentReview
        fields = [
            "id",
            "incident",
            "organization",
            "audience",
            "held_on",
            "what_happened",
            "causes",
            "lessons",
        ]
        read_only_fields = fields


class LetterSerializer(serializers.ModelSerializer[Letter]):
    """A letter of the own side."""

    class Meta:
        model = Letter
        fields = [
            "id",
            "incident",
            "kind",
            "parts",
            "revision",
            "template_version",
            "edited_at",
            "finished_at",
            "document",
        ]
        read_only_fields = fields


class LetterDetailSerializer(LetterSerializer):
    """One letter with what it still lacks, by part."""

    missing = serializers.SerializerMethodField()

    class Meta(LetterSerializer.Meta):
        fields = [*LetterSerializer.Meta.fields, "missing"]
        read_only_fields = fields

    def get_missing(self, row: Letter) -> dict[str, list[str]]:
        """Nothing for a finished letter."""
        return {} if row.finished_at else queries.letter_page(row).missing


class ReadingSetSerializer(serializers.ModelSerializer[ReadingSet]):
    """Readings of the open points as they were chosen once."""

    class Meta:
        model = ReadingSet
        fields = [
            "id",
            "zone",
            "day_end",
            "delay",
            "open_request",
            "counts",
            "business_days",
            "holidays",
            "reason",
            "set_by",
            "created_at",
        ]
        read_only_fields = fields
