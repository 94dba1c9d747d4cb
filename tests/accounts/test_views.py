"""Members and invitations by page and by API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import Invitation
from apps.audit.models import AuditEvent
from apps.notifications.models import OutgoingMail
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.middleware import SESSION_MEMBERSHIP
from apps.tenancy.models import Membership
from tests.conftest import NOON, Cast
from tests.factories.accounts import TOKEN, make_invitation
from tests.factories.tenancy import make_organization

ClientFor = Callable[[Actor], Client]
ACCEPT = f"/invitation/{TOKEN}/"
PASSWORD = "a calm sentence of words"
NORA = {
    "email": "nora.new@example.org",
    "full_name": "Nora New",
    "role": "compliance_reader",
}


def membership_of(actor: Actor) -> Membership:
    return Membership.objects.get(user=actor.user, organization=actor.organization)


def test_members_page(cast: Cast, client_for: ClientFor) -> None:
    make_invitation(cast.clinic)
    page = client_for(cast.officer).get("/members/").content.decode()
    assert "Rita Reader" in page
    assert "Nora New" in page
    assert "Invite a person" in page
    assert "Uma Outsider" not in page


def test_members_page_of_an_analyst_offers_nothing(
    cast: Cast, client_for: ClientFor
) -> None:
    page = client_for(cast.analyst).get("/members/").content.decode()
    assert "No invitation is open" in page
    assert "End membership" not in page
    assert client_for(cast.reader).get("/members/").status_code == 403


def test_invite(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    assert "Compliance reader" in client.get("/members/invite/").content.decode()
    answer = client.post("/members/invite/", NORA)
    assert answer["Location"] == "/members/"
    assert Invitation.objects.get().email == "nora.new@example.org"


@pytest.mark.parametrize(
    "change",
    [{"email": "nora"}, {"role": "vendor_manager"}, {"full_name": ""}],
)
def test_invite_bad_input(
    cast: Cast, client_for: ClientFor, change: dict[str, str]
) -> None:
    answer = client_for(cast.officer).post("/members/invite/", NORA | change)
    assert answer.status_code == 422
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_invite_a_member_shows_the_reason(cast: Cast, client_for: ClientFor) -> None:
    change = {"email": cast.reader.user.email}
    answer = client_for(cast.officer).post("/members/invite/", NORA | change)
    assert answer.status_code == 422
    assert "is a member of Lakeside Clinic already" in answer.content.decode()


def test_invite_the_first_manager(cast: Cast, client_for: ClientFor) -> None:
    vendor = make_organization(name="Newline", registered_by=cast.clinic)
    client = client_for(cast.officer)
    url = f"/members/invite/{vendor.pk}/"
    page = client.get(url).content.decode()
    assert "first manager of Newline" in page
    assert "Team lead" not in page
    client.post(url, NORA | {"role": "vendor_manager"})
    assert Invitation.objects.get().organization == vendor
    assert client.get(f"/members/invite/{cast.vendor.pk}/").status_code == 404


def test_withdraw(cast: Cast, client_for: ClientFor) -> None:
    invitation = make_invitation(cast.clinic)
    url = f"/invitations/{invitation.pk}/withdraw/"
    assert client_for(cast.outsider).post(url).status_code == 404
    assert client_for(cast.analyst).post(url).status_code == 403
    assert client_for(cast.officer).post(url)["Location"] == "/members/"
    invitation.refresh_from_db()
    assert invitation.withdrawn_at == NOON


def test_end_membership_ends_open_sessions(cast: Cast, client_for: ClientFor) -> None:
    victim = client_for(cast.analyst)
    assert victim.get("/members/").status_code == 200
    url = f"/members/{membership_of(cast.analyst).pk}/end/"
    officer = client_for(cast.officer)
    assert "Ana Analyst" in officer.get(url).content.decode()
    assert officer.post(url)["Location"] == "/members/"
    assert victim.get("/members/").status_code == 403


def test_end_membership_of_the_last_manager(cast: Cast, client_for: ClientFor) -> None:
    officer = client_for(cast.officer)
    officer.post(f"/members/{membership_of(cast.second_officer).pk}/end/")
    answer = officer.post(f"/members/{membership_of(cast.officer).pk}/end/")
    assert answer.status_code == 409
    assert "last manager" in answer.content.decode()


def test_end_membership_of_a_stranger(cast: Cast, client_for: ClientFor) -> None:
    url = f"/members/{membership_of(cast.outsider).pk}/end/"
    client = client_for(cast.officer)
    assert client.get(url).status_code == client.post(url).status_code == 404


def test_accept_as_new(cast: Cast) -> None:
    make_invitation(cast.clinic, invited_by=cast.officer.user)
    client = Client()
    page = client.get(ACCEPT)
    assert "Join Lakeside Clinic" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cache-Control"] == "no-store"
    answer = client.post(ACCEPT, {"full_name": "Nora New", "password": PASSWORD})
    assert answer["Location"] == "/"
    membership = Membership.objects.get(user__email="nora.new@example.org")
    assert client.session[SESSION_MEMBERSHIP] == str(membership.pk)
    assert client.get("/members/").status_code == 200
    assert client.get(ACCEPT).status_code == 410
    types = AuditEvent.objects.order_by("pk").values_list("type", flat=True)
    assert list(types) == ["membership.accepted", "session.started"]


def test_accept_with_a_weak_password(cast: Cast) -> None:
    make_invitation(cast.clinic)
    answer = Client().post(ACCEPT, {"full_name": "Nora New", "password": "123456"})
    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    assert not Membership.objects.filter(user__email="nora.new@example.org").exists()


def test_accept_unknown_and_gone(cast: Cast) -> None:
    assert Client().get("/invitation/unknown/").status_code == 404
    make_invitation(cast.clinic, withdrawn_at=NOON)
    answer = Client().get(ACCEPT)
    assert answer.status_code == 410
    assert "withdrawn" in answer.content.decode()


def test_accept_with_an_account(cast: Cast, client_for: ClientFor) -> None:
    make_invitation(cast.clinic, email=cast.manager.user.email)
    stranger = Client()
    assert "Sign in to accept" in stranger.get(ACCEPT).content.decode()
    assert stranger.post(ACCEPT).status_code == 422
    client = client_for(cast.manager)
    assert "Accept invitation" in client.get(ACCEPT).content.decode()
    assert client.post(ACCEPT)["Location"] == "/"
    joined = Membership.objects.get(user=cast.manager.user, organization=cast.clinic)
    assert joined.role == Role.COMPLIANCE_ANALYST
    assert client.session[SESSION_MEMBERSHIP] == str(joined.pk)


@pytest.mark.parametrize("has_account", [True, False])
def test_accept_signed_in_as_somebody_else(
    cast: Cast, client_for: ClientFor, *, has_account: bool
) -> None:
    email = cast.manager.user.email if has_account else "nora.new@example.org"
    make_invitation(cast.clinic, email=email)
    client = client_for(cast.outsider)
    assert "Sign out" in client.get(ACCEPT).content.decode()
    answer = client.post(ACCEPT, {"full_name": "N", "password": PASSWORD})
    assert answer.status_code == 403
    assert Invitation.objects.get().accepted_at is None


def test_sign_in_is_recorded(cast: Cast) -> None:
    cache.clear()
    user = cast.officer.user
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    client = Client()
    wrong = {"login": user.email, "password": "wrong"}
    assert client.post("/account/login/", wrong).status_code == 200
    right = {"login": user.email, "password": PASSWORD}
    assert client.post("/account/login/", right).status_code == 302
    types = AuditEvent.objects.order_by("pk").values_list("type", flat=True)
    assert list(types) == ["session.refused", "session.started"]


def test_sign_up_is_closed(db: None) -> None:
    answer = Client().get("/account/signup/")
    assert answer.status_code == 200
    assert "invitation" in answer.content.decode().lower()


def test_sign_in_is_limited(cast: Cast) -> None:
    cache.clear()
    client = Client()
    wrong = {"login": cast.officer.user.email, "password": "wrong"}
    for _ in range(5):
        client.post("/account/login/", wrong)
    page = client.post("/account/login/", wrong).content.decode()
    assert "Too many" in page
    assert AuditEvent.objects.count() == 5
    cache.clear()


def test_api_members(cast: Cast, client_for: ClientFor) -> None:
    rows = client_for(cast.officer).get("/api/v1/members/").json()["results"]
    assert {row["full_name"] for row in rows} == {
        "Olga Officer",
        "Omar Second",
        "Ana Analyst",
        "Rita Reader",
    }
    assert client_for(cast.reader).get("/api/v1/members/").status_code == 403


def test_api_invitations(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    answer = client.post("/api/v1/invitations/", NORA)
    assert answer.status_code == 201
    (row,) = client.get("/api/v1/invitations/").json()["results"]
    assert row == answer.json()
    assert not any("token" in key for key in row)
    bad = client.post("/api/v1/invitations/", NORA | {"role": "vendor_manager"})
    assert bad.status_code == 422
    assert (
        client_for(cast.analyst).post("/api/v1/invitations/", NORA).status_code == 403
    )


def test_guessing_passwords_is_slowed_down_whatever_address_is_claimed(
    cast: Cast, client: Client
) -> None:
    cache.clear()
    answers = [
        client.post(
            "/account/login/",
            {"login": f"person{number}@example.org", "password": "a guess"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        ).content.decode()
        for number in range(12)
    ]
    assert "Too many failed login attempts" not in answers[0]
    assert "Too many failed login attempts" in answers[-1]


def test_change_role_by_page(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    path = f"/members/{membership_of(cast.reader).pk}/role/"
    assert path in client.get("/members/").content.decode()
    assert "Compliance reader now." in client.get(path).content.decode()
    answer = client.post(path, {"role": "vendor_manager"})
    assert answer.status_code == 422
    answer = client.post(path, {"role": "compliance_analyst"})
    assert answer["Location"] == "/members/"
    assert membership_of(cast.reader).role == Role.COMPLIANCE_ANALYST
    foreign = membership_of(cast.outsider).pk
    assert client.get(f"/members/{foreign}/role/").status_code == 404


def test_nobody_changes_the_address_an_invitation_proved(
    cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.officer)
    page = client.get("/account/email/")
    assert cast.officer.user.email in page.content.decode()
    wanted = {"action_add": "", "email": "auditor@big-firm.example"}
    assert client.post("/account/email/", wanted).status_code == 405
    assert not EmailAddress.objects.exists()
