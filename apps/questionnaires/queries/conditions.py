"""What questionnaires say to the gate, and which duties they leave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q
from django.urls import reverse

from apps.core.dates import end_of_day, local_date
from apps.core.types import ConditionState, DueItem, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement
from apps.questionnaires import rules
from apps.questionnaires.enums import Outcome
from apps.questionnaires.models import Assignment, CorrectiveAction, Finding
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission

CODE = "questionnaire.verdict"
CITATION = (
    "45 CFR 164.308(b)(1) asks for satisfactory assurances; that a questionnaire "
    "gives them is our own default"
)
_Key = tuple[UUID, str]


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date
) -> dict[UUID, list[GateCondition]]:
    """``questionnaire.verdict``, one for each questionnaire and kind of party ever
    assigned to the engagement or to the vendor as a whole; none where nothing was.

    A fail closes the gate, so does a round past its day, and a finding whose
    corrective action is past its day or was not planned within 14 days (our own
    default). A conditional verdict holds while its corrective actions run.
    A first round still ahead is unknown. Everything as it stood on the day: what was
    handed in, withdrawn, put off, planned, done or sent back later is not known yet.
    At most three queries whatever the number.
    """
    rounds = _rounds(engagements)
    late = _late_findings(rounds, engagements, as_of=as_of)
    found: dict[UUID, list[GateCondition]] = {}
    for one in engagements:
        series: dict[_Key, list[Assignment]] = defaultdict(list)
        for row in rounds:
            if _concerns(row, one) and _runs_on(row, one, as_of):
                series[row.template_id, row.party_kind].append(row)
        conditions = [_condition(one, rows, late, as_of) for rows in series.values()]
        found[one.pk] = [each for each in conditions if each is not None]
    return found


def _rounds(engagements: Sequence[Engagement]) -> list[Assignment]:
    pairs = {(one.client_id, one.provider_id) for one in engagements}
    wanted = Q(engagement__in=[one.pk for one in engagements])
    wanted |= Q(
        engagement=None,
        client__in={client for client, _ in pairs},
        provider__in={provider for _, provider in pairs},
    )
    return list(
        Assignment.objects.filter(wanted)
        .annotate(first_in=Min("submissions__created_at"))
        .select_related("template", "outcome")
        .defer("outcome__sections")
        .order_by("created_at", "id")
    )


def _late_findings(
    rounds: Sequence[Assignment], engagements: Sequence[Engagement], *, as_of: date
) -> Counter[UUID]:
    """Findings with a corrective action past its day, or without any for too long, by
    assignment, as they stood when the day ended where the client is. At most two
    queries, for those alone that may be late somewhere on Earth."""
    if not rounds:
        return Counter()
    ends = {one.client_id: _end(one, as_of) for one in engagements}
    by_round = {row.pk: ends[row.client_id] for row in rounds}
    actions = CorrectiveAction.objects.filter(finding=OuterRef("pk"))
    first = min(ends.values())
    undone = Q(done_at=None) | Q(done_at__gte=first) | ~Q(earlier_reports=[])
    rows = Finding.objects.filter(
        ~Exists(actions.filter(created_at__lt=first))
        | Exists(actions.filter(undone, due_on__lt=as_of)),
        assignment__in=list(by_round),
    ).prefetch_related("actions")
    return Counter(
        row.assignment_id
        for row in rows
        if row.is_late(as_of, ends=by_round[row.assignment_id])
    )


def _runs_on(row: Assignment, engagement: Engagement, as_of: date) -> bool:
    """Whether it was asked by the day and not withdrawn by then."""
    withdrawn = row.withdrawn_at
    is_gone = withdrawn is not None and _day(withdrawn, engagement) <= as_of
    return _day(row.created_at, engagement) <= as_of and not is_gone


def _concerns(row: Assignment, engagement: Engagement) -> bool:
    if row.engagement_id is not None:
        return row.engagement_id == engagement.pk
    parties = (engagement.client_id, engagement.provider_id)
    return (row.client_id, row.provider_id) == parties


def _end(engagement: Engagement, day: date) -> datetime:
    return end_of_day(day, engagement.client.time_zone)


def _due(row: Assignment, engagement: Engagement, as_of: date) -> date:
    """The day answers were due on as it stood when the day ended."""
    return row.due_before(_end(engagement, as_of))


def _day(instant: datetime, engagement: Engagement) -> date:
    return local_date(instant, engagement.client.time_zone)


def _condition(
    engagement: Engagement,
    rows: list[Assignment],
    late: Mapping[UUID, int],
    as_of: date,
) -> GateCondition | None:
    """The condition of one series of rounds, oldest first."""
    judged = [
        row
        for row in rows
        if row.closed_at is not None and _day(row.closed_at, engagement) <= as_of
    ]
    running = [row for row in rows if row not in judged]
    latest = judged[-1] if judged else None
    shown = latest or running[-1]
    state, detail, side = _judgement(engagement, latest, running, late, as_of)
    is_fine = state is ConditionState.SATISFIED
    closed = latest.closed_at if latest else None
    since = _day(closed, engagement) if closed else None
    return GateCondition(
        code=CODE,
        title=f"{shown.template.title} ({shown.get_party_kind_display().lower()})",
        state=state,
        detail=detail,
        citation=CITATION,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=side,
        since=since,
        due=_due(running[-1], engagement, as_of) if running else None,
        fix_path="" if is_fine else reverse("questionnaires:detail", args=[shown.pk]),
        fix_label="" if is_fine else "Open the questionnaire",
    )


def _judgement(
    engagement: Engagement,
    latest: Assignment | None,
    running: list[Assignment],
    late: Mapping[UUID, int],
    as_of: date,
) -> tuple[ConditionState, str, Side]:
    overdue = [
        row
        for row in running
        if _due(row, engagement, as_of) < as_of and not _is_in(row, engagement, as_of)
    ]
    if overdue:
        due = _due(overdue[-1], engagement, as_of)
        text = f"Answers were due on {due:%-d %B %Y} and are not in."
        return ConditionState.NOT_SATISFIED, text, Side.PROVIDER
    if latest is None:
        due = _due(running[-1], engagement, as_of)
        text = f"Asked for by {due:%-d %B %Y}; no verdict yet."
        return ConditionState.UNKNOWN, text, Side.BOTH
    outcome = Outcome(latest.outcome.outcome)
    number = latest.outcome.score
    score = "not scored" if number is None else f"score {number}"
    words = f"Verdict: {outcome.label.lower()}, {score}."
    if outcome is Outcome.FAIL:
        return ConditionState.NOT_SATISFIED, words, Side.PROVIDER
    if late.get(latest.pk):
        count = late[latest.pk]
        what = "1 finding is" if count == 1 else f"{count} findings are"
        text = (
            f"{words} {what} past the day agreed, or without a plan for more than "
            f"{rules.PLAN_DAYS} days."
        )
        return ConditionState.NOT_SATISFIED, text, Side.PROVIDER
    return ConditionState.SATISFIED, words, Side.BOTH


def _is_in(row: Assignment, engagement: Engagement, as_of: date) -> bool:
    """Whether answers were handed in by the day."""
    first: datetime | None = row.first_in  # type: ignore[attr-defined]
    return first is not None and _day(first, engagement) <= as_of


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Answers, plans for findings and corrective actions the vendor owes within
    inclusive days.

    A person gets those of the own organization, a job those of all. Three queries.
    """
    if not actor.can(Permission.QUESTIONNAIRES_VIEW):
        return []
    org = actor.organization_id
    owed = Assignment.objects.visible_to(actor).filter(
        Q(submitted_at=None) | Q(returned_at__isnull=False),
        closed_at=None,
        withdrawn_at=None,
        due_on__range=(first, last),
    )
    actions = CorrectiveAction.objects.visible_to(actor).filter(
        done_at=None, due_on__range=(first, last)
    )
    days = timedelta(days=rules.PLAN_DAYS)
    unplanned = Finding.objects.visible_to(actor).filter(
        actions=None, created_at__date__range=(first - days, last - days)
    )
    if org is not None:
        owed = owed.filter(provider=org)
        actions = actions.filter(finding__assignment__provider=org)
        unplanned = unplanned.filter(assignment__provider=org)
    items = [
        _owed(row)
        for row in owed.select_related("template", "client").order_by("due_on", "id")
    ]
    items += [
        _action(row)
        for row in actions.select_related("finding__assignment").order_by(
            "due_on", "id"
        )
    ]
    items += [
        _plan(row)
        for row in unplanned.select_related("assignment").order_by("created_at", "id")
    ]
    return items


