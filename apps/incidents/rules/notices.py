"""Notices: what they must say, how they may go, which clocks they meet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from apps.core.dates import days_between, local_date
from apps.core.errors import Invalid
from apps.incidents.enums import Duty, Method
from apps.incidents.rules.discovery import Discovery
from apps.incidents.rules.law import federal

METHODS: dict[Duty, tuple[Method, ...]] = {
    Duty.UPSTREAM: (
        Method.PORTAL,
        Method.PHONE,
        Method.EMAIL,
        Method.FIRST_CLASS,
        Method.OTHER,
    ),
    # In writing; an urgent call comes on top. Source: 45 CFR 164.404(d)(1), (3).
    Duty.INDIVIDUALS: (Method.FIRST_CLASS, Method.EMAIL),
    Duty.SUBSTITUTE: (
        Method.WEB,
        Method.PRESS,
        Method.PHONE,
        Method.EMAIL,
        Method.OTHER,
    ),
    Duty.MEDIA: (Method.PRESS, Method.EMAIL, Method.OTHER),
    Duty.HHS: (Method.OCR_PORTAL, Method.OTHER),
    Duty.STATE_OFFICE: (Method.STATE_FORM, Method.EMAIL, Method.FIRST_CLASS),
}
# Media get the same contents as individuals. Source: 45 CFR 164.406(c).
WITH_CONTENTS = frozenset({Duty.INDIVIDUALS, Duty.SUBSTITUTE, Duty.MEDIA})
POSTED = frozenset({Method.WEB, Method.PRESS})


class NoticeIncomplete(Invalid):
    """The notice lacks contents the rule requires."""

    default_code = "notice_incomplete"


def missing_contents(
    duty: Duty, given: Collection[str], *, unreachable: int = 0
) -> list[str]:
    """Titles of required contents a notice lacks. A substitute notice for 10 or more
    names a toll-free number too. Source: 45 CFR 164.404(c), (d)(2)(ii)(B)."""
    if duty not in WITH_CONTENTS:
        return []
    law = federal()
    needed = list(law.contents)
    if duty == Duty.SUBSTITUTE and unreachable >= law.substitute_from:
        needed.append(law.substitute_content)
    return [item.title for item in needed if item.id not in given]


def check_notice(
    duty: Duty,
    *,
    method: Method,
    contents: Collection[str],
    sent_at: datetime,
    now: datetime,
    people_agreed: bool,
    unreachable: int = 0,
) -> None:
    """Raise NoticeIncomplete or Invalid unless the notice can count.

    It lies in the past, says what it must, and went a way the rule knows: e-mail to
    individuals only where they agreed to it; a substitute notice only for people
    without a usable address (``unreachable``), posted where they are 10 or more.
    Source: 45 CFR 164.404(c), (d)(1), (d)(2).
    """
    if sent_at > now:
        raise Invalid(
            "A notice is recorded once it is out.",
            fields={"sent_at": ["This moment has not come yet."]},
        )
    if method not in METHODS[duty]:
        raise Invalid(
            "This notice does not go that way.",
            fields={"method": [f"{Duty(duty).label} are not told this way."]},
        )
    if duty == Duty.INDIVIDUALS and method == Method.EMAIL and not people_agreed:
        text = "Individuals are told by e-mail only if they agreed to it."
        raise Invalid(text, fields={"people_agreed": [f"{text} 45 CFR 164.404(d)(1)."]})
    if duty == Duty.SUBSTITUTE:
        _check_substitute(method, unreachable)
    missing = missing_contents(duty, contents, unreachable=unreachable)
    if missing:
        text = "The notice must also say: " + "; ".join(missing) + "."
        raise NoticeIncomplete(text, fields={"contents": [text]})


def _check_substitute(method: Method, unreachable: int) -> None:
    law = federal()
    if unreachable < 1:
        text = "Everybody has a usable address. Count who has not, then record this."
        raise Invalid(text, fields={"duty": [text]})
    if unreachable >= law.substitute_from and method not in POSTED:
        text = (
            f"From {law.substitute_from} people on, it stands on the home page for "
            f"{law.days_posted} days or in major media ({law.substitute_citation})."
        )
        raise Invalid(text, fields={"method": [text]})


def is_before(sent_at: datetime, found: Discovery, *, zone: str) -> bool:
    """Whether a notice would have gone out before its sender knew: by the moment where
    one decided, else by the date in the sender's zone."""
    if found.at is not None:
        return sent_at < found.at
    return local_date(sent_at, zone) < found.on


def days_late(sent_at: datetime, *, due_on: date, due_at: datetime, zone: str) -> int:
    """Days after the last permitted day; 0 when in time.

    A notice after the last moment of an hours window is late by at least one day.
    """
    if sent_at <= due_at:
        return 0
    return max(1, days_between(due_on, local_date(sent_at, zone)))
