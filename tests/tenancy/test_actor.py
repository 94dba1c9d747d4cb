"""Who may do what."""

from __future__ import annotations

import pytest

from apps.core.errors import NotAllowed
from apps.tenancy.actor import system
from apps.tenancy.enums import ROLE_PERMISSIONS, ROLES_BY_KIND, Permission, Role
from tests.conftest import Cast

P = Permission


def test_require_names_the_role_and_who_can_help(cast: Cast) -> None:
    with pytest.raises(NotAllowed) as refused:
        cast.reader.require(P.AGREEMENTS_SIGN)
    assert refused.value.message == (
        "Your role (Compliance reader) does not allow this. Ask a manager of "
        "Lakeside Clinic to do it or to change your role."
    )


def test_a_job_has_only_the_permissions_it_was_given() -> None:
    job = system("drift", {P.DRIFT_DECIDE})
    job.require(P.DRIFT_DECIDE)
    with pytest.raises(NotAllowed, match="was not given gate"):
        job.require(P.GATE_OVERRIDE)


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        (P.AGREEMENTS_SIGN, {Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER}),
        (P.GATE_OVERRIDE, {Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER}),
        (P.SUBCONTRACTS_DECLARE, {Role.VENDOR_MANAGER}),
        (P.TRAINING_IMPORT, {Role.VENDOR_MANAGER}),
        (P.AUDIT_VIEW, {Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER}),
        (P.WORKFORCE_VIEW, {Role.VENDOR_MANAGER, Role.TEAM_LEAD}),
    ],
)
def test_holders_of_a_permission(permission: Permission, holders: set[Role]) -> None:
    found = {role for role, held in ROLE_PERMISSIONS.items() if permission in held}
    assert found == holders


def test_the_platform_administrator_sees_no_content() -> None:
    assert ROLE_PERMISSIONS[Role.PLATFORM_ADMIN] == frozenset()


def test_every_role_belongs_to_a_kind_of_organization() -> None:
    given = {role for roles in ROLES_BY_KIND.values() for role in roles}
    assert given == set(Role)
