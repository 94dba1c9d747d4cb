"""Termination with cause, notice against renewal, renewal, and the return of PHI."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.agreements import actions, queries
from apps.agreements.enums import (
    DisposalKind,
    DisposalState,
    Renewal,
    SigningSide,
    TerminationCause,
)
from apps.agreements.models import (
    AgreementVersion,
    DisposalStatement,
    RenewalNotice,
    ReturnObligation,
    Signature,
    VersionProvision,
)
from apps.agreements.rules import (
    AgreementNotAcceptable,
    AgreementOverlaps,
    Disposal,
    DisposalNotOpen,
    NoticeTooLate,
)
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Invalid, NotAllowed
from apps.notifications.models import Notification
from tests.conftest import NOON
from tests.factories.agreements import (
    make_baa,
    make_document,
    make_signatures,
)
from tests.factories.drafts import make_obligation, make_statement
from tests.factories.engagements import make_engagement

TODAY = date(2026, 6, 15)
ENDS = date(2026, 12, 31)
ONE = timedelta(days=1)
DONE = Disposal(
    kind=DisposalKind.DESTROYED,
    done_on=TODAY,
    done_by="Shredwell, a contractor",
    method="Wiped, transcripts and backups included",
)
INFEASIBLE = Disposal(
    kind=DisposalKind.INFEASIBLE,
    infeasible_reason="Backups cannot be edited",
    protections="The BAA's safeguards stay in place",
    use_limit="Restoring the system only",
)


def events(name):
    return list(AuditEvent.objects.filter(type=name).order_by("pk"))


def terminate(cast, version=None, **overrides):
    version = version or make_baa(cast.engagement)
    values = {"terminated_on": TODAY - ONE, "reason": "Lost laptop"}
    return actions.terminate_agreement(
        version.agreement, by=cast.officer, **values | overrides
    )


def kinds(person):
    rows = Notification.objects.filter(recipient=person.user)
    return set(rows.values_list("kind", flat=True))


# -- Termination --------------------------------------------------------------
def test_terminate_keeps_cause_and_notice(cast):
    agreement = terminate(
        cast, cause=TerminationCause.VIOLATION, notice_on=date(2026, 6, 1)
    )
    assert (agreement.termination_cause, agreement.termination_notice_on) == (
        "violation",
        date(2026, 6, 1),
    )
    [event] = events("agreement.terminated")
    assert b'"violation"' in bytes(event.body)


@pytest.mark.parametrize(
    ("notice_on", "text"),
    [
        (TODAY + ONE, "Notice cannot have been given after today"),
        (TODAY, "on the last day at the latest"),
    ],
)
def test_terminate_refuses_an_impossible_notice(cast, notice_on, text):
    with pytest.raises(AgreementNotAcceptable, match=text) as refusal:
        terminate(cast, notice_on=notice_on)
    assert list(refusal.value.fields) == ["notice_on"]
    assert not ReturnObligation.objects.exists()


@pytest.mark.parametrize(
    ("return_days", "due_on", "is_own_default"),
    [(None, date(2026, 7, 14), True), (10, date(2026, 6, 24), False)],
)
def test_terminate_makes_phi_due(cast, return_days, due_on, is_own_default):
    version = make_baa(cast.engagement, return_days=return_days)
    agreement = terminate(cast, version)
    row = agreement.return_obligations.get()
    assert (row.due_on, row.is_own_default) == (due_on, is_own_default)
    assert len(events("phi_return.asked")) == 1
    assert "phi_return.asked" in kinds(cast.manager)
    assert "phi_return.asked" not in kinds(cast.officer)


# -- The return of PHI --------------------------------------------------------
def test_state_and_accept(cast):
    agreement = terminate(cast)
    row = agreement.return_obligations.get()
    certificate = make_document(cast.vendor)
    statement = actions.state_disposal(
        row, by=cast.manager, stated=DONE, certificate=certificate
    )
    assert statement.certificate == certificate
    assert queries.disposal_state_of(row) is DisposalState.STATED
    assert "phi_return.stated" in kinds(cast.officer)
    accepted = actions.accept_disposal(row, by=cast.officer)
    assert (accepted.accepted_at, accepted.answered_by) == (NOON, cast.officer.user)
    assert queries.disposal_state_of(row) is DisposalState.DONE
    assert "phi_return.answered" in kinds(cast.manager)
    assert [event.type for event in AuditEvent.objects.order_by("pk")][-2:] == [
        "phi_return.stated",
        "phi_return.accepted",
    ]
    with pytest.raises(DisposalNotOpen, match="Nothing is left to do"):
        actions.state_disposal(
            row, by=cast.manager, stated=DONE, certificate=certificate
        )


def test_refuse_asks_for_another_statement(cast):
    row = terminate(cast).return_obligations.get()
    actions.state_disposal(row, by=cast.manager, stated=INFEASIBLE)
    with pytest.raises(Invalid) as refusal:
        actions.refuse_disposal(row, by=cast.officer, reason=" ")
    assert list(refusal.value.fields) == ["reason"]
    actions.refuse_disposal(row, by=cast.officer, reason="Backups can be overwritten")
    assert queries.disposal_state_of(row) is DisposalState.REFUSED
    with pytest.raises(DisposalNotOpen, match="No statement waits"):
        actions.accept_disposal(row, by=cast.officer)
    actions.state_disposal(row, by=cast.manager, stated=INFEASIBLE)
    actions.accept_disposal(row, by=cast.officer)
    assert queries.disposal_state_of(row) is DisposalState.DONE
    assert len(events("phi_return.refused")) == 1


def test_the_infeasible_case_keeps_protections_and_limits(cast):
    row = terminate(cast).return_obligations.get()
    statement = actions.state_disposal(row, by=cast.manager, stated=INFEASIBLE)
    assert (statement.protections, statement.use_limit, statement.done_on) == (
        INFEASIBLE.protections,
        INFEASIBLE.use_limit,
        None,
    )


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"done_on": None}, ["done_on"]),
        ({"done_on": TODAY + ONE}, ["done_on"]),
        ({"done_by": " ", "method": ""}, ["done_by", "method"]),
        (
            {"kind": DisposalKind.INFEASIBLE},
            ["infeasible_reason", "protections", "use_limit"],
        ),
    ],
)
def test_state_refuses_too_little(cast, changes, fields):
    row = terminate(cast).return_obligations.get()
    values = {name: getattr(DONE, name) for name in ("kind", "done_on", "done_by")}
    values |= {"method": DONE.method} | changes
    with pytest.raises(AgreementNotAcceptable) as refusal:
        actions.state_disposal(
            row,
            by=cast.manager,
            stated=Disposal(**values),
            certificate=make_document(cast.vendor),
        )
    assert list(refusal.value.fields) == fields
    assert not DisposalStatement.objects.exists()


def test_state_needs_a_certificate_of_ones_own(cast):
    row = terminate(cast).return_obligations.get()
    with pytest.raises(AgreementNotAcceptable) as refusal:
        actions.state_disposal(row, by=cast.manager, stated=DONE)
    assert list(refusal.value.fields) == ["certificate"]
    with pytest.raises(AgreementNotAcceptable, match="another organization"):
        actions.state_disposal(
            row, by=cast.manager, stated=DONE, certificate=make_document(cast.clinic)
        )


def test_state_before_the_end_is_refused(cast):
    row = terminate(cast, terminated_on=TODAY).return_obligations.get()
    with pytest.raises(AgreementNotAcceptable, match="binds until 15 June 2026"):
        actions.state_disposal(row, by=cast.manager, stated=INFEASIBLE)


def test_each_side_does_its_own(cast):
    row = terminate(cast).return_obligations.get()
    for name in ("officer", "outsider", "other_manager"):
        with pytest.raises(NotAllowed):
            actions.state_disposal(row, by=getattr(cast, name), stated=INFEASIBLE)
    actions.state_disposal(row, by=cast.manager, stated=INFEASIBLE)
    for name in ("manager", "analyst", "outsider"):
        with pytest.raises(NotAllowed):
            actions.accept_disposal(row, by=getattr(cast, name))
        with pytest.raises(NotAllowed):
            actions.refuse_disposal(row, by=getattr(cast, name), reason="No")


def due(actor):
    items = queries.due_items(actor, first=TODAY, last=date(2026, 8, 1))
    return [(item.kind, item.organization_id, item.due) for item in items]


def test_due_until_the_discloser_accepted(cast):
    row = terminate(cast).return_obligations.get()
    day = date(2026, 7, 14)
    assert due(cast.manager) == [("agreement.return", cast.vendor.pk, day)]
    assert due(cast.officer) == []
    actions.state_disposal(row, by=cast.manager, stated=INFEASIBLE)
    assert due(cast.manager) == []
    assert due(cast.officer) == [("agreement.return", cast.clinic.pk, day)]
    actions.accept_disposal(row, by=cast.officer)
    assert due(cast.officer) == due(cast.manager) == []
    assert due(cast.outsider) == []


@pytest.mark.parametrize("count", [1, 3])
def test_returns_cost_the_same_for_more(cast, count, django_assert_num_queries):
    for number in range(count):
        engagement = make_engagement(
            client=cast.clinic, provider=cast.vendor, name=f"E{number}"
        )
        make_statement(make_baa(engagement).agreement)
    with django_assert_num_queries(2):
        rows = list(queries.obligations(cast.officer))
        assert [queries.state_of(row) for row in rows] == ["stated"] * count


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"certificate": None}, "disposal_statement_whole"),
        ({"kind": DisposalKind.INFEASIBLE}, "disposal_statement_whole"),
        ({"refusal_reason": "No"}, "disposal_statement_refused_whole"),
        (
            {"accepted_at": NOON, "refused_at": NOON, "refusal_reason": "No"},
            "disposal_statement_one_answer",
        ),
    ],
)
def test_database_refuses_impossible_statements(cast, changes, name):
    agreement = make_baa(cast.engagement).agreement
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_statement(agreement, **changes)


# -- Notice against renewal ---------------------------------------------------
def renewing(cast, **overrides):
    values = {"renewal": Renewal.AUTOMATIC, "notice_days": 60}
    return make_baa(cast.engagement, **values | overrides)


def stop(cast, version, by=None, **overrides):
    values = {
        "given_on": TODAY,
        "given_by": SigningSide.DISCLOSER,
        "reason": "Moving in-house",
    }
    return actions.stop_renewal(
        version.agreement, by=by or cast.officer, **values | overrides
    )


def test_notice_ends_it_on_its_last_day(cast):
    version = renewing(cast)
    after = ENDS + ONE
    assert queries.versions_in_force([cast.engagement.pk], as_of=after)
    stop(cast, version)
    for day, status in ((ENDS, "in_force"), (after, "lapsed")):
        standing = queries.engagement_standing(cast.engagement, as_of=day)
        assert standing.status == status
        found = queries.versions_in_force([cast.engagement.pk], as_of=day)
        assert bool(found) is (status == "in_force")
    [event] = events("agreement.renewal_stopped")
    assert event.engagement == cast.engagement.pk
    assert "agreement.renewal_stopped" in kinds(cast.manager)


def test_notice_turns_the_deadline_into_an_end(cast):
    version = renewing(cast)
    first, last = TODAY, ENDS

    def kinds_due():
        items = queries.due_items(cast.officer, first=first, last=last)
        return [(item.kind, item.due) for item in items]

    assert kinds_due() == [("agreement.notice", date(2026, 11, 1))]
    stop(cast, version)
    assert kinds_due() == [("agreement.expires", ENDS)]


@pytest.mark.parametrize(
    ("made", "asked", "error"),
    [
        ({"renewal": Renewal.FIXED}, {}, AgreementOverlaps),
        ({"renewal": Renewal.EVERGREEN, "expires_on": None}, {}, AgreementOverlaps),
        ({}, {"given_on": TODAY + ONE}, AgreementNotAcceptable),
        ({}, {"given_on": date(2025, 12, 31)}, AgreementNotAcceptable),
        ({"notice_days": 300}, {}, NoticeTooLate),
        ({}, {"reason": " "}, Invalid),
    ],
)
def test_notice_refuses(cast, made, asked, error):
    version = renewing(cast, **made)
    with pytest.raises(error):
        stop(cast, version, **asked)
    assert not RenewalNotice.objects.exists()
    assert not events("agreement.renewal_stopped")


def test_notice_on_the_last_day_counts_and_the_day_after_is_late(cast):
    version = renewing(cast)
    last = date(2026, 11, 1)
    with clock.held(NOON + timedelta(days=150)):
        with pytest.raises(NoticeTooLate, match="had to be given by 1 November 2026"):
            stop(cast, version, given_on=last + ONE)
        stop(cast, version, given_on=last)
        with pytest.raises(AgreementOverlaps, match="already fixed"):
            stop(cast, version, given_on=last)


@pytest.mark.parametrize("name", ["reader", "outsider", "lead", "auditor"])
def test_notice_by_others(cast, name):
    version = renewing(cast)
    with pytest.raises(NotAllowed):
        stop(cast, version, by=getattr(cast, name))


# -- Renewal ------------------------------------------------------------------
def renew(cast, version, by=None, **overrides):
    by = by or cast.officer
    values = {
        "effective_on": date(2027, 1, 1),
        "expires_on": date(2027, 12, 31),
        "document": make_document(by.organization),
        "signatures": make_signatures(signed_on=TODAY),
        "is_gap_known": False,
    }
    return actions.renew_agreement(version.agreement, by=by, **values | overrides)


def test_renew_copies_terms_and_checklist(cast):
    version = make_baa(cast.engagement, missing=["BAA-11"], return_days=12)
    renewed = renew(cast, version)
    assert (renewed.number, renewed.kind) == (2, "renewal")
    old, new = queries.terms_of(version), queries.terms_of(renewed)
    assert (new.scope, new.reporting_value, new.return_days) == (
        old.scope,
        old.reporting_value,
        12,
    )
    marks = {row.provision: row.standing for row in queries.marks_of(renewed)}
    assert marks["BAA-11"] == "missing"
    standing = queries.engagement_standing(cast.engagement, as_of=date(2027, 1, 1))
    assert (standing.status, standing.since) == ("in_force", version.effective_on)


def test_renew_with_a_gap_of_one_day_asks_first(cast):
    version = make_baa(cast.engagement)
    late = date(2027, 1, 2)
    with pytest.raises(AgreementNotAcceptable) as refusal:
        renew(cast, version, effective_on=late)
    text = (
        "On 1 January 2027 no BAA would bind, and PHI may not flow. Begin on "
        "1 January 2027, or confirm that the gap is meant."
    )
    assert refusal.value.fields == {"is_gap_known": [text]}
    assert AgreementVersion.objects.count() == 1
    renew(cast, version, effective_on=late, is_gap_known=True)
    standing = queries.engagement_standing(cast.engagement, as_of=date(2027, 1, 1))
    assert standing.status == "lapsed"


def test_renew_by_others(cast):
    version = make_baa(cast.engagement)
    for name in ("reader", "outsider"):
        with pytest.raises(NotAllowed):
            renew(cast, version, by=getattr(cast, name))


# -- What was agreed never changes --------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"reporting_value": 1},
        {"head_count_ceiling": 9999},
        {"expires_on": date(2030, 1, 1)},
        {"services": ["billing"]},
        {"document_sha256": "0" * 64},
        {"effective_on": date(2025, 1, 1)},
        {"number": 9},
        {"superseded_on": ENDS, "reporting_value": 1},
    ],
)
def test_database_refuses_to_change_a_version(cast, changes):
    version = make_baa(cast.engagement)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        AgreementVersion.objects.filter(pk=version.pk).update(**changes)
    for name, value in changes.items():
        setattr(version, name, value)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        version.save(update_fields=list(changes))


def test_database_lets_a_version_be_superseded(cast):
    version = make_baa(cast.engagement)
    version.superseded_on = ENDS
    version.save(update_fields=["superseded_on"])
    version.refresh_from_db()
    assert version.superseded_on == ENDS


def test_database_refuses_to_change_or_delete_what_belongs_to_a_version(cast):
    version = make_baa(cast.engagement)
    for rows in (
        VersionProvision.objects.filter(version=version),
        Signature.objects.filter(version=version),
    ):
        column = "place" if rows.model is VersionProvision else "name"
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            rows.update(**{column: "other"})
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            rows.delete()


# -- The checklist by version -------------------------------------------------
def test_review_counts_add_up_and_never_count_options_as_gaps(cast):
    version = make_baa(cast.engagement, missing=["BAA-03", "BAA-05", "BAA-15"])
    review = queries.review(version)
    assert review.gaps == 1
    assert sum(review.counts.values()) == len(review.lines) == 23
    assert len(review.lines) + len(review.elsewhere) == 25
    assert review.counts == {
        "Met": 20,
        "Missing": 3,
        "Not applicable": 0,
        "Not assessed": 0,
    }
    gaps = [line.provision.id for line in review.lines if line.is_gap]
    assert gaps == ["BAA-15"]


def test_review_one_step_down_shifts_the_roles(cast):
    engagement = make_engagement(client=cast.vendor, name="Night desk")
    version = make_baa(engagement, missing=["BAA-21"])
    review = queries.review(version)
    lines = {line.provision.id: line for line in review.lines}
    assert lines["BAA-21"].is_gap
    assert lines["BAA-14"].provision.meaning.startswith("The subcontractor opens")
    assert "vendor" not in lines["BAA-03"].provision.title
    assert [line.id for line in review.elsewhere] == ["BAA-24"]


def test_a_second_version_leaves_the_first_as_it_was(cast):
    version = make_baa(cast.engagement)
    before = queries.terms_of(version)
    renew(cast, version, expires_on=date(2029, 12, 31))
    assert queries.terms_of(AgreementVersion.objects.get(number=1)) == before


def test_factories_make_whole_rows(cast):
    row = make_obligation(make_baa(cast.engagement).agreement)
    assert str(row).startswith("return of PHI under")
