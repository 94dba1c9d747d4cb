"""Roles, links that still work, last managers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.accounts import rules
from apps.accounts.rules import InvitationGone, LastManager
from apps.core.errors import Invalid
from apps.tenancy.enums import OrganizationKind, Role

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (OrganizationKind.COVERED_ENTITY, Role.COMPLIANCE_READER),
        (OrganizationKind.VENDOR, Role.VENDOR_MANAGER),
        (OrganizationKind.AUDIT_FIRM, Role.AUDITOR),
        (OrganizationKind.OPERATOR, Role.PLATFORM_ADMIN),
    ],
)
def test_role_of_the_kind(kind: OrganizationKind, role: Role) -> None:
    assert rules.check_role(kind, role) is role


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (OrganizationKind.COVERED_ENTITY, Role.VENDOR_MANAGER),
        (OrganizationKind.VENDOR, Role.COMPLIANCE_MANAGER),
        (OrganizationKind.VENDOR, Role.PLATFORM_ADMIN),
        (OrganizationKind.AUDIT_FIRM, "owner"),
    ],
)
def test_role_of_another_kind(kind: OrganizationKind, role: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_role(kind, role)
    assert list(refused.value.fields) == ["role"]


def usable(**overrides: object) -> None:
    values = {
        "accepted_at": None,
        "withdrawn_at": None,
        "expires": NOW + SECOND,
        "now": NOW,
        "organization": "Lakeside Clinic",
    }
    rules.check_usable(**values | overrides)  # type: ignore[arg-type]


def test_invitation_works_until_it_expires() -> None:
    usable()
    assert rules.expires_at(NOW) == datetime(2026, 6, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"accepted_at": NOW}, "already used"),
        ({"withdrawn_at": NOW}, "withdrawn"),
        ({"expires": NOW}, "expired on 15 June 2026. Ask a manager of Lakeside"),
    ],
)
def test_invitation_gone(facts: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvitationGone, match=sentence):
        usable(**facts)


@pytest.mark.parametrize(
    ("role", "others"),
    [
        (Role.COMPLIANCE_MANAGER, [Role.COMPLIANCE_MANAGER]),
        (Role.COMPLIANCE_ANALYST, []),
        (Role.TEAM_LEAD, [Role.VENDOR_MANAGER]),
        (Role.AUDITOR, []),
    ],
)
def test_not_the_last_manager(role: Role, others: list[Role]) -> None:
    rules.check_not_last_manager(role, others)


@pytest.mark.parametrize(
    ("role", "others"),
    [
        (Role.COMPLIANCE_MANAGER, []),
        (Role.COMPLIANCE_MANAGER, [Role.COMPLIANCE_ANALYST]),
        (Role.VENDOR_MANAGER, [Role.TEAM_LEAD]),
    ],
)
def test_last_manager(role: Role, others: list[Role]) -> None:
    with pytest.raises(LastManager):
        rules.check_not_last_manager(role, others)


def test_last_day_is_over_everywhere() -> None:
    todays = [date(2026, 6, 15), date(2026, 6, 16), date(2026, 6, 14)]
    assert rules.last_day(todays) == date(2026, 6, 13)


def test_token_is_kept_as_a_hash() -> None:
    assert rules.token_sha256("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
