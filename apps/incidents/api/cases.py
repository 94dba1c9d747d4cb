"""Cases and what moves them on."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.engagements import queries as engagements
from apps.evidence import queries as evidence
from apps.incidents import actions, queries
from apps.incidents.actions import FactValue, NoticeTerms, Report, ReviewTerms
from apps.incidents.api import inputs, outputs
from apps.incidents.api.inputs import valid
from apps.incidents.api.record import RecordSerializer
from apps.incidents.enums import (
    Audience,
    Duty,
    FactName,
    HoldForm,
    Kind,
    LetterKind,
    Method,
    Outcome,
    TaskKind,
)
from apps.incidents.models import Incident
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class IncidentFilter(django_filters.FilterSet):
    """Narrows the list."""

    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    engagement = django_filters.UUIDFilter(field_name="engagement_id")
    is_exercise = django_filters.BooleanFilter()
    is_closed = django_filters.BooleanFilter(
        field_name="closed_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Incident
        fields = ["kind", "engagement", "is_exercise", "is_closed"]


class IncidentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """Cases and what moves them on."""

    queryset = Incident.objects.none()
    serializer_class = outputs.IncidentSerializer
    filterset_class = IncidentFilter
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": Permission.INCIDENTS_VIEW,
        "retrieve": Permission.INCIDENTS_VIEW,
        "create": Permission.INCIDENTS_REPORT,
        "record": Permission.INCIDENTS_VIEW,
        "share": Permission.INCIDENTS_ASSESS,
        "relay": Permission.INCIDENTS_ASSESS,
        "facts": Permission.INCIDENTS_ASSESS,
        "counts": Permission.INCIDENTS_ASSESS,
        "assess": Permission.INCIDENTS_ASSESS,
        "findings": Permission.INCIDENTS_DETERMINE,
        "holds": Permission.INCIDENTS_ASSESS,
        "notices": Permission.INCIDENTS_ASSESS,
        "letters": Permission.INCIDENTS_ASSESS,
        "tasks": Permission.INCIDENTS_ASSESS,
        "entries": Permission.INCIDENTS_VIEW,
        "reviews": Permission.INCIDENTS_ASSESS,
        "close": Permission.INCIDENTS_DETERMINE,
        "reopen": Permission.INCIDENTS_DETERMINE,
    }

    def get_queryset(self) -> QuerySet[Incident]:
        """Cases the actor may know of."""
        return queries.incidents(self.actor)

    @extend_schema(
        request=inputs.ReportSerializer, responses=outputs.IncidentSerializer
    )
    def create(self, request: Request) -> Response:
        """Write an incident down as a draft of the own side."""
        data = valid(inputs.ReportSerializer(data=request.data))
        engagement = engagements.engagement(self.actor, data.pop("engagement"))
        data["kind"] = Kind(data["kind"])
        for name in ("channels", "phi_categories"):
            data[name] = tuple(sorted(data.get(name, ())))
        row = actions.report_incident(engagement, by=self.actor, report=Report(**data))
        return Response(outputs.IncidentSerializer(row).data, status=201)

    @extend_schema(responses=RecordSerializer)
    @action(detail=True, methods=["get"])
    def record(self, request: Request, pk: str | None = None) -> Response:
        """Everything on record about the case, as the actor may see it."""
        case = queries.case_file(self.actor, self._incident())
        return Response(RecordSerializer(case).data)

    @extend_schema(request=inputs.ShareSerializer, responses=outputs.IncidentSerializer)
    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: str | None = None) -> Response:
        """Tell the other side."""
        incident = self._incident()
        data = self._with_files(valid(inputs.ShareSerializer(data=request.data)))
        data["method"] = Method(data["method"])
        row = actions.share_incident(incident, by=self.actor, **data)
        return Response(outputs.IncidentSerializer(row).data)

    @extend_schema(request=inputs.RelaySerializer, responses=outputs.IncidentSerializer)
    @action(detail=True, methods=["post"])
    def relay(self, request: Request, pk: str | None = None) -> Response:
        """Take the case up to one of the own clients."""
        incident = self._incident()
        data = valid(inputs.RelaySerializer(data=request.data))
        above = engagements.engagement(self.actor, data["engagement"])
        row = actions.relay_incident(incident, by=self.actor, engagement=above)
        return Response(outputs.IncidentSerializer(row).data, status=201)

    @extend_schema(request=inputs.FactSerializer, responses=outputs.IncidentSerializer)
    @action(detail=True, methods=["post"])
    def facts(self, request: Request, pk: str | None = None) -> Response:
        """Record a fact or a correction; the earlier value is kept."""
        incident = self._incident()
        data = valid(inputs.FactSerializer(data=request.data))
        names = ("day", "moment", "zone", "yes", "person")
        read = data["corrects"]
        actions.correct_fact(
            incident,
            by=self.actor,
            name=FactName(data["name"]),
            value=FactValue(**{name: data[name] for name in names}),
            reason=data["reason"],
            seen=frozenset({str(read)}) if read else None,
            text_confirmed=data["text_confirmed"],
        )
        return Response(outputs.IncidentSerializer(incident).data)

    @extend_schema(request=inputs.CountSerializer, responses=outputs.IncidentSerializer)
    @action(detail=True, methods=["post"])
    def counts(self, request: Request, pk: str | None = None) -> Response:
        """Count the people affected; thresholds follow."""
        incident = self._incident()
        data = valid(inputs.CountSerializer(data=request.data))
        by_state = data.pop("by_state", {})
        actions.count_people(incident, by=self.actor, by_state=by_state, **data)
        return Response(outputs.IncidentSerializer(incident).data)

    @extend_schema(
        request=inputs.AssessSerializer, responses=outputs.AssessmentSerializer
    )
    @action(detail=True, methods=["post"])
    def assess(self, request: Request, pk: str | None = None) -> Response:
        """Weigh the four factors for the own side."""
        incident = self._incident()
        data = valid(inputs.AssessSerializer(data=request.data))
        data["factors"] = {
            name: (factor["risk"], factor["reason"])
            for name, factor in data["factors"].items()
        }
        row = actions.assess(incident, by=self.actor, **data)
        return Response(outputs.AssessmentSerializer(row).data, status=201)

    @extend_schema(
        request=inputs.ProposeSerializer, responses=outputs.FindingSerializer
    )
    @action(detail=True, methods=["post"])
    def findings(self, request: Request, pk: str | None = None) -> Response:
        """Propose a finding for the own side."""
        incident = self._incident()
        data = valid(inputs.ProposeSerializer(data=request.data))
        data["outcome"] = Outcome(data["outcome"])
        row = actions.propose_finding(incident, by=self.actor, **data)
        return Response(outputs.FindingSerializer(row).data, status=201)

    @extend_schema(
        request=inputs.HoldStatementSerializer, responses=outputs.HoldSerializer
    )
    @action(detail=True, methods=["post"])
    def holds(self, request: Request, pk: str | None = None) -> Response:
        """Record a statement of law enforcement."""
        incident = self._incident()
        data = valid(inputs.HoldStatementSerializer(data=request.data))
        data["form"] = HoldForm(data["form"])
        row = actions.hold_notices(incident, by=self.actor, **data)
        return Response(outputs.HoldSerializer(row).data, status=201)

    @extend_schema(
        request=inputs.NoticeSerializer, responses=outputs.NoticeOutSerializer
    )
    @action(detail=True, methods=["post"])
    def notices(self, request: Request, pk: str | None = None) -> Response:
        """Record a notice that is out; the clocks it meets end."""
        incident = self._incident()
        data = self._with_files(valid(inputs.NoticeSerializer(data=request.data)))
        data["duty"], data["method"] = Duty(data["duty"]), Method(data["method"])
        data["contents"] = tuple(data["contents"])
        wrong: UUID | None = data["corrects"]
        data["corrects"] = queries.notice(self.actor, wrong) if wrong else None
        row = actions.record_notice(incident, by=self.actor, terms=NoticeTerms(**data))
        return Response(outputs.NoticeOutSerializer(row).data, status=201)

    @extend_schema(
        request=inputs.BeginLetterSerializer, responses=outputs.LetterDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def letters(self, request: Request, pk: str | None = None) -> Response:
        """Begin a letter of the own side."""
        incident = self._incident()
        data = valid(inputs.BeginLetterSerializer(data=request.data))
        kind = LetterKind(data["kind"])
        row = actions.draft_letter(incident, by=self.actor, kind=kind)
        return Response(outputs.LetterDetailSerializer(row).data, status=201)

    @extend_schema(request=inputs.OpenTaskSerializer, responses=outputs.TaskSerializer)
    @action(detail=True, methods=["post"])
    def tasks(self, request: Request, pk: str | None = None) -> Response:
        """Open a task of the own side."""
        incident = self._incident()
        data = valid(inputs.OpenTaskSerializer(data=request.data))
        data["kind"] = TaskKind(data["kind"])
        row = actions.open_task(incident, by=self.actor, **data)
        return Response(outputs.TaskSerializer(row).data, status=201)

    @extend_schema(request=inputs.EntrySerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def entries(self, request: Request, pk: str | None = None) -> Response:
        """Write to the timeline."""
        incident = self._incident()
        data = valid(inputs.EntrySerializer(data=request.data))
        data["audience"] = Audience(data["audience"])
        actions.write_entry(incident, by=self.actor, **data)
        return Response(status=204)

    @extend_schema(
        request=inputs.RecordReviewSerializer, responses=outputs.ReviewSerializer
    )
    @action(detail=True, methods=["post"])
    def reviews(self, request: Request, pk: str | None = None) -> Response:
        """Record the review of the own side."""
        incident = self._incident()
        data = valid(inputs.RecordReviewSerializer(data=request.data))
        data["audience"] = Audience(data["audience"])
        row = actions.record_review(incident, by=self.actor, terms=ReviewTerms(**data))
        return Response(outputs.ReviewSerializer(row).data, status=201)

    @extend_schema(request=None, responses=outputs.IncidentSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str | None = None) -> Response:
        """Close the case; nothing may be open."""
        row = actions.close_incident(self._incident(), by=self.actor)
        return Response(outputs.IncidentSerializer(row).data)

    @extend_schema(
        request=inputs.ReopenSerializer, responses=outputs.IncidentSerializer
    )
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str | None = None) -> Response:
        """Open a closed case again; discovery stays where it was."""
        incident = self._incident()
        data = valid(inputs.ReopenSerializer(data=request.data))
        row = actions.reopen_incident(incident, by=self.actor, **data)
        return Response(outputs.IncidentSerializer(row).data)

    def _incident(self) -> Incident:
        return queries.incident(self.actor, self.kwargs["pk"])

    def _with_files(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ids of the letter and the proof as what the actor may use."""
        letter: UUID | None = data["letter"]
        proof: UUID | None = data["proof"]
        data["letter"] = queries.letter(self.actor, letter) if letter else None
        data["proof"] = evidence.stored_file(self.actor, proof) if proof else None
        return data
