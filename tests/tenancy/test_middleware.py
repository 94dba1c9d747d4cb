"""The actor of a request: read afresh, ended when idle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from apps.core import clock
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
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


def test_pages_carry_the_strict_policy(cast: Cast, client_for: ClientFor) -> None:
    policy = client_for(cast.officer).get(PAGE).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
