"""API of questionnaires: read, answer with a version, decide."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.engagements import queries as engagements
from apps.questionnaires import actions, queries
from apps.questionnaires.enums import (
    AskedChannel,
    AssignmentState,
    Decision,
    FindingState,
    PartyKind,
    QuestionSet,
)
from apps.questionnaires.models import Assignment, Finding, Template
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class StrictSerializer(serializers.Serializer[Any]):
    """Input that names every field it does not take, so that nothing is ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown fields."""
        strange = sorted(set(data) - set(self.fields))
        if strange:
            raise serializers.ValidationError(
                {name: ["This field cannot be written here."] for name in strange}
            )
        return super().to_internal_value(data)


class VersionSerializer(serializers.Serializer[Any]):
    """A version of a questionnaire, without its questions."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    published_at = serializers.DateTimeField(allow_null=True)
    content_sha256 = serializers.CharField()


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


class AssignSerializer(StrictSerializer):
    """Ask the provider of an engagement."""

    engagement = serializers.UUIDField()
    version = serializers.UUIDField()
    party_kind = serializers.ChoiceField(choices=PartyKind.choices)
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=AskedChannel.choices), min_length=1
    )
    sets = serializers.ListField(
        child=serializers.ChoiceField(choices=QuestionSet.choices),
        default=[QuestionSet.CORE],
    )
    due_on = serializers.DateField()
    recurrence_months = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=60
    )


class AnswerSerializer(StrictSerializer):
    """One answer: the writer says which save it saw."""

    question = serializers.CharField(max_length=40)
    value = serializers.ListField(
        child=serializers.CharField(max_length=20_000, allow_blank=True),
        help_text="One value, or several where the question takes several.",
    )
    note = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=5_000
    )
    version = serializers.IntegerField(min_value=0)


class SavedSerializer(serializers.Serializer[Any]):
    """What was saved."""

    question = serializers.CharField(source="question_id")
    value = serializers.JSONField(allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField()


class SubmitSerializer(StrictSerializer):
    """Hand in."""

    accept_unanswered = serializers.BooleanField(default=False)


class DecisionSerializer(StrictSerializer):
    """Decide on one answer."""

    question = serializers.CharField(max_length=40)
    decision = serializers.ChoiceField(choices=Decision.choices)
    reason = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=2_000
    )


class DecidedSerializer(serializers.Serializer[Any]):
    """The decision as it stands."""

    question = serializers.CharField(source="question_id")
    decision = serializers.CharField()
    reason = serializers.CharField()


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """A finding; ``state`` follows from its corrective actions."""

    state = serializers.ChoiceField(choices=FindingState.choices, read_only=True)

    class Meta:
        model = Finding
        fields = ["id", "assignment", "question_id", "title", "detail", "state"]
        read_only_fields = fields


class TemplateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Questionnaires on the shelf."""

    queryset = Template.objects.none()
    serializer_class = TemplateSerializer
    http_method_names = ["get", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.QUESTIONNAIRES_VIEW,
        "retrieve": Permission.QUESTIONNAIRES_VIEW,
    }

    def get_queryset(self) -> QuerySet[Template]:
        """Own ones and the portal's."""
        return queries.templates(self.actor)


class AssignmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Assignments: assign, answer, hand in, decide."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.QUESTIONNAIRES_VIEW,
        "retrieve": Permission.QUESTIONNAIRES_VIEW,
        "create": Permission.QUESTIONNAIRES_ASSIGN,
        "answer": Permission.QUESTIONNAIRES_ANSWER,
        "submit": Permission.QUESTIONNAIRES_ANSWER,
        "decide": Permission.QUESTIONNAIRES_REVIEW,
    }

    def get_queryset(self) -> QuerySet[Assignment]:
        """Assignments the actor may see."""
        return queries.assignments(self.actor)

    @extend_schema(request=AssignSerializer, responses={201: AssignmentSerializer})
    def create(self, request: Request) -> Response:
        """Ask the provider of an engagement."""
        data = _valid(AssignSerializer(data=request.data))
        row = actions.assign_to_engagement(
            engagements.engagement(self.actor, data["engagement"]),
            by=self.actor,
            version=queries.version(self.actor, data["version"]),
            terms=actions.Terms(
                party_kind=PartyKind(data["party_kind"]),
                channels=tuple(data["channels"]),
                sets=tuple(data["sets"]),
                due_on=data["due_on"],
                recurrence_months=data["recurrence_months"],
            ),
        )
        fresh = queries.assignment(self.actor, row.pk)
        return Response(AssignmentSerializer(fresh).data, status=201)

    @extend_schema(request=AnswerSerializer, responses=SavedSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Save one answer; 409 when somebody saved in between."""
        assignment = self._assignment()
        data = _valid(AnswerSerializer(data=request.data))
        row = actions.save_answer(
            assignment,
            by=self.actor,
            question_id=data["question"],
            value=data["value"],
            note=data["note"],
            version=data["version"],
        )
        return Response(SavedSerializer(row).data)

    @extend_schema(request=SubmitSerializer, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str | None = None) -> Response:
        """Hand in."""
        assignment = self._assignment()
        data = _valid(SubmitSerializer(data=request.data))
        actions.submit(assignment, by=self.actor, **data)
        fresh = queries.assignment(self.actor, assignment.pk)
        return Response(AssignmentSerializer(fresh).data)

    @extend_schema(request=DecisionSerializer, responses=DecidedSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str | None = None) -> Response:
        """Decide on one answer of the latest submission."""
        assignment = self._assignment()
        data = _valid(DecisionSerializer(data=request.data))
        row = actions.review_answer(
            assignment,
            by=self.actor,
            question_id=data["question"],
            decision=Decision(data["decision"]),
            reason=data["reason"],
        )
        return Response(DecidedSerializer(row).data)

    def _assignment(self) -> Assignment:
        return queries.assignment(self.actor, self.kwargs["pk"])


class FindingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Findings of reviews."""

    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    http_method_names = ["get", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.QUESTIONNAIRES_VIEW,
        "retrieve": Permission.QUESTIONNAIRES_VIEW,
    }

    def get_queryset(self) -> QuerySet[Finding]:
        """Findings the actor may see."""
        return queries.findings(self.actor)


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


ROUTES = [
    ("questionnaire-templates", TemplateViewSet),
    ("questionnaires", AssignmentViewSet),
    ("questionnaire-findings", FindingViewSet),
]
