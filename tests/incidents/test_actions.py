"""Writes to a case: happy, forbidden, wrong state, other organization, trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.engagements.enums import LegalAgency
from apps.incidents import actions, queries, rules
from apps.incidents.actions import FactValue, NoticeTerms, Report, ReviewTerms
from apps.incidents.enums import (
    Audience,
    ClockEnd,
    Duty,
    FactName,
    HoldForm,
    Kind,
    Method,
    Outcome,
    TaskKind,
)
from apps.incidents.models import Clock, Incident, IncidentFact, Notice
from apps.notifications.models import Notification
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission
from tests.conftest import Cast
from tests.factories.agreements import make_baa
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.evidence import make_stored_file
from tests.factories.incidents import make_clock, make_incident

KNEW = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
TOLD = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
LEARNED = FactName.PROVIDER_LEARNED
AT_TOLD = FactValue(moment=TOLD, zone="UTC")
FIRST_OF_JUNE = FactValue(day=date(2026, 6, 1))
CONTENTS = tuple(item.id for item in rules.federal().contents)


def report(**overrides: Any) -> Report:
    values: dict[str, Any] = {
        "kind": Kind.MISDIRECTED,
        "summary": "A chat transcript went to the wrong patient.",
        "learned_at": KNEW,
        "zone": "UTC",
        "person": "Team lead, night shift",
    }
    return Report(**values | overrides)


def review(**overrides: Any) -> ReviewTerms:
    values: dict[str, Any] = {
        "held_on": date(2026, 6, 15),
        "what_happened": "A transcript was sent to the wrong chat.",
        "causes": "Two windows looked alike.",
        "lessons": "Windows show whose chat they are.",
    }
    return ReviewTerms(**values | overrides)


def reported(cast: Cast, **overrides: Any) -> Incident:
    cast.engagement.legal_agency = LegalAgency.INDEPENDENT
    cast.engagement.save(update_fields=["legal_agency"])
    return actions.report_incident(
        cast.engagement, by=cast.lead, report=report(**overrides)
    )


def shared(cast: Cast, **overrides: Any) -> Incident:
    incident = reported(cast, **overrides)
    return actions.share_incident(incident, by=cast.manager, told_at=TOLD)


def running(incident: Incident) -> dict[str, date]:
    rows = Clock.objects.filter(incident=incident, ended_at=None)
    return {row.code: row.due_on for row in rows}


def recorded(incident: Incident) -> list[str]:
    rows = AuditEvent.objects.filter(object_id=incident.pk).order_by("pk")
    return list(rows.values_list("type", flat=True))


# -- Report and share ------------------------------------------------------


def test_report_starts_the_clocks_of_the_vendor_alone(cast: Cast) -> None:
    make_baa(cast.engagement)
    incident = reported(cast)
    assert incident.state == "draft"
    assert running(incident) == {
        "CONTRACT": date(2026, 6, 11),
        "FED-UPSTREAM": date(2026, 8, 9),
    }
    assert recorded(incident) == [
        "incident.reported",
        "incident.fact_corrected",
        "incident.clocks_computed",
    ]


def test_draft_is_seen_by_the_reporting_side_alone(cast: Cast) -> None:
    incident = reported(cast)
    for actor in (cast.lead, cast.manager):
        assert queries.incident(actor, incident.pk) == incident
    for actor in (cast.officer, cast.outsider, cast.other_manager, cast.auditor):
        with pytest.raises(NotFound):
            queries.incident(actor, incident.pk)
    with pytest.raises(NotAllowed):
        actions.count_people(incident, by=cast.officer, total=1, by_state={})
    streams = set(
        AuditEvent.objects.filter(object_id=incident.pk).values_list("org", flat=True)
    )
    assert streams == {cast.vendor.pk}
    assert not Notification.objects.filter(organization=cast.clinic).exists()


def test_draft_with_an_agent_stays_hidden_while_the_clients_clock_runs(
    cast: Cast,
) -> None:
    cast.engagement.legal_agency = LegalAgency.AGENT
    cast.engagement.save(update_fields=["legal_agency"])
    incident = actions.report_incident(cast.engagement, by=cast.lead, report=report())
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 9)
    days = {"first": date(2026, 1, 1), "last": date(2027, 12, 31)}
    assert queries.due_items(cast.officer, **days) == []
    job = system("test", {Permission.INCIDENTS_VIEW})
    owners = {item.organization_id for item in queries.due_items(job, **days)}
    assert owners == {cast.vendor.pk}


def test_sharing_meets_the_vendors_clocks_and_starts_the_clients(cast: Cast) -> None:
    incident = shared(cast)
    assert running(incident) == {
        "FED-INDIVIDUALS": date(2026, 8, 10),
        "FED-HHS-LARGE": date(2026, 8, 10),
    }
    upstream = Clock.objects.get(incident=incident, code="FED-UPSTREAM")
    assert upstream.ended_as == ClockEnd.SATISFIED
    assert queries.incident(cast.officer, incident.pk) == incident
    told = Notification.objects.filter(organization=cast.clinic)
    assert {row.kind for row in told} == {"incident.shared"}


@pytest.mark.parametrize("name", ["reader", "lead", "outsider", "other_manager"])
def test_who_may_not_share(cast: Cast, name: str) -> None:
    incident = reported(cast)
    with pytest.raises(NotAllowed):
        actions.share_incident(incident, by=getattr(cast, name), told_at=TOLD)
    assert Incident.objects.get().shared_at is None


def test_share_twice_is_refused(cast: Cast) -> None:
    incident = shared(cast)
    with pytest.raises(Conflict):
        actions.share_incident(incident, by=cast.manager, told_at=TOLD)


def test_share_in_the_future_changes_nothing(cast: Cast) -> None:
    incident = reported(cast)
    later = clock.now() + timedelta(hours=1)
    with pytest.raises(Invalid), transaction.atomic():
        actions.share_incident(incident, by=cast.manager, told_at=later)
    assert Incident.objects.get().shared_at is None
    assert not Notice.objects.exists()


def test_report_before_it_was_known_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        reported(cast, learned_at=clock.now() + timedelta(minutes=1))
    with pytest.raises(NotAllowed):
        actions.report_incident(cast.engagement, by=cast.outsider, report=report())


def test_text_with_an_identifier_needs_a_confirmation(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    text = "MRN 00483921 was read out"
    with pytest.raises(rules.LooksLikePhi):
        reported(cast, summary=text)
    assert not Incident.objects.exists()
    assert reported(cast, summary=text, text_confirmed=True).summary == text
    assert "00483921" not in caplog.text
    bodies = b"".join(bytes(row.body) for row in AuditEvent.objects.all())
    assert b"00483921" not in bodies


# -- Facts -----------------------------------------------------------------


def test_correction_after_a_notice_keeps_the_old_clock_and_dates_a_new_one(
    cast: Cast,
) -> None:
    incident = shared(cast)
    first = Clock.objects.get(incident=incident, code="FED-UPSTREAM")
    actions.correct_fact(
        incident,
        by=cast.manager,
        name=FactName.PROVIDER_LEARNED,
        value=FactValue(moment=datetime(2026, 3, 2, 8, 0, tzinfo=UTC), zone="UTC"),
        reason="The shift log says so.",
    )
    first.refresh_from_db()
    second = first.superseded_by
    assert second is not None
    assert (first.due_on, second.due_on) == (date(2026, 8, 9), date(2026, 5, 1))
    assert first.ended_as == second.ended_as == ClockEnd.SATISFIED
    case = queries.case_file(cast.officer, incident)
    assert [one.stands for one in case.clocks if one.clock == second] == [
        "Met 41 days late"
    ]
    assert [one.clock for one in case.earlier_clocks] == [first]
    [line] = [one for one in case.facts if one.name == FactName.PROVIDER_LEARNED]
    assert line.current.moment == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert [one.moment for one in line.earlier] == [KNEW]


def test_correction_of_when_it_happened_moves_no_clock(cast: Cast) -> None:
    incident = shared(cast)
    before = list(Clock.objects.values_list("pk", "ended_at"))
    for name, day in (
        (FactName.OCCURRED_ON, date(2025, 5, 28)),
        (FactName.OCCURRED_UNTIL, date(2025, 6, 2)),
        (FactName.REVIEW_ENDED_ON, date(2026, 6, 14)),
    ):
        actions.correct_fact(
            incident, by=cast.manager, name=name, value=FactValue(day=day)
        )
    assert list(Clock.objects.values_list("pk", "ended_at")) == before


@pytest.mark.parametrize(
    ("by", "name", "value", "reason", "error"),
    [
        ("officer", LEARNED, AT_TOLD, "x", NotAllowed),
        ("lead", FactName.OCCURRED_ON, FIRST_OF_JUNE, "", NotAllowed),
        ("outsider", FactName.OCCURRED_ON, FIRST_OF_JUNE, "", NotAllowed),
        ("manager", LEARNED, AT_TOLD, "", Invalid),
        ("manager", LEARNED, FactValue(moment=KNEW, zone="UTC"), "x", Conflict),
        ("manager", FactName.OCCURRED_ON, FactValue(yes=True), "", Invalid),
        ("manager", FactName.OCCURRED_ON, FactValue(day=date(2026, 7, 1)), "", Invalid),
    ],
)
def test_fact_that_is_refused(
    cast: Cast,
    by: str,
    name: FactName,
    value: FactValue,
    reason: str,
    error: type[Exception],
) -> None:
    incident = shared(cast)
    with pytest.raises(error), transaction.atomic():
        actions.correct_fact(
            incident, by=getattr(cast, by), name=name, value=value, reason=reason
        )
    assert IncidentFact.objects.count() == 1


def test_row_on_record_cannot_be_changed_even_by_a_query(cast: Cast) -> None:
    shared(cast)
    for change in (
        lambda: IncidentFact.objects.update(zone="Asia/Manila"),
        lambda: Notice.objects.update(note="other"),
        lambda: Clock.objects.update(due_on=date(2027, 1, 1)),
        lambda: IncidentFact.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_counts_move_thresholds_and_never_discovery(cast: Cast) -> None:
    incident = shared(cast)
    count = {"by": cast.officer, "reason": "Letters"}
    actions.count_people(incident, total=480, by_state={"GA": 480}, **count)
    assert running(incident) == {
        "FED-INDIVIDUALS": date(2026, 8, 10),
        "FED-HHS-SMALL": date(2027, 3, 1),
    }
    actions.count_people(incident, total=520, by_state={"GA": 520}, **count)
    assert running(incident) == {
        "FED-INDIVIDUALS": date(2026, 8, 10),
        "FED-MEDIA": date(2026, 8, 10),
        "FED-HHS-LARGE": date(2026, 8, 10),
    }
    hhs = Clock.objects.filter(incident=incident, duty=Duty.HHS).order_by(
        "created_at", "pk"
    )
    assert [row.ended_as for row in hhs] == ["superseded", "superseded", ""]
    with pytest.raises(Invalid):
        actions.count_people(incident, total=1, by_state={"GA": 2}, **count)


# -- Notices and holds -----------------------------------------------------


def test_notice_ends_what_it_meets_and_starts_what_follows(cast: Cast) -> None:
    incident = shared(cast)
    actions.count_people(incident, by=cast.analyst, total=700, by_state={"CA": 700})
    file = make_stored_file(cast.clinic)
    notice = actions.record_notice(
        incident,
        by=cast.analyst,
        terms=NoticeTerms(
            duty=Duty.INDIVIDUALS,
            method=Method.FIRST_CLASS,
            sent_at=datetime(2026, 6, 14, 15, 0, tzinfo=UTC),
            to_whom="All patients concerned",
            contents=CONTENTS,
            proof=file,
        ),
    )
    met = Clock.objects.filter(satisfied_by=notice, superseded_by=None)
    assert {row.state for row in met} == {"", "CA"}
    assert running(incident)["CA-1798.82:state_office:notice_to_individuals"] == date(
        2026, 6, 29
    )
    assert Duty.INDIVIDUALS not in {
        row.duty for row in Clock.objects.filter(incident=incident, ended_at=None)
    }


def test_notice_of_the_wrong_side_or_with_foreign_proof_is_refused(cast: Cast) -> None:
    incident = shared(cast)
    terms = {"method": Method.OCR_PORTAL, "sent_at": TOLD, "to_whom": "HHS"}
    notice = NoticeTerms(duty=Duty.HHS, **terms)
    with pytest.raises(NotAllowed):
        actions.record_notice(incident, by=cast.manager, terms=notice)
    foreign = NoticeTerms(duty=Duty.HHS, proof=make_stored_file(cast.vendor), **terms)
    with pytest.raises(NotAllowed):
        actions.record_notice(incident, by=cast.officer, terms=foreign)
    assert Notice.objects.count() == 1


def test_oral_hold_delays_the_side_it_was_made_to(cast: Cast) -> None:
    with clock.held(datetime(2026, 8, 1, 12, 0, tzinfo=UTC)):
        incident = shared(cast)
        actions.hold_notices(
            incident,
            by=cast.officer,
            form=HoldForm.ORAL,
            official="Agent of the FBI field office",
            statement="Notice would impede the investigation.",
            stated_on=date(2026, 7, 31),
        )
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 30)
    with pytest.raises(Invalid):
        actions.hold_notices(
            incident,
            by=cast.officer,
            form=HoldForm.ORAL,
            official="Agent",
            statement="Wait.",
            stated_on=date(2026, 6, 1),
            delay_until=date(2026, 12, 1),
        )


# -- Findings --------------------------------------------------------------


def test_low_probability_needs_assessment_and_second_person(cast: Cast) -> None:
    incident = shared(cast)
    found = {"outcome": Outcome.LOW_PROBABILITY, "reason": "Opened by nobody."}
    with pytest.raises(rules.FindingNotSupported):
        actions.propose_finding(incident, by=cast.officer, **found)
    factors = {item.id: ("low", "Deleted unread.") for item in rules.federal().factors}
    assessment = actions.assess(
        incident,
        by=cast.analyst,
        factors=factors,
        is_low_probability=True,
        reason="Deleted unread.",
    )
    with pytest.raises(NotAllowed):
        actions.confirm_assessment(assessment, by=cast.analyst)
    actions.confirm_assessment(assessment, by=cast.officer)
    finding = actions.propose_finding(incident, by=cast.officer, **found)
    with pytest.raises(Conflict):
        actions.confirm_finding(finding, by=cast.officer)
    assert "FED-INDIVIDUALS" in running(incident)
    actions.confirm_finding(finding, by=cast.second_officer)
    assert running(incident) == {}
    lifted = Clock.objects.filter(incident=incident, ended_as=ClockEnd.LIFTED)
    assert {row.obligated for row in lifted} == {cast.clinic}
    with pytest.raises(NotFound):
        queries.assessment(cast.manager, assessment.pk)


def test_finding_of_one_side_does_not_lift_the_other(cast: Cast) -> None:
    incident = shared(cast)
    found = {"outcome": Outcome.NO_PHI, "reason": "A test account."}
    finding = actions.propose_finding(incident, by=cast.manager, **found)
    with pytest.raises(Conflict):
        actions.confirm_finding(finding, by=cast.officer)
    actions.confirm_finding(finding, by=cast.second_manager)
    assert "FED-INDIVIDUALS" in running(incident)


def test_secured_phi_rests_on_facts(cast: Cast) -> None:
    incident = shared(cast)
    found = {"outcome": Outcome.SECURED, "reason": "Encrypted laptop."}
    with pytest.raises(rules.FindingNotSupported):
        actions.propose_finding(incident, by=cast.officer, **found)
    for name in (FactName.ENCRYPTED, FactName.KEY_SAFE):
        value = FactValue(yes=True)
        actions.correct_fact(incident, by=cast.officer, name=name, value=value)
    finding = actions.propose_finding(incident, by=cast.officer, **found)
    actions.confirm_finding(finding, by=cast.second_officer)
    assert running(incident) == {}


# -- Chain -----------------------------------------------------------------


def test_relay_to_one_of_several_clients(cast: Cast) -> None:
    lower = make_engagement(client=cast.vendor, name="Hosting")
    second = make_engagement(
        client=cast.other_clinic, provider=cast.vendor, name="Other chat"
    )
    for upper in (cast.engagement, second):
        make_subcontract(upper, lower)
    incident = make_incident(lower)
    assert queries.engagements_above(incident) == [second, cast.engagement]
    with pytest.raises(NotAllowed):
        actions.relay_incident(incident, by=cast.officer, engagement=second)
    above = actions.relay_incident(incident, by=cast.manager, engagement=second)
    assert above.reporter == cast.vendor
    assert queries.engagements_above(incident) == [cast.engagement]
    with pytest.raises(Conflict):
        actions.relay_incident(incident, by=cast.manager, engagement=second)
    with pytest.raises(NotFound):
        queries.incident(cast.outsider, above.pk)


# -- Work ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (Audience.SHARED, {"manager", "lead", "officer", "reader"}),
        (Audience.OWN_SIDE, {"manager", "lead"}),
        (Audience.LEGAL, {"manager"}),
    ],
)
def test_entry_is_read_by_its_audience(
    cast: Cast, audience: Audience, seen: set[str]
) -> None:
    incident = shared(cast)
    actions.write_entry(
        incident, by=cast.manager, text="Counsel was asked.", audience=audience
    )
    readers = {
        name
        for name in ("manager", "lead", "officer", "reader")
        if "Counsel was asked."
        in {
            one.text for one in queries.case_file(getattr(cast, name), incident).entries
        }
    }
    assert readers == seen


def test_privileged_entry_is_for_managers_to_write(cast: Cast) -> None:
    incident = shared(cast)
    entry = {"text": "For counsel.", "audience": Audience.LEGAL}
    for actor in (cast.lead, cast.reader):
        with pytest.raises(NotAllowed):
            actions.write_entry(incident, by=actor, **entry)


def test_case_closes_once_nothing_is_open(cast: Cast) -> None:
    incident = shared(cast)
    task = actions.open_task(
        incident,
        by=cast.manager,
        kind=TaskKind.CORRECTIVE,
        title="Train the shift",
        owner="Training",
        due_on=date(2026, 7, 1),
    )
    with pytest.raises(Conflict) as refused:
        actions.close_incident(incident, by=cast.officer)
    assert "Train the shift" in refused.value.message
    assert "has not recorded its review" in refused.value.message
    with pytest.raises(NotAllowed):
        actions.finish_task(task, by=cast.officer, outcome="Done.")
    actions.finish_task(task, by=cast.manager, outcome="Done.")
    Clock.objects.filter(ended_at=None).update(
        ended_at=clock.now(), ended_as=ClockEnd.LIFTED
    )
    with pytest.raises(Conflict, match=r"wait for verification \(Train the shift\)"):
        actions.close_incident(incident, by=cast.officer)
    actions.verify_task(task, by=cast.second_manager, verification="Seen on the floor.")
    actions.record_review(incident, by=cast.officer, terms=review())
    closed = actions.close_incident(incident, by=cast.officer)
    assert closed.state == "closed"
    with pytest.raises(Conflict):
        actions.count_people(incident, by=cast.officer, total=1, by_state={})


def test_nothing_is_written_where_the_trail_fails(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no trail")

    monkeypatch.setattr("apps.incidents.actions.recording.record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        reported(cast)
    assert not Incident.objects.exists()


# -- Escalation and duties -------------------------------------------------


def test_overdue_clock_escalates_once_a_rung_to_both_sides(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    make_clock(incident)
    overdue = datetime(2026, 8, 11, 0, 0, 30, tzinfo=UTC)

    def told(at: datetime) -> list[tuple[str, str]]:
        before = set(Notification.objects.values_list("pk", flat=True))
        with clock.held(at):
            actions.escalate(by=actions.WATCH)
        rows = Notification.objects.exclude(pk__in=before)
        return sorted({(row.kind, row.organization.name) for row in rows})

    assert told(overdue - timedelta(days=4)) == []
    soon = [("incident.clock_ends_soon", "Lakeside Clinic")]
    assert told(overdue - timedelta(hours=30)) == soon
    assert told(overdue - timedelta(hours=29)) == []
    both = [
        ("incident.clock_overdue", "Careline"),
        ("incident.clock_overdue", "Lakeside Clinic"),
    ]
    assert told(overdue) == both
    assert told(overdue + timedelta(hours=1)) == []
    assert told(overdue + timedelta(days=8)) == both


def test_gate_closes_for_an_overdue_statutory_notice_alone(cast: Cast) -> None:
    judged = [cast.engagement]

    def codes(day: date) -> list[str]:
        found = queries.gate_conditions(judged, as_of=day)
        return [one.code for one in found[cast.engagement.pk]]

    assert codes(date(2026, 6, 15)) == []
    make_clock(make_incident(cast.engagement))
    make_clock(make_incident(cast.engagement), code="CONTRACT", basis="contract")
    make_clock(make_incident(cast.engagement, is_exercise=True))
    make_clock(make_incident(cast.engagement, shared_at=None))
    assert codes(date(2026, 8, 10)) == []
    assert codes(date(2026, 8, 11)) == ["incidents.notice_overdue"]


def test_gate_of_a_past_day_knows_the_clocks_that_ran_then(cast: Cast) -> None:
    """One replaced since, one met since, and a case nobody had told of yet. The client
    is in Honolulu: its 20 June ends at ten in the morning of the 21st in UTC."""
    cast.clinic.time_zone = "Pacific/Honolulu"
    cast.clinic.save(update_fields=["time_zone"])
    cast.engagement.refresh_from_db()
    shared_at = datetime(2026, 6, 18, 9, tzinfo=UTC)
    first = make_clock(
        make_incident(cast.engagement, shared_at=shared_at), due_on=date(2026, 6, 15)
    )
    with clock.held(datetime(2026, 6, 21, 9, 59, tzinfo=UTC)):
        second = make_clock(
            first.incident, code="FED-HHS", to_whom="HHS", due_on=date(2026, 6, 15)
        )
    first.ended_at, first.ended_as = second.created_at, ClockEnd.SUPERSEDED
    first.superseded_by = second
    first.save()
    second.ended_at = datetime(2026, 6, 24, 10, tzinfo=UTC)
    second.ended_as = ClockEnd.LIFTED
    second.save()

    def told(day: int) -> list[str]:
        judged = queries.gate_conditions([cast.engagement], as_of=date(2026, 6, day))
        return [one.detail for one in judged[cast.engagement.pk]]

    assert told(16) == []
    assert ["each affected individual" in one for one in told(17)] == [True]
    assert ["each affected individual" in one for one in told(19)] == [True]
    assert ["HHS" in one for one in told(20)] == [True]
    assert ["HHS" in one for one in told(23)] == [True]
    assert told(24) == []


def test_exercise_is_never_counted_as_real(cast: Cast) -> None:
    incident = reported(cast, is_exercise=True)
    actions.share_incident(incident, by=cast.manager, told_at=TOLD)
    days = {"first": date(2026, 1, 1), "last": date(2027, 12, 31)}
    assert running(incident) != {}
    assert queries.due_items(cast.officer, **days) == []
    assert not queries.running_clocks(cast.officer).exists()
    assert queries.incident_page(cast.officer, queries.Filters()).lines == ()
    shown = queries.incident_page(cast.officer, queries.Filters(exercises=True))
    assert [line.incident for line in shown.lines] == [incident]


def test_due_items_are_those_of_who_owes(cast: Cast) -> None:
    incident = shared(cast)
    days = {"first": date(2026, 1, 1), "last": date(2027, 12, 31)}
    assert queries.due_items(cast.manager, **days) == []
    found = queries.due_items(cast.officer, **days)
    assert [(item.kind, item.due) for item in found] == [
        ("incident.notice", date(2026, 8, 10)),
        ("incident.notice", date(2026, 8, 10)),
    ]
    assert {item.path for item in found} == {f"/incidents/{incident.pk}/"}
