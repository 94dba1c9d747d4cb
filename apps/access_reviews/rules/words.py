"""Words of access exports: status, kind, yes and no, moments, roles.

What is not said stays unknown: an empty cell is neither "no" nor "never".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from apps.access_reviews.enums import AccountKind, AccountStatus, Usage
from apps.core.tables import BadValue, DateOrder, parse_date

_NO_LETTER = re.compile(r"[\W_]+")
_STATUS = {
    AccountStatus.ACTIVE: (
        "active activated enabled enable a true yes 1 ok valid live provisioned "
        "current on open full billable member password expired recovery"
    ),
    AccountStatus.PENDING: "staged pending invited new created invitation_sent",
    AccountStatus.SUSPENDED: (
        "suspended disabled disable inactive i false no 0 off locked lockedout "
        "blocked archived paused deactivated"
    ),
    AccountStatus.REMOVED: (
        "deprovisioned deleted removed terminated closed former left offboarded"
    ),
}
_STATUS_WORDS = {
    word.replace("_", ""): status
    for status, words in _STATUS.items()
    for word in words.split()
} | {"passwordexpired": AccountStatus.ACTIVE}
_KINDS = {
    AccountKind.PERSON: "person user member employee human internal people",
    AccountKind.GUEST: (
        "guest external multichannelguest singlechannelguest contractor "
        "outsidecollaborator"
    ),
    AccountKind.SERVICE: (
        "service serviceaccount bot app application integration robot system machine"
    ),
    AccountKind.SHARED: "shared generic group team functional",
    AccountKind.ROOT: "root rootaccount",
}
_KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_TRUE = {"true", "yes", "y", "1", "on", "enabled", "active", "enrolled", "x"}
_FALSE = {"false", "no", "n", "0", "off", "disabled", "inactive", "notenrolled"}
_NEVER = {
    "never",
    "neverloggedin",
    "neversignedin",
    "neverused",
    "noinformation",
    "notused",
}
_PRIVILEGED = {
    "admin",
    "admins",
    "administrator",
    "administrators",
    "globaladministrator",
    "owner",
    "root",
    "superadmin",
    "superuser",
    "sysadmin",
}
_TIME = re.compile(
    r"(?P<day>.+?)(?:T|,? +)(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})"
    r"(?:[.,][0-9]+)?)?(?: ?(?P<half>[AP]M))?(?: ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?"
    r"[0-9]{2}))?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(?P<seconds>[12][0-9]{9})(?P<milli>[0-9]{3})?")
_EPOCH_YEAR = 1970
_HALF_DAY = 12


def _word(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())


def status_in(text: str) -> AccountStatus | None:
    """Return the status a cell names; UNKNOWN for an empty cell, None for a word
    nobody knows."""
    word = _word(text)
    return _STATUS_WORDS.get(word) if word else AccountStatus.UNKNOWN


def kind_in(text: str) -> AccountKind:
    """Return the kind of account a cell names; UNKNOWN for any other word."""
    return _KIND_WORDS.get(_word(text), AccountKind.UNKNOWN)


def flag_in(text: str) -> bool | None:
    """Return yes or no; None for an empty cell and any other word."""
    word = _word(text)
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def roles_in(text: str) -> tuple[str, ...]:
    """Return the roles of a cell, parted by semicolons, bars or lines."""
    parts = (" ".join(part.split()) for part in re.split(r"[;|\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def looks_privileged(role: str) -> bool:
    """Tell whether a role calls itself one of an administrator or owner.

    Our own reading of names, kept apart from what a file states and from what a
    person says. A name that does not match says nothing.
    """
    words = {_word(part) for part in _NO_LETTER.split(role.casefold())}
    return bool(words & _PRIVILEGED) or _word(role) in _PRIVILEGED


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was last used: unknown, never, or at an instant."""

    usage: Usage
    at: datetime | None = None


def moment_in(text: str, *, order: DateOrder, zone: tzinfo = UTC) -> Moment:
    """Return the moment a cell names.

    Words such as "never" or "no_information", and dates up to 1970, which systems
    write for "never", are NEVER; an empty cell is UNKNOWN. Without an offset the
    time is taken as of ``zone``; ten or thirteen digits are seconds or milliseconds
    since 1970. Raises BadValue.
    """
    value = " ".join(text.split())
    if not value or value.casefold() in {"-", "n/a", "na", "none", "null", "unknown"}:
        return Moment(Usage.UNKNOWN)
    if _word(value) in _NEVER:
        return Moment(Usage.NEVER)
    at = _instant(value, order, zone)
    if at.year <= _EPOCH_YEAR:
        return Moment(Usage.NEVER)
    return Moment(Usage.USED, at)


def _instant(value: str, order: DateOrder, zone: tzinfo) -> datetime:
    if epoch := _EPOCH.fullmatch(value):
        return datetime.fromtimestamp(int(epoch["seconds"]), UTC)
    found = _TIME.fullmatch(value)
    if found is None:
        return datetime.combine(_day(value, order), time(), zone).astimezone(UTC)
    day = _day(found["day"], order)
    hour = int(found["h"])
    if found["half"]:
        hour = hour % _HALF_DAY + (_HALF_DAY if found["half"].upper() == "PM" else 0)
    try:
        clock = time(hour, int(found["m"]), int(found["s"] or 0))
    except ValueError as error:
        raise _no_moment(value) from error
    offset = _zone(found["zone"]) if found["zone"] else zone
    return datetime.combine(day, clock, offset).astimezone(UTC)


def _day(text: str, order: DateOrder) -> date:
    # Dates before the years a calendar of ours knows are the systems' "never".
    if text.startswith(("0001", "1601", "1900")):
        return date(_EPOCH_YEAR, 1, 1)
    return parse_date(text, order=order)


def _zone(text: str) -> timezone:
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _no_moment(value: str) -> BadValue:
    expected = "a moment such as 2026-03-31 17:00"
    return BadValue(value, code="not_a_date", expected=expected)
