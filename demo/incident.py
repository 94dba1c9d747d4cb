"""What goes wrong: one case through two hops, and one exercise on the calendar."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from apps.assurance.enums import Outcome
from apps.core import clock
from apps.engagements.models import Engagement
from apps.incidents import actions as incidents
from apps.incidents.enums import Audience, Kind, LetterKind, Method
from apps.incidents.models import EscalationContact, Incident
from apps.portal import actions as portal
from demo import portfolio as p
from demo.story import Stage

WEEK = (0, 1, 2, 3, 4, 5, 6)
# Who answers about incidents, when, in their own zone.
CONTACTS = (
    (p.LAKEVIEW, "Privacy office", "+1 312 555 0140", WEEK[:5], time(8), time(17)),
    (p.MERIDIAN, "Duty manager", "+63 2 5550 0171", WEEK, time(20), time(8)),
    (p.SOLARIS, "Shift supervisor", "+57 601 555 0182", WEEK, time(6), time(22)),
)


@transaction.atomic
def tell(stage: Stage, engagements: dict[str, Engagement]) -> None:
    """Contacts, the case and the exercise, each once."""
    for party, name, reached_by, days, start, until in CONTACTS:
        _reach(stage, party, name, reached_by, days, start, until)
    _case(stage, engagements[p.OVERFLOW], engagements[p.PATIENT_CONTACT])
    _exercise(stage, engagements[p.APPOINTMENTS])


def _reach(
    stage: Stage,
    party: p.Party,
    name: str,
    reached_by: str,
    days: tuple[int, ...],
    start: time,
    until: time,
) -> None:
    by = stage.manager(party)
    known = EscalationContact.objects.filter(organization=by.organization, name=name)
    if not known.exists():
        terms = incidents.ContactTerms(
            name, reached_by, party.time_zone, days, start, until
        )
        incidents.set_contact(by=by, terms=terms)


def _case(stage: Stage, below: Engagement, above: Engagement) -> None:
    """A subcontractor's mistake: told to the vendor in a night, to the hospital a day
    later. The hospital's clocks run."""
    if Incident.objects.filter(engagement=below, is_exercise=False).exists():
        return
    now = clock.now()
    case = _reported(stage, p.SOLARIS, below, learned_at=now - timedelta(hours=30))
    incidents.share_incident(
        case,
        by=stage.manager(p.SOLARIS),
        told_at=now - timedelta(hours=22),
        method=Method.PHONE,
        to_whom="Duty manager",
    )
    upper = Incident.objects.get(engagement=above, relayed_from=case)
    vendor, hospital = stage.manager(p.MERIDIAN), stage.manager(p.LAKEVIEW)
    incidents.count_people(
        upper,
        by=vendor,
        total=34,
        by_state={"IL": 21, "TX": 13},
        unreachable=2,
        reason="Chats of one shift, counted by conversation.",
    )
    incidents.share_incident(upper, by=vendor, told_at=now - timedelta(hours=3))
    incidents.write_entry(
        upper,
        by=hospital,
        text="The chat desk turned off saved replies until the cause is known.",
        audience=Audience.SHARED,
    )
    incidents.draft_letter(upper, by=hospital, kind=LetterKind.INDIVIDUAL)


def _reported(
    stage: Stage,
    party: p.Party,
    engagement: Engagement,
    *,
    learned_at: datetime,
    is_exercise: bool = False,
) -> Incident:
    return incidents.report_incident(
        engagement,
        by=stage.manager(party),
        report=incidents.Report(
            kind=Kind.MISDIRECTED,
            summary=(
                "An agent pasted a saved reply with another patient's appointment "
                "into a chat. The chat was closed and the transcript kept."
            ),
            learned_at=learned_at,
            zone=party.time_zone,
            person="Shift supervisor",
            occurred_on=clock.today(party.time_zone) - timedelta(days=3),
            channels=("chat",),
            phi_categories=("demographic", "appointment"),
            is_exercise=is_exercise,
        ),
    )


def _exercise(stage: Stage, engagement: Engagement) -> None:
    """A tabletop test of two hours that ends on the assurance calendar."""
    if Incident.objects.filter(engagement=engagement, is_exercise=True).exists():
        return
    now = clock.now()
    vendor, hospital = stage.manager(p.NORTHGATE), stage.manager(p.LAKEVIEW)
    case = _reported(
        stage,
        p.NORTHGATE,
        engagement,
        learned_at=now - timedelta(hours=2),
        is_exercise=True,
    )
    incidents.share_incident(case, by=vendor, told_at=now - timedelta(hours=1))
    terms = incidents.ReviewTerms(
        held_on=clock.today(p.LAKEVIEW.time_zone),
        what_happened="The vendor told us within an hour and named whom to call.",
        causes="Saved replies are shared by all teams.",
        lessons="The list of contacts is printed beside each desk.",
        audience=Audience.SHARED,
    )
    incidents.record_review(case, by=hospital, terms=terms)
    case = incidents.close_incident(case, by=hospital)
    portal.count_exercise(case, by=hospital, outcome=Outcome.PASSED)
