"""What parties do: happy, forbidden, wrong state, other organization, and the trail."""

from __future__ import annotations

from datetime import date

import pytest

from apps.assurance import actions
from apps.assurance.actions import PolicyTerms
from apps.assurance.enums import (
    ActivityKind,
    LetterKind,
    Medium,
    Outcome,
    RequestState,
    Standard,
    Topic,
)
from apps.assurance.models import (
    Activity,
    Certificate,
    Policy,
    PolicyVersion,
    Share,
)
from apps.assurance.rules import CertificateTerms
from apps.audit.models import AuditEvent
from apps.core.dates import Period
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence.models import Attachment
from apps.notifications.models import Notification
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.assurance import (
    make_activity,
    make_certificate,
    make_evidence_request,
    make_policy,
    make_share,
)
from tests.factories.evidence import make_stored_file

pytestmark = pytest.mark.django_db
TERMS = CertificateTerms(
    standard=Standard.ISO_27001,
    number="C-1",
    certifying_body="Assay",
    scope_text="Patient support",
    sites=("MNL-1",),
    first_on=date(2025, 1, 1),
    last_on=date(2027, 12, 31),
)


def last_event() -> str:
    return AuditEvent.objects.latest("pk").type


def told() -> set[tuple[str, str]]:
    rows = Notification.objects.select_related("recipient")
    return {(row.kind, row.recipient.full_name) for row in rows}


# -- Certificates -------------------------------------------------------------------


def test_record_certificate_keeps_the_proof_until_its_last_day(cast: Cast) -> None:
    file = make_stored_file(cast.vendor)
    row = actions.record_certificate(by=cast.manager, terms=TERMS, file=file)
    assert (row.organization, row.sites) == (cast.vendor, ["MNL-1"])
    attached = Attachment.objects.get()
    assert (attached.subject_type, attached.subject_id) == ("certificate", row.pk)
    assert attached.valid_until == date(2027, 12, 31)
    assert last_event() == "certificate.recorded"


def test_record_certificate_forbidden(cast: Cast) -> None:
    file = make_stored_file(cast.vendor)
    with pytest.raises(NotAllowed):
        actions.record_certificate(by=cast.lead, terms=TERMS, file=file)
    with pytest.raises(NotAllowed):
        actions.record_certificate(by=cast.officer, terms=TERMS, file=file)
    assert not Certificate.objects.exists()


def test_withdraw_certificate_once(cast: Cast) -> None:
    row = make_certificate(cast.vendor)
    make_share(row, cast.clinic)
    day = date(2026, 6, 1)
    done = actions.withdraw_certificate(
        row, by=cast.manager, withdrawn_on=day, reason="Audit failed"
    )
    assert done.withdrawn_on == day
    assert str(cast.clinic.pk) in bytes(AuditEvent.objects.get().body).decode()
    with pytest.raises(Conflict):
        actions.withdraw_certificate(
            row, by=cast.manager, withdrawn_on=day, reason="Again"
        )
    with pytest.raises(NotAllowed):
        actions.withdraw_certificate(
            row, by=cast.officer, withdrawn_on=day, reason="Not ours"
        )


def test_withdraw_certificate_before_its_life(cast: Cast) -> None:
    row = make_certificate(cast.vendor)
    with pytest.raises(Invalid):
        actions.withdraw_certificate(
            row, by=cast.manager, withdrawn_on=date(2024, 1, 1), reason="Wrong day"
        )


def add_letter(by: Actor, row: Certificate, last_on: date) -> None:
    actions.add_letter(
        row,
        by=by,
        kind=LetterKind.BRIDGE,
        issued_by="Careline",
        days=Period(date(2026, 1, 1), last_on),
        file=make_stored_file(row.organization),
    )


def test_add_letter(cast: Cast) -> None:
    row = make_certificate(cast.vendor, last_on=date(2025, 12, 31))
    add_letter(cast.manager, row, date(2026, 3, 31))
    assert row.letters.get().last_on == date(2026, 3, 31)
    assert last_event() == "letter.added"
    with pytest.raises(NotAllowed):
        add_letter(cast.officer, row, date(2026, 3, 31))


def test_no_letter_for_a_withdrawn_certificate(cast: Cast) -> None:
    row = make_certificate(
        cast.vendor,
        last_on=date(2025, 12, 31),
        withdrawn_on=date(2025, 6, 1),
        withdrawal_reason="Lost",
    )
    with pytest.raises(Conflict):
        add_letter(cast.manager, row, date(2026, 3, 31))


