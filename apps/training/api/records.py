"""Training records, statements and what counts as a course over HTTP."""

from __future__ import annotations

import io
import json
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.evidence import actions as evidence
from apps.evidence import queries as stored_evidence
from apps.evidence.enums import FileKind
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission
from apps.training import actions, queries
from apps.training.actions import Completion, Correction
from apps.training.api.common import REFUSED, read, unknown
from apps.training.enums import Mode, Outcome
from apps.training.models import Equivalence, Statement, TrainingRecord
from apps.workforce import queries as workforce

OUTCOMES = (Outcome.PASSED.value, Outcome.FAILED.value)


class TrainingRecordSerializer(serializers.ModelSerializer[TrainingRecord]):
    """One attempt; ``superseded_by`` names what took its place."""

    class Meta:
        model = TrainingRecord
        fields = [
            "id",
            "agent",
            "course",
            "course_version",
            "completed_on",
            "valid_until",
            "outcome",
            "score",
            "language",
            "mode",
            "trainer",
            "signed_on",
            "correction_reason",
            "superseded_by",
            "source_import",
            "source_row",
            "created_at",
        ]
        read_only_fields = fields


class CorrectionInput(serializers.Serializer[Any]):
    """What the attempt really was, and why it was recorded otherwise."""

    completed_on = serializers.DateField()
    outcome = serializers.ChoiceField(choices=OUTCOMES, default=Outcome.PASSED.value)
    score = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, allow_null=True, default=None
    )
    signed_on = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="As it is on record where it is left out.",
    )
    reason = serializers.CharField(max_length=500)


class CompletionInput(serializers.Serializer[Any]):
    """One attempt to record."""

    agent = serializers.UUIDField()
    course = serializers.UUIDField()
    completed_on = serializers.DateField()
    outcome = serializers.ChoiceField(choices=OUTCOMES, default=Outcome.PASSED.value)
    score = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, allow_null=True, default=None
    )
    language = serializers.CharField(max_length=20, allow_blank=True, default="")
    mode = serializers.ChoiceField(choices=Mode.choices, default=Mode.UNKNOWN)
    trainer = serializers.CharField(max_length=200, allow_blank=True, default="")
    signed_on = serializers.DateField(allow_null=True, default=None)


class TrainingReasonInput(serializers.Serializer[Any]):
    """Why; it stays on record."""

    reason = serializers.CharField(max_length=500)


class TrainingRecordViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Records of the caller's own agents, with what was corrected."""

    queryset = TrainingRecord.objects.none()
    serializer_class = TrainingRecordSerializer
    filterset_fields = {
        "agent": ["exact"],
        "course": ["exact"],
        "outcome": ["exact"],
        "completed_on": ["lte", "gte"],
        "superseded_by": ["isnull"],
    }
    permissions = {
        "list": Permission.WORKFORCE_VIEW,
        "retrieve": Permission.WORKFORCE_VIEW,
        "create": Permission.TRAINING_EDIT,
        "correct": Permission.TRAINING_EDIT,
        "withdraw": Permission.TRAINING_EDIT,
    }

    def get_queryset(self) -> QuerySet[TrainingRecord]:
        """The organization's own."""
        return queries.records_with_history(self.actor)

    @extend_schema(
        request=CompletionInput, responses={201: TrainingRecordSerializer} | REFUSED
    )
    def create(self, request: Request) -> Response:
        """Record one attempt."""
        given = read(CompletionInput, request)
        try:
            agent = workforce.agent(self.actor, given.pop("agent"))
        except NotFound as error:
            raise unknown("agent", "No agent of yours.") from error
        try:
            course = queries.course(self.actor, given.pop("course"))
        except NotFound as error:
            raise unknown("course", "No course of yours.") from error
        stated = given | {
            "outcome": Outcome(given["outcome"]),
            "mode": Mode(given["mode"]),
        }
        row = actions.record_completion(
            agent, by=self.actor, course=course, completion=Completion(**stated)
        )
        return _created(row)

    @extend_schema(
        request=CorrectionInput, responses={201: TrainingRecordSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: Any = None) -> Response:
        """Replace it by what the attempt really was; the answer is the new record."""
        record = self.get_object()
        given = read(CorrectionInput, request)
        correction = Correction(
            given["completed_on"],
            Outcome(given["outcome"]),
            given["score"],
            given.get("signed_on", record.signed_on),
        )
        row = actions.correct_record(
            record,
            by=self.actor,
            correction=correction,
            reason=given["reason"],
        )
        return _created(row)

    @extend_schema(
        request=TrainingReasonInput, responses={201: TrainingRecordSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any = None) -> Response:
        """Say that it never was; the answer is the record that says so."""
        row = actions.withdraw_record(
            self.get_object(), by=self.actor, **read(TrainingReasonInput, request)
        )
        return _created(row)


def _created(row: TrainingRecord) -> Response:
    shown = TrainingRecordSerializer(row).data
    return Response(shown, status=status.HTTP_201_CREATED)


class StatementSerializer(serializers.ModelSerializer[Statement]):
    """An xAPI statement that was taken."""

    voided_by = serializers.PrimaryKeyRelatedField[Statement](read_only=True)

    class Meta:
        model = Statement
        fields = [
            "id",
            "statement_id",
            "sha256",
            "record",
            "voids",
            "voided_by",
            "source_import",
            "source_row",
            "created_at",
        ]
        read_only_fields = fields


class StatementAccountSerializer(serializers.Serializer[Any]):
    """What became of every statement that was sent."""

    training_import = serializers.UUIDField(source="id")
    state = serializers.CharField()
    refusal = serializers.CharField()
    account = serializers.JSONField()
    problems = serializers.JSONField()


class StatementViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """xAPI statements of the caller's organization."""

    queryset = Statement.objects.none()
    serializer_class = StatementSerializer
    filterset_fields = ["statement_id"]
    permissions = {
        "list": Permission.TRAINING_IMPORT,
        "retrieve": Permission.TRAINING_IMPORT,
        "create": Permission.TRAINING_IMPORT,
    }

    def get_queryset(self) -> QuerySet[Statement]:
        """The organization's own."""
        return queries.statements(self.actor)

    @extend_schema(
        request=serializers.JSONField,
        responses={200: StatementAccountSerializer} | REFUSED,
    )
    def create(self, request: Request) -> Response:
        """Send one statement, a list, or a result with ``statements``: passed,
        completed, failed, attended, voided. The account says what became of each."""
        content = json.dumps(request.data, ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )
        stored = evidence.store_file(
            by=self.actor,
            organization=self.actor.organization,
            name="statements.json",
            content=io.BytesIO(content),
            accept=FileKind.TABLE,
        )
        job = actions.take_statements(
            by=self.actor, organization=self.actor.organization, file=stored
        )
        answer = StatementAccountSerializer(job).data
        refused = status.HTTP_422_UNPROCESSABLE_ENTITY
        return Response(answer, status=refused if job.refusal else status.HTTP_200_OK)


class EquivalenceSerializer(serializers.ModelSerializer[Equivalence]):
    """A version of another course that counts as ``course``."""

    class Meta:
        model = Equivalence
        fields = [
            "id",
            "course",
            "accepted",
            "effective_on",
            "ended_on",
            "reason",
            "decided_by",
            "evidence",
            "created_at",
        ]
        read_only_fields = fields


class EquivalenceInput(serializers.Serializer[Any]):
    """What to accept as equal; ``accepted`` is a version, ``evidence`` a file."""

    course = serializers.UUIDField()
    accepted = serializers.UUIDField()
    effective_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)
    evidence = serializers.UUIDField(allow_null=True, default=None)


class EquivalenceEndInput(serializers.Serializer[Any]):
    """The last day it counts, inclusive."""

    ended_on = serializers.DateField()


class EquivalenceViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """What counts as courses of the caller's organization."""

    queryset = Equivalence.objects.none()
    serializer_class = EquivalenceSerializer
    filterset_fields = ["course"]
    permissions = {
        "list": Permission.TRAINING_VIEW,
        "retrieve": Permission.TRAINING_VIEW,
        "create": Permission.TRAINING_EDIT,
        "end": Permission.TRAINING_EDIT,
    }

    def get_queryset(self) -> QuerySet[Equivalence]:
        """The organization's own."""
        return queries.equivalences(self.actor)

    @extend_schema(
        request=EquivalenceInput, responses={201: EquivalenceSerializer} | REFUSED
    )
    def create(self, request: Request) -> Response:
        """Let a version of another course count from a day on."""
        given = read(EquivalenceInput, request)
        try:
            course = queries.course(self.actor, given["course"])
        except NotFound as error:
            raise unknown("course", "No course of yours.") from error
        versions = {each.pk: each for each in queries.equivalence_choices(course)}
        if given["accepted"] not in versions:
            raise unknown("accepted", "No version of another course of yours.")
        row = actions.accept_equivalence(
            course,
            by=self.actor,
            accepted=versions[given["accepted"]],
            effective_on=given["effective_on"],
            reason=given["reason"],
            evidence=self._file(given["evidence"]),
        )
        shown = EquivalenceSerializer(row).data
        return Response(shown, status=status.HTTP_201_CREATED)

    def _file(self, pk: Any) -> Any:
        if pk is None:
            return None
        try:
            return stored_evidence.stored_file(self.actor, pk)
        except NotFound as error:
            raise unknown("evidence", "No file of yours.") from error

    @extend_schema(
        request=EquivalenceEndInput, responses={200: EquivalenceSerializer} | REFUSED
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any = None) -> Response:
        """Let it count no longer after a day."""
        row = actions.end_equivalence(
            self.get_object(), by=self.actor, **read(EquivalenceEndInput, request)
        )
        return Response(EquivalenceSerializer(row).data)
