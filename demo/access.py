"""Who can sign in where: exports of two systems, a review half done, what was ended.

The review lies four days back, so that a revocation from it is overdue today; the
leaver is ended, proved and verified today, by the worker.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.enums import AccountKind, Decision, RevocationCause
from apps.access_reviews.models import Account, Revocation, SnapshotImport, System
from apps.core import clock
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.workforce.models import Agent, Assignment
from demo import documents, results
from demo import portfolio as p
from demo.story import Stage

CHAT_DESK = "Chat desk"
MEMBER_CONSOLE = "Member console"
HEADER = (
    *("id", "login", "email", "name", "department", "status", "role", "mfa"),
    *("last login", "created"),
)
BACK = timedelta(hours=96)
SEATS = 24
KEPT = 12
Line = Sequence[str]


def review(stage: Stage, engagements: dict[str, Engagement]) -> None:
    """Tell the chapter once; a second telling finds the systems."""
    by = stage.manager(p.MERIDIAN)
    if System.objects.filter(organization=by.organization, name=CHAT_DESK).exists():
        return
    now = clock.now()
    desk = _system(by, CHAT_DESK, engagements[p.PATIENT_CONTACT])
    console = _system(by, MEMBER_CONSOLE, engagements[p.MEMBER_CHAT])
    people = {system: _people(system) for system in (desk, console)}
    with transaction.atomic(), clock.held(now - BACK):
        for system, agents in people.items():
            lines = [*_seats(agents, now - BACK), *_strays(system, now - BACK)]
            _take_in(by, system, lines)
        _describe(by, desk)
        _half_done(by, [desk, console])
    results.settle()
    _end_leavers(by, desk)
    stayed = [agent for agent in people[desk] if agent.left_on is None]
    with transaction.atomic():
        _take_in(by, desk, [*_seats(stayed, now), *_strays(desk, now)])
    results.settle()


@transaction.atomic
def _system(by: Actor, name: str, engagement: Engagement) -> System:
    return actions.register_system(
        by=by,
        organization=by.organization,
        terms=actions.SystemTerms(
            name=name, owner="Service desk, Manila", engagements=[engagement]
        ),
    )


def _people(system: System) -> list[Agent]:
    """The first who serve the system's engagement, by number; one of them has left."""
    serve = Assignment.objects.filter(engagement__systems=system).values("agent")
    return list(Agent.objects.filter(pk__in=serve).order_by("external_id")[:SEATS])


def _seats(agents: Iterable[Agent], day: datetime) -> list[Line]:
    """An account for each, as the system would export it."""
    found = []
    for agent in agents:
        rng = random.Random(agent.external_id)  # noqa: S311 - days, not secrets
        used = day - timedelta(hours=3 + rng.randrange(60))
        login = agent.email.partition("@")[0]
        found.append(
            (
                *(agent.external_id, login, agent.email, agent.full_name, "Contact"),
                *("active", "Agent", "yes", f"{used:%Y-%m-%dT%H:%M:%SZ}"),
                f"{agent.joined_on}",
            )
        )
    return found


def _strays(system: System, day: datetime) -> list[Line]:
    """What a review is there to find: nobody's account, an administrator never seen,
    an integration."""
    opened = f"{(day - timedelta(days=400)).date()}"
    if system.name == MEMBER_CONSOLE:
        used = f"{day - timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"
        stray = ("X-771", "temp.training", "", "Temp training", "")
        return [(*stray, "active", "Agent", "no", used, opened)]
    admin = ("X-001", "desk.admin", "desk.admin@meridian.example", "Desk admin", "IT")
    bridge = ("X-002", "crm.bridge", "", "CRM bridge", "")
    return [
        (*admin, "active", "Administrator", "no", "never", opened),
        (*bridge, "active", "Integration", "", "", opened),
    ]


def _take_in(by: Actor, system: System, lines: Iterable[Line]) -> SnapshotImport:
    """Upload, read, confirm and commit, at the moment the clock shows."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([HEADER, *lines])
    name = f"{system.name.lower().replace(' ', '-')}.csv"
    job = actions.push_snapshot(
        system,
        by=by,
        upload=ContentFile(out.getvalue().encode(), name=name),
        statement=actions.SnapshotStatement(
            exported_by="Jun Villareal", is_complete=True
        ),
    )
    job = actions.read_snapshot(job)
    return actions.commit_snapshot(actions.confirm_snapshot(job, by=by))


def _describe(by: Actor, desk: System) -> None:
    """What the roles are for; who answers for the integration."""
    notes = {
        "Agent": actions.RoleTerms(
            "Answers patients", is_privileged=False, agent_roles=("agent", "team_lead")
        ),
        "Administrator": actions.RoleTerms("Sets up queues", is_privileged=True),
    }
    for role in queries.roles(by, desk):
        if role.name in notes:
            actions.describe_role(role, by=by, terms=notes[role.name])
    bridge = Account.objects.select_related("organization", "system").get(
        system=desk, login="crm.bridge"
    )
    actions.match_account(
        bridge,
        by=by,
        agent=None,
        kind=AccountKind.SERVICE,
        note="Carries contact reasons to the CRM; the service desk answers for it",
    )


def _half_done(by: Actor, systems: Sequence[System]) -> None:
    """A review of both: nobody's account in the console is revoked, some are kept."""
    terms = actions.CampaignTerms(
        name="Quarterly access review",
        systems=systems,
        due_on=clock.today(by.organization.time_zone) + timedelta(days=14),
        recurrence_months=3,
    )
    campaign = actions.open_campaign(by=by, terms=terms)
    orphans = queries.Selection(system=systems[1].pk, flag="orphan")
    told = rules.Answer(Decision.REVOKE, "Nobody knows whose it is")
    actions.decide_many(campaign, by=by, selection=orphans, answer=told)
    first = queries.Selection(numbers=tuple(range(1, KEPT + 1)), system=systems[0].pk)
    kept = rules.Answer(Decision.KEEP, "On shift, needs the desk")
    actions.decide_many(campaign, by=by, selection=first, answer=kept)


def _end_leavers(by: Actor, desk: System) -> None:
    """The worker opened them; the service desk confirms with a record."""
    rows = Revocation.objects.select_related("organization", "system", "account")
    for row in rows.filter(system=desk, cause=RevocationCause.LEFT, done_at=None):
        with transaction.atomic():
            page = documents.note(f"Closed: {row.account.login}")
            proof = actions.stored_proof(
                ContentFile(page, name="account-closed.pdf"), by=by
            )
            actions.confirm_revocation(
                row, by=by, note="Account closed by the service desk", proof=proof
            )
