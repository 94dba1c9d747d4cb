"""API of negotiations."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agreements import actions, queries
from apps.agreements.actions import Proposed, Signer
from apps.agreements.api.draft_inputs import (
    ChangeInput,
    DraftCommentInput,
    DraftNumberInput,
    DraftSigningInput,
    DraftWithdrawalInput,
    OpeningInput,
)
from apps.agreements.api.files import handed_out, stored
from apps.agreements.api.inputs import SignedPaperInput, shaped, terms_of
from apps.agreements.api.outputs import AgreementPartySerializer
from apps.agreements.enums import DraftState, SigningSide, VersionKind
from apps.agreements.models import AgreementDraft, DraftVersion
from apps.agreements.queries import ProposalView
from apps.agreements.rules import clauses_of_marks, first_clauses, refusal_of
from apps.engagements import queries as engagement_queries
from apps.tenancy.api.parsing import PlainJSONParser
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission


class DraftSerializer(serializers.ModelSerializer[AgreementDraft]):
    """A negotiation."""

    discloser = AgreementPartySerializer(read_only=True)
    recipient = AgreementPartySerializer(read_only=True)

    class Meta:
        model = AgreementDraft
        fields = [
            "id",
            "title",
            "kind",
            "discloser",
            "recipient",
            "agreement",
            "result",
            "is_signed_on_paper",
            "withdrawn_at",
            "withdrawal_reason",
            "created_at",
        ]
        read_only_fields = fields


class DraftProposalSerializer(serializers.Serializer[ProposalView]):
    """One proposal with its terms, clauses and answers."""

    number = serializers.IntegerField(source="row.number")
    origin = serializers.CharField(source="row.origin")
    proposed_for = serializers.CharField(source="row.proposed_for.name")
    created_at = serializers.DateTimeField(source="row.created_at")
    note = serializers.CharField(source="row.note")
    document_sha256 = serializers.SerializerMethodField()
    terms = serializers.SerializerMethodField()
    clauses = serializers.SerializerMethodField()
    comments = serializers.SerializerMethodField()
    accepted = serializers.SerializerMethodField()
    signed = serializers.SerializerMethodField()

    def get_document_sha256(self, proposal: ProposalView) -> str | None:
        """None while the document is being made."""
        document = proposal.row.document
        return document.sha256 if document else None

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_terms(self, proposal: ProposalView) -> Any:
        """Terms and scope."""
        return asdict(proposal.terms)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_clauses(self, proposal: ProposalView) -> Any:
        """Clauses with where each line stands."""
        return [asdict(clause) for clause in proposal.clauses]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_comments(self, proposal: ProposalView) -> Any:
        """What was said."""
        return [
            {
                "provision": row.provision,
                "text": row.text,
                "written_for": row.written_for.name,
                "created_at": row.created_at,
            }
            for row in proposal.comments
        ]

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(SigningSide.choices))
    )
    def get_accepted(self, proposal: ProposalView) -> Any:
        """Sides that accepted it."""
        return [row.side for row in proposal.acceptances]

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(SigningSide.choices))
    )
    def get_signed(self, proposal: ProposalView) -> Any:
        """Sides that signed it."""
        return [row.side for row in proposal.signatures]


class DraftDetailSerializer(DraftSerializer):
    """A negotiation with its state and every proposal, newest first."""

    state = serializers.ChoiceField(DraftState.choices, read_only=True)
    proposals = DraftProposalSerializer(many=True, read_only=True)

    class Meta(DraftSerializer.Meta):
        fields = [*DraftSerializer.Meta.fields, "state", "proposals"]
        read_only_fields = fields


class DraftViewSet(mixins.ListModelMixin, PortalViewSet):
    """Negotiations the caller's organization is a party of."""

    queryset = AgreementDraft.objects.none()
    serializer_class = DraftSerializer
    parser_classes = [MultiPartParser, PlainJSONParser]
    http_method_names = ["get", "post", "head", "options"]
    permissions = {
        "list": Permission.AGREEMENTS_VIEW,
        "retrieve": Permission.AGREEMENTS_VIEW,
        "create": Permission.AGREEMENTS_EDIT,
        "propose": Permission.AGREEMENTS_EDIT,
        "comment": Permission.AGREEMENTS_EDIT,
        "accept": Permission.AGREEMENTS_EDIT,
        "withdraw": Permission.AGREEMENTS_EDIT,
        "paper": Permission.AGREEMENTS_EDIT,
        "sign": Permission.AGREEMENTS_SIGN,
        "document": Permission.EVIDENCE_VIEW,
        "certificate": Permission.EVIDENCE_VIEW,
    }

    def get_queryset(self) -> QuerySet[AgreementDraft]:
        return queries.drafts(self.actor)

    @extend_schema(responses=DraftDetailSerializer)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One negotiation with every proposal."""
        return self._answer(pk)

    @extend_schema(
        request={"multipart/form-data": OpeningInput, "application/json": OpeningInput},
        responses={201: DraftDetailSerializer},
    )
    def create(self, request: Request) -> Response:
        """Begin a negotiation with its first proposal."""
        data = shaped(OpeningInput(data=request.data))
        pk = data["agreement"]
        agreement = queries.agreement(self.actor, pk) if pk else None
        engagements = [
            engagement_queries.engagement(self.actor, one)
            for one in dict.fromkeys(data["engagements"] or ())
        ]
        client = engagements[0].client if engagements else self.actor.organization
        discloser = agreement.discloser if agreement else client
        draft = actions.open_draft(
            by=self.actor,
            engagements=engagements,
            title=data["title"],
            first=self._proposed(data, queries.layer_of(discloser)),
            agreement=agreement,
            kind=VersionKind(data["kind"]),
        )
        return self._answer(draft.pk, status=status.HTTP_201_CREATED)

    @extend_schema(
        request={
            "multipart/form-data": ChangeInput,
            "application/json": ChangeInput,
        },
        responses={201: DraftDetailSerializer},
    )
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: UUID) -> Response:
        """Put forward a new proposal, made from the newest; it voids acceptances."""
        draft = queries.draft(self.actor, pk)
        data = shaped(ChangeInput(data=request.data))
        proposed = self._proposed(data, queries.layer_of(draft.discloser))
        actions.propose(
            draft, by=self.actor, answering=data["answering"], proposed=proposed
        )
        return self._answer(pk, status=status.HTTP_201_CREATED)

    @extend_schema(request=DraftCommentInput, responses=DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, pk: UUID) -> Response:
        """Say something about a proposal."""
        queries.draft(self.actor, pk)
        data = shaped(DraftCommentInput(data=request.data))
        version = self._version(pk, data.pop("number"))
        actions.comment_on(version, by=self.actor, **data)
        return self._answer(pk)

    @extend_schema(request=DraftNumberInput, responses=DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: UUID) -> Response:
        """Accept the newest proposal."""
        queries.draft(self.actor, pk)
        data = shaped(DraftNumberInput(data=request.data))
        actions.accept_draft(self._version(pk, data["number"]), by=self.actor)
        return self._answer(pk)

    @extend_schema(request=DraftWithdrawalInput, responses=DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: UUID) -> Response:
        """End the negotiation without a result."""
        draft = queries.draft(self.actor, pk)
        data = shaped(DraftWithdrawalInput(data=request.data))
        actions.withdraw_draft(draft, by=self.actor, **data)
        return self._answer(pk)

    @extend_schema(request=DraftSigningInput, responses=DraftDetailSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: UUID) -> Response:
        """Sign the stored document, with the password once more."""
        queries.draft(self.actor, pk)
        data = shaped(DraftSigningInput(data=request.data))
        version = self._version(pk, data["number"])
        confirmed = actions.confirm_signer(
            version, by=self.actor, password=data["password"]
        )
        if not confirmed.is_confirmed:
            # Answered, not raised: the record of the refusal must be committed.
            refusal = refusal_of(confirmed)
            body = {
                "code": refusal.code,
                "message": refusal.message,
                "fields": refusal.fields,
            }
            return Response(body, status=refusal.status)
        signer = Signer(
            data["name"], data["title"], data["is_authorized"], data["sha256"]
        )
        actions.sign_draft(version, by=self.actor, signer=signer, confirmed=confirmed)
        return self._answer(pk)

    @extend_schema(
        request={"multipart/form-data": SignedPaperInput},
        responses=DraftDetailSerializer,
    )
    @action(detail=True, methods=["post"])
    def paper(self, request: Request, pk: UUID) -> Response:
        """Close the negotiation with the copy both sides signed on paper."""
        queries.draft(self.actor, pk)
        data = shaped(SignedPaperInput(data=request.data))
        actions.record_signed_paper(
            self._version(pk, data["number"]),
            by=self.actor,
            document=stored(self.actor, data["document"]),
            signatures=data["signatures"],
        )
        return self._answer(pk)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def document(self, request: Request, pk: UUID) -> FileResponse:
        """The document of the newest proposal."""
        version = queries.latest_proposal(queries.draft(self.actor, pk))
        return handed_out(
            version.document,
            actor=self.actor,
            absent="The document is still being made. Try again in a moment.",
        )

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def certificate(self, request: Request, pk: UUID) -> FileResponse:
        """The certificate of signature."""
        draft = queries.draft(self.actor, pk)
        return handed_out(
            draft.certificate,
            actor=self.actor,
            absent="There is no certificate yet; it follows both signatures.",
        )

    def _proposed(self, data: dict[str, Any], layer: Any) -> Proposed:
        """A proposal from validated input; an upload is kept as proof first."""
        upload = data["document"]
        if upload is None:
            clauses = data["clauses"]
            written = first_clauses(layer) if clauses is None else clauses
            return Proposed(
                terms_of(data),
                written,
                note=data["note"],
                is_gap_known=data["is_gap_known"],
            )
        return Proposed(
            terms_of(data),
            clauses_of_marks(data["provisions"] or ()),
            document=stored(self.actor, upload),
            note=data["note"],
            is_gap_known=data["is_gap_known"],
        )

    def _version(self, pk: UUID, number: int) -> DraftVersion:
        return queries.proposal_numbered(queries.draft(self.actor, pk), number)

    def _answer(self, pk: UUID, *, status: int = status.HTTP_200_OK) -> Response:
        draft = queries.draft(self.actor, pk)
        detail = queries.draft_detail(self.actor, draft)
        draft.state = detail.facts.state  # type: ignore[attr-defined]
        draft.proposals = detail.proposals  # type: ignore[attr-defined]
        return Response(DraftDetailSerializer(draft).data, status=status)
