"""The actor of a request: read afresh, ended when idle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from apps.accounts.models import Invitation
from apps.core import clock
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.middleware import SESSION_MEMBERSHIP
from apps.tenancy.models import Membership
from tests.conftest import NOON, Cast

ClientFor = Callable[[Actor], Client]
PAGE = "/audit/"


def test_nobody_is_sent_to_the_sign_in_page(db: None, client: Client) -> None:
    answer = client.get(PAGE)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/login/?next=/audit/"


def test_changed_role_counts_at_once(cast: Cast, client_for: ClientFor) -> None:
    browser = client_for(cast.officer)
    assert browser.get(PAGE).status_code == 200
    Membership.objects.filter(user=cast.officer.user).update(
        role=Role.COMPLIANCE_READER
    )
    assert browser.get(PAGE).status_code == 403


def test_ended_membership_counts_at_once(cast: Cast, client_for: ClientFor) -> None:
    browser = client_for(cast.officer)
    Membership.objects.filter(user=cast.officer.user).update(
        valid_until=NOON.date() - timedelta(days=1)
    )
    answer = browser.get(PAGE)
    assert answer.status_code == 403
    assert "not a member of any organization" in answer.content.decode()


def test_membership_holds_through_its_last_day(
    cast: Cast, client_for: ClientFor
) -> None:
    browser = client_for(cast.officer)
    Membership.objects.filter(user=cast.officer.user).update(valid_until=NOON.date())
    assert browser.get(PAGE).status_code == 200


def test_idle_session_ends(cast: Cast, client_for: ClientFor) -> None:
    browser = client_for(cast.officer)
    browser.get(PAGE)
    with clock.held(NOON + timedelta(seconds=900)):
        assert browser.get(PAGE).status_code == 200
    with clock.held(NOON + timedelta(seconds=1801)):
        assert browser.get(PAGE).status_code == 302


def test_switch_accepts_only_ones_own_membership(
    cast: Cast, client_for: ClientFor
) -> None:
    foreign = Membership.objects.get(user=cast.manager.user)
    browser = client_for(cast.officer)
    assert browser.post("/switch/", {"membership": foreign.pk}).status_code == 404


def test_switch_changes_the_organization_and_the_session_key(
    cast: Cast, client_for: ClientFor
) -> None:
    second = Membership.objects.create(
        user=cast.officer.user,
        organization=cast.other_clinic,
        role=Role.COMPLIANCE_READER,
    )
    browser = client_for(cast.officer)
    before = browser.session.session_key
    assert browser.post("/switch/", {"membership": second.pk}).status_code == 302
    assert browser.session.session_key != before
    assert browser.get(PAGE).status_code == 403


# -- Several organizations ------------------------------------------------------


@pytest.fixture
def of_two(cast: Cast) -> tuple[Client, Membership]:
    """The officer's browser, which checks tokens of forms; a second membership."""
    second = Membership.objects.create(
        user=cast.officer.user,
        organization=cast.other_clinic,
        role=Role.COMPLIANCE_MANAGER,
    )
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(
        cast.officer.user, backend="django.contrib.auth.backends.ModelBackend"
    )
    return browser, second


def _invitation(browser: Client) -> dict[str, str]:
    """A form of the page to invite somebody, filled in."""
    page = browser.get("/members/invite/")
    return {
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
        "email": "nora.new@example.org",
        "full_name": "Nora New",
        "role": "compliance_reader",
    }


def test_a_form_opened_before_switching_does_not_act_for_the_other_organization(
    of_two: tuple[Client, Membership],
) -> None:
    browser, second = of_two
    form = _invitation(browser)
    token = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]}
    browser.post("/switch/", {"membership": second.pk, **token})
    answer = browser.post("/members/invite/", form)
    assert answer.status_code == 403
    assert "changed the organization" in answer.content.decode()
    assert not Invitation.objects.exists()
    assert browser.post("/members/invite/", _invitation(browser)).status_code == 302
    assert Invitation.objects.get().organization_id == second.organization_id


def test_a_form_of_a_membership_that_is_over_does_not_act_for_the_next(
    cast: Cast, of_two: tuple[Client, Membership]
) -> None:
    browser, _ = of_two
    form = _invitation(browser)
    Membership.objects.filter(user=cast.officer.user, organization=cast.clinic).update(
        valid_until=NOON.date() - timedelta(days=1)
    )
    answer = browser.post("/members/invite/", form)
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.content.decode()
    # Once more from the same form: its token is old by now.
    assert browser.post("/members/invite/", form).status_code == 403
    assert not Invitation.objects.exists()
    page = browser.get("/members/")
    assert page.context["actor"].organization == cast.other_clinic


def test_the_api_does_not_write_for_the_next_organization(
    cast: Cast, of_two: tuple[Client, Membership], client_for: ClientFor
) -> None:
    browser = client_for(cast.officer)
    Membership.objects.filter(user=cast.officer.user, organization=cast.clinic).update(
        valid_until=NOON.date() - timedelta(days=1)
    )
    values = {
        "email": "nora.new@example.org",
        "full_name": "Nora New",
        "role": "compliance_reader",
    }
    answer = browser.post("/api/v1/invitations/", values, "application/json")
    assert answer.status_code == 409
    assert not Invitation.objects.exists()
    answer = browser.post("/api/v1/invitations/", values, "application/json")
    assert answer.status_code == 201
    assert Invitation.objects.get().organization == cast.other_clinic


def test_the_first_request_settles_which_organization_a_session_acts_for(
    cast: Cast, of_two: tuple[Client, Membership]
) -> None:
    browser, _ = of_two
    browser.get(PAGE)
    mine = Membership.objects.get(user=cast.officer.user, organization=cast.clinic)
    assert browser.session[SESSION_MEMBERSHIP] == str(mine.pk)


def test_pages_carry_the_strict_policy(cast: Cast, client_for: ClientFor) -> None:
    policy = client_for(cast.officer).get(PAGE).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
