"""API of assignments: ask, answer, hand in, review, close."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.tables_out import xlsx_response
from apps.engagements import queries as engagements
from apps.evidence.enums import MediaType
from apps.questionnaires import actions, importer, queries
from apps.questionnaires.api import inputs as i
from apps.questionnaires.api import outputs as o
from apps.questionnaires.enums import Decision, PartyKind
from apps.questionnaires.models import Assignment
from apps.tenancy.api.parsing import PlainJSONParser
from apps.tenancy.api.viewsets import PortalViewSet
from apps.tenancy.enums import Permission

_VIEW = Permission.QUESTIONNAIRES_VIEW
_ASSIGN = Permission.QUESTIONNAIRES_ASSIGN
_ANSWER = Permission.QUESTIONNAIRES_ANSWER
_REVIEW = Permission.QUESTIONNAIRES_REVIEW


class AssignmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, PortalViewSet
):
    """Assignments. The vendor reads its sheet, the client what was handed in."""

    queryset = Assignment.objects.none()
    serializer_class = o.AssignmentSerializer
    http_method_names = ["get", "post", "head", "options"]
    permissions: ClassVar[dict[str, Permission | None]] = {
        "list": _VIEW,
        "retrieve": _VIEW,
        "create": _ASSIGN,
        "move_due": _ASSIGN,
        "withdraw": _ASSIGN,
        "sheet": _ANSWER,
        "answer": _ANSWER,
        "table": _ANSWER,
        "read_table": _ANSWER,
        "attach": _ANSWER,
        "delegate": _ANSWER,
        "take_back": _ANSWER,
        "confirm": _ANSWER,
        "reuse": _ANSWER,
        "submit": _ANSWER,
        "comment": _VIEW,
        "review": _VIEW,
        "decide": _REVIEW,
        "note": _REVIEW,
        "send_back": _REVIEW,
        "close": _REVIEW,
        "raise_finding": _REVIEW,
        "dossier": _VIEW,
    }

    def get_queryset(self) -> QuerySet[Assignment]:
        """Assignments the actor may see."""
        return queries.assignments(self.actor)

    def get_object(self) -> Assignment:
        """One of them with its questions; 404 for a stranger's."""
        return queries.assignment(self.actor, self.kwargs["pk"])

    def _now(self, assignment: Assignment, *, status: int = 200) -> Response:
        """The assignment as it stands now."""
        fresh = queries.assignment(self.actor, assignment.pk)
        return Response(o.AssignmentSerializer(fresh).data, status=status)

    @extend_schema(request=i.AssignInput, responses={201: o.AssignmentSerializer})
    def create(self, request: Request) -> Response:
        """Ask the provider of an engagement, or a vendor for all it does."""
        data = i.read(i.AssignInput, request)
        asked: dict[str, Any] = {
            "by": self.actor,
            "version": queries.version(self.actor, data["version"]),
            "terms": actions.Terms(
                party_kind=PartyKind(data["party_kind"]),
                channels=tuple(data["channels"]),
                sets=tuple(data["sets"]),
                due_on=data["due_on"],
                recurrence_months=data["recurrence_months"],
            ),
        }
        if "vendor" in data:
            vendor = engagements.vendor(self.actor, data["vendor"])
            return self._now(actions.assign_to_vendor(vendor, **asked), status=201)
        engagement = engagements.engagement(self.actor, data["engagement"])
        row = actions.assign_to_engagement(engagement, **asked)
        return self._now(row, status=201)

    @extend_schema(request=i.MoveDueInput, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"], url_path="move-due")
    def move_due(self, request: Request, pk: str) -> Response:
        """Give the vendor another day."""
        row = self.get_object()
        data = i.read(i.MoveDueInput, request)
        return self._now(actions.move_due(row, by=self.actor, **data))

    @extend_schema(request=i.WithdrawInput, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Ask no longer."""
        row = self.get_object()
        data = i.read(i.WithdrawInput, request)
        return self._now(actions.withdraw(row, by=self.actor, **data))

    @extend_schema(responses=o.SheetSerializer)
    @action(detail=True, methods=["get"])
    def sheet(self, request: Request, pk: str) -> Response:
        """Every question with the vendor's present answer; 404 for the client."""
        found = queries.sheet(self.actor, self.get_object())
        return Response(o.SheetSerializer(found).data)

    @extend_schema(request=i.AnswerInput, responses=o.SavedSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Save one answer; 409 when somebody saved in between."""
        assignment = self.get_object()
        data = i.read(i.AnswerInput, request)
        question = data.pop("question")
        row = actions.save_answer(
            assignment, by=self.actor, question_id=question, **data
        )
        return Response(o.SavedSerializer(row).data)

    @extend_schema(responses={(200, MediaType.XLSX.value): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def table(self, request: Request, pk: str) -> FileResponse:
        """The sheet as XLSX, to fill in elsewhere; 404 for the client."""
        assignment = self.get_object()
        sheet = queries.sheet(self.actor, assignment)
        return xlsx_response(
            f"{assignment.template} {assignment.client}",
            importer.ANSWER_HEADER,
            queries.table_rows(sheet),
        )

    @extend_schema(
        request={"multipart/form-data": i.TableInput},
        responses=o.TableAccountSerializer,
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="read-table",
        parser_classes=[MultiPartParser],
    )
    def read_table(self, request: Request, pk: str) -> Response:
        """The filled table back in: what can be saved is, the rest is named."""
        assignment = self.get_object()
        upload = i.read(i.TableInput, request)["file"]
        account = actions.read_table(
            assignment, by=self.actor, name=upload.name, content=upload.file
        )
        return Response(o.TableAccountSerializer(account).data)

    @extend_schema(
        request={"multipart/form-data": i.EvidenceInput},
        responses={201: o.KeptFileSerializer},
    )
    @action(
        detail=True, methods=["post"], parser_classes=[MultiPartParser, PlainJSONParser]
    )
    def attach(self, request: Request, pk: str) -> Response:
        """Put a file behind an answer."""
        assignment = self.get_object()
        data = i.read(i.EvidenceInput, request)
        upload = data["file"]
        kept = actions.attach_file(
            assignment,
            by=self.actor,
            question_id=data["question"],
            name=upload.name,
            content=upload.file,
        )
        return Response(o.KeptFileSerializer(kept).data, status=201)

    @extend_schema(request=i.DelegateInput, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def delegate(self, request: Request, pk: str) -> Response:
        """Hand a section to a colleague."""
        row = self.get_object()
        data = i.read(i.DelegateInput, request)
        actions.delegate_section(
            row, by=self.actor, section_id=data["section"], user_id=data["user"]
        )
        return self._now(row)

    @extend_schema(request=i.DelegateInput, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        """Take a section back."""
        row = self.get_object()
        data = i.read(i.DelegateInput, request)
        actions.end_delegation(
            row, by=self.actor, section_id=data["section"], user_id=data["user"]
        )
        return self._now(row)

    @extend_schema(request=i.SectionInput, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Say that the taken-over answers of a section are still true."""
        row = self.get_object()
        data = i.read(i.SectionInput, request)
        actions.confirm_section(row, by=self.actor, section_id=data["section"])
        return self._now(row)

    @extend_schema(request=i.ReuseInput, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def reuse(self, request: Request, pk: str) -> Response:
        """Take over what the vendor told another client."""
        row = self.get_object()
        data = i.read(i.ReuseInput, request)
        source = queries.assignment(self.actor, data["questionnaire"])
        actions.reuse_answers(row, by=self.actor, source=source)
        return self._now(row)

    @extend_schema(request=i.SubmitInput, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Hand in."""
        row = self.get_object()
        actions.submit(row, by=self.actor, **i.read(i.SubmitInput, request))
        return self._now(row)

    @extend_schema(request=i.TextInput, responses={201: o.RemarkSerializer})
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, pk: str) -> Response:
        """Say something both parties read."""
        row = self.get_object()
        data = i.read(i.TextInput, request)
        comment = actions.add_comment(
            row, by=self.actor, question_id=data["question"], text=data["text"]
        )
        return Response(o.RemarkSerializer(comment).data, status=201)

    @extend_schema(responses=o.ReviewSerializer)
    @action(detail=True, methods=["get"])
    def review(self, request: Request, pk: str) -> Response:
        """What was handed in beside last time's, with the score; 404 for the vendor."""
        found = queries.review_sheet(self.actor, self.get_object())
        return Response(o.ReviewSerializer(found).data)

    @extend_schema(request=i.DecisionInput, responses=o.DecidedSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Decide on one answer of the latest submission."""
        assignment = self.get_object()
        data = i.read(i.DecisionInput, request)
        row = actions.review_answer(
            assignment,
            by=self.actor,
            question_id=data["question"],
            decision=Decision(data["decision"]),
            reason=data["reason"],
        )
        return Response(o.DecidedSerializer(row).data)

    @extend_schema(request=i.TextInput, responses={201: o.RemarkSerializer})
    @action(detail=True, methods=["post"])
    def note(self, request: Request, pk: str) -> Response:
        """Note something the vendor never reads."""
        row = self.get_object()
        data = i.read(i.TextInput, request)
        note = actions.add_note(
            row, by=self.actor, question_id=data["question"], text=data["text"]
        )
        return Response(o.RemarkSerializer(note).data, status=201)

    @extend_schema(request=None, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send back for the changes requested."""
        row = self.get_object()
        return self._now(actions.return_for_changes(row, by=self.actor))

    @extend_schema(request=i.CloseInput, responses=o.AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close with the verdict the rules give."""
        row = self.get_object()
        actions.close_review(row, by=self.actor, **i.read(i.CloseInput, request))
        return self._now(row)

    @extend_schema(request=i.FindingInput, responses={201: o.FindingSerializer})
    @action(detail=True, methods=["post"], url_path="raise-finding")
    def raise_finding(self, request: Request, pk: str) -> Response:
        """Raise a finding by hand."""
        row = self.get_object()
        data = i.read(i.FindingInput, request)
        question = data.pop("question")
        finding = actions.raise_finding(
            row, by=self.actor, question_id=question, **data
        )
        fresh = queries.finding(self.actor, finding.pk)
        return Response(o.FindingSerializer(fresh).data, status=201)

    @extend_schema(request=None, responses={201: o.DossierSerializer})
    @action(detail=True, methods=["post"])
    def dossier(self, request: Request, pk: str) -> Response:
        """Freeze the facts of a dossier; a worker makes the document."""
        made = actions.request_dossier(self.get_object(), by=self.actor)
        return Response(o.DossierSerializer(made).data, status=201)
