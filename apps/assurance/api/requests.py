"""API of requests for evidence."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.assurance import actions, queries
from apps.assurance.api.base import EDIT, VIEW, valid
from apps.assurance.enums import RequestState
from apps.assurance.models import EvidenceRequest, RequestAnswer
from apps.engagements import queries as engagements
from apps.evidence import queries as evidence
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


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


class ReturnInput(serializers.Serializer[Any]):
    """Why what was handed in is not enough."""

    reason = serializers.CharField(max_length=500)


class EvidenceRequestViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Requests for evidence on engagements."""

    queryset = EvidenceRequest.objects.none()
    serializer_class = EvidenceRequestSerializer
    filterset_fields = ("engagement",)
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": EDIT,
        "answer": Permission.EVIDENCE_ADD,
        "accept": EDIT,
        "return_answer": EDIT,
        "withdraw": EDIT,
    }

    def get_queryset(self) -> QuerySet[EvidenceRequest]:
        """What the actor may see."""
        return queries.evidence_requests(self.actor)

    @extend_schema(request=EvidenceRequestInput, responses=EvidenceRequestSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask the other party."""
        data = valid(EvidenceRequestInput(data=request.data))
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
        data = valid(AnswerInput(data=request.data))
        file = evidence.stored_file(self.actor, data["file"])
        actions.answer_request(row, by=self.actor, file=file, note=data["note"])
        found = queries.evidence_request(self.actor, row.pk)
        return Response(EvidenceRequestSerializer(found).data)

    @extend_schema(request=None, responses=EvidenceRequestSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str | None = None) -> Response:
        """What was handed in is enough."""
        row = queries.evidence_request(self.actor, self.kwargs["pk"])
        return self._decided(actions.accept_answer(row, by=self.actor))

    @extend_schema(request=ReturnInput, responses=EvidenceRequestSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def return_answer(self, request: Request, pk: str | None = None) -> Response:
        """Ask again, with the reason."""
        row = queries.evidence_request(self.actor, self.kwargs["pk"])
        data = valid(ReturnInput(data=request.data))
        return self._decided(actions.return_answer(row, by=self.actor, **data))

    @extend_schema(request=None, responses=EvidenceRequestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str | None = None) -> Response:
        """Ask no longer."""
        row = queries.evidence_request(self.actor, self.kwargs["pk"])
        return self._decided(actions.withdraw_request(row, by=self.actor))

    def _decided(self, row: EvidenceRequest) -> Response:
        found = queries.evidence_request(self.actor, row.pk)
        return Response(EvidenceRequestSerializer(found).data)