# -- Sharing ------------------------------------------------------------------------


def test_share_tells_the_client_once(cast: Cast) -> None:
    row = make_certificate(cast.vendor)
    first = actions.share(row, by=cast.manager, client_id=cast.clinic.pk)
    assert actions.share(row, by=cast.manager, client_id=cast.clinic.pk) == first
    assert told() == {
        ("document.shared", "Olga Officer"),
        ("document.shared", "Omar Second"),
    }
    assert AuditEvent.objects.filter(type="document.shared").count() == 1


def test_share_with_a_stranger_is_refused(cast: Cast) -> None:
    row = make_certificate(cast.vendor)
    with pytest.raises(NotAllowed):
        actions.share(row, by=cast.manager, client_id=cast.other_clinic.pk)
    with pytest.raises(NotAllowed):
        actions.share(row, by=cast.officer, client_id=cast.clinic.pk)
    assert not Share.objects.exists()


def test_end_share(cast: Cast) -> None:
    row = make_share(make_policy(cast.vendor).policy, cast.clinic)
    with pytest.raises(NotAllowed):
        actions.end_share(row, by=cast.officer)
    assert actions.end_share(row, by=cast.manager).ended_at is not None
    assert last_event() == "document.unshared"
    with pytest.raises(Conflict):
        actions.end_share(row, by=cast.manager)


# -- Policies -----------------------------------------------------------------------


def adopt(by: Actor, policy: object, effective_on: date) -> PolicyVersion:
    return actions.adopt_policy(
        by=by,
        policy=policy,  # type: ignore[arg-type]
        terms=PolicyTerms(effective_on, (Medium.CHAT,), (Topic.ACCESS,)),
        file=make_stored_file(by.organization),
    )


def test_a_new_version_ends_the_one_before(cast: Cast) -> None:
    first = adopt(cast.manager, "Chat  rules", date(2026, 1, 1))
    second = adopt(cast.manager, first.policy, date(2026, 6, 1))
    first.refresh_from_db()
    assert (first.policy.title, second.number) == ("Chat rules", 2)
    assert first.superseded_on == date(2026, 6, 1)
    ends = Attachment.objects.order_by("valid_from").values_list("valid_until")
    assert [end for (end,) in ends] == [date(2026, 5, 31), None]
    assert last_event() == "policy.adopted"


def test_adopt_policy_refused(cast: Cast) -> None:
    version = adopt(cast.manager, "Chat rules", date(2026, 1, 1))
    with pytest.raises(Invalid, match="1 Jan 2026"):
        adopt(cast.manager, version.policy, date(2026, 1, 1))
    with pytest.raises(Conflict):
        adopt(cast.manager, "chat RULES", date(2026, 7, 1))
    with pytest.raises(NotAllowed):
        adopt(cast.officer, version.policy, date(2026, 7, 1))
    assert PolicyVersion.objects.count() == 1


def test_end_policy(cast: Cast) -> None:
    policy = make_policy(cast.vendor).policy
    actions.end_policy(policy, by=cast.manager, last_on=date(2026, 6, 30))
    assert policy.versions.get().superseded_on == date(2026, 7, 1)
    assert last_event() == "policy.ended"
    with pytest.raises(Conflict):
        actions.end_policy(policy, by=cast.manager, last_on=date(2026, 7, 30))


# -- Activities ---------------------------------------------------------------------


def test_start_activity_takes_our_default_interval(cast: Cast) -> None:
    row = actions.start_activity(
        by=cast.manager,
        kind=ActivityKind.RESTORE_TEST,
        first_due_on=date(2026, 7, 1),
        engagement=cast.engagement,
        is_shared=True,
    )
    assert (row.interval_months, row.is_shared) == (6, False)
    assert last_event() == "activity.started"
    with pytest.raises(Conflict):
        actions.start_activity(
            by=cast.manager,
            kind=ActivityKind.RESTORE_TEST,
            first_due_on=date(2026, 8, 1),
            engagement=cast.engagement,
        )


