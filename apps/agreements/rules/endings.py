"""Termination with cause, notice against renewal, renewal, and the return of PHI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.agreements.enums import DisposalKind, DisposalState, Renewal
from apps.agreements.rules.standing import ONE_DAY, Period, last_day, notice_day
from apps.agreements.rules.terms import (
    DEFAULT_RETURN_DAYS,
    AgreementNotAcceptable,
    AgreementOverlaps,
)
from apps.core.dates import add_years, due_after_days
from apps.core.errors import Conflict

RETURN_SOURCE = "45 CFR 164.504(e)(2)(ii)(J)"


class NoticeTooLate(Conflict):
    """The last day to give notice has passed."""

    default_code = "notice_too_late"


class DisposalNotOpen(Conflict):
    """The return of PHI is not waiting for this."""

    default_code = "disposal_not_open"


def check_termination_notice(
    notice_on: date | None, *, terminated_on: date, today: date
) -> None:
    """Raise AgreementNotAcceptable for a notice to come or after the last day."""
    if notice_on is None:
        return
    if notice_on > today:
        text = "Notice cannot have been given after today."
        raise AgreementNotAcceptable(text, fields={"notice_on": [text]})
    if notice_on > terminated_on:
        text = "Notice is given on the last day at the latest. Correct one of the two."
        raise AgreementNotAcceptable(text, fields={"notice_on": [text]})


def return_due(ended_on: date, return_days: int | None) -> date:
    """The last day, inclusive, to return or destroy PHI after ``ended_on``.

    The agreement's own days, else 30: our own default, since 45 CFR
    164.504(e)(2)(ii)(J) asks "at termination" and "if feasible" and names no number.
    """
    days = DEFAULT_RETURN_DAYS if return_days is None else return_days
    return due_after_days(ended_on, days)


@dataclass(frozen=True, slots=True)
class Disposal:
    """What the recipient states about PHI after the end."""

    kind: DisposalKind
    done_on: date | None = None
    done_by: str = ""
    method: str = ""
    infeasible_reason: str = ""
    protections: str = ""
    use_limit: str = ""


def check_disposal(
    stated: Disposal, *, has_certificate: bool, ended_on: date, today: date
) -> None:
    """Raise AgreementNotAcceptable, by field, for a statement that says too little.

    Returned or destroyed: when, by whom, how, and a certificate (the certificate is
    our own default). Not feasible: why, that protections go on, and the limit of
    further use. Source: 45 CFR 164.504(e)(2)(ii)(J).
    """
    is_infeasible = stated.kind == DisposalKind.INFEASIBLE
    wanted = _INFEASIBLE if is_infeasible else _DONE
    fields = {
        field: [text]
        for field, text in wanted.items()
        if not str(getattr(stated, field) or "").strip()
    }
    if not is_infeasible and not has_certificate:
        fields["certificate"] = ["Upload the certificate."]
    if not is_infeasible and stated.done_on is not None and stated.done_on > today:
        fields["done_on"] = ["It cannot have been done after today."]
    if today <= ended_on and not fields:
        until = f"{ended_on:%-d %B %Y}"
        fields["kind"] = [f"The BAA binds until {until}. State it after that day."]
    if fields:
        texts = " ".join(text for texts in fields.values() for text in texts)
        raise AgreementNotAcceptable(
            f"The statement is incomplete. {texts}", fields=fields
        )


_DONE = {
    "done_on": "Enter the day it was done.",
    "done_by": "Enter who did it.",
    "method": "Say how it was done.",
}
_INFEASIBLE = {
    "infeasible_reason": "Say why return or destruction is not feasible.",
    "protections": "Say how the protections of the BAA go on for that PHI.",
    "use_limit": "Say to what further use and disclosure is limited.",
}


def disposal_state(answers: Sequence[bool | None]) -> DisposalState:
    """Where it stands, from the answers to statements oldest first.

    None is a statement without an answer, True an accepted, False a refused one.
    """
    if True in answers:
        return DisposalState.DONE
    if not answers:
        return DisposalState.OPEN
    return DisposalState.STATED if answers[-1] is None else DisposalState.REFUSED


def last_day_of_duties(
    ended_on: date | None, *, is_asked: bool, settled_on: date | None
) -> date | None:
    """The last day, inclusive, on which a BAA or the return of PHI under it binds.

    ``ended_on`` is the last day of the BAA, None for no end; ``is_asked`` tells that
    PHI is to be returned, ``settled_on`` the day the discloser accepted that it was.
    None while the BAA runs, while that is open, and where return was not feasible,
    since the protections then go on. Source: 45 CFR 164.504(e)(2)(ii)(J) for what
    outlasts the end, 164.316(b)(2)(i) and 164.530(j)(2) for keeping from then on.
    """
    if ended_on is None or (is_asked and settled_on is None):
        return None
    return max(ended_on, settled_on) if settled_on else ended_on


def check_not_lifted(*, is_lifted: bool) -> None:
    """Raise DisposalNotOpen for a duty that fell away when a BAA bound again."""
    if is_lifted:
        raise DisposalNotOpen("A BAA binds again, so nothing is to be returned.")


def check_to_state(state: DisposalState) -> None:
    """Raise DisposalNotOpen unless the recipient has something to state."""
    if state is DisposalState.STATED:
        raise DisposalNotOpen(
            "The discloser has not answered the last statement yet. Wait for it."
        )
    if state is DisposalState.DONE:
        raise DisposalNotOpen("The discloser has accepted it. Nothing is left to do.")


def check_to_answer(state: DisposalState) -> None:
    """Raise DisposalNotOpen unless a statement waits for the discloser."""
    if state is not DisposalState.STATED:
        raise DisposalNotOpen(
            "No statement waits for an answer. The recipient states first what became "
            "of PHI."
        )


def check_renewal_notice(
    version: Period, notice_days: int | None, *, given_on: date, today: date
) -> None:
    """Raise unless notice given that day stops the renewal.

    The last day is the agreement's own, else 30 days before: our own default.
    """
    due = notice_day(version, notice_days)
    if due is None or version.expires_on is None:
        raise AgreementOverlaps(
            "This BAA does not renew by itself. Let it end, or terminate it."
        )
    if last_day(version) is not None:
        raise AgreementOverlaps(
            "The end of this BAA is already fixed. There is no renewal to stop."
        )
    if given_on > today:
        text = "Notice cannot have been given after today."
        raise AgreementNotAcceptable(text, fields={"given_on": [text]})
    if given_on < version.effective_on:
        text = f"The version began on {version.effective_on:%-d %B %Y}."
        raise AgreementNotAcceptable(text, fields={"given_on": [text]})
    if given_on > due:
        text = (
            f"Notice against the renewal after {version.expires_on:%-d %B %Y} had to "
            f"be given by {due:%-d %B %Y}. The BAA renews; terminate it, or record a "
            "new version that ends."
        )
        raise NoticeTooLate(text, fields={"given_on": [text]})


def notice_days_within(
    version: Period,
    notice_days: int | None,
    *,
    first: date,
    last: date,
    in_use: Sequence[date | None],
) -> list[date]:
    """The last days to give notice before each renewal, within inclusive days.

    ``in_use`` are the last days of the engagements covered, None for no end: what
    nobody uses at the end of a term needs no notice. An agreement states its first
    term; that each renewal is for as long again is our own default.
    """
    found: list[date] = []
    before = notice_day(version, notice_days)
    if before is None or version.expires_on is None:
        return found
    lead = version.expires_on - before
    begins, ends = version.effective_on, version.expires_on
    while ends - lead <= last:
        if first <= ends - lead and _renews(version, ends, in_use):
            found.append(ends - lead)
        begins, ends = ends + ONE_DAY, _as_long(begins, ends, ends + ONE_DAY)
    return found


def _renews(version: Period, ends: date, in_use: Sequence[date | None]) -> bool:
    """Whether the term after ``ends`` begins: still used, and not replaced by then."""
    replaced_on = version.superseded_on
    is_replaced = replaced_on is not None and replaced_on <= ends + ONE_DAY
    return not is_replaced and any(day is None or day >= ends for day in in_use)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days between two versions on which no BAA would bind, both inclusive."""

    first: date
    last: date

    def __str__(self) -> str:
        if self.first == self.last:
            return f"On {self.first:%-d %B %Y} no BAA would bind"
        return f"From {self.first:%-d %B %Y} to {self.last:%-d %B %Y} no BAA would bind"


