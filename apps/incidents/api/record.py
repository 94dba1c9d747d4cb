"""A case as the API gives it back: everything on record, as one person may see it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.incidents.api.outputs import (
    AssessmentSerializer,
    ClockSerializer,
    FindingSerializer,
    HoldSerializer,
    NoticeOutSerializer,
    ReviewSerializer,
    TaskSerializer,
)
from apps.incidents.models import IncidentFact, PeopleCount, TimelineEntry
from apps.incidents.queries import CaseFile


class FactOutSerializer(serializers.ModelSerializer[IncidentFact]):
    """One fact; ``supersedes`` is the one it took the place of."""

    class Meta:
        model = IncidentFact
        fields = [
            "id",
            "organization",
            "name",
            "day",
            "moment",
            "zone",
            "yes",
            "person",
            "reason",
            "supersedes",
            "created_at",
        ]
        read_only_fields = fields


class CountOutSerializer(serializers.ModelSerializer[PeopleCount]):
    """One count; the latest holds."""

    by_state = serializers.SerializerMethodField()

    class Meta:
        model = PeopleCount
        fields = [
            "id",
            "organization",
            "counted_on",
            "total",
            "by_state",
            "unreachable",
            "reason",
            "created_at",
        ]
        read_only_fields = fields

    def get_by_state(self, row: PeopleCount) -> dict[str, int]:
        """Residents by State."""
        return {line.state: line.residents for line in row.states.all()}


class EntryOutSerializer(serializers.ModelSerializer[TimelineEntry]):
    """One line of the timeline."""

    class Meta:
        model = TimelineEntry
        fields = ["id", "organization", "at", "kind", "audience", "text"]
        read_only_fields = fields


class ClockLineSerializer(serializers.Serializer[Any]):
    """A clock with where it stands, in words, and who is not told yet."""

    clock = ClockSerializer(read_only=True)
    stands = serializers.CharField(read_only=True)
    days_late = serializers.IntegerField(read_only=True)
    still_owed = serializers.CharField(read_only=True)


class FindingLineSerializer(serializers.Serializer[Any]):
    """A finding with where it stands, in words."""

    finding = FindingSerializer(source="row", read_only=True)
    stands = serializers.CharField(read_only=True)


class RecordSerializer(serializers.Serializer[Any]):
    """Facts with their history, counts, clocks that hold and those replaced, and all
    that was done; what a side keeps to itself only for that side."""

    facts = serializers.SerializerMethodField()
    counts = CountOutSerializer(many=True, read_only=True)
    clocks = ClockLineSerializer(many=True, read_only=True)
    earlier_clocks = ClockLineSerializer(many=True, read_only=True)
    holds = HoldSerializer(many=True, read_only=True)
    notices = NoticeOutSerializer(many=True, read_only=True)
    findings = FindingLineSerializer(many=True, read_only=True)
    assessments = AssessmentSerializer(many=True, read_only=True)
    tasks = TaskSerializer(many=True, read_only=True)
    reviews = ReviewSerializer(many=True, read_only=True)
    entries = EntryOutSerializer(many=True, read_only=True)

    @extend_schema_field(FactOutSerializer(many=True))
    def get_facts(self, case: CaseFile) -> Any:
        """Those that hold first, each with the ones it took the place of."""
        rows = [row for line in case.facts for row in (line.current, *line.earlier)]
        return FactOutSerializer(rows, many=True).data
