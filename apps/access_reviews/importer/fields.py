"""Columns of access exports, and the layouts known by their header."""

from __future__ import annotations

from collections.abc import Sequence

from apps.access_reviews.enums import SnapshotKind
from apps.core.tables import DateOrder
from apps.workforce.rules import Field, normalised

FIELDS = (
    Field(
        "key",
        "Account id",
        (
            "account id",
            "id",
            "object id",
            "arn",
            "user id",
            "member id",
            "account",
            "sam account name",
            "employee id",
            "personnel number",
        ),
    ),
    Field(
        "login",
        "Login",
        (
            "login",
            "user principal name",
            "username",
            "user name",
            "user",
            "sign in name",
            "account name",
            "email address required",
            "email",
        ),
    ),
    Field(
        "holder",
        "Agent id",
        (
            "agent id",
            "employee id",
            "employee number",
            "external id",
            "personnel number",
            "staff id",
            "worker id",
            "user id",
        ),
    ),
    Field(
        "full_name",
        "Name",
        ("full name", "display name", "name", "real name", "employee name"),
    ),
    Field(
        "first_name",
        "First name",
        ("first name", "given name", "first name required"),
    ),
    Field(
        "last_name",
        "Last name",
        ("last name", "surname", "family name", "last name required"),
    ),
    Field(
        "email",
        "E-mail",
        (
            "email",
            "mail",
            "email address",
            "e mail",
            "primary email",
            "email address required",
            "work email",
        ),
    ),
    Field(
        "aliases",
        "Other addresses",
        (
            "aliases",
            "alias",
            "alternate email address",
            "other mails",
            "secondary email",
            "recovery email",
            "proxy addresses",
        ),
    ),
    Field(
        "unit",
        "Unit",
        ("department", "unit", "organizational unit", "org unit", "business unit"),
    ),
    Field("kind", "Kind", ("account kind", "account type", "user type", "type")),
    Field(
        "status",
        "Status",
        (
            "status",
            "account enabled",
            "account status",
            "status read only",
            "enabled",
            "state",
            "active",
            "is active",
            "user status",
            "employment status",
        ),
    ),
    Field(
        "role",
        "Role",
        (
            "role",
            "roles",
            "role assigned",
            "role or group",
            "entitlement",
            "group",
            "groups",
            "access level",
            "permission",
            "permission set",
            "profile",
            "org role",
        ),
    ),
    Field(
        "privileged",
        "Privileged",
        ("privileged", "is privileged", "is admin", "admin", "administrator"),
    ),
    Field(
        "mfa",
        "Second factor",
        (
            "mfa",
            "mfa active",
            "mfa enabled",
            "2sv enrolled read only",
            "2sv enrolled",
            "has 2fa",
            "2fa",
            "two factor auth enabled",
            "two factor enabled",
            "mfa enrolled",
        ),
    ),
    Field(
        "last_used",
        "Last use",
        (
            "last used",
            "last login",
            "last sign in",
            "last sign in read only",
            "last login at",
            "last login time",
            "last logon",
            "last active",
            "last activity",
            "password last used",
            "last seen",
        ),
    ),
    Field(
        "opened",
        "Opened",
        (
            "opened",
            "created",
            "created at",
            "created date time",
            "creation time",
            "user creation time",
            "created on",
        ),
    ),
    Field("application", "System", ("application", "system", "app id", "app")),
)
ROLE_FIELDS = (
    Field("role", "Role", ("entitlement", "role", "role name", "permission", "name")),
    Field("note", "Description", ("description", "note", "purpose")),
    Field(
        "privileged", "Privileged", ("is privileged", "privileged", "admin", "is admin")
    ),
)
CONFLICT_FIELDS = (
    Field("name", "Rule", ("policy name", "rule", "name", "policy")),
    Field("first_system", "First system", ("app id1", "first system", "app 1")),
    Field("first", "First role", ("entitlement1", "first role", "role 1")),
    Field("second_system", "Second system", ("app id2", "second system", "app 2")),
    Field("second", "Second role", ("entitlement2", "second role", "role 2")),
    Field("risk", "Risk", ("risk level", "risk", "severity")),
)
FIELDS_BY_KIND = {
    SnapshotKind.ACCOUNTS: FIELDS,
    SnapshotKind.ROLES: ROLE_FIELDS,
    SnapshotKind.CONFLICTS: CONFLICT_FIELDS,
}
DATE_FIELDS = ("last_used", "opened")

AWS = "AWS credential report"
ENTRA = "Entra ID"
# Headers that are known: every word must be there, written in any case.
_LAYOUTS: tuple[tuple[str, frozenset[str]], ...] = (
    (AWS, frozenset({"user", "arn", "mfaactive", "passwordlastused"})),
    (ENTRA, frozenset({"userprincipalname", "accountenabled"})),
    (
        "Google Workspace",
        frozenset({"emailaddressrequired", "2svenrolledreadonly"}),
    ),
    ("Slack", frozenset({"username", "userid", "has2fa"})),
    ("Slack", frozenset({"username", "userid", "billingactive"})),
    ("Okta", frozenset({"login", "status", "lastlogin"})),
    ("Okta", frozenset({"login", "firstname", "lastname", "status"})),
    ("Zendesk", frozenset({"id", "name", "email", "role", "lastlogin"})),
    ("GitHub", frozenset({"login", "role", "2fa"})),
    ("GitHub", frozenset({"username", "role", "twofactorenabled"})),
)


def layout_of(header: Sequence[str]) -> str:
    """Return the name of a known layout, or "" for a generic table."""
    words = {"".join(normalised(name)) for name in header}
    for name, needed in _LAYOUTS:
        if needed <= words:
            return name
    return ""


def kind_of(header: Sequence[str]) -> SnapshotKind:
    """Return what a table lists, by its header."""
    words = {"".join(normalised(name)) for name in header}
    if {"entitlement1", "entitlement2"} <= words:
        return SnapshotKind.CONFLICTS
    is_catalogue = {"entitlement", "isprivileged"} <= words
    names_people = words & {"userid", "email", "username", "login", "user"}
    if is_catalogue and not names_people:
        return SnapshotKind.ROLES
    return SnapshotKind.ACCOUNTS


def usual_order(layout: str) -> DateOrder:
    """Return the order of day and month a layout always writes; UNKNOWN for others.

    The portal of Entra ID exports month first whatever the browser says.
    """
    return DateOrder.MONTH_FIRST if layout == ENTRA else DateOrder.UNKNOWN
