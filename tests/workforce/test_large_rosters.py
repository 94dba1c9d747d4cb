"""Rosters at size: rate, memory, kills and progress. The full size is ``scale``."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from apps.core import clock
from apps.core.ids import uuid7
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from apps.tenancy.middleware import SESSION_MEMBERSHIP
from apps.tenancy.models import Membership
from apps.workforce import actions, queries, tasks
from apps.workforce.models import Agent, Assignment, RosterImport
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.imports import roster
from tests.factories.tenancy import make_actor, make_organization
from tests.large import (
    MEGABYTE,
    kept,
    kill_at_random_points,
    peak_of,
    say,
    timed,
    wait_until,
    worker_children,
)
from tests.live import Live

HEADER = ["Employee ID", "Full name", "E-mail", "Hire date", "Project", "Channel"]
HIRED = "2026-01-05"
FULL = 100_000


def content(rows: int, *, engagement: str = "Patient chat") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*HEADER, "Assigned from"])
    for number in range(rows):
        writer.writerow(
            (
                *(f"R-{number:06}", f"Agent {number}", f"r{number}@careline.test"),
                *(HIRED, engagement, "Chat, Voice", HIRED),
            )
        )
    return out.getvalue().encode()


def started(by: Actor, raw: bytes) -> RosterImport:
    file = kept(by, raw, "large.csv")
    with transaction.atomic():
        return actions.upload_roster(
            by=by, organization=by.organization, file=file, is_complete=False
        )


# -- Memory and statements ----------------------------------------------------
def test_memory_is_the_same_for_a_file_twice_as_long(cast: Cast) -> None:
    peaks = []
    for rows in (2_500, 5_500):
        job = started(cast.manager, content(rows))
        tracemalloc.start()
        actions.read_roster(job)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] <= 1.25 * peaks[0]


# -- Rate ---------------------------------------------------------------------
def limit(cast: Cast, raw: bytes) -> float:
    """Parse, staging COPY and one INSERT ... SELECT a table: what the database can."""
    with timed() as watch, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare (id uuid, work uuid, external_id text, name text, "
            "email text, joined date, starts date) ON COMMIT DROP"
        )
        reader = csv.reader(io.StringIO(raw.decode(), newline=""))
        next(reader)
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for who, name, email, joined, _, _, starts in reader:
                day = date.fromisoformat(joined)
                copy.write_row((uuid7(), uuid7(), who, name, email, day, starts))
        cursor.execute("ANALYZE bare")
        cursor.execute(
            "INSERT INTO workforce_agent (id, created_at, organization_id, external_id,"
            " full_name, email, languages, joined_on) SELECT id, now(), %s,"
            " external_id, name, email, '{}', joined FROM bare ON CONFLICT DO NOTHING",
            [cast.other_vendor.pk],
        )
        cursor.execute(
            "INSERT INTO workforce_assignment (id, created_at, agent_id, engagement_id,"
            " role, channels, effective_on) SELECT work, now(), id, %s, 'agent',"
            " '{chat,voice}', starts FROM bare",
            [make_engagement(client=cast.clinic, provider=cast.other_vendor).pk],
        )
    return watch.seconds


@pytest.mark.scale
def test_rate_beside_the_staging_copy_limit(cast: Cast, capsys) -> None:
    raw = content(FULL)
    job = started(cast.manager, raw)
    with timed() as preview:
        job = actions.read_roster(job)
    assert job.account["imported"] == FULL
    job = actions.confirm_roster(job, by=cast.manager)
    with timed() as commit:
        job = actions.commit_roster(job)
    assert Assignment.objects.count() == job.account["imported"] == FULL
    bare = limit(cast, raw)
    share = bare / (preview.seconds + commit.seconds)
    say(
        capsys,
        f"roster of {FULL:,}: preview {preview.seconds:.1f} s, "
        f"commit {commit.seconds:.1f} s, limit {bare:.1f} s, share {share:.0%}",
    )
    assert share > 0.2


# -- Killed, taken up again, progress -----------------------------------------
def people(live: Live) -> tuple[Actor, str]:
    clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
    manager = make_actor(make_organization(), Role.VENDOR_MANAGER)
    engagement = make_engagement(client=clinic, provider=manager.organization)
    return manager, engagement.name


def state(pk: UUID) -> str:
    return RosterImport.objects.defer("problems").get(pk=pk).state


def survives_kills(live: Live, *, rows: int, times: int, within: float) -> int:
    """All or nothing after every kill, and everything once left alone."""
    manager, name = people(live)
    mine = Agent.objects.filter(organization=manager.organization)

    def check() -> None:
        before, written, after = state(job.pk), mine.count(), state(job.pk)
        assert written in {0, rows}
        if before == after:
            assert (after == "done") == (written == rows)

    job = started(manager, content(rows, engagement=name))
    options = {"within": within, "check": check}
    half = kill_at_random_points(
        live, lambda: state(job.pk) == "reading", times=times // 2, **options
    )
    wait_until(lambda: state(job.pk) == "preview", what="the preview")
    actions.confirm_roster(RosterImport.objects.get(pk=job.pk), by=manager)
    rest = kill_at_random_points(
        live, lambda: state(job.pk) == "committing", times=times - half, **options
    )
    wait_until(lambda: state(job.pk) == "done", what="the commit")
    assert mine.count() == rows
    assert Assignment.objects.filter(agent__in=mine).count() == rows
    return half + rest


@pytest.mark.worker
def test_killed_worker_leaves_all_or_nothing(live: Live) -> None:
    assert survives_kills(live, rows=4_000, times=2, within=0.3) >= 1


@pytest.mark.worker
@pytest.mark.scale
def test_worker_killed_at_ten_points_of_a_large_file(live: Live, capsys) -> None:
    killed = survives_kills(live, rows=FULL, times=10, within=6)
    say(capsys, f"killed {killed} times, all or nothing each time, then complete")
    assert killed == 10


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    membership = Membership.objects.get(user=actor.user)
    session = client.session
    session[SESSION_MEMBERSHIP] = str(membership.pk)
    session.save()
    return client


@pytest.mark.worker
@pytest.mark.scale
def test_progress_is_seen_and_the_worker_stays_small(live: Live, capsys) -> None:
    manager, name = people(live)
    client = browser(manager)
    peaks, seen = [], set()
    for rows in (FULL // 10, FULL):
        job = started(manager, content(rows, engagement=name))
        page = f"/workforce/imports/{job.pk}/status/"
        for wanted in ("preview", "done"):
            while state(job.pk) != wanted:
                text = client.get(page).content.decode()
                if rows == FULL:
                    seen |= set(re.findall(r'value="(\d+)"', text))
            if wanted == "preview":
                found = RosterImport.objects.get(pk=job.pk)
                actions.confirm_roster(found, by=manager)
        peaks.append(max(map(peak_of, worker_children(live))))
    growth = (peaks[1] - peaks[0]) / MEGABYTE
    say(
        capsys,
        f"worker: {peaks[0] / MEGABYTE:.0f} MB after {FULL // 10:,} rows, "
        f"{growth:+.0f} MB after {FULL:,}; {len(seen)} steps of progress seen",
    )
    assert growth <= 64
    assert len(seen) >= 5


def test_sweep_takes_up_what_waited_for_two_minutes(cast: Cast) -> None:
    job = roster(cast, "Agent ID,Name\nA-1,Ann\n")
    actions.confirm_roster(job, by=cast.manager)
    assert queries.stalled_imports(RosterImport) == []
    later = datetime(2026, 6, 15, 12, 2, 1, tzinfo=UTC)
    with clock.held(later):
        assert queries.stalled_imports(RosterImport) == [(job.pk, "committing")]
        tasks.commit_roster(str(job.pk))
    with clock.held(later + timedelta(hours=1)):
        assert queries.stalled_imports(RosterImport) == []
