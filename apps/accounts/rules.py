"""Who may be given which role, and which invitation still holds."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import available_timezones

from apps.core.errors import Conflict, Gone, Invalid
from apps.tenancy.enums import (
    ROLE_PERMISSIONS,
    ROLES_BY_KIND,
    OrganizationKind,
    Permission,
    Role,
)

# Our own default; no law sets one.
INVITATION_DAYS = 7
TOKEN_BYTES = 32


class InvitationGone(Gone):
    """The link was used, withdrawn or is too old."""

    default_code = "invitation_gone"


class LastManager(Conflict):
    """Nobody would be left to manage the organization's members."""

    default_code = "last_manager"


def token_sha256(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def expires_at(now: datetime) -> datetime:
    """The instant from which the link no longer works: seven days on."""
    return now + timedelta(days=INVITATION_DAYS)


def roles_of(kind: str) -> list[Role]:
    """Roles organizations of the kind may give."""
    return list(ROLES_BY_KIND[OrganizationKind(kind)])


def check_role(kind: str, role: str) -> Role:
    """Return the role if organizations of the kind may give it. Raises Invalid."""
    allowed = roles_of(kind)
    if role not in allowed:
        words = ", ".join(str(each.label) for each in allowed)
        message = f"Choose a role of this kind of organization: {words}."
        raise Invalid(message, fields={"role": [message]})
    return Role(role)


def check_usable(
    *,
    accepted_at: datetime | None,
    withdrawn_at: datetime | None,
    expires: datetime,
    now: datetime,
    organization: str,
) -> None:
    """Raise InvitationGone unless the link still works at ``now``."""
    if accepted_at is not None:
        raise InvitationGone(
            "This invitation was already used. Sign in with your e-mail address."
        )
    if withdrawn_at is not None:
        raise InvitationGone(
            f"This invitation was withdrawn. Ask a manager of {organization} for a "
            "new one."
        )
    if now >= expires:
        raise InvitationGone(
            f"This invitation expired on {expires:%-d %B %Y}. Ask a manager of "
            f"{organization} for a new one."
        )


def may_manage_members(role: str) -> bool:
    """Whether the role may invite and end memberships."""
    return Permission.MEMBERS_EDIT in ROLE_PERMISSIONS[Role(role)]


def check_not_last_manager(role: str, others: Collection[str]) -> None:
    """Raise LastManager if the role manages members and none of the others does."""
    if may_manage_members(role) and not any(map(may_manage_members, others)):
        raise LastManager(
            "This is the last manager of the organization. Invite another manager "
            "first."
        )


def check_new_role(before: str, after: str, others: Collection[str]) -> None:
    """Raise Conflict for the role the member holds already, LastManager if none of
    the others would manage members."""
    if after == before:
        message = f"{Role(after).label} is the role this member has."
        raise Conflict(message, fields={"role": [message]})
    if not may_manage_members(after):
        check_not_last_manager(before, others)


def last_day(todays: Collection[date]) -> date:
    """The last day of a membership that ends at once, inclusive.

    The day before the earliest of the dates it is now where the person, the
    organization and the servers are, so that it is over everywhere.
    """
    return min(todays) - timedelta(days=1)


def check_founding(*, kind: str, country: str, time_zone: str) -> None:
    """Raise Invalid, by field, unless an organization can be made of these values.

    ``country`` is an ISO 3166-1 alpha-2 code, ``time_zone`` a name of the IANA list.
    """
    fields: dict[str, list[str]] = {}
    if kind not in OrganizationKind.values:
        fields["kind"] = [f"One of: {', '.join(OrganizationKind.values)}."]
    if len(country) != 2 or not (country.isascii() and country.isupper()):
        fields["country"] = ["Two capital letters, for example US."]
    if time_zone not in available_timezones():
        fields["time_zone"] = ["A zone of the IANA list, for example Asia/Manila."]
    if fields:
        said = "; ".join(f"{field}: {text}" for field, [text] in fields.items())
        raise Invalid(f"The organization cannot be founded. {said}", fields=fields)
