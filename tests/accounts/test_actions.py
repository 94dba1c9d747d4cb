"""Invitations and memberships, with what they leave in the trail."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from apps.accounts import actions, queries
from apps.accounts.actions import Invitee
from apps.accounts.models import Invitation
from apps.accounts.rules import InvitationGone, LastManager, token_sha256
from apps.audit.models import AuditEvent, AuditVisibility
from apps.audit.queries import lines
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.notifications.models import OutgoingMail
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership, Organization, User
from apps.tenancy.queries import live_memberships, live_memberships_of
from tests.conftest import NOON, Cast
from tests.factories.accounts import make_invitation
from tests.factories.tenancy import make_membership, make_organization

PASSWORD = "a calm sentence of words"


def nora(role: Role = Role.COMPLIANCE_ANALYST) -> Invitee:
    return Invitee(email=" Nora.New@Example.org ", full_name="Nora New", role=role)


def invite(by: Actor, organization: Organization, role: Role) -> Invitation:
    return actions.invite(by=by, organization=organization, invitee=nora(role))


def event_types() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))


def readers_of_last_event() -> set[object]:
    last = AuditEvent.objects.latest("pk")
    return set(
        AuditVisibility.objects.filter(event=last.pk).values_list("org", flat=True)
    )


def token_in(mail: OutgoingMail) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000/invitation/([\w-]+)/", mail.body)
    assert found is not None
    return found[1]


def test_invite_mails_a_link_and_keeps_its_hash(cast: Cast) -> None:
    invitation = invite(cast.officer, cast.clinic, Role.COMPLIANCE_ANALYST)
    mail = OutgoingMail.objects.get()
    token = token_in(mail)
    assert len(token) == 43
    assert invitation.token_sha256 == token_sha256(token)
    assert invitation.email == mail.to == "nora.new@example.org"
    assert invitation.expires_at == NOON + timedelta(days=7)
    assert mail.subject == "Lakeside Clinic invites you to the Compliance Portal"
    assert "Compliance analyst of Lakeside Clinic" in mail.body
    assert queries.invitation_for(token) == invitation
    assert event_types() == ["invitation.sent"]
    body = bytes(AuditEvent.objects.get().body)
    assert b"nora" not in body.lower()


def test_invite_again_replaces_the_link(cast: Cast) -> None:
    first = invite(cast.officer, cast.clinic, Role.COMPLIANCE_ANALYST)
    second = invite(cast.officer, cast.clinic, Role.COMPLIANCE_READER)
    first.refresh_from_db()
    assert first.withdrawn_at == NOON
    assert list(queries.open_invitations(cast.officer)) == [second]


def test_invite_a_member(cast: Cast) -> None:
    member = Invitee(
        email=cast.reader.user.email.upper(), full_name="R", role=Role.COMPLIANCE_READER
    )
    with pytest.raises(Conflict, match="member of Lakeside Clinic already"):
        actions.invite(by=cast.officer, organization=cast.clinic, invitee=member)


def test_invite_forbidden(cast: Cast) -> None:
    for by in (cast.analyst, cast.reader):
        with pytest.raises(NotAllowed):
            invite(by, cast.clinic, Role.COMPLIANCE_READER)
    assert not OutgoingMail.objects.exists()


def test_invite_to_another_organization(cast: Cast) -> None:
    with pytest.raises(NotFound):
        invite(cast.officer, cast.other_clinic, Role.COMPLIANCE_READER)
    assert event_types() == []


def test_invite_as_a_role_of_another_kind(cast: Cast) -> None:
    with pytest.raises(Invalid):
        invite(cast.officer, cast.clinic, Role.VENDOR_MANAGER)
    with pytest.raises(Invalid):
        invite(cast.manager, cast.vendor, Role.COMPLIANCE_MANAGER)


def test_invite_the_first_manager_of_a_registered_vendor(cast: Cast) -> None:
    vendor = make_organization(name="Newline", registered_by=cast.clinic)
    with pytest.raises(NotAllowed, match="manager first"):
        invite(cast.officer, vendor, Role.TEAM_LEAD)
    invite(cast.officer, vendor, Role.VENDOR_MANAGER)
    assert readers_of_last_event() == {cast.clinic.pk, vendor.pk}
    make_membership(vendor, Role.VENDOR_MANAGER)
    with pytest.raises(NotFound):
        invite(cast.officer, vendor, Role.VENDOR_MANAGER)


def test_invite_to_a_vendor_somebody_else_registered(cast: Cast) -> None:
    vendor = make_organization(name="Newline", registered_by=cast.other_clinic)
    with pytest.raises(NotFound):
        invite(cast.officer, vendor, Role.VENDOR_MANAGER)


def test_accept_as_new_makes_account_and_membership(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic)
    membership = actions.accept_as_new(
        invitation, full_name=" Nora N. New ", password=PASSWORD, address="192.0.2.1"
    )
    user = User.objects.get(email="nora.new@example.org")
    assert user.check_password(PASSWORD)
    assert (user.full_name, user.time_zone) == ("Nora N. New", "UTC")
    assert (membership.user, membership.role) == (user, "compliance_analyst")
    invitation.refresh_from_db()
    assert invitation.accepted_at == NOON
    event = AuditEvent.objects.get()
    assert (event.type, event.actor_id) == ("membership.accepted", user.pk)


def test_accept_as_new_twice(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic)
    actions.accept_as_new(invitation, full_name="Nora", password=PASSWORD)
    with pytest.raises(InvitationGone, match="already used"):
        actions.accept_as_new(invitation, full_name="Nora", password=PASSWORD)
    assert event_types() == ["membership.accepted"]


@pytest.mark.parametrize(
    "password", ["short", "qwerty123456", "nora.new@example.org", ""]
)
def test_accept_as_new_with_a_weak_password(cast: Cast, password: str) -> None:
    invitation = make_invitation(cast.clinic)
    with pytest.raises(Invalid) as refused:
        actions.accept_as_new(invitation, full_name="Nora New", password=password)
    assert list(refused.value.fields) == ["password"]
    assert not User.objects.filter(email=invitation.email).exists()
    assert event_types() == []


def test_accept_as_new_with_an_account(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic, email=cast.manager.user.email)
    with pytest.raises(Conflict, match="Sign in"):
        actions.accept_as_new(invitation, full_name="Mara", password=PASSWORD)


def test_accept_with_an_account(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic, email=cast.manager.user.email)
    membership = actions.accept(invitation, user=cast.manager.user)
    assert membership.organization == cast.clinic
    assert event_types() == ["membership.accepted"]


def test_accept_for_somebody_else(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic)
    with pytest.raises(NotAllowed, match="another e-mail address"):
        actions.accept(invitation, user=cast.manager.user)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_accept_revives_an_ended_membership(cast: Cast) -> None:
    ended = make_membership(
        cast.clinic, Role.COMPLIANCE_READER, valid_until=date(2026, 1, 1)
    )
    invitation = make_invitation(cast.clinic, email=ended.user.email)
    revived = actions.accept(invitation, user=ended.user)
    assert revived.pk == ended.pk
    assert (revived.role, revived.valid_until) == ("compliance_analyst", None)


def test_accept_expired(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic)
    with clock.held(NOON + timedelta(days=7)), pytest.raises(InvitationGone):
        actions.accept_as_new(invitation, full_name="Nora", password=PASSWORD)


def test_withdraw(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic)
    actions.withdraw(invitation, by=cast.officer)
    assert event_types() == ["invitation.withdrawn"]
    with pytest.raises(InvitationGone):
        actions.withdraw(invitation, by=cast.officer)
    with pytest.raises(InvitationGone):
        actions.accept_as_new(invitation, full_name="Nora", password=PASSWORD)


def test_withdraw_forbidden_and_foreign(cast: Cast) -> None:
    invitation = make_invitation(cast.clinic)
    with pytest.raises(NotAllowed):
        actions.withdraw(invitation, by=cast.analyst)
    with pytest.raises(NotFound):
        actions.withdraw(invitation, by=cast.outsider)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None


def membership_of(actor: Actor) -> Membership:
    return Membership.objects.get(user=actor.user, organization=actor.organization)


def test_end_membership_is_over_at_once(cast: Cast) -> None:
    row = actions.end_membership(membership_of(cast.reader), by=cast.officer)
    assert row.valid_until == date(2026, 6, 14)
    assert not live_memberships(cast.reader.user).exists()
    assert row not in live_memberships_of(cast.clinic)
    assert event_types() == ["membership.ended"]


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_end_membership_is_over_in_every_zone(cast: Cast, hour: int) -> None:
    user = cast.reader.user
    user.time_zone = "Pacific/Honolulu"
    user.save(update_fields=["time_zone"])
    with clock.held(datetime(2026, 6, 15, hour, 30, tzinfo=NOON.tzinfo)):
        row = actions.end_membership(membership_of(cast.reader), by=cast.officer)
        assert not live_memberships(user).exists()
        assert row not in live_memberships_of(cast.clinic)


def test_end_last_manager(cast: Cast) -> None:
    actions.end_membership(membership_of(cast.second_officer), by=cast.officer)
    with pytest.raises(LastManager):
        actions.end_membership(membership_of(cast.officer), by=cast.officer)
    assert event_types() == ["membership.ended"]


def test_change_role_counts_at_once_and_is_told(cast: Cast) -> None:
    row = actions.change_role(
        membership_of(cast.reader), role=Role.COMPLIANCE_ANALYST, by=cast.officer
    )
    assert membership_of(cast.reader).role == row.role == Role.COMPLIANCE_ANALYST
    [line] = lines([AuditEvent.objects.latest("pk")])
    assert line.sentence == (
        "Olga Officer changed the role of Rita Reader from compliance_reader to "
        "compliance_analyst."
    )
    assert readers_of_last_event() == {cast.clinic.pk}


def test_change_role_refuses_what_makes_no_sense(cast: Cast) -> None:
    reader = membership_of(cast.reader)
    with pytest.raises(Invalid, match="this kind of organization"):
        actions.change_role(reader, role=Role.VENDOR_MANAGER, by=cast.officer)
    with pytest.raises(Conflict, match="is the role this member has"):
        actions.change_role(reader, role=Role.COMPLIANCE_READER, by=cast.officer)
    with pytest.raises(NotAllowed):
        actions.change_role(reader, role=Role.COMPLIANCE_ANALYST, by=cast.analyst)
    with pytest.raises(NotFound):
        actions.change_role(reader, role=Role.COMPLIANCE_ANALYST, by=cast.outsider)
    assert membership_of(cast.reader).role == Role.COMPLIANCE_READER


def test_the_last_manager_keeps_the_role(cast: Cast) -> None:
    reader = Role.COMPLIANCE_READER
    actions.change_role(
        membership_of(cast.second_officer), role=reader, by=cast.officer
    )
    with pytest.raises(LastManager):
        actions.change_role(membership_of(cast.officer), role=reader, by=cast.officer)
    assert membership_of(cast.officer).role == Role.COMPLIANCE_MANAGER


def test_end_membership_forbidden_and_foreign(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.end_membership(membership_of(cast.reader), by=cast.analyst)
    with pytest.raises(NotFound):
        actions.end_membership(membership_of(cast.reader), by=cast.outsider)
    assert event_types() == []


def test_note_signed_in_for_every_organization(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.officer.user, organization=cast.vendor, role=Role.TEAM_LEAD
    )
    actions.note_signed_in(cast.officer.user, address="192.0.2.1")
    assert event_types() == ["session.started"]
    assert readers_of_last_event() == {cast.clinic.pk, cast.vendor.pk}


def test_note_signed_in_without_membership(db: None) -> None:
    user = User.objects.create_user("alone@example.org", full_name="Alone")
    actions.note_signed_in(user, address="")
    assert event_types() == ["session.started"]
    assert readers_of_last_event() == set()


def test_note_refused_for_accounts_only(cast: Cast) -> None:
    actions.note_refused("nobody@example.org", address="192.0.2.1")
    assert event_types() == []
    actions.note_refused(cast.officer.user.email.upper(), address="192.0.2.1")
    assert event_types() == ["session.refused"]
    assert readers_of_last_event() == {cast.clinic.pk}
