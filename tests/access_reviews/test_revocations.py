"""Access that is to end: opened at once, due, proved, verified or reopened."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from apps.access_reviews import actions, queries, rules
from apps.access_reviews.enums import AccountKind, RevocationState
from apps.access_reviews.models import AccessGrant, Account, Revocation, System
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.types import ConditionState
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.notifications.models import Notification
from apps.tenancy.actor import Actor
from apps.tenancy.actor import system as job
from apps.tenancy.enums import Permission
from tests.access_reviews.running import run
from tests.conftest import NOON, Cast
from tests.factories.access_reviews import (
    OPENED,
    make_account,
    make_revocation,
    make_role,
    make_system,
)
from tests.factories.workforce import make_agent, make_assignment

ClientFor = Callable[[Actor], Client]

# 17:00 in Manila.
FIVE = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
NEXT_PAGE = """{"exchanges": [{"url": "https://x.okta.com/u", "status": 200,
"link": ["<https://x.okta.com/u?after=2>; rel=\\"next\\""], "body": []}]}"""
HEADER = "id,login,email,status,role\n"


def export(folder: Path, *lines: str) -> Path:
    path = folder / f"export{len(list(folder.iterdir()))}.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return path


def proof(cast: Cast) -> StoredFile:
    return evidence.store_file(
        by=cast.manager,
        organization=cast.vendor,
        name="ticket.png",
        content=io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 32),
        accept=FileKind.DOCUMENT,
    )


def test_leaver_is_revoked_at_once_proved_and_verified(
    cast: Cast, tmp_path: Path
) -> None:
    cast.vendor.time_zone = "Asia/Manila"
    cast.vendor.save(update_fields=["time_zone"])
    agent = make_agent(cast.vendor, external_id="A-1", email="ana@careline.test")
    with clock.held(FIVE):
        done = run(export(tmp_path, "U1,ana,ana@careline.test,active,Agent"), "Chat")
        assert done.count("unmatched") == 0
        agent.left_on = date(2026, 6, 15)
        agent.save(update_fields=["left_on"])
        assert actions.open_for_leavers(cast.vendor.pk) == 1
        assert actions.open_for_leavers(cast.vendor.pk) == 0
    row = Revocation.objects.get()
    assert (row.cause, row.asked_at) == ("left", FIVE)
    assert row.due_at == FIVE + timedelta(hours=24)
    assert queries.state_now(row) is RevocationState.OPEN
    late = FIVE + timedelta(hours=25)
    with clock.held(late):
        assert queries.state_now(row) is RevocationState.OVERDUE
        assert actions.alert_overdue() == 1
        assert actions.alert_overdue() == 0
        found = queries.revocation(cast.manager, row.pk)
        actions.confirm_revocation(
            found, by=cast.manager, note="Ticket 7", proof=proof(cast)
        )
    told = Notification.objects.filter(kind="revocation.overdue")
    assert {each.recipient for each in told} == {
        cast.manager.user,
        cast.second_manager.user,
    }
    with clock.held(late + timedelta(hours=1)):
        path = export(tmp_path, "U2,ben,ben@careline.test,active,Agent")
        assert run(path, "Chat", "--complete").count("gone") == 1
        found = queries.revocation(cast.manager, row.pk)
        assert queries.state_now(found) is RevocationState.VERIFIED
    assert found.verified_in is not None
    assert [step.kind for step in found.timeline] == [  # type: ignore[attr-defined]
        "asked",
        "alerted",
        "done",
        "verified",
    ]


def test_account_that_still_shows_reopens_the_revocation(
    cast: Cast, tmp_path: Path
) -> None:
    agent = make_agent(cast.vendor, email="ana@careline.test", left_on=date(2026, 6, 1))
    line = "U1,ana,ana@careline.test,active,Agent"
    run(export(tmp_path, line), "Chat")
    actions.open_for_leavers(agent.organization_id)
    row = queries.revocation(cast.manager, Revocation.objects.get().pk)
    actions.confirm_revocation(row, by=cast.manager, note="Done", proof=None)
    later = NOON + timedelta(hours=30)
    with clock.held(later):
        # A file that is not complete proves nothing of who is missing.
        run(export(tmp_path, "U2,ben,ben@careline.test,active,Agent"), "Chat")
        assert Revocation.objects.get().reopened_count == 0
        run(export(tmp_path, line), "Chat")
    row = Revocation.objects.get()
    assert (row.done_at, row.reopened_count) == (None, 1)
    assert (row.reopened_at, row.due_at) == (later, later + timedelta(hours=24))
    with clock.held(later + timedelta(hours=1)):
        run(export(tmp_path, line.replace("active", "suspended")), "Chat")
        assert queries.state_now(Revocation.objects.get()) is RevocationState.VERIFIED


def test_export_never_goes_back_in_time(cast: Cast, tmp_path: Path) -> None:
    line = "U1,ana,ana@careline.test,active,Agent"
    run(export(tmp_path, line), "Chat")
    done = run(export(tmp_path, f"{line}2"), "Chat", "--exported-at=2026-06-14T12:00Z")
    assert done.code == 1
    assert done.error.startswith("A newer export of Chat, of 15 June 2026 12:00 UTC")


def test_number_of_rows_unlike_the_expected_is_refused(
    cast: Cast, tmp_path: Path
) -> None:
    done = run(export(tmp_path, "U1,a,a@x.test,active,Agent"), "Chat", "--expected=2")
    assert (done.code, Account.objects.count()) == (1, 0)
    assert done.error.startswith("The file holds 1 rows where 2 are expected.")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cut.json", '{"users": [{"id": 1, "email": "a@x.test"'),
        ("more.json", '{"users": [{"id": 1, "email": "a"}], "next_page": "u?2"}'),
        ("failed.json", '{"ok": false, "members": []}'),
        (
            "error.json",
            '{"exchanges": [{"url": "https://x.test/u", "status": 500, "body": {}}]}',
        ),
        ("page.json", NEXT_PAGE),
    ],
)
def test_export_that_is_not_whole_is_refused(
    name: str, text: str, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    done = run(path, "Any", "--complete")
    assert (done.code, Account.objects.count()) == (1, 0)
    assert "Export it again." in done.error


def test_assignment_that_ended_takes_access_away(cast: Cast) -> None:
    system = make_system(cast.vendor, cast.engagement)
    agent = make_agent(cast.vendor)
    make_account(system, agent=agent)
    assignment = make_assignment(cast.engagement, agent, ended_on=date(2026, 6, 15))
    assert actions.open_for_ended_assignments(cast.engagement.pk) == 0
    with clock.held(NOON + timedelta(days=1)):
        assert actions.open_for_ended_assignments(cast.engagement.pk) == 1
    row = Revocation.objects.get()
    assert (row.cause, row.engagement) == ("assignment_ended", assignment.engagement)


def test_client_system_ends_with_the_vendors_leaver(cast: Cast) -> None:
    system = make_system(cast.clinic, cast.engagement)
    agent = make_agent(cast.vendor, left_on=date(2026, 6, 14))
    make_account(system, agent=agent)
    assert actions.open_for_leavers(cast.vendor.pk) == 1
    assert Revocation.objects.get().organization == cast.clinic
    assert queries.revocations(cast.manager).count() == 0


def test_gate_speaks_once_something_was_revoked(cast: Cast) -> None:
    system = make_system(cast.vendor, cast.engagement)
    judged, today = [cast.engagement], date(2026, 6, 15)
    assert queries.gate_conditions(judged, as_of=today) == {cast.engagement.pk: []}
    row = make_revocation(make_account(system), due_at=NOON + timedelta(hours=1))
    [found] = queries.gate_conditions(judged, as_of=today)[cast.engagement.pk]
    assert (found.code, found.state) == (
        "access.revocations_done",
        ConditionState.SATISFIED,
    )
    with clock.held(NOON + timedelta(hours=2)):
        [found] = queries.gate_conditions(judged, as_of=today)[cast.engagement.pk]
    assert found.state is ConditionState.NOT_SATISFIED
    assert found.detail == (
        "1 of 1 revocations that run is past the time the owner of the system gave "
        "itself."
    )
    row.done_at = NOON
    row.save(update_fields=["done_at"])
    [found] = queries.gate_conditions(judged, as_of=today)[cast.engagement.pk]
    assert found.detail == "The one revocation is done."


def test_due_items_are_the_owners(cast: Cast) -> None:
    system = make_system(cast.vendor, name="Chat")
    make_revocation(make_account(system), due_at=NOON + timedelta(hours=1))
    make_revocation(make_account(system), due_at=NOON + timedelta(hours=2))
    first, last = date(2026, 6, 15), date(2026, 6, 16)
    [item] = queries.due_items(cast.manager, first=first, last=last)
    assert (item.title, item.due) == ("Take away 2 accesses in Chat", first)
    assert queries.due_items(cast.officer, first=first, last=last) == []
    everybody = job("test", {Permission.ACCESS_VIEW})
    assert len(queries.due_items(everybody, first=first, last=last)) == 1


def test_confirmation_needs_a_note_and_the_owner(cast: Cast) -> None:
    row = make_revocation(make_account(make_system(cast.vendor)))
    with pytest.raises(Invalid):
        actions.confirm_revocation(row, by=cast.manager, note=" ", proof=None)
    with pytest.raises(NotAllowed):
        actions.confirm_revocation(row, by=cast.other_manager, note="x", proof=None)
    actions.confirm_revocation(row, by=cast.manager, note="x", proof=None)
    with pytest.raises(Conflict):
        actions.confirm_revocation(row, by=cast.manager, note="x", proof=None)
    with pytest.raises(Conflict):
        actions.withdraw_revocation(row, by=cast.manager, reason="x")


def test_withdrawn_revocation_says_why(cast: Cast) -> None:
    row = make_revocation(make_account(make_system(cast.vendor)))
    with pytest.raises(NotAllowed):
        actions.withdraw_revocation(row, by=cast.lead, reason="x")
    actions.withdraw_revocation(row, by=cast.manager, reason="Rehired")
    found = queries.revocation(cast.manager, row.pk)
    assert queries.state_now(found) is RevocationState.WITHDRAWN
    assert found.timeline[-1].note == "Rehired"  # type: ignore[attr-defined]


def test_policy_sets_the_hours_of_clocks_that_start(cast: Cast) -> None:
    hours = actions.PolicyTerms(leaver_hours=1, decision_hours=8, dormant_days=30)
    actions.set_policy(by=cast.manager, organization=cast.vendor, terms=hours)
    agent = make_agent(cast.vendor, left_on=date(2026, 6, 1))
    make_account(make_system(cast.vendor), agent=agent)
    actions.open_for_leavers(cast.vendor.pk)
    assert Revocation.objects.get().due_at == NOON + timedelta(hours=1)


def test_match_by_hand_is_remembered_for_other_systems(
    cast: Cast, tmp_path: Path
) -> None:
    agent = make_agent(cast.vendor, email="ana@careline.test")
    line = "U1,agarcia,,active,Agent"
    run(export(tmp_path, line), "Chat")
    account = queries.accounts(cast.manager).get()
    assert account.agent is None
    actions.match_account(
        account, by=cast.manager, agent=agent, kind=AccountKind.PERSON, note=""
    )
    run(export(tmp_path, line.replace("U1", "X9")), "Phone")
    run(export(tmp_path, f"{line}2"), "Chat", "--complete")
    found = queries.accounts(cast.manager).order_by("system__name")
    assert [(row.agent, row.matched_by) for row in found] == [
        (agent, "hand"),
        (agent, "alias"),
    ]
    assert System.objects.count() == 2


def test_same_export_twice_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    path = export(tmp_path, "U1,a,a@x.test,active,Agent", "U2,b,b@x.test,active,Lead")
    run(path, "Chat", "--complete")
    done = run(path, "Chat", "--complete")
    assert [done.count(each) for each in ("new", "changed", "gone")] == [0, 0, 0]
    assert rules.PROPOSED_HOURS == 1


def test_client_sees_no_name_of_the_vendors_agent(
    cast: Cast, client_for: Callable[[Actor], Client]
) -> None:
    system = make_system(cast.clinic, cast.engagement)
    agent = make_agent(cast.vendor, full_name="Ana Hidden", external_id="A-77")
    account = make_account(system, agent=agent)
    AccessGrant.objects.create(
        account=account,
        role=make_role(system),
        first_seen_at=NOON,
        last_seen_at=NOON,
    )
    client = client_for(cast.officer)
    for path in (f"systems/{system.pk}/", f"accounts/{account.pk}/"):
        page = client.get(f"/access/{path}").content.decode()
        assert "A-77" in page
        assert "Ana Hidden" not in page
    [line] = queries.grant_lines(cast.clinic, [system])
    assert queries.frozen_facts(line)["agent"] is None


def test_speed_is_told_by_hours_month_and_cause(
    cast: Cast, client_for: ClientFor
) -> None:
    client, system = client_for(cast.manager), make_system(cast.vendor)
    page = client.get("/access/revocations/").content.decode()
    assert "Nothing was ended in the last year." in page
    ends = (
        ("left", timedelta(hours=1)),
        ("left", timedelta(hours=24)),
        ("decision", timedelta(hours=100)),
    )
    for cause, took in ends:
        make_revocation(make_account(system), cause=cause, done_at=OPENED + took)
    make_revocation(make_account(system))
    found = queries.speed(cast.manager, since=NOON - timedelta(days=365))
    assert found is not None
    assert found.speeds == {
        "Within an hour": 1,
        "Within 4 hours": 0,
        "Within 24 hours": 1,
        "Within 72 hours": 0,
        "Later": 1,
    }
    june = rules.Times(count=3, in_time=2, middle=24.0, worst=100.0)
    assert (found.times, found.months) == (june, [(date(2026, 6, 1), june)])
    assert found.causes == [
        ("Decided in a review", rules.Times(1, 0, 100.0, 100.0)),
        ("The agent left", rules.Times(2, 2, 12.5, 24.0)),
    ]
    page = client.get("/access/revocations/").content.decode()
    for words in ("Hours from asked for to done", "June 2026", "The agent left"):
        assert words in page


def test_owner_learns_at_once_what_to_take_away(cast: Cast) -> None:
    system = make_system(cast.clinic, cast.engagement, name="Portal")
    agent = make_agent(cast.vendor, left_on=date(2026, 6, 14))
    make_account(system, agent=agent)
    actions.open_for_leavers(cast.vendor.pk)
    actions.open_for_leavers(cast.vendor.pk)
    told = Notification.objects.filter(kind="revocations.opened")
    assert {(each.recipient, each.context["count"]) for each in told} == {
        (cast.officer.user, 1),
        (cast.second_officer.user, 1),
    }


def test_proposed_duties_show_as_such_where_asked_for(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_revocation(make_account(make_system(cast.vendor)))
    client, path = client_for(cast.manager), f"/access/revocations/{row.pk}/"
    assert "Proposed, not in force" not in client.get(path).content.decode()
    client.post(
        "/access/policy/",
        {
            "leaver_hours": "24",
            "decision_hours": "72",
            "dormant_days": "90",
            "shows_proposed": "on",
        },
    )
    page = " ".join(client.get(path).content.decode().split())
    assert "Proposed, not in force" in page
    assert "within one hour (beyond it)" in page
    assert "within 24 hours" in page
    judged = queries.gate_conditions([cast.engagement], as_of=date(2026, 6, 15))
    assert judged == {cast.engagement.pk: []}
