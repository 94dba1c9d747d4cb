"""Who is cleared, since when not, over a year; who may see whom; at size."""

from __future__ import annotations

import io
import itertools
import re
import time
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.engagements.models import Engagement
from apps.training import queries
from apps.training.models import Course, TrainingRecord
from apps.training.queries import GridFilter, GridState
from apps.workforce.models import Agent, Assignment, EarlierPeriod
from tests.conftest import Cast
from tests.factories.engagements import make_engagement, make_grant
from tests.factories.tenancy import make_actor
from tests.factories.training import make_course, make_record, make_requirement
from tests.factories.workforce import make_agent, make_assignment, make_site
from tests.large import say

TODAY = date(2026, 6, 15)
API = "/api/v1/coverage"


def page_url(name: str, engagement: Engagement | None = None) -> str:
    arguments = [engagement.pk] if engagement else []
    return reverse(f"training:{name}", args=arguments)


def content(response) -> str:
    if response.streaming:
        return b"".join(response.streaming_content).decode("utf-8-sig")
    return response.content.decode()


@pytest.fixture
def course(cast: Cast) -> Course:
    found = make_course(cast.vendor, title="HIPAA Basics")
    make_requirement(cast.engagement, found)
    return found


# -- Since when ---------------------------------------------------------------
def test_uncleared_since_the_day_after_the_last_valid_one(
    cast: Cast, course: Course
) -> None:
    never = make_assignment(cast.engagement).agent
    lapsed = make_assignment(cast.engagement).agent
    make_record(lapsed, course, completed_on=date(2025, 3, 1))
    fine = make_assignment(cast.engagement).agent
    make_record(fine, course)
    rows = queries.grid(cast.engagement, as_of=TODAY, courses=[course.pk])
    assert {row.agent_id: row.since for row in rows} == {
        never.pk: date(2026, 1, 5),
        lapsed.pk: date(2026, 3, 2),
        fine.pk: None,
    }


def test_trend_counts_each_month_as_clearance_does(cast: Cast, course: Course) -> None:
    for number in range(4):
        agent = make_assignment(
            cast.engagement, effective_on=date(2026, 1, 5) + timedelta(20 * number)
        ).agent
        if number:
            day = date(2025, 1, 20) + timedelta(100 * number)
            make_record(agent, course, completed_on=day)
    days = queries.trend_days(TODAY)
    assert (len(days), days[0], days[-1]) == (13, date(2025, 6, 15), TODAY)
    for point in queries.cleared_trend(cast.engagement, days=days):
        found = queries.clearance([cast.engagement.pk], as_of=point.day)
        expected = found[cast.engagement.pk]
        assert (point.agents, point.cleared) == (expected.agents, expected.cleared)
    points = queries.cleared_trend(cast.engagement, days=days)
    assert len({(each.agents, each.cleared) for each in points}) > 3


def test_who_came_back_is_judged_by_the_period_of_the_day(cast: Cast) -> None:
    found = make_course(cast.vendor)
    make_requirement(cast.engagement, found, timing="after_hire", within_days=30)
    agent = make_agent(cast.vendor, joined_on=date(2026, 5, 20))
    EarlierPeriod.objects.create(
        agent=agent, joined_on=date(2026, 1, 5), left_on=date(2026, 3, 31)
    )
    make_assignment(cast.engagement, agent, ended_on=date(2026, 3, 31))
    make_assignment(cast.engagement, agent, effective_on=date(2026, 5, 20))

    def cleared(day: date) -> int:
        return queries.clearance([cast.engagement.pk], as_of=day)[
            cast.engagement.pk
        ].cleared

    days = (date(2026, 2, 4), date(2026, 2, 5), TODAY, date(2026, 6, 20))
    assert [cleared(day) for day in days] == [1, 0, 1, 0]
    assert queries.uncleared_since(
        cast.engagement, [agent.pk], as_of=date(2026, 3, 1)
    ) == {agent.pk: date(2026, 2, 5)}


