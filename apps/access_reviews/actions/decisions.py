"""Decisions on lines of a campaign, one at a time or many for one reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q

from apps.access_reviews import messages, queries, rules, trail
from apps.access_reviews.actions.revocations import MANAGERS, Ask, open_revocations
from apps.access_reviews.actions.systems import own_subject, require_own
from apps.access_reviews.enums import Decision, RevocationCause
from apps.access_reviews.models import Campaign, CampaignItem, ItemDecision
from apps.audit.actions import record
from apps.core import clock, ids
from apps.core.copying import copy_new
from apps.core.errors import Conflict, NotAllowed
from apps.notifications import actions as notifications
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission

_TAKES_AWAY = {Decision.REVOKE, Decision.CHANGE}


@transaction.atomic
def decide_item(
    item: CampaignItem, *, by: Actor, answer: rules.Answer, turn: int
) -> CampaignItem:
    """Decide one line; event ``access_items.decided``.

    ``turn`` is how many decisions the reviewer saw on it: whoever comes second gets
    Conflict and nothing is lost. Steps: lock the campaign, then the line; ask the
    rules; keep the decision and its row of history; open the revocation. Raises
    NotAllowed for one's own access, and for a line of somebody else's where the role
    decides own lines only.
    """
    by.require(Permission.ACCESS_REVIEW)
    require_own(by, item.campaign.organization)
    campaign = _open(item.campaign)
    locked = CampaignItem.objects.locked(item.pk)
    _check_may(locked, by)
    rules.check_answer(answer, flags=locked.flags, is_bulk=False)
    line = queries.line_of(locked)
    is_second = rules.check_next(line, answer, by=by.user_id, turn=turn)
    _write(campaign, [locked], answer, by=by, is_second=is_second, is_bulk=False)
    return CampaignItem.objects.get(pk=locked.pk)


def _check_may(item: CampaignItem, by: Actor) -> None:
    if queries.own_lines(CampaignItem.objects.filter(pk=item.pk), by):
        raise NotAllowed(
            "This is your own access. Another reviewer decides it: delegate the line."
        )
    if not by.can(Permission.ACCESS_VIEW) and item.reviewer_id != by.user_id:
        raise NotAllowed("This line was given to another reviewer.")


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of the selected lines: decided, seconded, and left for others."""

    decided: int
    seconded: int
    own: int
    left: int


@transaction.atomic
def decide_many(
    campaign: Campaign, *, by: Actor, selection: queries.Selection, answer: rules.Answer
) -> BulkOutcome:
    """Decide all selected lines that wait for a decision, with one reason.

    Own access, privileged lines the same person decided first and lines it escalated
    are left and counted. Every line gets its own row of history; one event carries
    their number and a hash over them. The same few queries whatever the number.
    """
    by.require(Permission.ACCESS_REVIEW)
    require_own(by, campaign.organization)
    rules.check_answer(answer, flags=(), is_bulk=True)
    locked = _open(campaign)
    rows = _selected(locked, by, selection)
    own = queries.own_lines(locked.items.all(), by) & {row.pk for row in rows}
    rest = [row for row in rows if row.pk not in own]
    seen = [(row, queries.line_of(row)) for row in rest]
    who = by.user_id
    fresh = [row for row, line in seen if rules.may_decide_afresh(line, by=who)]
    second = [row for row, line in seen if rules.seconds(line, answer, by=who)]
    if fresh:
        _write(locked, fresh, answer, by=by, is_second=False, is_bulk=True)
    if second:
        _write(locked, second, answer, by=by, is_second=True, is_bulk=True)
    left = len(rest) - len(fresh) - len(second)
    return BulkOutcome(len(fresh), len(second), len(own), left)


def _selected(
    campaign: Campaign, by: Actor, selection: queries.Selection
) -> list[CampaignItem]:
    rows = queries.items(by, campaign, selection)
    rows = rows.select_related(None).select_for_update(of=("self",))
    return list(rows.defer("facts"))


def _write(
    campaign: Campaign,
    rows: Sequence[CampaignItem],
    answer: rules.Answer,
    *,
    by: Actor,
    is_second: bool,
    is_bulk: bool,
) -> None:
    """Lines, history, revocations and the event, for rows that are locked."""
    _update(rows, answer, by=by, is_second=is_second)
    now = clock.now()
    copy_new(
        [
            ItemDecision(
                id=ids.uuid7(),
                created_at=now,
                item_id=row.pk,
                turn=row.turn + 1,
                decision=answer.decision.value,
                reason=answer.reason.strip(),
                change_to=answer.change_to.strip(),
                is_second=is_second,
                is_bulk=is_bulk,
                by=by.user,
            )
            for row in rows
        ]
    )
    # A change takes the old role away at once, as a revocation does.
    if answer.decision in _TAKES_AWAY and not is_second:
        _open_revocations(rows, by=by)
    record(
        trail.ITEMS_DECIDED,
        by=by,
        about=own_subject(campaign, campaign.organization_id),
        facts={
            "decision": answer.decision.value,
            "items": len(rows),
            "second": is_second,
            "items_sha256": _sha256(rows, answer),
        },
        personal={"campaign": campaign.name, "reason": answer.reason.strip()},
    )
    if answer.decision is Decision.ESCALATE:
        _tell_managers(campaign, rows, by=by)


def _tell_managers(
    campaign: Campaign, rows: Sequence[CampaignItem], *, by: Actor
) -> None:
    """Others who may decide what was escalated."""
    managers = tenancy.members_with_roles({campaign.organization_id}, MANAGERS)
    notifications.notify(
        messages.ITEMS_ESCALATED,
        memberships=[each for each in managers if each.user_id != by.user_id],
        context={"campaign": campaign.name, "items": len(rows)},
        path=f"{queries.campaign_path(campaign.pk)}?standing=escalated",
        key=f"access_items.escalated:{rows[0].pk}:{rows[0].turn}",
    )


def _update(
    rows: Sequence[CampaignItem],
    answer: rules.Answer,
    *,
    by: Actor,
    is_second: bool,
) -> None:
    found = CampaignItem.objects.filter(Q(pk__in=[row.pk for row in rows]))
    now = clock.now()
    if is_second:
        found.update(second_by=by.user, second_at=now, turn=F("turn") + 1)
        return
    found.update(
        decision=answer.decision,
        reason=answer.reason.strip(),
        change_to=answer.change_to.strip(),
        decided_by=by.user,
        decided_at=now,
        second_by=None,
        second_at=None,
        turn=F("turn") + 1,
    )


def _open_revocations(rows: Sequence[CampaignItem], *, by: Actor) -> None:
    systems = queries.systems_of_items(rows)
    asks = [
        Ask(account_id, systems[system_id], grant_id=grant_id, item_id=pk)
        for pk, account_id, system_id, grant_id in queries.grants_of_items(rows)
    ]
    open_revocations(asks, by=by, cause=RevocationCause.DECISION)


def _sha256(rows: Sequence[CampaignItem], answer: rules.Answer) -> str:
    return rules.decisions_sha256(
        [str(row.pk), row.turn + 1, answer.decision.value] for row in rows
    )


def _open(campaign: Campaign) -> Campaign:
    locked = Campaign.objects.locked(campaign.pk)
    if locked.state != "open":
        raise Conflict(f"This review is {locked.state}; its decisions stand.")
    locked.organization = campaign.organization
    return locked
