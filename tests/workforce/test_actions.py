"""Sites, attestations, pushes and bulk changes."""

from __future__ import annotations

from datetime import date

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence.models import Attachment
from apps.workforce import actions
from apps.workforce.enums import Control
from apps.workforce.models import Agent, Assignment, Site, SiteControl
from apps.workforce.queries import Selection
from apps.workforce.rules import RosterRow
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file
from tests.factories.imports import take_roster
from tests.factories.workforce import make_agent, make_assignment, make_site


def create(cast: Cast, **changes: object) -> Site:
    values = {
        "by": cast.manager,
        "organization": cast.vendor,
        "code": "MNL-1",
        "name": "Manila",
        "country": "ph",
    }
    return actions.create_site(**values | changes)  # type: ignore[arg-type]


def test_site_is_created_and_recorded(cast: Cast) -> None:
    site = create(cast)
    assert (site.code, site.country, site.is_remote) == ("MNL-1", "PH", False)
    event = AuditEvent.objects.get()
    assert (event.type, event.object_id) == ("site.created", site.pk)


def test_code_is_unique_whatever_its_case(cast: Cast) -> None:
    make_site(cast.vendor, code="mnl-1")
    with pytest.raises(Conflict) as refused:
        create(cast)
    assert list(refused.value.fields) == ["code"]


def test_code_of_another_vendor_is_free(cast: Cast) -> None:
    make_site(cast.other_vendor, code="MNL-1")
    assert create(cast).code == "MNL-1"


@pytest.mark.parametrize(
    "changes", [{"country": "P1"}, {"country": "PHL"}, {"code": " "}, {"name": ""}]
)
def test_impossible_site_is_refused(cast: Cast, changes: dict) -> None:
    with pytest.raises(Invalid):
        create(cast, **changes)


def test_only_managers_of_the_vendor_create_sites(cast: Cast) -> None:
    for actor in (cast.lead, cast.officer, cast.reader, cast.other_manager):
        with pytest.raises(NotAllowed):
            create(cast, by=actor)
    assert Site.objects.count() == 0


# -- Attesting ----------------------------------------------------------------
def attest(cast: Cast, site: Site, **changes: object) -> list[SiteControl]:
    values = {
        "by": cast.manager,
        "stated": {Control.SCREEN_LOCK: True, Control.CLEAN_DESK: False},
        "attested_on": date(2026, 6, 15),
    }
    return actions.attest_controls(site, **values | changes)  # type: ignore[arg-type]


def test_controls_are_attested_with_proof_and_recorded(cast: Cast) -> None:
    site = make_site(cast.vendor)
    file = make_stored_file(cast.vendor)
    attest(cast, site, file=file, note=" export of the MDM ")
    rows = SiteControl.objects.order_by("control").values_list(
        "control", "is_in_place", "attested_by", "note", "file"
    )
    person = cast.manager.user.pk
    assert list(rows) == [
        ("clean_desk", False, person, "export of the MDM", file.pk),
        ("screen_lock", True, person, "export of the MDM", file.pk),
    ]
    proof = Attachment.objects.get()
    assert (proof.subject_type, proof.subject_id) == ("site", site.pk)
    event = AuditEvent.objects.get(type="site.attested")
    assert event.object_id == site.pk


def test_nothing_is_attested_ahead_or_of_a_strangers_site(cast: Cast) -> None:
    site = make_site(cast.vendor)
    with pytest.raises(Invalid):
        attest(cast, site, attested_on=date(2026, 6, 16))
    with pytest.raises(Invalid):
        attest(cast, site, stated={})
    for actor in (cast.lead, cast.officer, cast.other_manager):
        with pytest.raises(NotAllowed):
            attest(cast, site, by=actor)
    with pytest.raises(NotAllowed):
        attest(cast, site, file=make_stored_file(cast.other_vendor))
    assert SiteControl.objects.count() == 0


# -- Pushing ------------------------------------------------------------------
def push(cast: Cast, *rows: RosterRow):
    return actions.push_rows(cast.vendor, by=cast.manager, rows=rows)


def test_push_is_taken_whole_or_not_at_all(cast: Cast) -> None:
    good = RosterRow(1, "A-1", full_name="Ann", joined_on=date(2026, 1, 1))
    with pytest.raises(Invalid, match="No name"):
        push(cast, good, RosterRow(2, "A-2"))
    assert Agent.objects.count() == 0
    push(cast, good)
    push(cast, RosterRow(1, "A-1", left_on=date(2026, 6, 1)))
    assert Agent.objects.get().left_on == date(2026, 6, 1)
    push(cast, RosterRow(1, "A-1"))
    agent = Agent.objects.get()
    assert (agent.joined_on, agent.left_on) == (date(2026, 6, 15), None)
    assert agent.earlier_periods.count() == 1
    facts = AuditEvent.objects.filter(type="agents.pushed").count()
    assert facts == 3


def test_only_managers_of_the_vendor_push(cast: Cast) -> None:
    row = RosterRow(1, "A-1", full_name="Ann")
    for actor in (cast.lead, cast.officer, cast.other_manager):
        with pytest.raises(NotAllowed):
            actions.push_rows(cast.vendor, by=actor, rows=[row])


# -- In bulk ------------------------------------------------------------------
def terms(cast: Cast, **changes: object) -> actions.AssignmentTerms:
    values = {
        "engagement": cast.engagement,
        "role": "agent",
        "channels": ["chat", "voice"],
        "site": None,
        "effective_on": date(2026, 7, 1),
    }
    return actions.AssignmentTerms(**values | changes)  # type: ignore[arg-type]


def test_selected_agents_are_assigned_and_ended_with_an_account(cast: Cast) -> None:
    for number in range(3):
        make_agent(cast.vendor, external_id=f"B-{number}", team="Blue")
    busy = make_assignment(cast.engagement, Agent.objects.get(external_id="B-2"))
    make_agent(cast.vendor, team="Red")
    chosen = Selection(team="Blue")
    job = actions.assign_selected(by=cast.manager, selection=chosen, terms=terms(cast))
    job = actions.read_roster(job)
    assert job.state == "preview"
    assert Assignment.objects.count() == 1
    account = take_roster(job)
    assert (account["imported"], account["refused"]) == (
        2,
        {"overlaps another assignment": 1},
    )
    rows = Assignment.objects.exclude(pk=busy.pk).values_list(
        "channels", "effective_on", "ended_on"
    )
    assert set(map(str, rows)) == {
        "(['chat', 'voice'], datetime.date(2026, 7, 1), None)"
    }
    job = actions.end_selected(
        by=cast.manager,
        selection=chosen,
        engagement=cast.engagement,
        ended_on=date(2026, 7, 31),
    )
    account = take_roster(actions.read_roster(job))
    assert (account["updated"], account["refused"]) == (3, {})
    ends = Assignment.objects.values_list("ended_on", flat=True)
    assert set(ends) == {date(2026, 7, 31)}
    assert Agent.objects.exclude(left_on=None).count() == 0


def test_nobody_selected_is_said(cast: Cast) -> None:
    with pytest.raises(Invalid, match="Nobody is selected"):
        actions.assign_selected(
            by=cast.manager, selection=Selection(), terms=terms(cast)
        )
    with pytest.raises(NotAllowed):
        actions.assign_selected(by=cast.lead, selection=Selection(), terms=terms(cast))
