"""API of agreements and flow-down."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import IntegerField, ValidationError

from apps.agreements import actions, queries
from apps.agreements.api.drafts import DraftViewSet
from apps.agreements.api.endings import ReturnViewSet
from apps.agreements.api.files import handed_out, stored
from apps.agreements.api.inputs import (
    AgreementInput,
    AmendmentInput,
    RenewalInput,
    RenewalNoticeInput,
    TerminationInput,
    shaped,
    terms_of,
)
from apps.agreements.api.outputs import (
    AgreementDetailSerializer,
    AgreementSerializer,
    FlowDownSerializer,
    ReviewSerializer,
    WhatIfSerializer,
)
from apps.agreements.enums import VersionKind
from apps.agreements.forms.what_if import WhatIfForm
from apps.agreements.models import Agreement, AgreementVersion
from apps.core import clock
from apps.engagements import queries as engagement_queries
from apps.engagements.models import Engagement
from apps.tenancy.api.days import AS_OF, as_of_day
from apps.tenancy.api.parsing import PlainJSONParser
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission

WHAT_IF_ON = OpenApiParameter(
    "on", date, description="The first day without the BAA; today if left out."
)
VERSION = OpenApiParameter(
    "version", int, description="Number of the version; the newest if left out."
)


class AgreementViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet):
    """BAAs the caller's organization is a party of, or a grant covers."""

    queryset = Agreement.objects.none()
    serializer_class = AgreementSerializer
    parser_classes = [MultiPartParser, PlainJSONParser]
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.AGREEMENTS_VIEW,
        "retrieve": Permission.AGREEMENTS_VIEW,
        "create": Permission.AGREEMENTS_EDIT,
        "amend": Permission.AGREEMENTS_EDIT,
        "terminate": Permission.AGREEMENTS_EDIT,
        "renew": Permission.AGREEMENTS_EDIT,
        "stop_renewal": Permission.AGREEMENTS_EDIT,
        "what_if": Permission.AGREEMENTS_VIEW,
        "review": Permission.AGREEMENTS_VIEW,
        "document": Permission.EVIDENCE_VIEW,
    }

    def get_queryset(self) -> QuerySet[Agreement]:
        today = clock.today(self.actor.organization.time_zone)
        return queries.agreements(self.actor, as_of=today)

    def get_serializer_class(self) -> Any:
        is_list = self.action == "list"
        return AgreementSerializer if is_list else AgreementDetailSerializer

    @extend_schema(
        request={"multipart/form-data": AgreementInput},
        responses={201: AgreementDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        """Record a signed BAA."""
        data = shaped(AgreementInput(data=request.data))
        version = actions.record_agreement(
            by=self.actor,
            engagements=[
                engagement_queries.engagement(self.actor, pk)
                for pk in dict.fromkeys(data["engagements"])
            ],
            title=data["title"],
            terms=terms_of(data),
            document=stored(self.actor, data["document"]),
            provisions=data["provisions"],
            signatures=data["signatures"],
        )
        return self._answer(version.agreement_id, status=status.HTTP_201_CREATED)

    @extend_schema(
        request={"multipart/form-data": AmendmentInput},
        responses={201: AgreementDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, pk: UUID) -> Response:
        """Record a new version."""
        agreement = queries.agreement(self.actor, pk)
        data = shaped(AmendmentInput(data=request.data))
        actions.amend_agreement(
            agreement,
            by=self.actor,
            terms=terms_of(data),
            document=stored(self.actor, data["document"]),
            provisions=data["provisions"],
            signatures=data["signatures"],
            kind=VersionKind(data["kind"]),
            is_gap_known=data["is_gap_known"],
        )
        return self._answer(pk, status=status.HTTP_201_CREATED)

    @extend_schema(request=TerminationInput, responses=AgreementDetailSerializer)
    @action(detail=True, methods=["post"])
    def terminate(self, request: Request, pk: UUID) -> Response:
        """End the BAA."""
        agreement = queries.agreement(self.actor, pk)
        data = shaped(TerminationInput(data=request.data))
        actions.terminate_agreement(agreement, by=self.actor, **data)
        return self._answer(pk, status=status.HTTP_200_OK)

    @extend_schema(
        request={"multipart/form-data": RenewalInput},
        responses={201: AgreementDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: UUID) -> Response:
        """Record a renewal with the terms of the newest version."""
        agreement = queries.agreement(self.actor, pk)
        data = shaped(RenewalInput(data=request.data))
        document = stored(self.actor, data.pop("document"))
        actions.renew_agreement(agreement, by=self.actor, document=document, **data)
        return self._answer(pk, status=status.HTTP_201_CREATED)

    @extend_schema(request=RenewalNoticeInput, responses=AgreementDetailSerializer)
    @action(detail=True, methods=["post"], url_path="stop-renewal")
    def stop_renewal(self, request: Request, pk: UUID) -> Response:
        """Record notice given in time; the BAA then ends on its last day."""
        agreement = queries.agreement(self.actor, pk)
        data = shaped(RenewalNoticeInput(data=request.data))
        actions.stop_renewal(agreement, by=self.actor, **data)
        return self._answer(pk, status=status.HTTP_200_OK)

    @extend_schema(parameters=[WHAT_IF_ON], responses=WhatIfSerializer)
    @action(detail=True, methods=["get"], url_path="what-if")
    def what_if(self, request: Request, pk: UUID) -> Response:
        """Engagements the caller sees that break if the BAA lapses on a day."""
        agreement = queries.agreement(self.actor, pk)
        form = WhatIfForm(
            {"on": request.query_params.get("on", "")},
            today=clock.today(agreement.discloser.time_zone),
        )
        if not form.is_valid():
            raise ValidationError({"on": [str(text) for text in form.errors["on"]]})
        found = queries.what_if(self.actor, agreement, on=form.day)
        return Response(WhatIfSerializer(found).data)

    @extend_schema(parameters=[VERSION], responses=ReviewSerializer)
    @action(detail=True, methods=["get"])
    def review(self, request: Request, pk: UUID) -> Response:
        """Where each line of the checklist stands in a version."""
        version = self._version(pk)
        found = queries.review(version)
        data = {
            "version": version.number,
            "gaps": found.gaps,
            "counts": found.counts,
            "lines": found.lines,
            "elsewhere": [line.id for line in found.elsewhere],
        }
        return Response(ReviewSerializer(data).data)

    @extend_schema(
        parameters=[VERSION],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=True, methods=["get"])
    def document(self, request: Request, pk: UUID) -> FileResponse:
        """The signed document of a version."""
        version = self._version(pk)
        return handed_out(version.document, actor=self.actor, absent="")

    def _version(self, pk: UUID) -> AgreementVersion:
        """The version ``?version=`` names, the newest without it."""
        agreement = queries.agreement(self.actor, pk)
        number = self.request.query_params.get("version")
        field = IntegerField(min_value=1, max_value=32767)
        return queries.version_numbered(
            agreement, field.run_validation(number) if number else None
        )

    def _answer(self, pk: UUID, *, status: int) -> Response:
        agreement = self.get_queryset().get(pk=pk)
        return Response(AgreementDetailSerializer(agreement).data, status=status)


class FlowDownViewSet(PortalViewSet):
    """Flow-down of one engagement, today in the client's zone or on a past day."""

    queryset = Engagement.objects.none()
    serializer_class = FlowDownSerializer
    http_method_names = ["get", "head", "options"]
    permissions = {"retrieve": Permission.AGREEMENTS_VIEW}

    @extend_schema(parameters=[AS_OF], responses=FlowDownSerializer)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Every hop with its state, and the first broken one of each path."""
        engagement = engagement_queries.engagement(self.actor, pk)
        result = queries.flow_down(
            engagement,
            as_of=as_of_day(request, today=clock.today(engagement.client.time_zone)),
            viewer=queries.viewer_of(self.actor, engagement),
        )
        return Response(FlowDownSerializer(result).data)


ROUTES = [
    ("agreements/drafts", DraftViewSet),
    ("agreements/returns", ReturnViewSet),
    ("agreements/flow-down", FlowDownViewSet),
    ("agreements", AgreementViewSet),
]
