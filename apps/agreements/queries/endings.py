"""The return of PHI after the end, as both parties see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.agreements.enums import DisposalKind, DisposalState
from apps.agreements.models import Agreement, DisposalStatement, ReturnObligation
from apps.agreements.queries.facts import agreement_facts
from apps.agreements.rules import disposal_state, last_day
from apps.core.dates import local_date
from apps.core.errors import NotFound
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class ReturnView:
    """An obligation with its statements, newest first."""

    row: ReturnObligation
    state: DisposalState
    statements: tuple[DisposalStatement, ...]

    @property
    def is_done(self) -> bool:
        """Whether the discloser accepted a statement."""
        return self.state is DisposalState.DONE

    @property
    def settled_on(self) -> date | None:
        """The day, where the discloser is, on which it accepted that PHI was returned
        or destroyed; None before, and for good where that was not feasible."""
        zone = self.row.agreement.discloser.time_zone
        days = (
            local_date(one.accepted_at, zone)
            for one in self.statements
            if one.accepted_at and one.kind != DisposalKind.INFEASIBLE
        )
        return next(days, None)


def return_view(agreement: Agreement) -> ReturnView | None:
    """The newest return of PHI of an agreement fetched through an actor; None before
    the end. Two queries."""
    row = ReturnObligation.objects.filter(agreement=agreement).order_by("-id").first()
    if row is None:
        return None
    return view_of(row, statements_of(row))


def view_of(
    row: ReturnObligation, statements: Sequence[DisposalStatement]
) -> ReturnView:
    """An obligation and its statements, newest first, as they stand. No query."""
    state = disposal_state([_answer(one) for one in reversed(statements)])
    return ReturnView(row, state, tuple(statements))


def statements_of(row: ReturnObligation) -> list[DisposalStatement]:
    """What was stated about an obligation, newest first. One query."""
    return list(
        DisposalStatement.objects.filter(obligation=row)
        .select_related("certificate", "stated_by", "answered_by")
        .order_by("-id")
    )


def obligations(actor: AnyActor) -> QuerySet[ReturnObligation]:
    """PHI to be returned under agreements the actor sees, newest first. Two queries."""
    actor.require(Permission.AGREEMENTS_VIEW)
    rows = ReturnObligation.objects.visible_to(actor)
    parties = ("agreement__discloser", "agreement__recipient")
    stated = Prefetch(
        "statements", DisposalStatement.objects.select_related("certificate")
    )
    return rows.select_related(*parties).prefetch_related(stated).order_by("-id")


def state_of(row: ReturnObligation) -> DisposalState:
    """Where a return stands, from its prefetched statements."""
    rows = sorted(row.statements.all(), key=lambda one: one.pk)
    return disposal_state([_answer(one) for one in rows])


def obligation(actor: AnyActor, agreement_pk: UUID) -> ReturnObligation:
    """The newest return of PHI of an agreement; NotFound for a stranger or before the
    end."""
    found = obligations(actor).filter(agreement=agreement_pk).first()
    if found is None:
        raise NotFound
    return found


def obligation_for_job(pk: UUID) -> ReturnObligation:
    """An obligation with both parties. One query."""
    return ReturnObligation.objects.select_related(
        "agreement__discloser", "agreement__recipient"
    ).get(pk=pk)


def disposal_statement(actor: AnyActor, pk: UUID) -> DisposalStatement:
    """One statement with its certificate; NotFound for a stranger. One query."""
    actor.require(Permission.AGREEMENTS_VIEW)
    found = (
        DisposalStatement.objects.visible_to(actor)
        .select_related("certificate__organization", "obligation__agreement")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def waiting_statement(obligation: ReturnObligation) -> DisposalStatement:
    """The statement without an answer; there is one at most. One query."""
    return DisposalStatement.objects.select_related(
        "certificate",
        "obligation__agreement__discloser",
        "obligation__agreement__recipient",
    ).get(obligation=obligation, accepted_at=None, refused_at=None)


def disposal_state_of(obligation: ReturnObligation) -> DisposalState:
    """Where the return stands. One query."""
    return disposal_states([obligation.pk])[obligation.pk]


def disposal_states(
    obligation_ids: Collection[UUID],
) -> dict[UUID, DisposalState]:
    """Where each return stands. One query."""
    answers: dict[UUID, list[bool | None]] = {pk: [] for pk in obligation_ids}
    rows = DisposalStatement.objects.filter(obligation__in=obligation_ids)
    for row in rows.order_by("id"):
        answers[row.obligation_id].append(_answer(row))
    return {pk: disposal_state(given) for pk, given in answers.items()}


def _answer(row: DisposalStatement) -> bool | None:
    if row.accepted_at is not None:
        return True
    return False if row.refused_at is not None else None


def ended_on(agreement: Agreement) -> date:
    """The last day of an agreement that ends. One query."""
    day = last_day(agreement_facts([agreement.pk])[agreement.pk][-1])
    if day is None:
        raise NotFound("The BAA has no end.")
    return day
