"""Two months of two clients and a chain of three vendors, in three time zones.

Each step is done at a moment of its own, many of them shortly before or after a
midnight; none of them says anything about a day gone by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.access_reviews import actions as access
from apps.access_reviews.models import Revocation
from apps.agreements import actions as agreements
from apps.core import clock
from apps.drift import actions as drift
from apps.drift.models import DriftFinding
from apps.engagements import actions as engagements
from apps.engagements.models import Engagement
from apps.gate import actions as gate
from apps.incidents import actions as incidents
from apps.incidents.actions import NoticeTerms, Report
from apps.incidents.enums import Duty, Kind, Method
from apps.incidents.rules import federal
from apps.questionnaires import actions as questionnaires
from apps.questionnaires.enums import Decision
from apps.questionnaires.models import Finding
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from apps.tenancy.models import Organization
from apps.workforce import actions as workforce
from apps.workforce.models import Agent
from apps.workforce.rules import RosterRow
from tests.factories.access_reviews import make_account, make_system
from tests.factories.agreements import (
    make_agreement,
    make_marks,
    make_signatures,
    make_terms,
    make_version,
)
from tests.factories.assurance import (
    make_activity,
    make_activity_record,
    make_certificate,
    make_share,
)
from tests.factories.engagements import make_engagement, make_scope, make_subcontract
from tests.factories.evidence import make_stored_file
from tests.factories.questionnaires import answer_all
from tests.factories.questionnaires import make_assignment as make_round
from tests.factories.tenancy import make_actor, make_organization
from tests.factories.training import make_course, make_record, make_requirement
from tests.factories.workforce import (
    make_agent,
    make_assignment,
    make_attestation,
    make_site,
)

FIRST, LAST = date(2026, 6, 1), date(2026, 7, 26)
SETTLED = datetime(2026, 5, 1, 9, tzinfo=UTC)
CHICAGO, HONOLULU, MANILA = "America/Chicago", "Pacific/Honolulu", "Asia/Manila"
CONTENTS = tuple(item.id for item in federal().contents)


@dataclass
class World:
    """The parties, two people of each, the engagements; what steps leave for others.

    The clinic (Chicago) engages One (Manila), which engages Two (Chicago), which
    engages Three (Honolulu); the islands (Honolulu) engage One as well.
    """

    clinic: Organization
    islands: Organization
    one: Organization
    two: Organization
    three: Organization
    people: dict[Any, tuple[Actor, Actor]] = field(default_factory=dict)
    engagements: list[Engagement] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def boss(self, organization: Organization) -> Actor:
        """The manager who asks."""
        return self.people[organization.pk][0]

    def second(self, organization: Organization) -> Actor:
        """The manager who approves."""
        return self.people[organization.pk][1]


Do = Callable[[World], Any]
Step = tuple[datetime, Do]


def at(zone: str, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026 by the clock on the wall."""
    local = datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def settled() -> World:
    """The parties with papers and people since January; little of it lasts."""
    entity = OrganizationKind.COVERED_ENTITY
    w = World(
        make_organization(name="Clinic", kind=entity, time_zone=CHICAGO),
        make_organization(name="Islands", kind=entity, time_zone=HONOLULU),
        make_organization(name="One", country="PH", time_zone=MANILA),
        make_organization(name="Two", time_zone=CHICAGO),
        make_organization(name="Three", time_zone=HONOLULU),
    )
    for client in (w.clinic, w.islands):
        _staff(w, client, Role.COMPLIANCE_MANAGER)
    for vendor in (w.one, w.two, w.three):
        _staff(w, vendor, Role.VENDOR_MANAGER)
    _engage(w, w.clinic, w.one, until=date(2026, 6, 20), trained=date(2025, 6, 12))
    _engage(w, w.one, w.two)
    _engage(w, w.two, w.three)
    _engage(w, w.islands, w.one, until=date(2026, 7, 10))
    make_subcontract(w.engagements[0], w.engagements[1])
    w.kept["lower"] = make_subcontract(w.engagements[1], w.engagements[2])
    return w


def _staff(w: World, organization: Organization, role: Role) -> None:
    w.people[organization.pk] = (
        make_actor(organization, role),
        make_actor(organization, role),
    )