def renewal_gap(current: Period, *, effective_on: date) -> Gap | None:
    """The days a renewal leaves uncovered after ``current``, None for none.

    A single day counts: 45 CFR 164.502(e) knows no grace.
    """
    ended_on = last_day(current)
    if ended_on is None or effective_on <= ended_on + ONE_DAY:
        return None
    return Gap(ended_on + ONE_DAY, effective_on - ONE_DAY)


def check_gap(gap: Gap | None, *, is_known: bool) -> None:
    """Raise AgreementNotAcceptable for a gap nobody confirmed to know of."""
    if gap is not None and not is_known:
        text = (
            f"{gap}, and PHI may not flow. Begin on {gap.first:%-d %B %Y}, or confirm "
            "that the gap is meant."
        )
        raise AgreementNotAcceptable(
            text, code="renewal_gap", fields={"is_gap_known": [text]}
        )


def renewal_dates(current: Period) -> tuple[date | None, date | None]:
    """First and last day to offer for a renewal: right after, and as long again."""
    if current.expires_on is None:
        return None, None
    begins = current.expires_on + ONE_DAY
    if current.renewal == Renewal.EVERGREEN:
        return begins, None
    return begins, _as_long(current.effective_on, current.expires_on, begins)


def _as_long(first: date, last: date, begins: date) -> date:
    """Whole years stay whole years; else the same number of days."""
    following = last + ONE_DAY
    years = following.year - first.year
    if years and (first.month, first.day) == (following.month, following.day):
        return add_years(begins, years) - ONE_DAY
    return begins + timedelta(days=(last - first).days)
