"""Audits of access logs: what is found, what is kept, where it goes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pypdf
import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.access_reviews import actions, queries, rules, tasks
from apps.access_reviews.models import LogAudit, System
from apps.assurance.models import ActivityRecord
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence import queries as evidence
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor
from tests.conftest import NOON, Cast
from tests.factories.access_reviews import make_account, make_system
from tests.factories.assurance import make_activity
from tests.factories.workforce import make_agent

ClientFor = Callable[[Actor], Client]
DAYS = rules.Hours("Asia/Manila", frozenset(range(5)), time(8), time(18))
NIGHTS = rules.Hours("Asia/Manila", frozenset({4}), time(22), time(6))
# Monday 1 June 2026; Manila is eight hours ahead of UTC.
LOG = """Timestamp,User,Action,Source IP,Result,Record
2026-06-01T01:00:00Z,ana,view,10.0.0.1,ok,Jane Patient
2026-06-01T02:00:00Z,ANA@careline.test,view,10.0.0.1,,John Patient
2026-06-01T12:00:00Z,ana,export,10.0.0.1,ok,Jane Patient
2026-06-03 09:30,ghost,view,,ok,Jane Patient
sometime,ana,view,10.0.0.1,ok,Jane Patient
2026-06-03T02:00:00Z,gone,view,10.0.0.1,ok,Jane Patient
2026-06-03T02:05:00Z,,view,10.0.0.1,ok,Jane Patient
"""


@pytest.mark.parametrize(
    ("hours", "at", "is_covered"),
    [
        (DAYS, datetime(2026, 6, 1, 0, 0, tzinfo=UTC), True),  # Monday 8:00
        (DAYS, datetime(2026, 6, 1, 10, 0, tzinfo=UTC), False),  # Monday 18:00
        (DAYS, datetime(2026, 5, 31, 23, 59, tzinfo=UTC), False),  # Monday 7:59
        (DAYS, datetime(2026, 6, 6, 3, 0, tzinfo=UTC), False),  # Saturday
        (NIGHTS, datetime(2026, 6, 5, 14, 0, tzinfo=UTC), True),  # Friday 22:00
        (NIGHTS, datetime(2026, 6, 5, 21, 59, tzinfo=UTC), True),  # Saturday 5:59
        (NIGHTS, datetime(2026, 6, 5, 22, 0, tzinfo=UTC), False),  # Saturday 6:00
        (NIGHTS, datetime(2026, 6, 4, 21, 0, tzinfo=UTC), False),  # Friday 5:00
    ],
)
def test_hours_are_of_their_zone(
    hours: rules.Hours, at: datetime, *, is_covered: bool
) -> None:
    assert hours.cover(at) is is_covered


def test_gap_counts_the_edges_of_the_period() -> None:
    first = datetime(2026, 6, 1, tzinfo=UTC)
    terms = rules.LogTerms(DAYS, 24, first, first + timedelta(days=4))
    event = rules.LogEvent(2, (), first + timedelta(hours=24), "")
    found = rules.audit_log([event], terms=terms, people=rules.KnownPeople(frozenset()))
    assert [gap.hours for gap in found.gaps] == [24.0, 72.0]
    bare = rules.LogTerms(DAYS, 24)
    assert (
        rules.audit_log([event], terms=bare, people=rules.KnownPeople(frozenset())).gaps
        == []
    )


def test_share_is_full_only_when_nothing_lacks() -> None:
    events = [
        rules.LogEvent(n, ("who",) if n == 7 else (), None, "") for n in range(5000)
    ]
    found = rules.audit_log(
        events, terms=rules.LogTerms(DAYS), people=rules.KnownPeople(frozenset())
    ).as_json()
    assert [each["percent"] for each in found["fields"]] == [99.9, 100, 100, 100, 100]
    assert found["unreadable"] == {"count": 5000, "rows": list(range(100))}
    assert found["is_clean"] is False


def test_empty_log_is_not_clean() -> None:
    found = rules.audit_log(
        [], terms=rules.LogTerms(DAYS), people=rules.KnownPeople(frozenset())
    )
    assert found.is_clean is False
    assert found.as_json()["fields"][0]["percent"] == 0.0


def _system(cast: Cast) -> System:
    """Ana works; an account ended on 2 June, and so did one agent."""
    system = make_system(cast.vendor, name="Chat desk")
    make_account(system, key="U1", login="ana", email="ana@careline.test")
    make_account(
        system, key="U2", login="gone", absent_since=datetime(2026, 6, 2, tzinfo=UTC)
    )
    make_agent(cast.vendor, external_id="A-9", left_on=date(2026, 6, 1))
    return system


def _statement(**overrides: Any) -> actions.LogStatement:
    return actions.LogStatement(**{"zone": "Asia/Manila"} | overrides)  # type: ignore[arg-type]


def _uploaded(
    cast: Cast, system: System, text: str = LOG, name: str = "log.csv", **overrides: Any
) -> LogAudit:
    return actions.upload_log(
        system,
        by=cast.manager,
        content=File(io.BytesIO(text.encode())),
        file_name=name,
        statement=_statement(**overrides),
    )


def _audited(job: LogAudit, cast: Cast, **confirm: Any) -> LogAudit:
    """As the worker does it, one job after the other."""
    tasks.read_log(str(job.pk))
    actions.confirm_log(
        queries.log_audit(cast.manager, job.pk), by=cast.manager, **confirm
    )
    tasks.audit_log(str(job.pk))
    tasks.render_log_report(str(job.pk))
    return queries.log_audit(cast.manager, job.pk)


def test_log_is_audited_and_deleted(cast: Cast) -> None:
    job = _uploaded(cast, _system(cast))
    assert default_storage.exists(job.held)
    done = _audited(job, cast)
    found = done.findings
    assert found["read"] == 7
    assert {
        each["name"]: (each["percent"], each["rows"]) for each in found["fields"]
    } == {
        "who": (85.7, [8]),
        "what": (100.0, []),
        "when": (100.0, []),
        "where": (85.7, [5]),
        "outcome": (85.7, [3]),
    }
    assert found["unreadable"] == {"count": 1, "rows": [6]}
    # 20:00 in Manila; 9:30 without an offset is of the declared zone, so 1:30 UTC.
    assert found["outside"] == {"count": 1, "rows": [4]}
    assert found["unknown"] == {"count": 1, "rows": [5], "accounts": 1}
    assert found["ended"] == {"count": 1, "rows": [7]}
    assert [(gap["start"], gap["hours"]) for gap in found["gaps"]] == [
        ("2026-06-01T12:00:00+00:00", 37.5)
    ]
    assert (done.held, default_storage.exists(job.held)) == ("", False)
    types = AuditEvent.objects.filter(type__startswith="access_log").order_by("pk")
    assert [event.type for event in types] == [
        "access_log.uploaded",
        "access_log.confirmed",
        "access_log.audited",
        "access_log.reported",
    ]


def test_nothing_of_the_content_is_kept(cast: Cast) -> None:
    done = _audited(_uploaded(cast, _system(cast)), cast)
    assert done.file is not None
    kept = json.dumps([done.findings, done.understood, done.mapping, done.problems])
    report = _text(done)
    for word in ("Jane", "John", "ghost", "10.0.0.1", "export,"):
        assert word not in kept
        assert word not in report
    assert StoredFile.objects.filter(sha256=done.sha256).count() == 0


def _text(job: LogAudit) -> str:
    assert job.file is not None
    with evidence.opened(job.file) as handle:
        pages = pypdf.PdfReader(io.BytesIO(handle.read())).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_report_says_what_was_found_and_what_is_ours(cast: Cast) -> None:
    text = _text(_audited(_uploaded(cast, _system(cast)), cast))
    summary = (
        "7 events of Chat desk. Required fields not always filled: 3 of 5. Gaps of 24 "
        "hours or more: 1. Out of hours: 1. By unknown accounts: 1. After access had "
        "ended: 1."
    )
    for words in (summary, "164.312(b)", "own defaults", "The sample was deleted"):
        assert words in text
    assert "37.5" in text


LINES = """{"time": 1780275600, "actor": {"id": 1}, "user": "ana", "event": "v", \
"ip": "1", "result": "ok"}
{"time": "2026-06-01T02:00:00.123Z", "user": "ana", "event": "v", "ip": "1"}
"""
RECORDS = """{"page": 1, "Records": [
{"eventTime": "2026-06-01T01:00:00Z", "user": "ana", "eventName": "v",
 "sourceIPAddress": "1", "result": "ok"},
{"eventTime": "2026-06-01T02:00:00Z", "user": "ana", "eventName": "v",
 "sourceIPAddress": "1"}]}"""


@pytest.mark.parametrize(
    ("name", "text"), [("log.jsonl", LINES), ("log.json", RECORDS)]
)
def test_json_log_counts_events_from_one(name: str, text: str, cast: Cast) -> None:
    done = _audited(_uploaded(cast, _system(cast), text, name), cast)
    found = done.findings
    assert (found["read"], found["unknown"]["count"]) == (2, 0)
    assert {each["name"]: each["rows"] for each in found["fields"]} == {
        "who": [],
        "what": [],
        "when": [],
        "where": [],
        "outcome": [2],
    }
    assert found["first"] == "2026-06-01T01:00:00+00:00"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("log.jsonl", '{"time": 1}\n{"time": ', "line 2 is cut short"),
        ("log.jsonl", '{"time": 1}\n[1]\n', "line 2 holds no event"),
        ("log.csv", "\0\1\2", ""),
    ],
)
def test_log_that_cannot_be_read_is_refused_and_deleted(
    name: str, text: str, sentence: str, cast: Cast
) -> None:
    job = _uploaded(cast, _system(cast), text, name)
    tasks.read_log(str(job.pk))
    done = queries.log_audit(cast.manager, job.pk)
    assert (done.state, done.held, default_storage.exists(job.held)) == (
        "refused",
        "",
        False,
    )
    assert sentence in done.refusal


def test_columns_are_named_by_hand_and_days_must_be_certain(cast: Cast) -> None:
    text = "A,B,C\n03/04/2026 09:00,ana,x\n04/04/2026 09:00,ana,\n"
    job = _uploaded(cast, _system(cast), text)
    tasks.read_log(str(job.pk))
    waiting = queries.log_audit(cast.manager, job.pk)
    assert waiting.understood["columns"] == []
    assert "first_rows" not in waiting.understood
    with pytest.raises(Invalid, match="column that holds the time"):
        actions.confirm_log(waiting, by=cast.manager)
    columns = {"when": 0, "who": 1, "what": 2, "where": None, "outcome": None}
    actions.confirm_log(waiting, by=cast.manager, columns=columns, order="day_first")
    with pytest.raises(Conflict):
        actions.confirm_log(waiting, by=cast.manager, columns=columns)
    tasks.audit_log(str(job.pk))
    found = queries.log_audit(cast.manager, job.pk).findings
    assert [each["percent"] for each in found["fields"]] == [100, 50, 100, 0, 0]
    assert found["first"] == "2026-04-03T01:00:00+00:00"


def test_uncertain_days_are_asked_about(cast: Cast) -> None:
    job = _uploaded(cast, _system(cast), "time,user\n03/04/2026 09:00,ana\n")
    tasks.read_log(str(job.pk))
    with pytest.raises(Invalid, match="read two ways"):
        actions.confirm_log(queries.log_audit(cast.manager, job.pk), by=cast.manager)


def test_job_that_runs_twice_writes_once(cast: Cast) -> None:
    done = _audited(_uploaded(cast, _system(cast)), cast)
    for task in (tasks.read_log, tasks.audit_log, tasks.render_log_report):
        task(str(done.pk))
    again = queries.log_audit(cast.manager, done.pk)
    assert (again.committed_at, again.file) == (done.committed_at, done.file)
    assert AuditEvent.objects.filter(type="access_log.audited").count() == 1


def test_sample_nobody_confirms_is_deleted_after_a_day(cast: Cast) -> None:
    job = _uploaded(cast, _system(cast))
    with clock.held(NOON + timedelta(hours=23)):
        assert actions.expire_logs() == 0
    with clock.held(NOON + timedelta(hours=25)):
        assert actions.expire_logs() == 1
        assert actions.expire_logs() == 0
    done = queries.log_audit(cast.manager, job.pk)
    assert (done.state, default_storage.exists(job.held)) == ("refused", False)


def test_terms_that_mean_nothing_are_refused(cast: Cast) -> None:
    system = _system(cast)
    for overrides, field in (
        ({"weekdays": ()}, "weekdays"),
        ({"gap_hours": 0}, "gap_hours"),
        ({"first_on": date(2026, 6, 3), "last_on": date(2026, 6, 1)}, "last_on"),
    ):
        with pytest.raises(Invalid) as refused:
            _uploaded(cast, system, **overrides)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid, match="empty or larger"):
        _uploaded(cast, system, "")
    with pytest.raises(NotAllowed):
        actions.upload_log(
            system,
            by=cast.other_manager,
            content=File(io.BytesIO(b"x")),
            file_name="x",
            statement=_statement(),
        )
    assert LogAudit.objects.count() == 0


def _post(client: Client, system: System, **overrides: Any) -> Any:
    data = {
        "system": system.pk,
        "file": SimpleUploadedFile("log.csv", LOG.encode()),
        "weekdays": ["0", "1", "2", "3", "4"],
        "opens": "08:00",
        "closes": "18:00",
        "zone": "Asia/Manila",
        "gap_hours": "24",
    }
    return client.post("/access/logs/new/", data | overrides)


def test_pages_lead_from_sample_to_calendar(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.manager)
    assert "No log audited yet" in client.get("/access/logs/").content.decode()
    assert "deleted" in client.get("/access/logs/new/").content.decode()
    system = _system(cast)
    bad = _post(client, system, zone="Nowhere")
    assert (bad.status_code, LogAudit.objects.count()) == (422, 0)
    path = _post(client, system)["Location"]
    job = LogAudit.objects.get()
    assert "Reading the file" in client.get(path).content.decode()
    tasks.read_log(str(job.pk))
    assert "7 events" in client.get(path).content.decode()
    bad = client.post(path, {"who": "1"})
    assert bad.status_code == 422
    assert "without it nothing can be checked" in bad.content.decode()
    assert client.get(f"{path}rows.csv").status_code == 409
    assert client.get(f"{path}report/").status_code == 409
    columns = {"when": "0", "who": "1", "what": "2", "where": "3", "outcome": "4"}
    assert client.post(path, columns).status_code == 302
    tasks.audit_log(str(job.pk))
    record = f"/logs/{job.pk}/record/"
    tasks.render_log_report(str(job.pk))
    page = client.get(path).content.decode()
    assert "85.7 %" in page
    assert "37.5" in page
    listed = client.get(f"{path}rows.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(listed)))
    assert ["Unknown account", "", "5", "", "", ""] in rows
    assert client.get(f"{path}report/").getvalue().startswith(b"%PDF")

    assert "Start an activity" in client.get(record).content.decode()
    activity = make_activity(cast.vendor, kind="access_log_audit")
    assert "By unknown accounts: 1" in client.get(record).content.decode()
    assert client.post(record, {"activity": activity.pk}).status_code == 302
    done = ActivityRecord.objects.get()
    job.refresh_from_db()
    assert (done.activity, done.outcome, done.file, done.done_on) == (
        activity,
        "findings",
        job.file,
        date(2026, 6, 15),
    )
    assert job.recorded_by == cast.manager.user
    again = client.post(record, {"activity": activity.pk})
    assert (again.status_code, ActivityRecord.objects.count()) == (422, 1)


def test_interface_leads_from_sample_to_findings(
    cast: Cast, client_for: ClientFor
) -> None:
    client, system = client_for(cast.manager), _system(cast)
    made = client.post(
        "/api/v1/access-log-audits/",
        {
            "system": system.pk,
            "file": SimpleUploadedFile("log.csv", LOG.encode()),
            "zone": "Asia/Manila",
        },
    )
    assert (made.status_code, made.json()["state"]) == (201, "reading")
    tasks.read_log(made.json()["id"])
    path = f"/api/v1/access-log-audits/{made.json()['id']}/"
    bad = client.post(
        f"{path}confirm/", {"columns": {"whom": 1}}, content_type="application/json"
    )
    assert bad.status_code == 400
    done = client.post(f"{path}confirm/", {}, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "committing")
    tasks.audit_log(made.json()["id"])
    assert client.get(path).json()["findings"]["read"] == 7
    [listed] = client.get("/api/v1/access-log-audits/").json()["results"]
    assert listed["state"] == "done"


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries(
    count: int, cast: Cast, client_for: ClientFor, django_assert_num_queries: Any
) -> None:
    system = make_system(cast.vendor)
    for _ in range(count):
        _uploaded(cast, system)
    client = client_for(cast.manager)
    with django_assert_num_queries(10):
        client.get("/access/logs/")