def _owed(row: Assignment) -> DueItem:
    return DueItem(
        key=f"questionnaire:{row.pk}",
        kind="questionnaire.due",
        organization_id=row.provider_id,
        due=row.due_on,
        title=f"Answers to {row.template.title} for {row.client} are due",
        path=reverse("questionnaires:detail", args=[row.pk]),
        group=f"questionnaire:{row.provider_id}",
        engagement_id=row.engagement_id,
    )


def _action(row: CorrectiveAction) -> DueItem:
    assignment = row.finding.assignment
    return DueItem(
        key=f"questionnaire-action:{row.pk}",
        kind="questionnaire.action_due",
        organization_id=assignment.provider_id,
        due=row.due_on,
        title=f"Corrective action for question {row.finding.question_id} is due",
        path=reverse("questionnaires:finding", args=[row.finding_id]),
        group=f"questionnaire-action:{assignment.pk}",
        engagement_id=assignment.engagement_id,
    )


def _plan(row: Finding) -> DueItem:
    return DueItem(
        key=f"questionnaire-plan:{row.pk}",
        kind="questionnaire.action_due",
        organization_id=row.assignment.provider_id,
        due=row.plan_due_on,
        title=f"A plan for the finding on question {row.question_id} is due",
        path=reverse("questionnaires:finding", args=[row.pk]),
        group=f"questionnaire-action:{row.assignment_id}",
        engagement_id=row.assignment.engagement_id,
    )
