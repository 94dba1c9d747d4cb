"""Dated duties that come from agreements."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.agreements.enums import DisposalState, Renewal
from apps.agreements.models import (
    AgreementCoverage,
    AgreementVersion,
    ReturnObligation,
)
from apps.agreements.queries.endings import disposal_states
from apps.agreements.queries.facts import ending_by_itself, signed
from apps.agreements.rules import notice_days_within
from apps.agreements.rules.standing import DEFAULT_NOTICE_DAYS, ONE_DAY
from apps.core.types import DueItem
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Agreements that end, and last days to give notice, within inclusive days.

    One item for each party that must act: the actor's own organization, or both for
    a job. Versions replaced without a gap and agreements whose engagements have all
    ended are left out. PHI to be returned or destroyed is the recipient's duty, and
    a statement that waits the discloser's. Four queries.
    """
    actor.require(Permission.AGREEMENTS_VIEW)
    rows = _live(actor)
    ending = rows.filter(ending_by_itself(), expires_on__range=(first, last))
    found = [item for row in ending for item in _expiries(row, actor)]
    for row in _renewing(rows, last):
        found += _notices(row, actor, first, last)
    return found + _returns(actor, first, last)


def _live(actor: AnyActor) -> QuerySet[Any]:
    """Versions nothing replaces the day after, of agreements still in use."""
    going_on = AgreementCoverage.objects.filter(
        agreement=OuterRef("agreement"),
    ).filter(
        Q(engagement__ended_on=None)
        | Q(engagement__ended_on__gte=OuterRef("expires_on"))
    )
    rows: QuerySet[Any] = (
        AgreementVersion.objects.visible_to(actor)
        .filter(
            Exists(going_on),
            signed(),
            Q(superseded_on=None) | Q(superseded_on__gt=F("expires_on") + ONE_DAY),
            agreement__terminated_on=None,
            expires_on__isnull=False,
        )
        .annotate(
            covered=ArraySubquery(
                going_on.order_by("engagement").values("engagement_id")
            ),
            in_use=ArraySubquery(going_on.values("engagement__ended_on")),
        )
        .select_related("agreement")
        .order_by("expires_on", "id")
    )
    return rows


def _renewing(rows: QuerySet[Any], last: date) -> QuerySet[Any]:
    """Versions whose first last day for notice is no later than the day."""
    days = Coalesce("notice_days", Value(DEFAULT_NOTICE_DAYS))
    automatic = rows.filter(~ending_by_itself(), renewal=Renewal.AUTOMATIC)
    notice_on = ExpressionWrapper(F("expires_on") - days, output_field=DateField())
    dated: QuerySet[Any] = automatic.annotate(notice_on=notice_on)
    return dated.filter(notice_on__lte=last)


def _expiries(row: Any, actor: AnyActor) -> list[DueItem]:
    title = f"The BAA “{row.agreement.title}” ends"
    return _for_parties(row, actor, what="expires", due=row.expires_on, title=title)


def _notices(row: Any, actor: AnyActor, first: date, last: date) -> list[DueItem]:
    days = notice_days_within(
        row, row.notice_days, first=first, last=last, in_use=row.in_use
    )
    title = f"Last day to give notice before the BAA “{row.agreement.title}” renews"
    return [
        item
        for due in days
        for item in _for_parties(row, actor, what="notice", due=due, title=title)
    ]


def _for_parties(
    row: Any, actor: AnyActor, *, what: str, due: date, title: str
) -> list[DueItem]:
    agreement = row.agreement
    parties: list[UUID] = [agreement.discloser_id, agreement.recipient_id]
    return [
        DueItem(
            key=f"agreement:{row.pk}:{what}",
            kind=f"agreement.{what}",
            organization_id=party,
            due=due,
            title=title,
            path=reverse("agreements:detail", args=[agreement.pk]),
            group=f"agreement:{agreement.pk}",
            engagement_id=row.covered[0] if len(row.covered) == 1 else None,
        )
        for party in parties
        if actor.organization_id in {None, party}
    ]


def _returns(actor: AnyActor, first: date, last: date) -> list[DueItem]:
    """PHI still to be returned or destroyed, until the discloser has accepted."""
    rows = list(
        ReturnObligation.objects.visible_to(actor)
        .filter(due_on__range=(first, last), lifted_at=None)
        .select_related("agreement")
        .order_by("due_on", "id")
    )
    states = disposal_states([row.pk for row in rows])
    items = (_return(row, states[row.pk]) for row in rows)
    return [
        item
        for item in items
        if item is not None and actor.organization_id in {None, item.organization_id}
    ]


def _return(row: ReturnObligation, state: DisposalState) -> DueItem | None:
    if state is DisposalState.DONE:
        return None
    agreement = row.agreement
    is_stated = state is DisposalState.STATED
    return DueItem(
        key=f"phi_return:{row.pk}:{'answer' if is_stated else 'state'}",
        kind="agreement.return",
        organization_id=agreement.discloser_id if is_stated else agreement.recipient_id,
        due=row.due_on,
        title=f"Answer what became of PHI under the BAA “{agreement.title}”"
        if is_stated
        else f"Return or destroy PHI under the BAA “{agreement.title}”",
        path=reverse("agreements:return", args=[agreement.pk]),
        group=f"agreement:{agreement.pk}",
    )
