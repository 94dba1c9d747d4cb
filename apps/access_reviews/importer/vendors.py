"""Accounts in the answers of one interface each. Never imports Django.

Every reader returns rows under ``HEADER``. What an answer does not say stays "".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from apps.access_reviews.importer.partial import Exchange

HEADER = (
    "account id",
    "login",
    "full name",
    "email",
    "aliases",
    "account kind",
    "status",
    "role",
    "privileged",
    "mfa",
    "last used",
    "opened",
)
Rows = list[dict[str, str]]
_LISTS = ("users", "members", "results", "data", "admins", "value", "items", "accounts")
_GITLAB = {
    10: "Guest",
    15: "Planner",
    20: "Reporter",
    30: "Developer",
    40: "Maintainer",
    50: "Owner",
}
_GITLAB_ADMIN = 40


def text(value: Any) -> str:
    """A value as a cell: yes and no for true and false, "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def items(exchanges: Sequence[Exchange]) -> Iterator[dict[str, Any]]:
    """Every object in the lists of the answers."""
    for one in exchanges:
        yield from _objects(one.body)


def _objects(body: Any) -> Iterator[dict[str, Any]]:
    if isinstance(body, dict):
        name = next((key for key in _LISTS if isinstance(body.get(key), list)), None)
        body = body[name] if name else []
    if isinstance(body, list):
        yield from (each for each in body if isinstance(each, dict))


def _row(**cells: Any) -> dict[str, str]:
    found = {name.replace("_", " "): text(value) for name, value in cells.items()}
    return {name: found.get(name, "") for name in HEADER}