def test_start_activity_on_a_strangers_engagement(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.start_activity(
            by=cast.outsider,
            kind=ActivityKind.ANNUAL_REVIEW,
            first_due_on=date(2026, 7, 1),
            engagement=cast.engagement,
        )
    with pytest.raises(NotAllowed):
        actions.start_activity(
            by=cast.analyst,
            kind=ActivityKind.ANNUAL_REVIEW,
            first_due_on=date(2026, 7, 1),
        )


def record_done(by: Actor, row: Activity, day: date) -> None:
    actions.record_done(
        row,
        by=by,
        done_on=day,
        outcome=Outcome.PASSED,
        summary="Looked at",
        file=make_stored_file(row.organization),
    )


def test_record_done(cast: Cast) -> None:
    row = make_activity(cast.vendor)
    record_done(cast.manager, row, date(2026, 6, 15))
    assert row.records.get().outcome == "passed"
    assert last_event() == "activity.done"
    with pytest.raises(Invalid):
        record_done(cast.manager, row, date(2026, 6, 16))
    with pytest.raises(NotAllowed):
        record_done(cast.officer, row, date(2026, 6, 15))


def test_an_ended_activity_takes_nothing(cast: Cast) -> None:
    row = make_activity(cast.vendor)
    day = date(2026, 6, 15)
    with pytest.raises(Invalid):
        actions.end_activity(
            row, by=cast.manager, ended_on=date(2026, 6, 16), reason="Ahead"
        )
    actions.end_activity(row, by=cast.manager, ended_on=day, reason="No longer ours")
    assert last_event() == "activity.ended"
    with pytest.raises(Conflict):
        record_done(cast.manager, row, day)


# -- Requests -----------------------------------------------------------------------


def test_a_request_from_asking_to_accepting(cast: Cast) -> None:
    row = actions.request_evidence(
        cast.engagement,
        by=cast.officer,
        title="Restore protocol",
        details="",
        due_on=date(2026, 7, 1),
    )
    assert (row.asked_of, row.state) == (cast.vendor, RequestState.OPEN)
    file = make_stored_file(cast.vendor)
    actions.answer_request(row, by=cast.manager, file=file, note="As of May")
    row = actions.return_answer(row, by=cast.officer, reason="Too old")
    assert row.state is RequestState.RETURNED
    actions.answer_request(row, by=cast.manager, file=make_stored_file(cast.vendor))
    row = actions.accept_answer(row, by=cast.second_officer)
    assert row.state is RequestState.ACCEPTED
    assert row.answers.count() == 2
    kinds = [kind for kind, _ in told()]
    assert set(kinds) == {
        "evidence_request.made",
        "evidence_request.answered",
        "evidence_request.returned",
    }
    with pytest.raises(Conflict):
        actions.answer_request(row, by=cast.manager, file=file)


def test_an_answer_nobody_can_open_is_not_accepted(cast: Cast) -> None:
    row = make_evidence_request(cast.engagement)
    file = make_stored_file(cast.vendor, quarantined_reason="It waits")
    actions.answer_request(row, by=cast.manager, file=file)
    with pytest.raises(Conflict, match="nobody can open it"):
        actions.accept_answer(row, by=cast.officer)
    file.quarantined_reason = ""
    file.save(update_fields=["quarantined_reason"])
    accepted = actions.accept_answer(row, by=cast.officer)
    assert accepted.state is RequestState.ACCEPTED


@pytest.mark.parametrize("review_on", [date(2026, 6, 30), date(2026, 7, 1)])
def test_a_policy_is_reviewed_after_it_took_effect(cast: Cast, review_on: date) -> None:
    terms = PolicyTerms(date(2026, 7, 1), (Medium.CHAT,), (Topic.ACCESS,), review_on)
    with pytest.raises(Invalid, match="takes effect on 1 Jul 2026") as refused:
        actions.adopt_policy(
            by=cast.manager,
            policy="Chat",
            terms=terms,
            file=make_stored_file(cast.vendor),
        )
    assert set(refused.value.fields) == {"review_on"}
    assert not Policy.objects.exists()


def test_requests_are_for_the_two_parties(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.request_evidence(
            cast.engagement,
            by=cast.outsider,
            title="x",
            details="",
            due_on=date(2026, 7, 1),
        )
    row = make_evidence_request(cast.engagement)
    with pytest.raises(NotAllowed):
        actions.answer_request(row, by=cast.officer, file=make_stored_file(cast.clinic))
    with pytest.raises(NotAllowed):
        actions.answer_request(row, by=cast.manager, file=make_stored_file(cast.clinic))
    with pytest.raises(NotAllowed):
        actions.accept_answer(row, by=cast.manager)
    with pytest.raises(Conflict):
        actions.accept_answer(row, by=cast.officer)


def test_withdraw_request(cast: Cast) -> None:
    row = make_evidence_request(cast.engagement)
    done = actions.withdraw_request(row, by=cast.officer)
    assert done.state is RequestState.WITHDRAWN
    assert last_event() == "evidence_request.withdrawn"
