"""What assurance says to the gate, once somebody has started something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q
from django.urls import reverse

from apps.assurance import rules
from apps.assurance.enums import CertificateState
from apps.assurance.models import (
    Activity,
    ActivityRecord,
    Certificate,
    Letter,
    Share,
)
from apps.assurance.queries.activities import ActivityLine, activity_lines
from apps.core.dates import local_date
from apps.core.types import ConditionState, GateCondition, LegalStatus, Side
from apps.engagements.models import Engagement

ACTIVITIES_CITATION = "45 CFR 164.308(a)(8), 164.308(a)(1)(ii)(D)"
CERTIFICATES_CITATION = "No law asks for it"


def gate_conditions(
    engagements: Sequence[Engagement], *, as_of: date
) -> dict[UUID, list[GateCondition]]:
    """Up to two conditions per engagement, none where nothing was ever started.

    ``assurance.activities``: no activity of the engagement, or of its provider as a
    whole where shown to clients, is late. ``assurance.certificates``: of what the
    provider shares with the client, each standard still holds. Both are our own
    defaults. What was started or shared after the day is not known yet; what ended
    after it still counts; a file nobody can open proves nothing. Four queries whatever
    the number.
    """
    running = _activities(engagements, as_of=as_of)
    shared = _shared(engagements)
    found: dict[UUID, list[GateCondition]] = {}
    for one in engagements:
        zone = one.client.time_zone
        lines = [
            line
            for line in [*running[one.pk], *running[one.provider_id]]
            if local_date(line.activity.created_at, zone) <= as_of
        ]
        papers = _papers(shared[one.provider_id, one.client_id], zone, as_of)
        found[one.pk] = [
            *([_activities_condition(one, lines)] if lines else []),
            *([_certificates_condition(one, papers, as_of)] if papers else []),
        ]
    return found


def _activities(
    engagements: Sequence[Engagement], *, as_of: date
) -> defaultdict[UUID, list[ActivityLine]]:
    """Activities that run on the day, by engagement or by provider. Two queries."""
    rows = Activity.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=as_of),
        Q(engagement__in=[one.pk for one in engagements])
        | Q(
            engagement=None,
            is_shared=True,
            organization__in={one.provider_id for one in engagements},
        ),
    ).prefetch_related(
        Prefetch("records", ActivityRecord.objects.select_related("file"))
    )
    found: defaultdict[UUID, list[ActivityLine]] = defaultdict(list)
    for line in activity_lines(rows, as_of=as_of):
        row = line.activity
        found[row.engagement_id or row.organization_id].append(line)
    return found


def _papers(shares: list[Share], zone: str, as_of: date) -> list[Certificate]:
    """Certificates of shares that ran on the day, each once."""
    running = {
        share.certificate
        for share in shares
        if share.certificate is not None
        and local_date(share.created_at, zone) <= as_of
        and (share.ended_at is None or local_date(share.ended_at, zone) > as_of)
    }
    return sorted(running, key=lambda row: (row.standard, row.last_on, row.pk))


def _shared(
    engagements: Sequence[Engagement],
) -> defaultdict[tuple[UUID, UUID], list[Share]]:
    """Shares by provider and the client they are for. Two queries."""
    shares = (
        Share.objects.filter(
            certificate__isnull=False,
            organization__in={one.provider_id for one in engagements},
            client__in={one.client_id for one in engagements},
        )
        .select_related("certificate__file")
        .prefetch_related(
            Prefetch("certificate__letters", Letter.objects.select_related("file"))
        )
    )
    found: defaultdict[tuple[UUID, UUID], list[Share]] = defaultdict(list)
    for share in shares:
        found[share.organization_id, share.client_id].append(share)
    return found


def _activities_condition(
    engagement: Engagement, lines: list[ActivityLine]
) -> GateCondition:
    late = [line for line in lines if line.is_late]
    first = min(lines, key=lambda line: line.due)
    if late:
        names = ", ".join(
            f"{str(line.activity).lower()} (due {_day(line.due)})" for line in late
        )
        detail = f"Late: {names}."
    else:
        detail = f"Nothing is late; next is {str(first.activity).lower()}."
    is_own = all(line.activity.organization_id == engagement.client_id for line in late)
    return GateCondition(
        code="assurance.activities",
        title="Reviews and tests are done when due",
        state=ConditionState.NOT_SATISFIED if late else ConditionState.SATISFIED,
        detail=detail,
        citation=ACTIVITIES_CITATION,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.CLIENT if late and is_own else Side.PROVIDER,
        since=first.due if late else None,
        due=first.due,
        fix_path=_page(engagement) if late else "",
        fix_label="Open assurance" if late else "",
    )


def _certificates_condition(
    engagement: Engagement, papers: list[Certificate], as_of: date
) -> GateCondition:
    holding = [row for row in papers if rules.holds(row.term, as_of)]
    lapsed = _lapsed(papers, holding, as_of)
    if lapsed:
        detail = f"Not in force, with nothing in its place: {', '.join(lapsed)}."
    else:
        names = {str(row.get_standard_display()) for row in holding}
        detail = f"In force: {', '.join(sorted(names))}."
    return GateCondition(
        code="assurance.certificates",
        title="Certificates shown to the client hold",
        state=ConditionState.NOT_SATISFIED if lapsed else ConditionState.SATISFIED,
        detail=detail,
        citation=CERTIFICATES_CITATION,
        legal_status=LegalStatus.OWN_DEFAULT,
        who_acts=Side.PROVIDER,
        due=min((rules.renew_by(row.term) for row in holding), default=None),
        fix_path=_page(engagement) if lapsed else "",
        fix_label="Open assurance" if lapsed else "",
        evidence=tuple(row.file.sha256 for row in holding),
    )


def _lapsed(
    papers: list[Certificate], holding: list[Certificate], as_of: date
) -> list[str]:
    """Standards of papers that do not hold while no other covers their sites; with the
    sites where the standard holds for others. A renewal still ahead lacks nothing."""
    names = set()
    for row in papers:
        name = str(row.get_standard_display())
        if rules.state(row.term, as_of) is CertificateState.UNREADABLE:
            name = f"{name} (its file cannot be opened)"
        alike = [one for one in holding if one.standard == row.standard]
        is_kept = any(rules.covers(one.sites, row.sites) for one in alike)
        if not alike:
            names.add(name)
        elif not is_kept and row.first_on <= as_of:
            names.add(f"{name} of {', '.join(row.sites)}")
    return sorted(names)


def _page(engagement: Engagement) -> str:
    return reverse("assurance:engagement", args=[engagement.pk])


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"