def okta(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Users of Okta. No last sign-in means there was none."""
    rows = []
    for each in items(exchanges):
        profile = each.get("profile") or {}
        name = f"{profile.get('firstName') or ''} {profile.get('lastName') or ''}"
        rows.append(
            _row(
                account_id=each.get("id"),
                login=profile.get("login"),
                full_name=profile.get("displayName") or name.strip(),
                email=profile.get("email"),
                aliases=profile.get("secondEmail"),
                status=each.get("status"),
                last_used=each.get("lastLogin") or "never",
                opened=each.get("created"),
            )
        )
    return rows


def google(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Users of Google Workspace."""
    rows = []
    for each in items(exchanges):
        is_admin, is_delegated = each.get("isAdmin"), each.get("isDelegatedAdmin")
        role = "Super admin" if is_admin else "User"
        if is_delegated and not is_admin:
            role = "Delegated admin"
        primary = each.get("primaryEmail")
        other = [mail.get("address") for mail in each.get("emails") or ()]
        other += each.get("aliases") or []
        aliases = dict.fromkeys(str(mail) for mail in other if mail and mail != primary)
        is_away = each.get("suspended") or each.get("archived")
        rows.append(
            _row(
                account_id=each.get("id"),
                login=primary,
                full_name=(each.get("name") or {}).get("fullName"),
                email=primary,
                aliases="; ".join(aliases),
                account_kind="guest" if each.get("isGuestUser") else "",
                status="suspended" if is_away else "active",
                role=role,
                privileged=bool(is_admin or is_delegated),
                mfa=each.get("isEnrolledIn2Sv"),
                last_used=each.get("lastLoginTime"),
                opened=each.get("creationTime"),
            )
        )
    return rows


def slack(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Members of a Slack workspace, bots too. Slack does not say the last use."""
    rows = []
    for each in items(exchanges):
        profile = each.get("profile") or {}
        is_bot = each.get("is_bot") or each.get("is_app_user")
        is_bot = is_bot or each.get("id") == "USLACKBOT"
        is_guest = each.get("is_restricted") or each.get("is_ultra_restricted")
        is_gone = bool(each.get("deleted"))
        role, is_privileged = _slack_role(each)
        rows.append(
            _row(
                account_id=each.get("id"),
                login=each.get("name"),
                full_name=profile.get("real_name") or each.get("real_name"),
                email=profile.get("email"),
                account_kind="bot" if is_bot else ("guest" if is_guest else "person"),
                status="deleted" if is_gone else "active",
                role="" if is_gone else ("Guest" if is_guest else role),
                privileged="" if is_gone else is_privileged,
                mfa=each.get("has_2fa"),
            )
        )
    return rows


def _slack_role(member: dict[str, Any]) -> tuple[str, bool]:
    ranks = (
        ("is_primary_owner", "Primary owner"),
        ("is_owner", "Owner"),
        ("is_admin", "Admin"),
    )
    for key, label in ranks:
        if member.get(key):
            return label, True
    return "Member", False


def zendesk(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Agents and administrators of Zendesk; end users are no accounts of staff."""
    rows, others = [], 0
    for each in items(exchanges):
        if each.get("role") == "end-user":
            others += 1
            continue
        status = "suspended" if each.get("suspended") else "active"
        rows.append(
            _row(
                account_id=each.get("id"),
                login=each.get("email"),
                full_name=each.get("name"),
                email=each.get("email"),
                status=status if each.get("active", True) else "deleted",
                role=text(each.get("role")).capitalize(),
                privileged=each.get("role") == "admin",
                mfa=each.get("two_factor_auth_enabled"),
                last_used=each.get("last_login_at") or "never",
                opened=each.get("created_at"),
            )
        )
    if others:
        notes.append(f"End users are customers and were left out: {others}.")
    return rows


def github(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Members of a GitHub organization, joined with role, profile and second factor
    where those calls are part of the file."""
    people: dict[str, dict[str, Any]] = {}
    roles: dict[str, dict[str, Any]] = {}
    profiles: dict[str, dict[str, Any]] = {}
    without: set[str] | None = None
    for one in exchanges:
        if isinstance(one.body, list):
            logins = {each["login"]: each for each in _objects(one.body)}
            if "filter=2fa_disabled" in one.url:
                without = (without or set()) | set(logins)
            else:
                people |= logins
        elif isinstance(one.body, dict) and "/memberships/" in one.url:
            roles[one.url.rsplit("/", 1)[-1]] = one.body
        elif isinstance(one.body, dict) and "login" in one.body:
            profiles[one.body["login"]] = one.body
    return [
        _github_row(each, roles.get(login, {}), profiles.get(login, {}), without)
        for login, each in people.items()
    ]


def _github_row(
    member: dict[str, Any],
    membership: dict[str, Any],
    profile: dict[str, Any],
    without: set[str] | None,
) -> dict[str, str]:
    role = membership.get("role") or member.get("role_name")
    return _row(
        account_id=member.get("id"),
        login=member.get("login"),
        full_name=profile.get("name"),
        email=profile.get("email"),
        account_kind="bot" if member.get("type") == "Bot" else "person",
        status=membership.get("state"),
        role=text(role).capitalize(),
        privileged="" if not role else role == "admin",
        mfa="" if without is None else member.get("login") not in without,
    )


def gitlab(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Members of a GitLab group."""
    return [
        _row(
            account_id=each.get("id"),
            login=each.get("username"),
            full_name=each.get("name"),
            email=each.get("public_email") or each.get("email"),
            status="locked" if each.get("locked") else each.get("state"),
            role=_GITLAB.get(each.get("access_level") or 0, ""),
            privileged=(each.get("access_level") or 0) >= _GITLAB_ADMIN,
            opened=each.get("created_at"),
        )
        for each in items(exchanges)
    ]


def entra(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Users of Entra ID as its graph answers."""
    return [
        _row(
            account_id=each.get("id"),
            login=each.get("userPrincipalName"),
            full_name=each.get("displayName"),
            email=each.get("mail"),
            aliases="; ".join(str(mail) for mail in each.get("otherMails") or ()),
            account_kind=each.get("userType"),
            status=each.get("accountEnabled"),
            last_used=(each.get("signInActivity") or {}).get("lastSignInDateTime"),
            opened=each.get("createdDateTime"),
        )
        for each in items(exchanges)
    ]


def asana(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Members of an Asana workspace."""
    rows = []
    for each in items(exchanges):
        user = each.get("user") or {}
        is_guest = each.get("is_guest")
        role = "Guest" if is_guest else "Member"
        rows.append(
            _row(
                account_id=user.get("gid"),
                login=user.get("email"),
                full_name=user.get("name"),
                email=user.get("email"),
                account_kind="guest" if is_guest else "person",
                status=each.get("is_active"),
                role="Admin" if each.get("is_admin") else role,
                privileged=each.get("is_admin"),
                opened=each.get("created_at"),
            )
        )
    return rows


def docusign(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Users of a DocuSign account."""
    return [
        _row(
            account_id=each.get("userId"),
            login=each.get("email"),
            full_name=each.get("userName"),
            email=each.get("email"),
            status=each.get("userStatus"),
            role=each.get("permissionProfileName"),
            privileged=each.get("isAdmin"),
            last_used=each.get("lastLogin"),
            opened=each.get("createdDateTime"),
        )
        for each in items(exchanges)
        if "userId" in each
    ]


def intercom(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Teammates of Intercom, its own robot as a bot. It says little more."""
    return [
        _row(
            account_id=each.get("id"),
            login=each.get("email"),
            full_name=each.get("name"),
            email=each.get("email"),
            account_kind="bot"
            if text(each.get("email")).endswith("@intercom.io")
            else "person",
            role="Teammate",
        )
        for each in items(exchanges)
    ]


def notion(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Users of a Notion workspace, integrations as bots."""
    return [
        _row(
            account_id=each.get("id"),
            login=(each.get("person") or {}).get("email"),
            full_name=each.get("name"),
            email=(each.get("person") or {}).get("email"),
            account_kind=each.get("type"),
        )
        for each in items(exchanges)
    ]


def hubspot(exchanges: Sequence[Exchange], notes: list[str]) -> Rows:
    """Users of HubSpot joined with roles, deactivated owners and sign-ins."""
    answers = {one.place.split("/", 1)[-1]: one for one in exchanges}

    def listed(path: str) -> list[dict[str, Any]]:
        return list(_objects(answers[path].body)) if path in answers else []

    roles = {each["id"]: each["name"] for each in listed("settings/v3/users/roles")}
    gone, queues = {}, 0
    for owner in listed("crm/v3/owners"):
        if owner.get("type") == "PERSON":
            gone[text(owner.get("userIdIncludingInactive"))] = owner
        else:
            queues += 1
    used = _hubspot_sign_ins(listed("account-info/v3/activity/login"))
    users = {text(each["id"]): each for each in listed("settings/v3/users")}
    if queues:
        notes.append(f"Queues are no accounts and were left out: {queues}.")
    rows = []
    for key in dict.fromkeys([*users, *gone]):
        each = users.get(key) or gone[key]
        rows.append(
            _hubspot_row(key, each, roles, is_gone=key in gone, used=used.get(key, ""))
        )
    return rows


def _hubspot_sign_ins(found: list[dict[str, Any]]) -> dict[str, str]:
    """The last one that succeeded; the interface reaches 90 days back, so none found
    is unknown, not never."""
    last: dict[str, str] = {}
    for each in found:
        key, at = text(each.get("userId")), text(each.get("loginAt"))
        if each.get("loginSucceeded") and at:
            last[key] = max(last.get(key, at), at, key=_instant)
    return last


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _hubspot_row(
    key: str, each: dict[str, Any], roles: dict[str, str], *, is_gone: bool, used: str
) -> dict[str, str]:
    name = f"{each.get('firstName') or ''} {each.get('lastName') or ''}".strip()
    held = [roles.get(role, role) for role in each.get("roleIds") or ()]
    if each.get("superAdmin"):
        held.insert(0, "Super admin")
    return _row(
        account_id=key,
        login=each.get("email"),
        full_name=name or each.get("email"),
        email=each.get("email"),
        account_kind="person",
        status="deactivated" if is_gone else "active",
        role="; ".join(held),
        privileged=True if each.get("superAdmin") else "",
        last_used=used,
    )