# -- Filters ------------------------------------------------------------------
def test_grid_is_narrowed_by_everything_at_once(cast: Cast, course: Course) -> None:
    site = make_site(cast.vendor, code="MNL-1", name="Manila")
    ann = make_agent(cast.vendor, external_id="A-1", full_name="Ann", team="Blue")
    ben = make_agent(cast.vendor, external_id="A-2", full_name="Ben", team="Red")
    make_assignment(cast.engagement, ann, site=site)
    make_assignment(cast.engagement, ben, channels=["voice"])
    make_record(ann, course)

    def chosen(**wanted: object) -> list[str]:
        rows = queries.grid(
            cast.engagement,
            as_of=TODAY,
            courses=[course.pk],
            chosen=GridFilter(**wanted),  # type: ignore[arg-type]
        )
        return [row.name for row in rows]

    for wanted in (
        {"state": GridState.CLEARED},
        {"site": "MNL-1"},
        {"channel": "chat"},
        {"team": "Blue"},
        {"search": "an"},
        {"search": "A-1", "site": "MNL-1", "state": GridState.CLEARED},
    ):
        assert chosen(**wanted) == ["Ann"], wanted
    assert chosen(state=GridState.NOT_CLEARED) == ["Ben"]
    choices = queries.grid_choices(cast.engagement, as_of=TODAY)
    assert choices.sites == (("MNL-1", "Manila"),)
    assert choices.channels == ("chat", "voice")
    assert choices.teams == ("Blue", "Red")


def test_page_filters_pages_and_exports_the_same(
    cast: Cast, course: Course, client_for
) -> None:
    for number in range(60):
        agent = make_agent(cast.vendor, external_id=f"P-{number:02}", team="Blue")
        make_assignment(cast.engagement, agent)
    other = make_agent(cast.vendor, external_id="Q-1", full_name="Quinn")
    make_assignment(cast.engagement, other)
    client = client_for(cast.manager)
    page = content(client.get(page_url("engagement", cast.engagement), {"q": "quinn"}))
    assert "Quinn" in page
    assert page.count("since 5 Jan 2026") == 1
    narrowed = {"team": "Blue", "state": "not_cleared", "as_of": "2026-06-15"}
    page = content(client.get(page_url("engagement", cast.engagement), narrowed))
    assert "Quinn" not in page
    assert page.count("since 5 Jan 2026") == 50
    (more,) = re.findall(r'href="(\?[^"]*after=[^"]*)"', page)
    assert "team=Blue" in more
    more = page_url("engagement", cast.engagement) + more.replace("&amp;", "&")
    assert content(client.get(more)).count("since 5 Jan 2026") == 10
    exported = content(client.get(page_url("export", cast.engagement), narrowed))
    assert len(exported.splitlines()) == 61
    assert "not cleared since" in exported.splitlines()[0]
    workbook = client.get(page_url("export_xlsx", cast.engagement), narrowed)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(workbook.streaming_content)))
    assert book.active.max_row == 61
    assert "No agent matches" in content(
        client.get(page_url("engagement", cast.engagement), {"team": "Green"})
    )


# -- Who sees whom ------------------------------------------------------------
CANARY = "Zanzibar Canary"
CANARY_ID = "ZZ-CANARY"
CANARY_TEAM = "Team of Zanzibar"
ELSEWHERE = "Elsewhere Canary"


@pytest.fixture
def canaries(cast: Cast, course: Course) -> None:
    agent = make_agent(
        cast.vendor,
        external_id=CANARY_ID,
        full_name=CANARY,
        team=CANARY_TEAM,
        email="zanzibar@careline.test",
    )
    make_assignment(cast.engagement, agent)
    elsewhere = make_engagement(client=cast.other_clinic, provider=cast.vendor)
    make_requirement(elsewhere, course)
    make_assignment(elsewhere, make_agent(cast.vendor, full_name=ELSEWHERE))


