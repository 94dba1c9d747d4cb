"""One party asks the other for proof; it is handed in and looked at."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from apps.assurance import messages, queries, rules, trail
from apps.assurance.actions.recording import about, check_owner, keep_proof
from apps.assurance.enums import RequestState
from apps.assurance.models import EvidenceRequest, RequestAnswer
from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, NotAllowed
from apps.engagements.models import Engagement
from apps.evidence.enums import Purpose
from apps.evidence.models import StoredFile
from apps.evidence.rules import Target
from apps.notifications import actions as notifications
from apps.notifications.registry import Message
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission

_S = RequestState


@transaction.atomic
def request_evidence(
    engagement: Engagement, *, by: Actor, title: str, details: str, due_on: date
) -> EvidenceRequest:
    """Ask the other party of an engagement for proof by a day.

    Records ``evidence_request.made`` and tells the other party's managers. Raises
    NotAllowed for anybody but a party, Invalid for the day.
    """
    by.require(Permission.ASSURANCE_EDIT)
    parties = {engagement.client, engagement.provider}
    if by.organization not in parties:
        raise NotAllowed("Only a party of the engagement can ask for evidence on it.")
    rules.check_due(due_on, today=clock.today(engagement.client.time_zone))
    [other] = parties - {by.organization}
    row = EvidenceRequest.objects.create(
        engagement=engagement,
        asked_by=by.organization,
        asked_of=other,
        title=title,
        details=details,
        due_on=due_on,
        requested_by=by.user,
    )
    record(
        trail.EVIDENCE_REQUESTED,
        by=by,
        about=_about(row),
        facts={"due_on": due_on},
        personal={"title": title, "engagement": str(engagement)},
    )
    _tell(
        messages.EVIDENCE_REQUESTED,
        row,
        to=other.pk,
        asker=str(by.organization),
        due_on=f"{due_on:%-d %b %Y}",
    )
    return row


@transaction.atomic
def answer_request(
    request: EvidenceRequest, *, by: Actor, file: StoredFile, note: str = ""
) -> RequestAnswer:
    """Hand in a file; more than one may be handed in before the review.

    Records ``evidence_request.answered`` and tells the party that asked. The file is
    read by both parties from now on. Raises NotAllowed, Conflict when closed.
    """
    by.require(Permission.EVIDENCE_ADD)
    row = _locked(request, allowed={_S.OPEN, _S.RETURNED, _S.ANSWERED})
    if by.organization_id != row.asked_of_id:
        raise NotAllowed(f"Only {row.asked_of} can answer this request.")
    check_owner(file.organization_id, by=by, what="file")
    answer = RequestAnswer.objects.create(
        request=row, file=file, note=note, answered_by=by.user
    )
    row.answered_at, row.returned_at = clock.now(), None
    row.save(update_fields=["answered_at", "returned_at"])
    keep_proof(
        file, by=by, to=Target("request", row.pk, row.title), purpose=Purpose.ANSWER
    )
    record(
        trail.REQUEST_ANSWERED,
        by=by,
        about=_about(row),
        personal={"title": row.title, "name": file.name},
        documents=[file.sha256],
    )
    _tell(
        messages.REQUEST_ANSWERED,
        row,
        to=row.asked_by_id,
        other=str(row.asked_of),
    )
    return answer


@transaction.atomic
def accept_answer(request: EvidenceRequest, *, by: Actor) -> EvidenceRequest:
    """Close a request: what was handed in is enough. Records
    ``evidence_request.accepted``. Raises NotAllowed, Conflict, also while nobody can
    open any of it."""
    row = _for_asker(request, by=by, allowed={_S.ANSWERED})
    answers = row.answers.select_related("file")
    if not any(answer.file.is_readable for answer in answers):
        raise Conflict(
            "What was handed in is in quarantine or destroyed: nobody can open it. Ask "
            "for a clean copy, or wait for the virus scanner."
        )
    row.accepted_at, row.accepted_by = clock.now(), by.user
    row.save(update_fields=["accepted_at", "accepted_by"])
    record(
        trail.ANSWER_ACCEPTED, by=by, about=_about(row), personal={"title": row.title}
    )
    return row


@transaction.atomic
def return_answer(
    request: EvidenceRequest, *, by: Actor, reason: str
) -> EvidenceRequest:
    """Ask again: what was handed in is not enough. Records
    ``evidence_request.returned`` and tells the other party. NotAllowed, Conflict."""
    row = _for_asker(request, by=by, allowed={_S.ANSWERED})
    row.returned_at, row.return_reason = clock.now(), reason
    row.save(update_fields=["returned_at", "return_reason"])
    record(
        trail.ANSWER_RETURNED,
        by=by,
        about=_about(row),
        personal={"title": row.title, "reason": reason},
    )
    _tell(
        messages.ANSWER_RETURNED,
        row,
        to=row.asked_of_id,
        asker=str(row.asked_by),
        reason=reason,
    )
    return row


@transaction.atomic
def withdraw_request(request: EvidenceRequest, *, by: Actor) -> EvidenceRequest:
    """Ask no longer. Records ``evidence_request.withdrawn``. NotAllowed, Conflict."""
    row = _for_asker(request, by=by, allowed={_S.OPEN, _S.ANSWERED, _S.RETURNED})
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    record(
        trail.REQUEST_WITHDRAWN, by=by, about=_about(row), personal={"title": row.title}
    )
    return row


def _for_asker(
    request: EvidenceRequest, *, by: Actor, allowed: set[RequestState]
) -> EvidenceRequest:
    by.require(Permission.ASSURANCE_EDIT)
    if by.organization_id != request.asked_by_id:
        raise NotAllowed("Only the party that asked decides about the answer.")
    return _locked(request, allowed=allowed)


def _locked(request: EvidenceRequest, *, allowed: set[RequestState]) -> EvidenceRequest:
    row = EvidenceRequest.objects.select_related("asked_by", "asked_of").locked(
        request.pk
    )
    rules.check_state(row.state, allowed=allowed)
    return row


def _about(row: EvidenceRequest) -> Subject:
    parties = frozenset({row.asked_by_id, row.asked_of_id})
    return about(row, row.asked_by_id, others=parties, engagement_id=row.engagement_id)


def _tell(message: Message, row: EvidenceRequest, *, to: UUID, **words: str) -> None:
    # A request may be answered and returned more than once; each is told once.
    instants = (row.answered_at, row.returned_at)
    last = max((one for one in instants if one), default=row.created_at)
    notifications.notify(
        message,
        memberships=queries.managers_of(to),
        context={"title": row.title, **words},
        path=queries.path_of(row),
        key=f"{message.kind}:{row.pk}:{last.isoformat()}",
    )
