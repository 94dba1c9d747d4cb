"""What training says to the gate, and which certifications run out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.urls import reverse

from apps.core import clock
from apps.core.types import ConditionState, DueItem, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.training.models import Certification
from apps.training.queries.clearance import Coverage, coverages
from apps.training.queries.first_due import first_due_items

# 164.530(b) binds covered entities only; the vendor is bound by 164.308(a)(5).
CITATION = "45 CFR 164.308(a)(5); for the covered entity also 164.530(b)"
COURSES_NAMED = 3


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date
) -> dict[UUID, list[GateCondition]]:
    """``training.requirements_set`` and ``training.agents_cleared`` for each
    engagement. Two queries whatever the number. Counts only, never a name."""
    found = coverages([each.pk for each in engagements], as_of=as_of)
    return {pk: [_requirements_set(each), _cleared(each)] for pk, each in found.items()}


def _path(coverage: Coverage) -> str:
    return reverse("training:engagement", args=[coverage.engagement_id])


def _requirements_set(coverage: Coverage) -> GateCondition:
    count = len(coverage.requirements)
    if count:
        titles = sorted({each.course_title for each in coverage.requirements})
        detail = f"Required: {_listed(titles)}."
    else:
        detail = "No course is required of the agents who serve the engagement."
    return GateCondition(
        code="training.requirements_set",
        title="Training is required",
        state=ConditionState.SATISFIED if count else ConditionState.NOT_SATISFIED,
        detail=detail,
        citation=CITATION,
        legal_status=LegalStatus.IN_FORCE,
        who_acts=Side.BOTH,
        fix_path="" if count else _path(coverage),
        fix_label="" if count else "Require a course",
    )


def _listed(titles: list[str]) -> str:
    if len(titles) <= COURSES_NAMED:
        return ", ".join(titles)
    more = len(titles) - COURSES_NAMED
    return f"{', '.join(titles[:COURSES_NAMED])} and {more} more"


def _cleared(coverage: Coverage) -> GateCondition:
    state, detail = _clearance_of(coverage)
    is_fine = state is ConditionState.SATISFIED
    return GateCondition(
        code="training.agents_cleared",
        title="Every agent on the engagement is cleared",
        state=state,
        detail=detail,
        citation=f"{CITATION}. Courses and intervals are the parties' own.",
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.PROVIDER,
        fix_path="" if is_fine else _path(coverage),
        fix_label="" if is_fine else "See who is not cleared",
    )


def _clearance_of(coverage: Coverage) -> tuple[ConditionState, str]:
    if not coverage.agents:
        return ConditionState.UNKNOWN, "No agents are known on the day."
    serve = "serves" if coverage.agents == 1 else "serve"
    if not coverage.requirements:
        return (
            ConditionState.UNKNOWN,
            f"{_agents(coverage.agents)} {serve} without any required course.",
        )
    if not coverage.not_cleared:
        if coverage.agents == 1:
            return ConditionState.SATISFIED, "The one agent is cleared."
        return ConditionState.SATISFIED, f"All {_agents(coverage.agents)} are cleared."
    lacks = "; ".join(
        f"{each.course_title}: {each.missing:,}"
        for each in coverage.requirements
        if each.missing
    )
    verb = "is" if coverage.not_cleared == 1 else "are"
    return ConditionState.NOT_SATISFIED, (
        f"{coverage.cleared:,} of {_agents(coverage.agents)} are cleared; "
        f"{coverage.not_cleared:,} {verb} not: {lacks}."
    )


def _agents(count: int) -> str:
    return "1 agent" if count == 1 else f"{count:,} agents"


def due_items(actor: AnyActor, *, first: date, last: date) -> list[DueItem]:
    """Certifications of working agents whose last day lies in the window, inclusive,
    and last days to pass a course for the first time.

    One item for each provider, engagement the agents work on, course and day, with
    the number in its title, never a name; one more for agents on no engagement. A
    person sees those of the own organization, and only where the role keeps its
    training; a job sees all. Two queries.
    """
    if actor.organization_id is not None and not actor.can(Permission.WORKFORCE_VIEW):
        return []
    rows = (
        _lapsing(Certification.objects.visible_to(actor), first=first, last=last)
        .annotate(work=_present_work())
        .order_by("valid_until", "course__title", "work__engagement__name")
        .values_list(
            *("course__organization", "course", "course__title", "valid_until"),
            *("work__engagement", "work__engagement__name"),
        )
        .annotate(count=Count("agent", distinct=True))
    )
    lapsing = [_due_item(*row) for row in rows]
    return lapsing + first_due_items(actor, first=first, last=last)


def _lapsing(
    rows: QuerySet[Certification], *, first: date, last: date
) -> QuerySet[Certification]:
    return rows.filter(valid_until__range=(first, last)).filter(
        Q(agent__left_on=None) | Q(agent__left_on__gt=F("valid_until"))
    )


def _present_work() -> FilteredRelation:
    """Assignments that have not ended; somewhere it is still yesterday."""
    yesterday = clock.today("UTC") - timedelta(days=1)
    return FilteredRelation(
        "agent__assignments",
        condition=Q(agent__assignments__ended_on=None)
        | Q(agent__assignments__ended_on__gte=yesterday),
    )


def _due_item(
    organization_id: UUID,
    course_id: UUID,
    title: str,
    due: date,
    engagement_id: UUID | None,
    engagement: str | None,
    count: int,
) -> DueItem:
    where = f" ({engagement})" if engagement else ""
    return DueItem(
        key=f"certification:{course_id}:{engagement_id or 'none'}:{due.isoformat()}",
        kind="certification.expires",
        organization_id=organization_id,
        due=due,
        title=f"{_expiry(count, title, due)}{where}",
        path=_lapse_path(course_id, engagement_id),
        group=f"certification:{engagement_id}:{course_id}",
        engagement_id=engagement_id,
        count=count,
        summary=f"{{count}} certifications in {title} expire{where}",
    )


# A portal has far more days than courses and engagements, and naming a page is slow.
@lru_cache(maxsize=10_000)
def _lapse_path(course_id: UUID, engagement_id: UUID | None) -> str:
    if engagement_id is None:
        return reverse("training:course", args=[course_id])
    return reverse("training:engagement", args=[engagement_id])


def _expiry(count: int, title: str, due: date) -> str:
    what = "1 certification" if count == 1 else f"{count:,} certifications"
    verb = "expires" if count == 1 else "expire"
    return f"{what} in {title} {verb} on {due:%-d %B %Y}"


class LapsingAgent(NamedTuple):
    """A training of an agent that lapses, and where the agent is written to."""

    organization_id: UUID
    agent_id: UUID
    email: str
    course_id: UUID
    course_title: str
    valid_until: date


def lapsing_agents(
    organization_ids: Collection[UUID], *, first: date, last: date
) -> list[LapsingAgent]:
    """Working agents with an address whose training ends within inclusive days.

    For the job that writes to them, and only to them. One query.
    """
    rows = (
        _lapsing(Certification.objects.all(), first=first, last=last)
        .filter(course__organization__in=organization_ids)
        .exclude(agent__email="")
        .order_by("agent_id", "valid_until", "course_id")
        .values_list(
            *("course__organization", "agent", "agent__email"),
            *("course", "course__title", "valid_until"),
        )
    )
    return [LapsingAgent(*row) for row in rows]