def _engage(
    w: World,
    client: Organization,
    provider: Organization,
    *,
    until: date = date(2026, 12, 31),
    trained: date = date(2026, 1, 4),
) -> None:
    index = len(w.engagements)
    row = make_engagement(client=client, provider=provider)
    w.engagements.append(row)
    make_scope(row)
    w.kept[f"baa{index}"] = agreement = make_agreement(row)
    make_version(agreement, expires_on=until)
    w.kept[f"course{index}"] = course = make_course(provider)
    make_requirement(row, course)
    for number in range(2):
        agent = make_agent(provider, external_id=f"{index}-{number}")
        make_assignment(row, agent)
        make_record(agent, course, completed_on=trained)


def steps() -> list[Step]:
    """Everything that is done, in no order."""
    return [
        *_people(),
        *_papers(),
        *_chain(),
        *_access(),
        *_questions(),
        *_assurance(),
        *_case(),
        *_decisions(),
    ]


def _put(w: World, index: int, number: int, *terms: dict[str, Any]) -> None:
    """Rows about one agent; on the engagement where they name a first day."""
    row = w.engagements[index]
    work = {"engagement_id": row.pk, "channels": ("chat",)}
    for values in terms:
        given = (work if "effective_on" in values else {}) | values
        rows = [RosterRow(1, f"{index}-{number}", **given)]
        workforce.push_rows(row.provider, by=w.boss(row.provider), rows=rows)


def _puts(index: int, number: int, *terms: dict[str, Any]) -> Do:
    return lambda w: _put(w, index, number, *terms)


def _passes(index: int, number: int, day: date) -> Do:
    def do(w: World) -> None:
        agent = Agent.objects.get(external_id=f"{index}-{number}")
        make_record(agent, w.kept[f"course{index}"], completed_on=day)

    return do


def _people() -> list[Step]:
    """Leaving before midnight and coming back after it; another channel; at home."""
    begun, back = date(2026, 1, 5), date(2026, 6, 25)
    until = {"effective_on": begun, "ended_on": date(2026, 6, 8)}
    voice = {"effective_on": date(2026, 6, 9), "channels": ("chat", "voice")}
    joined = {"full_name": "New", "joined_on": date(2026, 7, 3)}

    def home(w: World) -> None:
        w.kept["home"] = site = make_site(w.three, is_remote=True, name="Home")
        last = {"effective_on": begun, "ended_on": date(2026, 6, 17)}
        there = {"effective_on": date(2026, 6, 18), "site_id": site.pk}
        _put(w, 2, 1, last, there)

    def attest(w: World) -> None:
        make_attestation(w.kept["home"], attested_on=date(2026, 6, 22))

    return [
        (at(MANILA, 6, 5, 23, 30), _puts(0, 0, {"left_on": date(2026, 6, 5)})),
        (
            at(MANILA, 6, 25, 0, 30),
            _puts(0, 0, {"joined_on": back, "effective_on": back}),
        ),
        (at(CHICAGO, 6, 26, 20), _passes(0, 0, date(2026, 6, 26))),
        (at(MANILA, 6, 15, 10), _passes(0, 1, date(2026, 6, 15))),
        (at(MANILA, 6, 8, 22), _puts(3, 0, until, voice)),
        (at(MANILA, 7, 3, 8), _puts(3, 7, joined | {"effective_on": date(2026, 7, 3)})),
        (at(MANILA, 7, 8, 8), _passes(3, 7, date(2026, 7, 8))),
        (at(MANILA, 7, 20, 23, 45), _puts(0, 0, {"left_on": date(2026, 7, 20)})),
        (at(HONOLULU, 6, 17, 9), home),
        (at(HONOLULU, 6, 22, 9), attest),
    ]


def _paper(w: World, index: int, begins: date) -> dict[str, Any]:
    client = w.engagements[index].client
    return {
        "by": w.boss(client),
        "terms": make_terms(effective_on=begins),
        "document": make_stored_file(client),
        "provisions": make_marks(),
        "signatures": make_signatures(signed_on=begins),
    }


def _renews(index: int, begins: date) -> Do:
    return lambda w: agreements.amend_agreement(
        w.kept[f"baa{index}"], is_gap_known=True, **_paper(w, index, begins)
    )


