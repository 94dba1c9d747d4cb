"""Roster files from upload to account, and who has left."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.audit.subscriptions import handlers_of
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.workforce import actions, queries, reactions, tasks, trail
from apps.workforce.models import Agent, Assignment, EarlierPeriod, RosterImport
from apps.workforce.rules import fingerprint
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.imports import DATA, roster, take_roster, workbook
from tests.factories.workforce import make_agent, make_assignment, make_site

FOLDER = DATA / "workforce"


def data(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@pytest.fixture(autouse=True)
def manila(cast: Cast) -> None:
    make_site(cast.vendor, code="MNL-1", name="Manila")


def people() -> list[tuple]:
    return list(
        Agent.objects.values_list("external_id", "full_name", "joined_on", "left_on")
    )


def test_roster_is_read_shown_and_written(cast: Cast) -> None:
    job = roster(cast, data("roster.csv"))
    assert job.state == "preview"
    assert job.understood["questions"] == {}
    assert Agent.objects.count() == 0
    account = take_roster(job)
    assert (account["read"], account["imported"], account["refused"]) == (4, 4, {})
    assert people() == [
        ("A-1", "Ann Alder", date(2025, 3, 1), None),
        ("A-2", "Ben Birch", date(2025, 3, 1), None),
        ("A-3", "Cid Cedar", date(2025, 6, 1), date(2026, 5, 31)),
        ("A-4", "Dee Dogwood", date(2026, 2, 1), None),
    ]
    rows = Assignment.objects.order_by("agent__external_id").values_list(
        "role", "channels", "site__code", "effective_on", "ended_on"
    )
    start = date(2026, 1, 5)
    assert list(rows) == [
        ("agent", ["chat"], "MNL-1", start, None),
        ("team_lead", ["chat", "voice"], "MNL-1", start, None),
        ("agent", ["chat"], None, start, date(2026, 5, 31)),
    ]


def test_same_roster_twice_changes_nothing(cast: Cast) -> None:
    take_roster(roster(cast, data("roster.csv")))
    before = list(Assignment.objects.order_by("pk").values())
    account = take_roster(roster(cast, data("roster.csv")))
    assert (account["unchanged"], account["imported"], account["updated"]) == (4, 0, 0)
    assert list(Assignment.objects.order_by("pk").values()) == before


def test_every_problem_has_its_row_and_reason(cast: Cast) -> None:
    job = roster(cast, data("problems.csv"))
    assert job.account["refused"] == {
        "ends before it starts": 1,
        "no agent id": 1,
        "no name": 1,
        "not a date": 1,
        "not an e-mail address": 1,
        "overlaps another assignment": 1,
        "unknown channel": 1,
        "unknown engagement": 1,
        "unknown role": 1,
        "unknown site": 1,
    }
    assert [each["row"] for each in job.problems] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    assert job.account["imported"] == 1
    assert "add the site first" in job.problems[1]["message"]


def test_workbook_roster_gives_the_same(cast: Cast) -> None:
    rows = [
        ["Employee ID", "First name", "Last name", "Hire date", "Project", "Channel"],
        ["A-1", "Ann", "Alder", date(2025, 3, 1), "Patient chat", "Chat"],
    ]
    account = take_roster(roster(cast, workbook(rows), "roster.xlsx"))
    assert account["imported"] == 1
    assert people() == [("A-1", "Ann Alder", date(2025, 3, 1), None)]
    assert Assignment.objects.get().effective_on == date(2026, 6, 15)


def test_engagements_of_one_name_are_told_apart_by_client(cast: Cast) -> None:
    other = make_engagement(
        client=cast.other_clinic, provider=cast.vendor, name="Patient chat"
    )
    header = "Agent ID,Name,Engagement\n"
    job = roster(cast, header + "A-1,Ann,patient chat\n")
    assert job.account["refused"] == {"engagement is ambiguous": 1}
    take_roster(roster(cast, header + "A-1,Ann,Hillside Clinic: Patient chat\n"))
    assert Assignment.objects.get().engagement == other


def test_engagement_of_another_vendor_is_unknown(cast: Cast) -> None:
    make_engagement(client=cast.clinic, provider=cast.other_vendor, name="Theirs")
    job = roster(cast, "Agent ID,Name,Engagement\nA-1,Ann,Theirs\n")
    assert job.account["refused"] == {"unknown engagement": 1}


# -- Leavers ------------------------------------------------------------------
def test_complete_roster_names_leavers_before_it_writes(cast: Cast) -> None:
    take_roster(roster(cast, data("roster.csv")))
    content = "Agent ID,Name\nA-1,Ann Alder\n"
    job = roster(cast, content, complete=True, as_of=date(2026, 6, 10))
    assert job.account["left"] == 2
    assert job.leavers == [("A-2", "Ben Birch"), ("A-4", "Dee Dogwood")]
    assert Agent.objects.get(external_id="A-2").left_on is None
    take_roster(job)
    gone = Agent.objects.get(external_id="A-2")
    assert gone.left_on == date(2026, 6, 10)
    assert gone.assignments.get().ended_on == date(2026, 6, 10)
    assert Agent.objects.get(external_id="A-3").left_on == date(2026, 5, 31)


def test_complete_roster_with_a_nameless_row_lets_nobody_leave(cast: Cast) -> None:
    make_agent(cast.vendor, external_id="A-9")
    job = roster(cast, "Agent ID,Name\nA-1,Ann\n,Bea\n", complete=True)
    assert job.understood["leavers_blocked"] is True
    assert take_roster(job)["left"] == 0


def test_agents_of_other_vendors_never_leave(cast: Cast) -> None:
    make_agent(cast.other_vendor)
    take_roster(roster(cast, "Agent ID,Name\nA-1,Ann\n", complete=True))
    assert Agent.objects.filter(left_on=None).count() == 2


def test_many_leavers_are_confirmed_by_their_number(cast: Cast) -> None:
    for number in range(4):
        make_agent(cast.vendor, external_id=f"B-{number}")
    job = roster(cast, "Agent ID,Name\nB-0,Ann\n", complete=True)
    assert (job.account["left"], job.understood["working"]) == (3, 4)
    for stated in (None, 2):
        with pytest.raises(Invalid, match="Type 3 to confirm"):
            actions.confirm_roster(job, by=cast.manager, leavers=stated)
    assert RosterImport.objects.get().state == "preview"
    actions.confirm_roster(job, by=cast.manager, leavers=3)
    job = RosterImport.objects.select_related("organization", "file").get()
    assert actions.commit_roster(job).account["left"] == 3


def test_nobody_leaves_who_was_not_confirmed(cast: Cast) -> None:
    make_agent(cast.vendor, external_id="B-1")
    job = roster(cast, "Agent ID,Name\nA-1,Ann\n", complete=True)
    job = actions.confirm_roster(job, by=cast.manager)
    make_agent(cast.vendor, external_id="B-2")
    job = actions.commit_roster(job)
    assert job.state == "refused"
    assert job.refusal.startswith("1 leavers were confirmed and now 2 would leave")
    assert Agent.objects.filter(left_on=None).count() == 2
    assert not Agent.objects.filter(external_id="A-1").exists()


# -- Coming back --------------------------------------------------------------
def test_agent_who_comes_back_is_the_same_with_a_new_period(cast: Cast) -> None:
    take_roster(roster(cast, data("roster.csv")))
    before = Agent.objects.get(external_id="A-3")
    content = (
        "Agent ID,Name,Engagement,Channels,Hire date,From\n"
        "A-3,Cid Cedar,Patient chat,Chat,2025-06-01,2026-01-05\n"
    )
    account = take_roster(roster(cast, content))
    assert (account["returned"], account["imported"]) == (1, 1)
    agent = Agent.objects.get(external_id="A-3")
    assert (agent.pk, agent.joined_on, agent.left_on) == (
        before.pk,
        date(2026, 6, 15),
        None,
    )
    assert list(agent.earlier_periods.values_list("joined_on", "left_on")) == [
        (date(2025, 6, 1), date(2026, 5, 31))
    ]
    spans = agent.assignments.values_list("effective_on", "ended_on")
    assert list(spans) == [
        (date(2026, 1, 5), date(2026, 5, 31)),
        (date(2026, 6, 15), None),
    ]
    again = take_roster(roster(cast, content))
    assert (again["unchanged"], again["returned"]) == (1, 0)
    assert EarlierPeriod.objects.count() == 1


def test_one_person_at_two_providers_stays_two_agents(cast: Cast) -> None:
    mine = make_agent(
        cast.other_vendor, external_id="A-1", full_name="Ann", email="ann@example.org"
    )
    content = "Agent ID,Name,E-mail\nA-1,Ann Alder,ann@example.org\n"
    take_roster(roster(cast, content))
    rows = Agent.objects.order_by("full_name").values_list("organization", "full_name")
    assert list(rows) == [
        (cast.other_vendor.pk, "Ann"),
        (cast.vendor.pk, "Ann Alder"),
    ]
    mine.refresh_from_db()
    assert mine.full_name == "Ann"


# -- Remembering --------------------------------------------------------------
ODD = "Who,Called,Since\nA-1,Ann,03/04/2026\n"


def test_columns_and_dates_confirmed_once_are_remembered(cast: Cast) -> None:
    job = roster(cast, ODD)
    assert set(job.understood["questions"]) == {"columns"}
    columns = {"external_id": 0, "full_name": 1, "joined_on": 2}
    job = actions.remap_roster(
        job, by=cast.manager, columns=columns, date_order="day_first"
    )
    take_roster(actions.read_roster(job))
    again = roster(cast, ODD.replace("A-1,Ann", "A-2,Bea"))
    assert again.understood["questions"] == {}
    assert {each["confidence"] for each in again.understood["columns"]} == {
        "remembered"
    }
    assert take_roster(again)["refused"] == {}
    assert Agent.objects.get(external_id="A-2").joined_on == date(2026, 4, 3)


def test_another_organization_does_not_know_my_columns(cast: Cast) -> None:
    job = roster(cast, ODD)
    columns = {"external_id": 0, "full_name": 1, "joined_on": None}
    job = actions.remap_roster(job, by=cast.manager, columns=columns)
    take_roster(actions.read_roster(job))
    assert queries.remembered_mapping(
        cast.vendor, fingerprint(["Who", "Called", "Since"])
    )
    theirs = queries.remembered_mapping(
        cast.other_vendor, fingerprint(["Who", "Called", "Since"])
    )
    assert theirs == {}


# -- Killed and taken up again ------------------------------------------------
def test_import_that_another_process_works_on_is_left_alone(cast: Cast) -> None:
    job = roster(cast, "Agent ID,Name\nA-1,Ann\n")
    job = actions.confirm_roster(job, by=cast.manager)
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [job.pk.int % 2**63])
        assert actions.commit_roster(job).state == "committing"
        cursor.execute("SELECT pg_advisory_unlock(%s)", [job.pk.int % 2**63])
    assert actions.commit_roster(job).state == "done"


# -- Asking and refusing ------------------------------------------------------
def test_ambiguous_dates_are_asked(cast: Cast) -> None:
    content = "Agent ID,Name,Joined\nA-1,Ann,03/04/2025\n"
    job = roster(cast, content)
    assert list(job.understood["questions"]) == ["date_order"]
    with pytest.raises(Conflict):
        actions.confirm_roster(job, by=cast.manager)
    job = actions.remap_roster(job, by=cast.manager, columns={}, date_order="day_first")
    take_roster(actions.read_roster(job))
    assert people() == [("A-1", "Ann", date(2025, 4, 3), None)]


def test_file_without_ids_asks_for_the_column(cast: Cast) -> None:
    job = roster(cast, "Badge of person,Name\nA-1,Ann\n")
    assert list(job.understood["questions"]) == ["columns"]
    job = actions.remap_roster(
        job, by=cast.manager, columns={"external_id": 0, "full_name": 1}
    )
    assert actions.read_roster(job).account["imported"] == 1


def test_unreadable_roster_is_refused_with_a_sentence(cast: Cast) -> None:
    job = roster(cast, "Agent ID,Name\n", complete=True)
    assert job.state == "refused"
    assert job.refusal.endswith(".")
    assert AuditEvent.objects.filter(type="roster.refused").count() == 1


def test_only_the_provider_imports(cast: Cast) -> None:
    job = roster(cast, data("roster.csv"))
    for actor in (cast.officer, cast.lead, cast.auditor, cast.other_manager):
        with pytest.raises(NotAllowed):
            actions.confirm_roster(job, by=actor)


def test_confirming_twice_is_a_conflict(cast: Cast) -> None:
    job = actions.confirm_roster(roster(cast, data("roster.csv")), by=cast.manager)
    with pytest.raises(Conflict):
        actions.confirm_roster(job, by=cast.manager)


def test_tasks_do_their_step_once(cast: Cast) -> None:
    job = roster(cast, data("roster.csv"))
    tasks.read_roster.apply(args=[str(job.pk)]).get()
    actions.confirm_roster(job, by=cast.manager)
    tasks.commit_roster.apply(args=[str(job.pk)]).get()
    tasks.commit_roster.apply(args=[str(job.pk)]).get()
    job.refresh_from_db()
    assert (job.state, job.rows_done) == ("done", 4)
    assert AuditEvent.objects.filter(type="roster.imported").count() == 1


# -- Trail and database -------------------------------------------------------
def test_trail_tells_both_parties_that_assignments_changed(cast: Cast) -> None:
    take_roster(roster(cast, data("roster.csv")))
    event = AuditEvent.objects.get(type="assignments.changed")
    assert event.engagement == cast.engagement.pk
    body = bytes(event.body)
    assert b'"started":3' in body
    assert str(cast.clinic.pk).encode() in body
    assert b"Ann" not in b"".join(bytes(each.body) for each in AuditEvent.objects.all())


def test_database_refuses_overlapping_assignments(cast: Cast) -> None:
    first = make_assignment(cast.engagement)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_assignment(cast.engagement, first.agent, effective_on=date(2026, 3, 1))


def test_statements_do_not_grow_with_rows(cast: Cast) -> None:
    def statements(rows: int, start: int) -> int:
        content = "Agent ID,Name,Engagement\n" + "".join(
            f"B-{start + n},Bea,Patient chat\n" for n in range(rows)
        )
        job = actions.confirm_roster(roster(cast, content), by=cast.manager)
        job = queries.roster_import_for_job(job.pk)
        with CaptureQueriesContext(connection) as captured:
            actions.commit_roster(job)
        return len(captured)

    statements(1, 100)  # makes the keys of the trail
    assert statements(1, 200) == statements(3, 300) == statements(30, 400)


def test_file_in_quarantine_is_not_read(cast: Cast) -> None:
    job = actions.confirm_roster(roster(cast, data("roster.csv")), by=cast.manager)
    job.file.quarantined_reason = "A macro was found"
    job.file.save(update_fields=["quarantined_reason"])
    job = actions.commit_roster(job)
    assert (job.state, Agent.objects.count()) == ("refused", 0)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("A-1," + "x" * 201 + ",", "too long"),
        ("x" * 65 + ",Ann,", "too long"),
        ("A-1,Ann," + "x" * 21, "unknown language"),
    ],
)
def test_row_is_refused_because(cast: Cast, cells: str, reason: str) -> None:
    job = roster(cast, f"Agent ID,Name,Languages\n{cells}\n")
    assert job.account["refused"] == {reason: 1}


def test_open_end_written_as_a_far_day_is_no_end(cast: Cast) -> None:
    content = (
        "Agent ID,Name,Engagement,Assigned from,Assigned until\n"
        "A-1,Ann,Patient chat,2026-06-01,9999-12-31\n"
    )
    assert take_roster(roster(cast, content))["imported"] == 1
    assert Assignment.objects.get().ended_on is None


def test_steps_follow_what_was_recorded() -> None:
    for verb in (trail.ROSTER_UPLOADED, trail.ROSTER_REMAPPED):
        assert handlers_of(verb.name) == [reactions.read_roster]
    assert reactions.commit_roster in handlers_of(trail.ROSTER_CONFIRMED.name)
