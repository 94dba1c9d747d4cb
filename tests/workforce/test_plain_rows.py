"""Rows settled in sets come out as the rules say of them one by one."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.core.tables import ProblemLog
from apps.workforce import actions, importer, queries
from apps.workforce.actions import reading, staging
from apps.workforce.models import Agent, Assignment, RosterImport
from apps.workforce.rules import Account, Cells, RosterPlan, plan_roster
from tests.conftest import NOON, Cast
from tests.factories.engagements import make_engagement
from tests.factories.imports import roster
from tests.factories.workforce import make_agent, make_assignment, make_site

DAY = date(2026, 6, 15)
FIELDS = {
    "Agent ID": "external_id",
    "Name": "full_name",
    "E-mail": "email",
    "Languages": "languages",
    "Team": "team",
    "Hire date": "joined_on",
    "Leave date": "left_on",
    "Status": "status",
    "Engagement": "engagement",
    "Role": "role",
    "Channels": "channels",
    "Site": "site",
    "Assigned from": "effective_on",
    "Assigned until": "ended_on",
}


def some_day(chance: random.Random) -> date:
    return DAY + timedelta(days=chance.choice((-400, -60, -10, -1, 0, 1, 30)))


def record_some(cast: Cast, chance: random.Random) -> None:
    """Agents with every kind of history, some assigned, some gone, some back."""
    site = make_site(cast.vendor, code="MNL")
    other = make_engagement(client=cast.clinic, provider=cast.vendor, name="Second")
    for number in range(25):
        agent = make_agent(
            cast.vendor,
            external_id=f"A-{number}",
            full_name=f"Name {number % 3}",
            email=chance.choice(("", "a@careline.test")),
            languages=chance.choice(([], ["english"], ["english", "tagalog"])),
            team=chance.choice(("", "Blue")),
            joined_on=DAY - timedelta(days=chance.choice((400, 60, 10))),
            left_on=chance.choice((None, None, None, DAY, DAY - timedelta(days=5))),
        )
        if chance.random() < 0.2:
            agent.earlier_periods.create(
                joined_on=date(2020, 1, 1), left_on=date(2020, 12, 31)
            )
        for engagement in (cast.engagement, other):
            if chance.random() < 0.6:
                make_assignment(
                    engagement,
                    agent,
                    role=chance.choice(("agent", "team_lead")),
                    channels=chance.choice(([], ["voice", "chat"], ["chat"])),
                    site=chance.choice((None, site)),
                    effective_on=agent.joined_on,
                    ended_on=agent.left_on or chance.choice((None, DAY)),
                )


def line(chance: random.Random) -> dict[str, str]:
    """A row that may say anything of somebody recorded, new or named twice."""

    def maybe(*values: object) -> str:
        return str(chance.choice(("", *values)))

    return {
        "Agent ID": f"A-{chance.randrange(60)}",
        "Name": maybe("Name 0", "Name 1", "Name 2"),
        "E-mail": maybe("a@careline.test", "not one"),
        "Languages": maybe("English", "English, Tagalog"),
        "Team": maybe("Blue"),
        "Hire date": maybe(some_day(chance)),
        "Leave date": maybe("", "", some_day(chance)),
        "Status": maybe("active", "active", "terminated"),
        "Engagement": maybe("Patient chat", "Second", "Nobody's"),
        "Role": maybe("Agent", "Team lead"),
        "Channels": maybe("Chat", "Voice, Chat"),
        "Site": maybe("MNL"),
        "Assigned from": maybe(some_day(chance)),
        "Assigned until": maybe("", some_day(chance)),
    }


def recorded_lines(cast: Cast) -> list[dict[str, str]]:
    """Rows that repeat what is recorded, as the file of the week after does."""
    rows = Assignment.objects.filter(agent__organization=cast.vendor)
    return [
        {
            "Agent ID": row.agent.external_id,
            "Name": row.agent.full_name,
            "Hire date": str(row.agent.joined_on),
            "Engagement": row.engagement.name,
            "Channels": ", ".join(row.channels),
            "Assigned from": str(row.effective_on),
            "Assigned until": str(row.ended_on or ""),
        }
        for row in rows.select_related("agent", "engagement")
    ]


def written(lines: list[dict[str, str]], columns: list[str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def planned(job: RosterImport) -> RosterPlan:
    """The whole file by the rules alone."""
    plan = RosterPlan(day=DAY, account=Account(), problems=ProblemLog())
    with reading.opened(job) as file:
        cells = Cells(
            file.columns,
            order=file.order,
            serials=file.table.info.date_system,
            today=clock.today(job.organization.time_zone),
        )
        found = importer.stage(
            file.table,
            cells=cells,
            directory=queries.directory(job.organization),
            reading=importer.Reading(account=plan.account, problems=plan.problems),
        )
        rows = [each.row for each in found if each.row is not None]
    ids = sorted({row.external_id for row in rows})
    return plan_roster(
        rows,
        agents=queries.known_agents(job.organization, ids),
        assignments=queries.known_assignments(job.organization, ids),
        plan=plan,
        missing_have_left=False,
    )


def states(cast: Cast) -> tuple[list[Any], list[Any]]:
    agents = Agent.objects.filter(organization=cast.vendor)
    kept = Assignment.objects.filter(agent__in=agents)
    return (
        sorted(
            agents.values_list(
                *("external_id", "full_name", "email", "languages", "team"),
                *("joined_on", "left_on"),
            ),
            key=str,
        ),
        sorted(
            kept.values_list(
                *("agent__external_id", "engagement", "role", "channels", "site"),
                *("effective_on", "ended_on"),
            ),
            key=str,
        ),
    )


def as_planned(cast: Cast, plan: RosterPlan) -> tuple[list[Any], list[Any]]:
    """What is recorded, with what the plan writes over it."""
    agents, kept = states(cast)
    people = {row[0]: row for row in agents}
    for each in plan.agents.values():
        people[each.external_id] = (
            *(each.external_id, each.full_name, each.email, list(each.languages)),
            *(each.team, each.joined_on, each.left_on),
        )
    work = {(row[0], row[1], row[5]): row for row in kept}
    for row in plan.assignments:
        work[row.external_id, row.engagement_id, row.effective_on] = (
            *(row.external_id, row.engagement_id, row.role, list(row.channels)),
            *(row.site_id, row.effective_on, row.ended_on),
        )
    return sorted(people.values(), key=str), sorted(work.values(), key=str)


@pytest.mark.parametrize("seed", range(12))
def test_import_is_what_the_rules_say_row_by_row(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    record_some(cast, chance)
    lines = [line(chance) for _ in range(40)]
    if seed % 2:
        lines += recorded_lines(cast)
    columns = list(FIELDS)
    if seed % 3 == 0:
        columns = [each for each in columns if each != "Assigned until"]
    job = roster(cast, written(lines, columns))
    plan = planned(job)
    expected = as_planned(cast, plan)
    account = plan.account
    assert {key: job.account[key] for key in ("imported", "updated")} == {
        "imported": account.imported,
        "updated": account.updated,
    }
    assert Counter(job.account["unchanged_because"]) == account.unchanged_because
    assert Counter(job.account["refused"]) == account.refused
    job = actions.commit_roster(actions.confirm_roster(job, by=cast.manager))
    assert (job.account["imported"], job.account["updated"]) == (
        account.imported,
        account.updated,
    )
    for found, wanted in zip(states(cast), expected, strict=True):
        assert len(found) == len(wanted)
        assert [each for each in found if each not in wanted] == []
        assert [each for each in wanted if each not in found] == []


def test_plain_rows_are_settled_at_once(cast: Cast) -> None:
    """As many statements for ten people as for one, new and a week later."""
    counts = []
    for number, people in enumerate((1, 1, 10)):
        lines = [
            {
                "Agent ID": f"{number}-{each}",
                "Name": "Ana",
                "Hire date": "2026-01-05",
                "Engagement": "Patient chat",
                "Channels": "Chat",
                "Assigned from": "2026-01-05",
            }
            for each in range(people)
        ]
        text = written(lines, list(lines[0]))
        with CaptureQueriesContext(connection) as first:
            job = roster(cast, text)
            actions.commit_roster(actions.confirm_roster(job, by=cast.manager))
        with clock.held(NOON + timedelta(days=7)):
            again = roster(cast, text)
        assert again.account["unchanged_because"] == {"already recorded": people}
        counts.append(len(first))
    # The first file of its header is remembered on top.
    assert counts[1] == counts[2]


def test_settled_says_how_many_need_no_plan(cast: Cast) -> None:
    row = make_assignment(cast.engagement, effective_on=date(2026, 1, 5))
    text = (
        f"Agent ID,Name,Engagement\n{row.agent.external_id},,Patient chat\nN-1,Ann,\n"
    )
    job = roster(cast, text)
    with reading.opened(job) as file:
        reading.stage(job, file)
        found = staging.settle(cast.vendor, day=DAY, says_end=file.says_end)
        rest = list(staging.groups(says_end=True, says_left=True))
        staging.drop()
    assert (found, rest) == (staging.Settled(new=1, same=1), [])