def _papers() -> list[Step]:
    """One runs out and is renewed, one is terminated and replaced."""

    def end(w: World) -> None:
        agreements.terminate_agreement(
            w.kept["baa1"],
            by=w.boss(w.one),
            terminated_on=date(2026, 7, 2),
            reason="Over",
        )

    def replace(w: World) -> None:
        agreements.record_agreement(
            engagements=[w.engagements[1]],
            title="Another",
            **_paper(w, 1, date(2026, 7, 9)),
        )

    return [
        (at(CHICAGO, 6, 24, 22), _renews(0, date(2026, 6, 24))),
        (at(MANILA, 7, 2, 1), end),
        (at(MANILA, 7, 9, 1), replace),
        (at(HONOLULU, 7, 12, 23), _renews(3, date(2026, 7, 12))),
    ]


def _chain() -> list[Step]:
    """Declared, approved shortly before midnight; another hop ends."""

    def declare(w: World) -> None:
        w.kept["edge"] = engagements.declare_subcontract(
            w.engagements[3],
            by=w.boss(w.one),
            downstream=w.engagements[1],
            services=["patient_support"],
            channels=["chat"],
            effective_on=date(2026, 6, 11),
        )

    def approve(w: World) -> None:
        engagements.approve_subcontract(w.kept["edge"], by=w.boss(w.islands))

    def end(w: World) -> None:
        day = date(2026, 7, 15)
        engagements.end_subcontract(w.kept["lower"], by=w.boss(w.two), ended_on=day)

    return [
        (at(MANILA, 6, 11, 1), declare),
        (at(HONOLULU, 6, 13, 23, 30), approve),
        (at(CHICAGO, 7, 15, 20), end),
    ]


def _access() -> list[Step]:
    """An account of who leaves, taken away late."""

    def start(w: World) -> None:
        system = make_system(w.one, w.engagements[0], w.engagements[3])
        seen = {"first_seen_at": clock.now(), "last_seen_at": clock.now()}
        make_account(system, agent=Agent.objects.get(external_id="0-0"), **seen)

    def done(w: World) -> None:
        row = Revocation.objects.get()
        access.confirm_revocation(row, by=w.boss(w.one), note="Ticket 1", proof=None)

    return [
        (at(MANILA, 6, 2, 9), start),
        (at(MANILA, 6, 6, 9), lambda w: access.open_for_leavers(w.one.pk)),
        (at(MANILA, 6, 10, 6), done),
    ]


def _questions() -> list[Step]:
    """A round given more time once late; a gap planned, done, sent back, done."""

    def ask(w: World) -> None:
        w.kept["round"] = make_round(w.engagements[3], due_on=date(2026, 6, 10))

    def move(w: World) -> None:
        later = {"due_on": date(2026, 6, 20), "reason": "Asked"}
        questionnaires.move_due(w.kept["round"], by=w.boss(w.islands), **later)

    def hand_in(w: World) -> None:
        row, by = w.kept["round"], w.boss(w.one)
        answer_all(row, by)
        questionnaires.submit(row, by=by, accept_unanswered=True)

    def close(w: World) -> None:
        row, by = w.kept["round"], w.boss(w.islands)
        gap = {"decision": Decision.ACCEPT_WITH_GAP, "reason": "Slow"}
        for pk in ("E-1", "E-2", "I-1"):
            terms = gap if pk == "I-1" else {"decision": Decision.ACCEPT}
            questionnaires.review_answer(row, by=by, question_id=pk, **terms)
        questionnaires.close_review(row, by=by)

    def plan(w: World) -> None:
        terms = {"text": "Faster", "due_on": date(2026, 7, 14), "owner_id": None}
        found = Finding.objects.get()
        w.kept["plan"] = questionnaires.plan_action(found, by=w.boss(w.one), **terms)

    def done(w: World) -> None:
        questionnaires.complete_action(w.kept["plan"], by=w.boss(w.one), note="Done")

    def reopen(w: World) -> None:
        by = w.boss(w.islands)
        questionnaires.reopen_action(w.kept["plan"], by=by, note="Not so")

    return [
        (at(HONOLULU, 6, 3, 9), ask),
        (at(HONOLULU, 6, 14, 22), move),
        (at(HONOLULU, 6, 23, 23), hand_in),
        (at(HONOLULU, 6, 24, 23), close),
        (at(HONOLULU, 7, 11, 21), plan),
        (at(HONOLULU, 7, 17, 21), done),
        (at(HONOLULU, 7, 22, 20), reopen),
        (at(HONOLULU, 7, 25, 20), done),
    ]


