"""Training files at size: rate, memory and kills. The full size is ``scale``."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from apps.core.ids import uuid7
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.models import Organization
from apps.training import actions
from apps.training.models import Course, TrainingImport, TrainingRecord
from apps.workforce.models import Agent
from tests.conftest import Cast
from tests.factories.tenancy import make_actor, make_organization
from tests.factories.training import make_course
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

FULL = 100_000
TAUGHT = 5
FIRST = date(2025, 1, 1)


def world(vendor: Organization, *, agents: int) -> list[Course]:
    Agent.objects.bulk_create(
        Agent(
            organization=vendor,
            external_id=f"T-{number:06}",
            full_name=f"Agent {number}",
            joined_on=FIRST,
        )
        for number in range(agents)
    )
    return [make_course(vendor, code=f"LARGE-{number}") for number in range(TAUGHT)]


def content(rows: int, *, agents: int) -> bytes:
    """No two rows say the same: agent, course and day."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Employee ID", "Course code", "Completion date", "Score"])
    for number in range(rows):
        agent, lap = number % agents, number // agents
        day = FIRST + timedelta(lap // TAUGHT)
        writer.writerow(
            (f"T-{agent:06}", f"LARGE-{lap % TAUGHT}", day, 80 + number % 20)
        )
    return out.getvalue().encode()


def started(by: Actor, raw: bytes) -> TrainingImport:
    file = kept(by, raw, "large.csv")
    with transaction.atomic():
        return actions.upload_training(by=by, organization=by.organization, file=file)


def test_memory_is_the_same_for_a_file_twice_as_long(cast: Cast) -> None:
    world(cast.vendor, agents=100)
    peaks = []
    for rows in (2_500, 5_500):
        job = started(cast.manager, content(rows, agents=100))
        tracemalloc.start()
        actions.read_training(job)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] <= 1.25 * peaks[0]


def limit(cast: Cast, raw: bytes) -> float:
    """Parse, staging COPY and one INSERT ... SELECT: what the database can."""
    world(cast.other_vendor, agents=20_000)
    with timed() as watch, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare (id uuid, external_id text, code text, done date,"
            " score text) ON COMMIT DROP"
        )
        reader = csv.reader(io.StringIO(raw.decode(), newline=""))
        next(reader)
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for who, code, done, score in reader:
                copy.write_row((uuid7(), who, code, date.fromisoformat(done), score))
        cursor.execute("ANALYZE bare")
        cursor.execute(
            "INSERT INTO training_trainingrecord (id, created_at, agent_id, course_id,"
            " course_version_id, completed_on, valid_until, outcome, score, language,"
            " mode, trainer) SELECT b.id, now(), a.id, c.id, v.id, b.done,"
            " (b.done + interval '1 year')::date, 'passed', b.score::numeric, '',"
            " 'unknown', '' FROM bare b JOIN workforce_agent a ON"
            " a.external_id = b.external_id AND a.organization_id = %(vendor)s"
            " JOIN training_course c ON c.code = b.code AND"
            " c.organization_id = %(vendor)s JOIN training_courseversion v ON"
            " v.course_id = c.id ON CONFLICT DO NOTHING",
            {"vendor": cast.other_vendor.pk},
        )
        assert cursor.rowcount == FULL
    return watch.seconds


@pytest.mark.scale
def test_rate_beside_the_staging_copy_limit(cast: Cast, capsys) -> None:
    world(cast.vendor, agents=20_000)
    raw = content(FULL, agents=20_000)
    job = started(cast.manager, raw)
    with timed() as preview:
        job = actions.read_training(job)
    assert job.account["imported"] == FULL
    job = actions.confirm_training(job, by=cast.manager)
    with timed() as commit:
        job = actions.commit_training(job)
    assert job.account["imported"] == FULL
    bare = limit(cast, raw)
    share = bare / (preview.seconds + commit.seconds)
    say(
        capsys,
        f"training of {FULL:,}: preview {preview.seconds:.1f} s, "
        f"commit {commit.seconds:.1f} s, limit {bare:.1f} s, share {share:.0%}",
    )
    assert share > 0.2


def state(pk: UUID) -> str:
    return TrainingImport.objects.defer("problems").get(pk=pk).state


@pytest.mark.worker
@pytest.mark.scale
def test_worker_killed_at_ten_points_of_a_large_file(live: Live, capsys) -> None:
    vendor = make_organization()
    manager = make_actor(vendor, Role.VENDOR_MANAGER)
    world(vendor, agents=20_000)
    mine = TrainingRecord.objects.filter(agent__organization=vendor)

    def check() -> None:
        before, written, after = state(job.pk), mine.count(), state(job.pk)
        assert written in {0, FULL}
        if before == after:
            assert (after == "done") == (written == FULL)

    job = started(manager, content(FULL, agents=20_000))
    killed = kill_at_random_points(
        live, lambda: state(job.pk) == "reading", times=5, within=4, check=check
    )
    wait_until(lambda: state(job.pk) == "preview", what="the preview")
    peak = max(map(peak_of, worker_children(live)))
    actions.confirm_training(TrainingImport.objects.get(pk=job.pk), by=manager)
    killed += kill_at_random_points(
        live, lambda: state(job.pk) == "committing", times=5, within=6, check=check
    )
    wait_until(lambda: state(job.pk) == "done", what="the commit")
    say(
        capsys,
        f"training of {FULL:,}: killed {killed} times, all or nothing each time, then "
        f"complete; worker at {peak / MEGABYTE:.0f} MB",
    )
    assert mine.count() == FULL
    assert killed == 10