PAGES = ("engagement", "export", "export_xlsx", "agents", "trend")
# Who sees names, a made-up name, counts only, or no such engagement.
AUDIENCE = {
    "manager": "names",
    "lead": "names",
    "officer": "names",
    "analyst": "names",
    "reader": "counts",
    "outsider": "nothing",
    "other_manager": "nothing",
}


def ask(client, cast: Cast, page: str, **query: str):
    if page in ("agents", "trend"):
        return client.get(f"{API}/{cast.engagement.pk}/{page}/", query)
    return client.get(page_url(page, cast.engagement), query)


def everything(response) -> str:
    if page_is_workbook(response):
        raw = io.BytesIO(b"".join(response.streaming_content))
        rows = openpyxl.load_workbook(raw).active.values
        return " ".join(str(cell) for row in rows for cell in row)
    return content(response)


def page_is_workbook(response) -> bool:
    return "spreadsheetml" in response.headers.get("Content-Type", "")


@pytest.mark.parametrize("who", AUDIENCE)
@pytest.mark.parametrize("page", PAGES)
def test_names_reach_those_who_may_see_them_only(
    cast: Cast, canaries: None, client_for, who: str, page: str
) -> None:
    response = ask(client_for(getattr(cast, who)), cast, page)
    audience = AUDIENCE[who]
    if audience == "nothing":
        assert response.status_code == 404
    if audience == "counts" and page not in ("engagement", "trend"):
        assert response.status_code == 403
    text = everything(response)
    for canary in (CANARY, CANARY_ID):
        assert (canary in text) == (audience == "names" and page != "trend")
    assert ELSEWHERE not in text
    assert "zanzibar@" not in text


@pytest.mark.parametrize("page", ["engagement", "export", "export_xlsx", "agents"])
@pytest.mark.parametrize("seen", ["names", "made up"])
def test_auditor_sees_names_by_grant_only_and_cannot_search_for_them(
    cast: Cast, canaries: None, client_for, page: str, seen: str
) -> None:
    names_agents = seen == "names"
    make_grant(cast.engagement, cast.auditor.user, names_agents=names_agents)
    client = client_for(cast.auditor)
    text = everything(ask(client, cast, page))
    for canary in (CANARY, CANARY_ID, CANARY_TEAM):
        assert (canary in text) == names_agents
    # A search that found nothing would tell as much as one that found somebody.
    guess = everything(ask(client, cast, page, q="nobody of that name"))
    team = everything(ask(client, cast, page, team="no such team"))
    shown = CANARY if names_agents else "Agent "
    assert (shown in guess) == (not names_agents)
    assert (shown in team) == (not names_agents)


# -- Over all engagements -----------------------------------------------------
def test_uncleared_of_all_engagements_longest_first(
    cast: Cast, canaries: None, client_for
) -> None:
    page = content(client_for(cast.manager).get(page_url("uncleared_everywhere")))
    assert "2 times an agent serves" in " ".join(page.split())
    assert page.index(ELSEWHERE) > 0
    assert page.index(CANARY) > 0
    page = content(client_for(cast.officer).get(page_url("uncleared_everywhere")))
    assert CANARY in page
    assert ELSEWHERE not in page
    exported = content(client_for(cast.officer).get(page_url("uncleared_export")))
    assert exported.splitlines()[1] == (
        f"{CANARY_ID},{CANARY},Patient chat,Lakeside Clinic,Careline,2026-01-05,162,"
        "HIPAA Basics"
    )
    past = client_for(cast.officer).get(
        page_url("uncleared_everywhere"), {"as_of": "2026-01-04"}
    )
    assert "Everybody is cleared" in content(past)


