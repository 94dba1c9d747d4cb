"""Recording, amending and terminating: facts, refusals, trail and messages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.agreements import actions, queries
from apps.agreements.enums import (
    Renewal,
    SigningMethod,
    SigningSide,
    VersionKind,
)
from apps.agreements.models import (
    Agreement,
    AgreementVersion,
    Signature,
    VersionProvision,
)
from apps.agreements.rules import AgreementNotAcceptable, AgreementOverlaps
from apps.audit.models import AuditEvent, AuditVisibility
from apps.core.errors import Invalid, NotAllowed
from apps.engagements.rules import ScopeTerms
from apps.notifications.models import Notification, OutgoingMail
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission
from tests.factories.agreements import (
    BEGINS,
    ENDS,
    SCOPE,
    make_agreement,
    make_baa,
    make_document,
    make_marks,
    make_signatures,
    make_terms,
    make_version,
)
from tests.factories.engagements import make_engagement, make_subcontract

TODAY = date(2026, 6, 15)
ONE = timedelta(days=1)


def record(cast, by=None, **overrides):
    by = by or cast.officer
    values = {
        "engagements": [cast.engagement],
        "title": "Chat BAA",
        "terms": make_terms(),
        "document": overrides.pop("document", None) or make_document(by.organization),
        "provisions": make_marks(),
        "signatures": make_signatures(),
    }
    return actions.record_agreement(by=by, **values | overrides)


def amend(cast, agreement, by=None, **overrides):
    by = by or cast.officer
    values = {
        "terms": make_terms(effective_on=date(2026, 4, 1)),
        "document": make_document(by.organization),
        "provisions": make_marks(),
        "signatures": make_signatures(),
    }
    return actions.amend_agreement(agreement, by=by, **values | overrides)


def events(name):
    return list(AuditEvent.objects.filter(type=name).order_by("pk"))


def nothing_written():
    return not Agreement.objects.exists() and not events("agreement.recorded")


# -- Recording ----------------------------------------------------------------
@pytest.mark.parametrize("name", ["officer", "analyst", "manager"])
def test_record_by_either_party(cast, name):
    by = getattr(cast, name)
    terms = make_terms(renewal=Renewal.AUTOMATIC, notice_days=60)
    version = record(cast, by, terms=terms)
    agreement = version.agreement
    assert (agreement.discloser, agreement.recipient) == (cast.clinic, cast.vendor)
    assert list(agreement.engagements.all()) == [cast.engagement]
    assert (version.number, version.kind) == (1, VersionKind.ORIGINAL)
    assert version.document_sha256 == version.document.sha256
    assert version.recorded_by == by.user
    version = AgreementVersion.objects.get()
    assert (version.effective_on, version.expires_on) == (BEGINS, ENDS)
    assert (version.renewal, version.notice_days) == ("automatic", 60)
    assert ScopeTerms.of(version) == SCOPE
    assert VersionProvision.objects.filter(standing="met").count() == 25
    assert list(
        Signature.objects.values_list("side", "document_sha256").order_by("side")
    ) == [
        ("discloser", version.document_sha256),
        ("recipient", version.document_sha256),
    ]


def test_record_puts_it_in_force(cast):
    version = record(cast)
    found = queries.versions_in_force([cast.engagement.pk], as_of=TODAY)
    assert found == {cast.engagement.pk: version}


def test_record_writes_one_event_for_each_engagement(cast):
    other = make_engagement(client=cast.clinic, provider=cast.vendor)
    version = record(cast, engagements=[cast.engagement, other])
    written = events("agreement.recorded")
    assert {event.engagement for event in written} == {cast.engagement.pk, other.pk}
    assert {event.object_id for event in written} == {version.agreement_id}
    orgs = AuditVisibility.objects.filter(event=written[0].pk)
    assert set(orgs.values_list("org", flat=True)) == {cast.clinic.pk, cast.vendor.pk}
    body = bytes(written[0].body)
    assert version.document_sha256.encode() in body
    assert b"Chat BAA" not in body


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("officer", ["manager", "second_manager"]),
        ("manager", ["officer", "second_officer"]),
    ],
)
def test_record_tells_the_managers_of_the_other_side(cast, name, told):
    version = record(cast, getattr(cast, name))
    rows = Notification.objects.filter(kind="agreement.recorded")
    assert {row.recipient for row in rows} == {getattr(cast, one).user for one in told}
    assert {row.path for row in rows} == {f"/agreements/{version.agreement_id}/"}


def test_record_mail_names_the_agreement(cast):
    record(cast)
    mail = OutgoingMail.objects.get(to=cast.manager.user.email)
    assert mail.subject == "BAA recorded: Chat BAA"
    assert "Lakeside Clinic recorded the business associate agreement" in mail.body
    assert "5 January 2026" in mail.body


def test_record_by_a_job_tells_both_sides(cast):
    job = system("seed", {Permission.AGREEMENTS_EDIT})
    record(cast, job, document=make_document(cast.vendor))
    assert Notification.objects.count() == 4


@pytest.mark.parametrize("name", ["reader", "lead", "auditor"])
def test_record_without_the_permission(cast, name):
    with pytest.raises(NotAllowed):
        record(cast, getattr(cast, name))
    assert nothing_written()


@pytest.mark.parametrize("name", ["outsider", "other_manager"])
def test_record_by_a_stranger(cast, name):
    with pytest.raises(NotAllowed, match="Only Lakeside Clinic and Careline"):
        record(cast, getattr(cast, name))
    assert nothing_written()


def test_record_by_the_client_above_for_a_subcontract(cast):
    downstream = make_subcontract(cast.engagement).downstream
    with pytest.raises(NotAllowed):
        record(cast, engagements=[downstream])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"engagements": []}, "engagements"),
        ({"terms": make_terms(expires_on=BEGINS - ONE)}, "expires_on"),
        ({"terms": make_terms(scope=ScopeTerms())}, "services"),
        ({"provisions": make_marks()[1:]}, "provisions"),
        ({"signatures": make_signatures()[:1]}, "signatures"),
        ({"signatures": make_signatures(signed_on=TODAY + ONE)}, "signatures"),
        ({"signatures": make_signatures(document_sha256="c" * 64)}, "signatures"),
    ],
)
def test_record_refuses_and_writes_nothing(cast, changes, field):
    with pytest.raises(Invalid) as refused:
        record(cast, **changes)
    assert set(refused.value.fields) == {field}
    assert nothing_written()


def test_record_mixed_parties_are_refused(cast):
    other = make_engagement(client=cast.clinic)
    with pytest.raises(AgreementNotAcceptable, match="the same client and provider"):
        record(cast, engagements=[cast.engagement, other])


def test_record_document_of_the_other_party_is_refused(cast):
    with pytest.raises(AgreementNotAcceptable, match="another organization"):
        record(cast, document=make_document(cast.vendor))


def test_record_document_in_quarantine_is_refused(cast):
    document = make_document(cast.clinic, quarantined_reason="macros")
    with pytest.raises(AgreementNotAcceptable, match="quarantine"):
        record(cast, document=document)


def test_record_subcontract_asks_for_the_mirror_clause(cast):
    downstream = make_subcontract(cast.engagement).downstream
    marks = [mark for mark in make_marks() if mark.provision != "BAA-21"]
    record(cast, provisions=marks)
    with pytest.raises(AgreementNotAcceptable, match="BAA-21"):
        record(cast, cast.manager, engagements=[downstream], provisions=marks)


def test_record_a_second_agreement_on_the_same_days_is_refused(cast):
    record(cast)
    with pytest.raises(AgreementOverlaps, match="“Chat BAA” already covers"):
        record(cast, terms=make_terms(effective_on=ENDS, expires_on=ENDS + ONE))
    assert Agreement.objects.count() == 1


def test_record_after_the_first_ended(cast):
    record(cast)
    after = make_terms(effective_on=ENDS + ONE, expires_on=date(2027, 12, 31))
    record(cast, terms=after)
    found = queries.versions_in_force([cast.engagement.pk], as_of=ENDS + ONE)
    assert found[cast.engagement.pk].effective_on == ENDS + ONE


def test_record_portal_signature_is_the_signers_own(cast):
    own, other = make_signatures()
    here = make_signatures(method=SigningMethod.PORTAL)
    record(cast, signatures=[here[0], other])
    with pytest.raises(AgreementNotAcceptable, match="sign in the portal"):
        amend(cast, Agreement.objects.get(), signatures=[own, here[1]])
    with pytest.raises(AgreementNotAcceptable, match="sign in the portal"):
        amend(
            cast,
            Agreement.objects.get(),
            cast.analyst,
            signatures=[here[0], other],
        )


def test_record_writes_nothing_when_the_trail_refuses(cast, monkeypatch):
    def refuse(*args, **options):
        raise RuntimeError("no trail")

    monkeypatch.setattr("apps.agreements.actions.telling.record", refuse)
    with pytest.raises(RuntimeError):
        record(cast)
    assert nothing_written()
    assert not Signature.objects.exists()


# -- Amending -----------------------------------------------------------------
def test_amend_supersedes_from_its_first_day(cast):
    first = record(cast)
    second = amend(cast, first.agreement, cast.manager)
    first.refresh_from_db()
    assert first.superseded_on == date(2026, 4, 1)
    assert (second.number, second.kind) == (2, VersionKind.AMENDMENT)
    ids = [cast.engagement.pk]
    on = queries.versions_in_force
    assert on(ids, as_of=date(2026, 3, 31)) == {ids[0]: first}
    assert on(ids, as_of=date(2026, 4, 1)) == {ids[0]: second}


def test_amend_may_be_back_dated(cast):
    first = record(cast)
    second = amend(cast, first.agreement, terms=make_terms(effective_on=BEGINS + ONE))
    found = queries.versions_in_force([cast.engagement.pk], as_of=BEGINS + ONE)
    assert found == {cast.engagement.pk: second}


@pytest.mark.parametrize("begins", [BEGINS, BEGINS - ONE])
def test_amend_not_before_its_predecessor(cast, begins):
    version = record(cast)
    with pytest.raises(AgreementOverlaps):
        amend(cast, version.agreement, terms=make_terms(effective_on=begins))
    version.refresh_from_db()
    assert version.superseded_on is None
    assert AgreementVersion.objects.count() == 1


def test_amend_may_not_run_into_another_agreement(cast):
    first = record(cast)
    record(cast, terms=make_terms(effective_on=ENDS + ONE, expires_on=ENDS + 9 * ONE))
    longer = make_terms(effective_on=date(2026, 4, 1), expires_on=ENDS + ONE)
    with pytest.raises(AgreementOverlaps, match="already covers"):
        amend(cast, first.agreement, terms=longer)


def test_amend_as_renewal_writes_trail_and_tells(cast):
    version = record(cast)
    renewed = make_terms(effective_on=ENDS + ONE, expires_on=date(2027, 12, 31))
    second = amend(cast, version.agreement, terms=renewed, kind=VersionKind.RENEWAL)
    (event,) = events("agreement.amended")
    assert event.engagement == cast.engagement.pk
    assert str(second.pk).encode() in bytes(event.body)
    rows = Notification.objects.filter(kind="agreement.amended")
    assert {row.recipient for row in rows} == {
        cast.manager.user,
        cast.second_manager.user,
    }


@pytest.mark.parametrize("name", ["outsider", "other_manager", "reader"])
def test_amend_by_others(cast, name):
    version = make_baa(cast.engagement)
    with pytest.raises(NotAllowed):
        amend(cast, version.agreement, getattr(cast, name))


def test_amend_a_terminated_one_is_refused(cast):
    version = record(cast)
    actions.terminate_agreement(
        version.agreement, by=cast.officer, terminated_on=TODAY, reason="Moved"
    )
    with pytest.raises(AgreementOverlaps, match="was terminated"):
        amend(cast, version.agreement)


# -- Terminating --------------------------------------------------------------
def test_terminate_ends_it_after_its_last_day(cast):
    version = record(cast)
    agreement = actions.terminate_agreement(
        version.agreement, by=cast.manager, terminated_on=TODAY, reason=" Moved "
    )
    assert (agreement.terminated_on, agreement.termination_reason) == (TODAY, "Moved")
    ids = [cast.engagement.pk]
    assert queries.versions_in_force(ids, as_of=TODAY) == {ids[0]: version}
    assert queries.versions_in_force(ids, as_of=TODAY + ONE) == {}
    (event,) = events("agreement.terminated")
    assert b"Moved" not in bytes(event.body)
    rows = Notification.objects.filter(kind="agreement.terminated")
    assert {row.recipient for row in rows} == {
        cast.officer.user,
        cast.second_officer.user,
    }


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": ""}, AgreementNotAcceptable),
        ({"terminated_on": BEGINS - ONE}, AgreementNotAcceptable),
        ({"terminated_on": ENDS + ONE}, AgreementOverlaps),
    ],
)
def test_terminate_refuses(cast, changes, error):
    version = record(cast)
    values = {"terminated_on": TODAY, "reason": "Moved"} | changes
    with pytest.raises(error):
        actions.terminate_agreement(version.agreement, by=cast.officer, **values)
    version.agreement.refresh_from_db()
    assert version.agreement.terminated_on is None
    assert events("agreement.terminated") == []


def test_terminate_twice_is_refused(cast):
    version = record(cast)
    values = {"terminated_on": TODAY, "reason": "Moved"}
    actions.terminate_agreement(version.agreement, by=cast.officer, **values)
    with pytest.raises(AgreementOverlaps, match="already terminated"):
        actions.terminate_agreement(version.agreement, by=cast.manager, **values)


@pytest.mark.parametrize("name", ["outsider", "reader", "auditor"])
def test_terminate_by_others(cast, name):
    version = make_baa(cast.engagement)
    with pytest.raises(NotAllowed):
        actions.terminate_agreement(
            version.agreement,
            by=getattr(cast, name),
            terminated_on=TODAY,
            reason="Moved",
        )


# -- The database's own refusals ----------------------------------------------
def refused_by(name):
    return pytest.raises(IntegrityError, match=name)


def test_database_refuses_overlapping_versions(cast):
    agreement = make_agreement(cast.engagement)
    make_version(agreement, superseded_on=date(2026, 4, 1))
    with refused_by("agreement_version_no_overlap"), transaction.atomic():
        make_version(agreement, effective_on=date(2026, 3, 31))
    make_version(agreement, effective_on=date(2026, 4, 1))


def test_database_has_the_overlap_constraint(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contype FROM pg_constraint "
            "WHERE conname = 'agreement_version_no_overlap'"
        )
        assert cursor.fetchall() == [("x",)]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"expires_on": BEGINS - ONE}, "agreement_version_ends_after_start"),
        ({"superseded_on": BEGINS}, "agreement_version_superseded_after_start"),
        ({"reporting_value": 0}, "agreement_version_reports"),
    ],
)
def test_database_refuses_impossible_versions(cast, changes, constraint):
    agreement = make_agreement(cast.engagement)
    with refused_by(constraint), transaction.atomic():
        make_version(agreement, **changes)


def test_database_refuses_one_party_and_unreasoned_marks(cast):
    with refused_by("agreement_two_parties"), transaction.atomic():
        make_agreement(cast.engagement, recipient=cast.clinic)
    version = make_baa(cast.engagement, marks=[])
    with refused_by("version_provision_reason"), transaction.atomic():
        version.provisions.create(provision="BAA-17", standing="not_applicable")


def test_database_refuses_a_second_signature_of_a_side(cast):
    version = make_baa(cast.engagement)
    with refused_by("signature_one_per_side"), transaction.atomic():
        version.signatures.create(
            side=SigningSide.DISCLOSER,
            name="Pat",
            title="Director",
            signed_on=BEGINS,
            method=SigningMethod.WET,
            document_sha256=version.document_sha256,
        )
