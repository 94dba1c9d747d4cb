"""API of assurance: certificates, policies, activities, requests for evidence."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.assurance import actions, queries
from apps.assurance.enums import CertificateState, Outcome, RequestState, Standard
from apps.assurance.models import (
    Activity,
    ActivityRecord,
    Certificate,
    EvidenceRequest,
    Letter,
    Policy,
    PolicyVersion,
    RequestAnswer,
)
from apps.assurance.rules import CertificateTerms
from apps.core import clock
from apps.engagements import queries as engagements
from apps.evidence import queries as evidence
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission

_VIEW, _EDIT = Permission.ASSURANCE_VIEW, Permission.ASSURANCE_EDIT


class LetterSerializer(serializers.ModelSerializer[Letter]):
    """A bridge or gap letter."""

    class Meta:
        model = Letter
        fields = ["id", "kind", "issued_by", "first_on", "last_on", "file"]
        read_only_fields = fields


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """A certificate; ``state`` is where it stands today in UTC."""

    letters = LetterSerializer(many=True, read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Certificate
        fields = [
            "id",
            "organization",
            "standard",
            "number",
            "certifying_body",
            "scope_text",
            "sites",
            "first_on",
            "last_on",
            "exceptions",
            "file",
            "withdrawn_on",
            "withdrawal_reason",
            "letters",
            "state",
        ]
        read_only_fields = fields

    @extend_schema(responses=serializers.ChoiceField(choices=CertificateState.choices))
    def get_state(self, row: Certificate) -> str:
        """Computed, never stored."""
        [line] = queries.certificate_lines([row], as_of=clock.today("UTC"))
        return line.state.value


class CertificateInput(serializers.Serializer[Any]):
    """What the paper says; ``file`` is the id of a stored file of your own."""

    standard = serializers.ChoiceField(choices=Standard.choices)
    number = serializers.CharField(max_length=100, required=False, default="")
    certifying_body = serializers.CharField(max_length=200)
    scope_text = serializers.CharField(max_length=2000)
    sites = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=200, default=list
    )
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    exceptions = serializers.CharField(max_length=2000, required=False, default="")
    file = serializers.UUIDField()


class ShareInput(serializers.Serializer[Any]):
    """The client it is shown to."""

    client = serializers.UUIDField()


class CertificateViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Certificates of the own organization and those shared with it."""

    queryset = Certificate.objects.none()
    serializer_class = CertificateSerializer
    filterset_fields = ("organization", "standard")
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": _VIEW,
        "retrieve": _VIEW,
        "create": _EDIT,
        "share": _EDIT,
    }

    def get_queryset(self) -> QuerySet[Certificate]:
        """What the actor may see."""
        return queries.certificates(self.actor)

    @extend_schema(request=CertificateInput, responses=CertificateSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put one on record."""
        data = _valid(CertificateInput(data=request.data))
        file = evidence.stored_file(self.actor, data.pop("file"))
        data["standard"] = Standard(data["standard"])
        data["sites"] = tuple(data["sites"])
        row = actions.record_certificate(
            by=self.actor, terms=CertificateTerms(**data), file=file
        )
        found = queries.certificate(self.actor, row.pk)
        return Response(
            CertificateSerializer(found).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(request=ShareInput, responses=CertificateSerializer)
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: str | None = None) -> Response:
        """Show it to a client you serve."""
        row = queries.certificate(self.actor, self.kwargs["pk"])
        data = _valid(ShareInput(data=request.data))
        actions.share(row, by=self.actor, client_id=data["client"])
        return Response(CertificateSerializer(row).data)


class PolicyVersionSerializer(serializers.ModelSerializer[PolicyVersion]):
    """What a policy says from a day on; ``superseded_on`` is exclusive."""

    class Meta:
        model = PolicyVersion
        fields = [
            "id",
            "number",
            "effective_on",
            "superseded_on",
            "media",
            "topics",
            "review_on",
            "file",
        ]
        read_only_fields = fields


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """A policy with its versions, latest first."""

    versions = PolicyVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Policy
        fields = ["id", "organization", "title", "versions"]
        read_only_fields = fields


class PolicyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Policies of the own organization and those shared with it."""

    queryset = Policy.objects.none()
    serializer_class = PolicySerializer
    filterset_fields = ("organization",)
    http_method_names = ["get", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": _VIEW,
        "retrieve": _VIEW,
    }

    def get_queryset(self) -> QuerySet[Policy]:
        """What the actor may see."""
        return queries.policies(self.actor)


class ActivityRecordSerializer(serializers.ModelSerializer[ActivityRecord]):
    """It was done."""

    class Meta:
        model = ActivityRecord
        fields = ["id", "done_on", "outcome", "summary", "file"]
        read_only_fields = fields


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """An activity; ``next_due`` is the last permitted day, inclusive."""

    records = ActivityRecordSerializer(many=True, read_only=True)
    next_due = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = [
            "id",
            "organization",
            "engagement",
            "kind",
            "interval_months",
            "first_due_on",
            "is_shared",
            "ended_on",
            "next_due",
            "records",
        ]
        read_only_fields = fields

    @extend_schema(responses=serializers.DateField())
    def get_next_due(self, row: Activity) -> str:
        """Computed, never stored."""
        [line] = queries.activity_lines([row], as_of=clock.today("UTC"))
        return line.due.isoformat()


class DoneInput(serializers.Serializer[Any]):
    """The day, what came of it, and the id of the proof."""

    done_on = serializers.DateField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    summary = serializers.CharField(max_length=2000)
    file = serializers.UUIDField()


class ActivityViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Recurring activities."""

    queryset = Activity.objects.none()
    serializer_class = ActivitySerializer
    filterset_fields = ("organization", "engagement", "kind")
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": _VIEW,
        "retrieve": _VIEW,
        "done": _EDIT,
    }

    def get_queryset(self) -> QuerySet[Activity]:
        """What the actor may see."""
        return queries.activities(self.actor)

    @extend_schema(request=DoneInput, responses=ActivitySerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str | None = None) -> Response:
        """Put on record that it was done."""
        row = queries.activity(self.actor, self.kwargs["pk"])
        data = _valid(DoneInput(data=request.data))
        file = evidence.stored_file(self.actor, data.pop("file"))
        data["outcome"] = Outcome(data["outcome"])
        actions.record_done(row, by=self.actor, file=file, **data)
        return Response(ActivitySerializer(queries.activity(self.actor, row.pk)).data)


class RequestAnswerSerializer(serializers.ModelSerializer[RequestAnswer]):
    """What was handed in."""

    class Meta:
        model = RequestAnswer
        fields = ["id", "file", "note", "created_at"]
        read_only_fields = fields


class EvidenceRequestSerializer(serializers.ModelSerializer[EvidenceRequest]):
    """A request; ``state`` follows from what happened."""

    answers = RequestAnswerSerializer(many=True, read_only=True)
    state = serializers.ChoiceField(choices=RequestState.choices, read_only=True)

    class Meta:
        model = EvidenceRequest
        fields = [
            "id",
            "engagement",
            "asked_by",
            "asked_of",
            "title",
            "details",
            "due_on",
            "state",
            "return_reason",
            "answers",
        ]
        read_only_fields = fields


class EvidenceRequestInput(serializers.Serializer[Any]):
    """What is asked of the other party, by when."""

    engagement = serializers.UUIDField()
    title = serializers.CharField(max_length=200)
    details = serializers.CharField(max_length=2000, required=False, default="")
    due_on = serializers.DateField()


class AnswerInput(serializers.Serializer[Any]):
    """The id of a stored file of your own."""

    file = serializers.UUIDField()
    note = serializers.CharField(max_length=1000, required=False, default="")


class EvidenceRequestViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Requests for evidence on engagements."""

    queryset = EvidenceRequest.objects.none()
    serializer_class = EvidenceRequestSerializer
    filterset_fields = ("engagement",)
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": _VIEW,
        "retrieve": _VIEW,
        "create": _EDIT,
        "answer": Permission.EVIDENCE_ADD,
    }

    def get_queryset(self) -> QuerySet[EvidenceRequest]:
        """What the actor may see."""
        return queries.evidence_requests(self.actor)

    @extend_schema(request=EvidenceRequestInput, responses=EvidenceRequestSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask the other party."""
        data = _valid(EvidenceRequestInput(data=request.data))
        engagement = engagements.engagement(self.actor, data.pop("engagement"))
        row = actions.request_evidence(engagement, by=self.actor, **data)
        return Response(
            EvidenceRequestSerializer(row).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(request=AnswerInput, responses=EvidenceRequestSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Hand in a file."""
        row = queries.evidence_request(self.actor, self.kwargs["pk"])
        data = _valid(AnswerInput(data=request.data))
        file = evidence.stored_file(self.actor, data["file"])
        actions.answer_request(row, by=self.actor, file=file, note=data["note"])
        found = queries.evidence_request(self.actor, row.pk)
        return Response(EvidenceRequestSerializer(found).data)


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


ROUTES = [
    ("certificates", CertificateViewSet),
    ("policies", PolicyViewSet),
    ("activities", ActivityViewSet),
    ("evidence-requests", EvidenceRequestViewSet),
]
