"""Who sees what, what the gate hears, and what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assurance import queries
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.types import ConditionState, Side
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor, system
from apps.tenancy.enums import Permission
from tests.conftest import Cast
from tests.factories.assurance import (
    make_activity,
    make_activity_record,
    make_certificate,
    make_evidence_request,
    make_letter,
    make_policy,
    make_share,
)
from tests.factories.engagements import make_engagement, make_grant, make_scope
from tests.factories.workforce import make_agent, make_assignment, make_site

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


def test_certificates_are_seen_by_owner_and_by_share(cast: Cast) -> None:
    row = make_certificate(cast.vendor)
    assert list(queries.certificates(cast.manager)) == [row]
    assert list(queries.certificates(cast.officer)) == []
    share = make_share(row, cast.clinic)
    assert list(queries.certificates(cast.officer)) == [row]
    assert list(queries.certificates(cast.outsider)) == []
    share.ended_at = share.created_at
    share.save(update_fields=["ended_at"])
    with pytest.raises(NotFound):
        queries.certificate(cast.officer, row.pk)


def test_auditor_sees_what_is_shared_between_the_granted_parties(cast: Cast) -> None:
    row, kept = make_certificate(cast.vendor), make_certificate(cast.vendor)
    policy = make_policy(cast.vendor)
    make_share(row, cast.clinic)
    make_share(policy.policy, cast.clinic)
    make_share(kept, cast.other_clinic)
    assert list(queries.certificates(cast.auditor)) == []
    make_grant(cast.engagement, cast.auditor.user)
    assert list(queries.certificates(cast.auditor)) == [row]
    assert queries.policy_version(cast.auditor, policy.pk) == policy


def test_activities_are_seen_on_the_engagement_or_when_shown(cast: Cast) -> None:
    own = make_activity(cast.vendor)
    shown = make_activity(cast.vendor, kind="restore_test", is_shared=True)
    on_it = make_activity(cast.vendor, engagement=cast.engagement)
    assert set(queries.activities(cast.manager)) == {own, shown, on_it}
    assert set(queries.activities(cast.officer)) == {shown, on_it}
    assert set(queries.activities(cast.outsider)) == set()
    make_grant(cast.engagement, cast.auditor.user)
    assert set(queries.activities(cast.auditor)) == {shown, on_it}


def test_sites_used_beside_sites_covered(cast: Cast) -> None:
    certificate = make_certificate(cast.vendor, sites=["MNL-1"])
    covered = make_site(cast.vendor, code="MNL-1")
    other = make_site(cast.vendor, code="CEB-2")
    for site in (covered, other, other, None):
        make_assignment(cast.engagement, site=site)
    found = queries.site_lines(cast.manager, certificate, as_of=TODAY)
    assert [(line.code, line.agents) for line in found.outside] == [("CEB-2", 2)]
    assert found.without_site == 1


def test_an_agent_is_counted_once_a_site(cast: Cast) -> None:
    """One agent on two engagements, and from another site on a third."""
    certificate = make_certificate(cast.vendor, sites=["MNL-1"])
    one, two = (make_site(cast.vendor, code=code) for code in ("MNL-1", "CEB-2"))
    agent = make_agent(cast.vendor)
    for name, site in (("Calls", one), ("Chat", one), ("Mail", two)):
        other = make_engagement(client=cast.clinic, provider=cast.vendor, name=name)
        make_assignment(other, agent=agent, site=site)
    found = queries.site_lines(cast.manager, certificate, as_of=TODAY)
    assert [(line.code, line.agents) for line in found.lines] == [
        ("CEB-2", 1),
        ("MNL-1", 1),
    ]
    assert found.without_site == 0


def test_coverage_of_what_the_engagement_uses(cast: Cast) -> None:
    make_scope(cast.engagement, channels=["voice"], remote_work=True)
    version = make_policy(cast.vendor, media=["voice"], topics=["access"])
    make_share(version.policy, cast.clinic)
    make_policy(cast.vendor, media=["voice"], topics=["identity"])
    seen = queries.engagement_coverage(cast.officer, cast.engagement, as_of=TODAY)
    # Voice, what it leaves behind, and home: 5 media by 7 topics, one cell covered.
    assert seen.gaps == 34
    own = queries.engagement_coverage(cast.manager, cast.engagement, as_of=TODAY)
    assert own.gaps == 33
    assert queries.coverage_of(cast.manager, as_of=TODAY).gaps == 33
    before = queries.coverage_of(cast.manager, as_of=date(2025, 12, 31))
    assert all(not cell.titles for row in before.rows for cell in row.cells)


# -- Gate -----------------------------------------------------------------------------


def conditions(cast: Cast, *, as_of: date = TODAY) -> dict[str, Any]:
    found = queries.gate_conditions([cast.engagement], as_of=as_of)
    return {one.code: one for one in found[cast.engagement.pk]}


def test_gate_hears_nothing_before_anything_was_started(cast: Cast) -> None:
    make_certificate(cast.vendor, last_on=date(2025, 12, 31))
    make_activity(cast.vendor, first_due_on=date(2026, 1, 1))
    assert conditions(cast) == {}


def test_gate_hears_of_a_late_activity(cast: Cast) -> None:
    row = make_activity(
        cast.vendor,
        engagement=cast.engagement,
        first_due_on=date(2026, 6, 14),
        created_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    one = conditions(cast)["assurance.activities"]
    assert one.state is ConditionState.NOT_SATISFIED
    assert (one.who_acts, one.due) == (Side.PROVIDER, date(2026, 6, 14))
    assert "annual review (due 14 Jun 2026)" in one.detail
    assert (
        conditions(cast, as_of=date(2026, 6, 14))["assurance.activities"].state
        is ConditionState.SATISFIED
    )
    make_activity_record(row, outcome="failed")
    assert conditions(cast)["assurance.activities"].state is (
        ConditionState.NOT_SATISFIED
    )
    make_activity_record(row)
    again = conditions(cast)["assurance.activities"]
    assert (again.state, again.due) == (ConditionState.SATISFIED, date(2027, 6, 1))


def test_gate_of_a_past_day_knows_what_ran_on_it(cast: Cast) -> None:
    row = make_activity(
        cast.vendor, engagement=cast.engagement, first_due_on=date(2026, 6, 1)
    )
    share = make_share(make_certificate(cast.vendor), cast.clinic)
    assert conditions(cast, as_of=date(2026, 6, 14)) == {}
    assert set(conditions(cast)) == {"assurance.activities", "assurance.certificates"}
    row.ended_on, row.end_reason = date(2026, 6, 20), "Nobody serves it"
    row.save(update_fields=["ended_on", "end_reason"])
    share.ended_at = datetime(2026, 6, 21, 12, tzinfo=UTC)
    share.save(update_fields=["ended_at"])
    late = conditions(cast, as_of=date(2026, 6, 20))["assurance.activities"]
    assert late.state is ConditionState.NOT_SATISFIED
    assert list(conditions(cast, as_of=date(2026, 6, 20))) == [
        "assurance.activities",
        "assurance.certificates",
    ]
    assert conditions(cast, as_of=date(2026, 6, 21)) == {}


def test_gate_names_the_side_that_is_late(cast: Cast) -> None:
    make_activity(
        cast.clinic, engagement=cast.engagement, first_due_on=date(2026, 6, 1)
    )
    assert conditions(cast)["assurance.activities"].who_acts is Side.CLIENT


def test_gate_hears_of_a_lapsed_certificate(cast: Cast) -> None:
    old = make_certificate(cast.vendor, last_on=date(2025, 12, 31))
    make_share(old, cast.clinic)
    one = conditions(cast)["assurance.certificates"]
    assert one.state is ConditionState.NOT_SATISFIED
    assert one.detail == "Not in force, with nothing in its place: ISO/IEC 27001."
    make_letter(old, last_on=date(2026, 6, 30))
    assert conditions(cast)["assurance.certificates"].state is ConditionState.SATISFIED
    new = make_certificate(cast.vendor)
    make_share(new, cast.clinic)
    later = conditions(cast, as_of=date(2026, 7, 1))["assurance.certificates"]
    assert later.state is ConditionState.SATISFIED
    assert later.evidence == (new.file.sha256,)


def test_gate_names_the_sites_whose_certificate_lapsed(cast: Cast) -> None:
    """Two certificates of one standard, each of its own site, are not one series."""
    manila = make_certificate(cast.vendor, sites=["MNL-1"], last_on=date(2026, 6, 14))
    cebu = make_certificate(cast.vendor, sites=["CEB-2"], first_on=date(2025, 6, 1))
    for row in (manila, cebu):
        make_share(row, cast.clinic)
    one = conditions(cast)["assurance.certificates"]
    assert one.state is ConditionState.NOT_SATISFIED
    assert one.detail == (
        "Not in force, with nothing in its place: ISO/IEC 27001 of MNL-1."
    )
    lines = queries.certificate_lines(queries.certificates(cast.manager), as_of=TODAY)
    assert [line.following_on for line in lines] == [None, None]
    assert len(queries.newest(lines)) == 2
    both = make_certificate(
        cast.vendor, sites=["MNL-1", "CEB-2"], first_on=date(2026, 6, 15)
    )
    make_share(both, cast.clinic)
    again = conditions(cast)["assurance.certificates"]
    assert again.detail == "In force: ISO/IEC 27001."
    lines = queries.certificate_lines(queries.certificates(cast.manager), as_of=TODAY)
    assert queries.newest(lines)[0].certificate == both
    assert len(queries.newest(lines)) == 1


def test_gate_is_not_told_of_a_renewal_that_lies_ahead(cast: Cast) -> None:
    make_share(make_certificate(cast.vendor), cast.clinic)
    ahead = make_certificate(
        cast.vendor, sites=["MNL-1", "CEB-2"], first_on=date(2026, 8, 1)
    )
    make_share(ahead, cast.clinic)
    one = conditions(cast)["assurance.certificates"]
    assert (one.state, one.detail) == (
        ConditionState.SATISFIED,
        "In force: ISO/IEC 27001.",
    )


def in_quarantine(row: Any) -> None:
    row.file.quarantined_reason = "It waits for the virus scanner"
    row.file.save(update_fields=["quarantined_reason"])


def test_a_certificate_in_quarantine_proves_nothing(cast: Cast) -> None:
    row = make_certificate(cast.vendor)
    make_share(row, cast.clinic)
    in_quarantine(row)
    one = conditions(cast)["assurance.certificates"]
    assert (one.state, one.evidence) == (ConditionState.NOT_SATISFIED, ())
    assert one.detail == (
        "Not in force, with nothing in its place: ISO/IEC 27001 (its file cannot be "
        "opened)."
    )
    [line] = queries.certificate_lines(queries.certificates(cast.manager), as_of=TODAY)
    assert (line.state, line.tone) == ("unreadable", "bad")
    StoredFile.objects.update(quarantined_reason="")
    assert conditions(cast)["assurance.certificates"].state is ConditionState.SATISFIED


def test_a_letter_in_quarantine_bridges_nothing(cast: Cast) -> None:
    row = make_certificate(cast.vendor, last_on=date(2025, 12, 31))
    make_share(row, cast.clinic)
    letter = make_letter(row, last_on=date(2026, 6, 30))
    assert conditions(cast)["assurance.certificates"].state is ConditionState.SATISFIED
    in_quarantine(letter)
    one = conditions(cast)["assurance.certificates"]
    assert one.state is ConditionState.NOT_SATISFIED


def test_bytes_destroyed_after_a_day_still_counted_on_it(cast: Cast) -> None:
    row = make_certificate(cast.vendor)
    make_share(row, cast.clinic)
    row.file.destroyed_at = datetime(2026, 6, 16, tzinfo=UTC)
    row.file.destruction_reason = "Over"
    row.file.save(update_fields=["destroyed_at", "destruction_reason"])
    states = [
        conditions(cast, as_of=day)["assurance.certificates"].state
        for day in (TODAY, date(2026, 6, 16))
    ]
    assert states == [ConditionState.SATISFIED, ConditionState.NOT_SATISFIED]


def test_a_record_in_quarantine_moves_no_day(cast: Cast) -> None:
    row = make_activity(
        cast.vendor,
        engagement=cast.engagement,
        first_due_on=date(2026, 6, 14),
        created_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    in_quarantine(make_activity_record(row))
    one = conditions(cast)["assurance.activities"]
    assert (one.state, one.due) == (ConditionState.NOT_SATISFIED, date(2026, 6, 14))
    [line] = queries.activity_lines(queries.activities(cast.manager), as_of=TODAY)
    assert line.last is None
    assert duties(cast.manager) == {("assurance.activity_due", date(2026, 6, 14))}
    StoredFile.objects.update(quarantined_reason="")
    assert duties(cast.manager) == set()


def test_a_policy_in_quarantine_covers_nothing(cast: Cast) -> None:
    version = make_policy(cast.vendor)
    make_scope(cast.engagement, channels=["chat"])
    before = queries.coverage_of(cast.manager, as_of=TODAY).gaps
    in_quarantine(version)
    assert queries.coverage_of(cast.manager, as_of=TODAY).gaps == before + 1


def test_a_renewal_in_quarantine_renews_nothing(cast: Cast) -> None:
    old = make_certificate(cast.vendor, last_on=date(2026, 8, 31))
    due = {("assurance.certificate_ends", date(2026, 8, 31))}
    for last_on in (date(2026, 8, 31), date(2029, 8, 31)):
        in_quarantine(make_certificate(cast.vendor, last_on=last_on))
        assert due <= duties(cast.manager)
    lines = queries.certificate_lines(queries.certificates(cast.manager), as_of=TODAY)
    assert old in {line.certificate for line in queries.newest(lines)}


def test_gate_asks_a_constant_number_of_queries(cast: Cast) -> None:
    make_activity_record(make_activity(cast.vendor, is_shared=True))
    make_letter(make_certificate(cast.vendor))
    make_share(make_certificate(cast.vendor), cast.clinic)
    engagements = [cast.engagement]

    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.gate_conditions(engagements, as_of=TODAY)
        return len(captured)

    first = counted()
    for name in ("B", "C"):
        one = make_engagement(client=cast.clinic, provider=cast.vendor, name=name)
        make_activity_record(make_activity(cast.vendor, engagement=one))
        engagements.append(one)
    assert counted() == first


# -- Duties ---------------------------------------------------------------------------


def duties(actor: Any) -> set[tuple[str, date]]:
    items = queries.due_items(actor, first=date(2026, 6, 1), last=date(2026, 12, 31))
    return {(item.kind, item.due) for item in items}


def test_due_items_belong_to_who_must_act(cast: Cast) -> None:
    make_certificate(cast.vendor, last_on=date(2026, 8, 31))
    make_activity(cast.vendor)
    make_policy(cast.vendor, review_on=date(2026, 9, 1))
    make_evidence_request(cast.engagement)
    vendors = {
        ("assurance.certificate_ends", date(2026, 8, 31)),
        ("assurance.activity_due", date(2026, 6, 30)),
        ("assurance.policy_review", date(2026, 9, 1)),
        ("assurance.evidence_requested", date(2026, 6, 30)),
    }
    assert duties(cast.manager) == vendors
    assert duties(cast.officer) == set()
    assert duties(system("reminders", {Permission.ASSURANCE_VIEW})) == vendors


def test_an_older_certificate_of_a_standard_asks_for_nothing(cast: Cast) -> None:
    make_certificate(cast.vendor, last_on=date(2026, 8, 31))
    make_certificate(cast.vendor, last_on=date(2029, 8, 31))
    assert duties(cast.manager) == set()


def test_a_certificate_of_other_sites_does_not_renew(cast: Cast) -> None:
    make_certificate(cast.vendor, sites=["MNL-1"], last_on=date(2026, 8, 31))
    make_certificate(cast.vendor, sites=["CEB-2"], last_on=date(2029, 8, 31))
    due = {("assurance.certificate_ends", date(2026, 8, 31))}
    assert duties(cast.manager) == due
    make_certificate(cast.vendor, sites=["ceb-2", "mnl-1"], last_on=date(2029, 8, 31))
    assert duties(cast.manager) == set()


def test_days_between_two_certificates_are_still_a_duty(cast: Cast) -> None:
    """Ends on 31 August, the next begins on 1 October: until a letter bridges it, the
    day stays due. Days that have passed are past mending."""
    old = make_certificate(cast.vendor, last_on=date(2026, 8, 31))
    values = {"first_on": date(2026, 10, 1), "last_on": date(2029, 9, 30)}
    make_certificate(cast.vendor, **values)
    due = {("assurance.certificate_ends", date(2026, 8, 31))}
    assert duties(cast.manager) == due
    with clock.held(datetime(2026, 10, 1, 12, tzinfo=UTC)):
        assert duties(cast.manager) == set()
    make_letter(old, first_on=date(2026, 9, 1), last_on=date(2026, 9, 30))
    assert duties(cast.manager) == set()


def test_what_waits_for_review_is_not_due(cast: Cast) -> None:
    row = make_evidence_request(cast.engagement)
    row.answered_at = row.created_at
    row.save(update_fields=["answered_at"])
    assert duties(cast.manager) == set()


@pytest.mark.parametrize(
    "read",
    [
        lambda actor: [row.term for row in queries.certificates(actor)],
        lambda actor: [list(row.versions.all()) for row in queries.policies(actor)],
        lambda actor: queries.activity_lines(queries.activities(actor), as_of=TODAY),
        lambda actor: queries.due_items(actor, first=TODAY, last=date(2030, 1, 1)),
    ],
)
def test_query_counts_do_not_grow(cast: Cast, read: Callable[[Actor], object]) -> None:
    counts = []
    kinds = ("annual_review", "restore_test", "incident_test")
    for kind in kinds:
        make_letter(make_certificate(cast.vendor))
        make_policy(cast.vendor)
        make_activity_record(make_activity(cast.vendor, kind=kind))
        with CaptureQueriesContext(connection) as captured:
            read(cast.manager)
        counts.append(len(captured))
    assert counts[0] == counts[2]