def _assurance() -> list[Step]:
    """A yearly review done late; a certificate that runs out and is shown no more."""

    def start(w: World) -> None:
        first = date(2026, 6, 16)
        w.kept["review"] = make_activity(w.one, is_shared=True, first_due_on=first)
        paper = make_certificate(w.one, last_on=date(2026, 6, 28))
        w.kept["share"] = make_share(paper, w.clinic)

    def done(w: World) -> None:
        make_activity_record(w.kept["review"], done_on=date(2026, 6, 19))

    def hide(w: World) -> None:
        w.kept["share"].ended_at = clock.now()
        w.kept["share"].save(update_fields=["ended_at"])

    return [
        (at(MANILA, 6, 7, 3), start),
        (at(MANILA, 6, 19, 2), done),
        (at(CHICAGO, 7, 5, 23), hide),
    ]


def _case() -> list[Step]:
    """Reported the day after the last day, told later, counted twice anew."""
    report = Report(
        kind=Kind.MISDIRECTED,
        summary="A transcript went astray.",
        learned_at=datetime(2026, 4, 20, 9, tzinfo=UTC),
        zone=MANILA,
        person="Lead",
        people=40,
    )

    def write(w: World) -> None:
        row, by = w.engagements[0], w.boss(w.one)
        w.kept["case"] = incidents.report_incident(row, by=by, report=report)

    def tell(w: World) -> None:
        now = clock.now()
        incidents.share_incident(w.kept["case"], by=w.boss(w.one), told_at=now)

    def count(total: int, texans: int) -> Do:
        return lambda w: incidents.count_people(
            w.kept["case"],
            by=w.boss(w.clinic),
            total=total,
            by_state={"TX": texans},
            reason="Logs",
        )

    def notice(w: World) -> None:
        terms = NoticeTerms(
            duty=Duty.INDIVIDUALS,
            method=Method.FIRST_CLASS,
            sent_at=clock.now(),
            to_whom="All",
            contents=CONTENTS,
            proof=make_stored_file(w.clinic),
        )
        incidents.record_notice(w.kept["case"], by=w.boss(w.clinic), terms=terms)

    return [
        (at(MANILA, 6, 20, 3), write),
        (at(MANILA, 6, 23, 8), tell),
        (at(CHICAGO, 7, 1, 22, 30), count(700, 600)),
        (at(CHICAGO, 7, 6, 22, 30), notice),
        (at(CHICAGO, 7, 18, 22, 30), count(300, 200)),
    ]


def _decisions() -> list[Step]:
    """The gate is overridden; drift is accepted, and again once that ran out."""

    def override(w: World) -> None:
        w.kept["override"] = gate.request_override(
            w.engagements[0],
            by=w.boss(w.clinic),
            reason="Patients wait",
            expires_on=date(2026, 7, 8),
        )

    def approve(w: World) -> None:
        gate.approve_override(w.kept["override"], by=w.second(w.clinic))

    def voice(w: World) -> DriftFinding:
        return DriftFinding.objects.get(engagement=w.engagements[3], value="voice")

    def request(until: date) -> Do:
        return lambda w: drift.request_acceptance(
            voice(w), by=w.boss(w.islands), reason="Soon over", until=until
        )

    def accept(w: World) -> None:
        drift.accept(voice(w), by=w.second(w.islands))

    return [
        (at(CHICAGO, 6, 25, 21), override),
        (at(CHICAGO, 6, 25, 23, 30), approve),
        (at(HONOLULU, 6, 16, 20), request(date(2026, 6, 26))),
        (at(HONOLULU, 6, 17, 23), accept),
        (at(HONOLULU, 6, 30, 20), request(date(2026, 7, 6))),
        (at(HONOLULU, 7, 1, 20), accept),
    ]
