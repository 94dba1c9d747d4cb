"""Who may issue an attestation, and whose eyes may see the names of agents."""

from __future__ import annotations

from datetime import date

from apps.core.errors import Invalid
from apps.core.types import Side
from apps.tenancy.enums import ROLE_PERMISSIONS, Permission, Role

# Roles of the client that may read who its agents are; a reader gets counts.
CLIENT_ROLES_WITH_NAMES = frozenset({Role.COMPLIANCE_MANAGER, Role.COMPLIANCE_ANALYST})


class NotYet(Invalid):
    """A statement about a day that has not come."""

    default_code = "as_of_in_future"


def may_name_agents(*, role: Role, side: Side | None) -> bool:
    """Decide whether the role on a side of an engagement reads its agents' names.

    The provider's own staff that keep or read the roster; the client's managers and
    analysts, because the attestation is their proof. Anybody else, an auditor above
    all, only under a live grant that says so. Our own default, from the matrix of
    the security reference, section 3.3.
    """
    if side is Side.PROVIDER:
        return Permission.WORKFORCE_VIEW in ROLE_PERMISSIONS[role]
    return side is Side.CLIENT and role in CLIENT_ROLES_WITH_NAMES


def may_issue(*, role: Role, side: Side | None, is_granted: bool) -> bool:
    """Decide whether a person may have an attestation made.

    A party's manager, who holds ``reports.issue``; or an auditor under a live
    grant: asking for a statement as of a day is what the grant is for.
    """
    if role == Role.AUDITOR:
        return is_granted
    return side is not None and Permission.REPORTS_ISSUE in ROLE_PERMISSIONS[role]


def check_as_of(as_of: date, *, started_on: date, today: date) -> None:
    """Refuse a day after ``today`` or before the engagement began (both inclusive)."""
    if as_of > today:
        raise NotYet(
            f"{as_of:%-d %B %Y} has not come yet. Choose today or a past day.",
            fields={
                "as_of": ["This day has not come yet. Choose today or a past day."]
            },
        )
    if as_of < started_on:
        began = f"The engagement began on {started_on:%-d %B %Y}. Choose a later day."
        raise Invalid(began, code="as_of_too_early", fields={"as_of": [began]})