def test_uncleared_leads_to_the_engagement_though_its_client_is_a_day_behind(
    cast: Cast, canaries: None, client_for
) -> None:
    cast.vendor.time_zone = "Asia/Manila"
    cast.vendor.save(update_fields=["time_zone"])
    with clock.held(datetime(2026, 6, 15, 20, 0, tzinfo=UTC)):
        client = client_for(cast.manager)
        page = content(client.get(page_url("uncleared_everywhere")))
        assert "16 Jun 2026" in page
        where = page_url("engagement", cast.engagement)
        [link] = set(re.findall(rf'href="({where}[^"]*)"', page))
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_uncleared_shows_nothing_to_those_who_see_counts_or_nothing(
    cast: Cast, canaries: None, client_for
) -> None:
    for name in ("reader", "auditor"):
        for page in (
            "uncleared_everywhere",
            "uncleared_export",
            "uncleared_export_xlsx",
        ):
            answer = client_for(getattr(cast, name)).get(page_url(page))
            assert answer.status_code == 403
            assert CANARY not in content(answer)
    for name in ("outsider", "other_manager"):
        page = content(
            client_for(getattr(cast, name)).get(page_url("uncleared_everywhere"))
        )
        assert CANARY not in page
    # A lead sees names of the own people, not of those who serve the organization.
    lead = make_actor(cast.clinic, cast.lead.role)
    answer = client_for(lead).get(page_url("uncleared_everywhere"))
    assert CANARY not in content(answer)


# -- At size ------------------------------------------------------------------
def crowd(cast: Cast, *, agents: int, courses: int, first: int = 0) -> list[Course]:
    """Agents on the engagement, a requirement for each course, mixed records."""
    taught = [make_course(cast.vendor) for _ in range(courses)]
    for each in taught:
        make_requirement(cast.engagement, each)
    versions = {each.pk: each.versions.get() for each in taught}
    people = Agent.objects.bulk_create(
        Agent(
            organization=cast.vendor,
            external_id=f"L-{number:05}",
            full_name=f"Agent {number}",
            joined_on=date(2025, 1, 1),
        )
        for number in range(first, first + agents)
    )
    Assignment.objects.bulk_create(
        Assignment(
            agent=agent,
            engagement=cast.engagement,
            channels=["chat"],
            effective_on=date(2026, 1, 5),
        )
        for agent in people
    )
    TrainingRecord.objects.bulk_create(
        TrainingRecord(
            agent=agent,
            course=each,
            course_version=versions[each.pk],
            completed_on=date(2025, 5, 1) + timedelta((number * 7) % 400),
            valid_until=date(2026, 5, 1) + timedelta((number * 7) % 400),
            outcome="passed",
        )
        for number, (agent, each) in enumerate(itertools.product(people, taught))
        if number % 11
    )
    return taught


def asked(client, cast: Cast) -> tuple[int, float]:
    path = page_url("engagement", cast.engagement)
    client.get(path)
    start = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured), time.perf_counter() - start


def test_coverage_page_takes_the_same_queries_at_any_size(
    cast: Cast, client_for
) -> None:
    client = client_for(cast.officer)
    crowd(cast, agents=2, courses=2)
    small = asked(client, cast)[0]
    crowd(cast, agents=20, courses=2, first=100)
    assert asked(client, cast)[0] == small


@pytest.mark.scale
def test_coverage_of_two_thousand_agents_and_eight_courses(
    cast: Cast, client_for, capsys
) -> None:
    client = client_for(cast.officer)
    crowd(cast, agents=20, courses=2)
    small = asked(client, cast)[0]
    crowd(cast, agents=2_000, courses=6, first=100)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    count, seconds = asked(client, cast)
    start = time.perf_counter()
    content(client.get(page_url("export", cast.engagement)))
    exported = time.perf_counter() - start
    say(
        capsys,
        f"coverage of 2,000 x 8: {count} queries ({small} at 20 x 2), "
        f"{seconds:.2f} s a page, {exported:.2f} s the whole export",
    )
    assert count == small
