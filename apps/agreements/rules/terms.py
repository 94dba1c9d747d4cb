"""What may be recorded: terms, marks, signatures, amendments and terminations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.agreements.enums import (
    Layer,
    ProvisionStanding,
    Renewal,
    ReportingUnit,
    SigningMethod,
    SigningSide,
)
from apps.agreements.rules.provisions import checklist, required_ids
from apps.agreements.rules.standing import Period, last_day
from apps.core.errors import Conflict, Invalid
from apps.engagements.rules import ScopeTerms

# Ten years of notice or reporting are a typing error. Our own default.
MAX_NOTICE_DAYS = 3650
MAX_REPORTING_VALUE = 8760
# Calendar days to return or destroy PHI after the end when the agreement states none.
# Our own default: 45 CFR 164.504(e)(2)(ii)(J) sets no number.
DEFAULT_RETURN_DAYS = 30
MAX_RETURN_DAYS = 3650
# Days outside are typing errors. Our own default.
FIRST_YEAR, LAST_YEAR = 1990, 2199


class AgreementNotAcceptable(Invalid):
    """What was entered cannot be an agreement."""

    default_code = "agreement_not_acceptable"


class AgreementOverlaps(Conflict):
    """Another version or agreement covers the same days, or none is left to end."""

    default_code = "agreement_overlaps"


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """What one version permits and when it binds.

    ``expires_on`` is the last day, inclusive (the next renewal day where renewal is
    automatic); ``subcontractors`` are the organizations the recipient may use, None
    for any with approval; ``return_days`` the calendar days after the end to return
    or destroy PHI, None where the document states none.
    """

    scope: ScopeTerms
    effective_on: date
    expires_on: date | None
    reporting_value: int
    reporting_unit: ReportingUnit
    renewal: Renewal = Renewal.FIXED
    notice_days: int | None = None
    subcontractors: tuple[UUID, ...] | None = None
    return_days: int | None = None

    @property
    def days_to_return(self) -> int:
        """The days stated, or our own default."""
        return DEFAULT_RETURN_DAYS if self.return_days is None else self.return_days

    @property
    def period(self) -> Period:
        """When it would bind if nothing else came."""
        return Period(
            effective_on=self.effective_on,
            expires_on=self.expires_on,
            renewal=Renewal(self.renewal),
        )


@dataclass(frozen=True, slots=True)
class ProvisionMark:
    """Where one line of the checklist stands; ``place`` is a page or clause."""

    provision: str
    standing: ProvisionStanding
    place: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SignatureMark:
    """One side's signature. ``document_sha256`` is what was signed, where known."""

    side: SigningSide
    name: str
    title: str
    signed_on: date
    method: SigningMethod
    document_sha256: str = ""


def check_terms(terms: AgreementTerms) -> None:
    """Raise AgreementNotAcceptable, by field, for terms that contradict themselves."""
    problems = _date_problems(
        effective_on=terms.effective_on, expires_on=terms.expires_on
    )
    if terms.expires_on is not None and terms.expires_on < terms.effective_on:
        problems["expires_on"] = ["The last day is before the first. Correct one."]
    if not 1 <= terms.reporting_value <= MAX_REPORTING_VALUE:
        problems["reporting_value"] = [
            f"Enter the time to report, from 1 to {MAX_REPORTING_VALUE}."
        ]
    problems |= _renewal_problems(terms)
    _raise_if(problems, "The terms contradict themselves")


def _date_problems(**days: date | None) -> dict[str, list[str]]:
    return {
        field: [f"Enter a year from {FIRST_YEAR} to {LAST_YEAR}."]
        for field, day in days.items()
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR
    }


def _renewal_problems(terms: AgreementTerms) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if terms.renewal == Renewal.EVERGREEN and terms.expires_on is not None:
        problems["expires_on"] = [
            "An agreement that runs until terminated has no last day. Leave it empty."
        ]
    if terms.renewal == Renewal.FIXED and terms.expires_on is None:
        problems["expires_on"] = [
            "Enter the last day, or choose that it runs until terminated."
        ]
    if terms.renewal == Renewal.AUTOMATIC:
        if terms.expires_on is None:
            problems["expires_on"] = ["Enter the day of the next renewal."]
        if terms.notice_days is None:
            problems["notice_days"] = [
                "Enter how many days before the renewal notice must be given."
            ]
    if terms.return_days is not None and not 0 <= terms.return_days <= MAX_RETURN_DAYS:
        problems["return_days"] = [f"Enter days from 0 to {MAX_RETURN_DAYS}."]
    if terms.notice_days is not None and not 0 <= terms.notice_days <= MAX_NOTICE_DAYS:
        problems["notice_days"] = [f"Enter days from 0 to {MAX_NOTICE_DAYS}."]
    return problems


def check_marks(marks: Sequence[ProvisionMark], layer: Layer) -> None:
    """Raise AgreementNotAcceptable unless every required line is marked once.

    Lines nobody requires may stay unmarked. Not applicable needs a reason, and a
    line that can be so: of the required ones those for electronic PHI alone.
    """
    known = {line.id for line in checklist()}
    binding = {line.id for line in checklist() if line.always_applies(layer)}
    times = Counter(mark.provision for mark in marks)
    unmarked = [name for name in required_ids(layer) if name not in times]
    unknown = sorted(name for name in times if name not in known)
    twice = sorted(name for name, count in times.items() if count > 1)
    set_aside = [
        mark for mark in marks if mark.standing == ProvisionStanding.NOT_APPLICABLE
    ]
    unreasoned = [mark.provision for mark in set_aside if not mark.reason.strip()]
    denied = [mark.provision for mark in set_aside if mark.provision in binding]
    texts = [
        _listed("Say where each of these stands", unmarked),
        _listed("The checklist has no such provision", unknown),
        _listed("Marked more than once", twice),
        _listed("Say why these do not apply", unreasoned),
        _listed(
            "These apply to every BAA; mark as missing what it does not say", denied
        ),
    ]
    problems = [text for text in texts if text]
    _raise_if({"provisions": problems} if problems else {}, "The checklist is not done")


def _listed(sentence: str, names: Iterable[str]) -> str:
    joined = ", ".join(names)
    return f"{sentence}: {joined}." if joined else ""


def check_signatures(
    signatures: Sequence[SignatureMark], *, document_sha256: str, today: date
) -> None:
    """Raise AgreementNotAcceptable unless each side signed this document once.

    Source: 45 CFR 164.308(b)(3) and 164.502(e)(2) ask for a written contract; the
    signature of both sides and its tie to the document's SHA-256 are our own
    default. ``today`` is the discloser's day; nobody signs after it.
    """
    texts = [
        text
        for side in SigningSide
        if (text := _signature_problem(side, signatures, document_sha256, today))
    ]
    _raise_if({"signatures": texts} if texts else {}, "The signatures are not complete")


def _signature_problem(
    side: SigningSide,
    signatures: Sequence[SignatureMark],
    document_sha256: str,
    today: date,
) -> str:
    label = side.label.lower()
    own = [mark for mark in signatures if mark.side == side]
    if len(own) != 1:
        return f"Enter one signature of the {label}."
    mark = own[0]
    if not mark.name.strip() or not mark.title.strip():
        return f"Enter name and title of who signed for the {label}."
    if mark.signed_on > today:
        return f"The {label} cannot have signed after today."
    if mark.document_sha256 not in {"", document_sha256}:
        return (
            f"The {label} signed another document than the one uploaded. "
            "Upload the signed one."
        )
    return ""


def check_signed_here(
    signatures: Iterable[SignatureMark],
    *,
    own_side: SigningSide | None,
    given: Collection[str] = (),
) -> None:
    """Raise AgreementNotAcceptable for a portal signature somebody else enters.

    ``own_side`` is the side the recorder may sign for, None for neither; ``given``
    the sides whose signatures under this very document the portal took itself. A
    signature in the portal is the signer's own act. Our own default.
    """
    allowed = {*given, own_side}
    for mark in signatures:
        if mark.method == SigningMethod.PORTAL and mark.side not in allowed:
            text = (
                f"Only a signer of the {SigningSide(mark.side).label.lower()} can sign "
                "in the portal. Enter how the document itself was signed."
            )
            raise AgreementNotAcceptable(text, fields={"signatures": [text]})


def is_signed_by_both(signed: Iterable[tuple[str, str]], document_sha256: str) -> bool:
    """Whether both sides signed this very document; pairs of side and SHA-256."""
    sides = {side for side, sha256 in signed if sha256 == document_sha256}
    return sides == set(SigningSide.values)


def check_documents(*, owner: UUID, parties: set[UUID], quarantined: str) -> None:
    """Raise AgreementNotAcceptable for a document of a stranger or in quarantine."""
    if owner not in parties:
        raise AgreementNotAcceptable(
            "The document belongs to another organization. Upload it yourself.",
            fields={"document": ["Upload the document yourself."]},
        )
    if quarantined:
        raise AgreementNotAcceptable(
            f"The document is in quarantine: {quarantined}. Upload a clean copy.",
            fields={"document": [f"In quarantine: {quarantined}."]},
        )


def check_free(taken: Iterable[tuple[str, Period]], wanted: Period) -> None:
    """Raise AgreementOverlaps where another agreement covers one of the days.

    ``taken`` are (title, period) of versions that cover the same engagement.
    """
    for title, period in taken:
        if _overlap(period, wanted):
            ends_on = last_day(period)
            until = f"until {ends_on:%-d %B %Y}" if ends_on else "without an end"
            raise AgreementOverlaps(
                f"The BAA “{title}” already covers this engagement from "
                f"{period.effective_on:%-d %B %Y} {until}. Amend or terminate it "
                "instead.",
                fields={"effective_on": ["Another BAA covers this day."]},
            )


def _overlap(one: Period, other: Period) -> bool:
    one_ends, other_ends = last_day(one), last_day(other)
    return (
        (one_ends is None or other.effective_on <= one_ends)
        and (other_ends is None or one.effective_on <= other_ends)
        and (one_ends is None or one.effective_on <= one_ends)
    )


def check_amendment(current: Period, *, effective_on: date) -> None:
    """Raise AgreementOverlaps unless the amendment begins after its predecessor.

    It may be back-dated as long as that holds.
    """
    if current.terminated_on is not None:
        raise AgreementOverlaps(
            f"The BAA was terminated; {current.terminated_on:%-d %B %Y} is its last "
            "day. Record a new one."
        )
    if effective_on <= current.effective_on:
        raise AgreementOverlaps(
            f"The newest version begins on {current.effective_on:%-d %B %Y}. An "
            "amendment begins on a later day.",
            fields={
                "effective_on": [f"Enter a day after {current.effective_on:%-d %B %Y}."]
            },
        )


def check_termination(
    first: Period, latest: Period, *, terminated_on: date, reason: str
) -> None:
    """Raise unless the last day lies in the agreement's life and a reason is given.

    ``first`` and ``latest`` are its first and its newest version. Source for the
    right to end it: 45 CFR 164.504(e)(2)(iii).
    """
    if first.terminated_on is not None:
        raise AgreementOverlaps(
            f"The BAA is already terminated; {first.terminated_on:%-d %B %Y} is its "
            "last day."
        )
    if not reason.strip():
        raise AgreementNotAcceptable(
            "Say why the BAA ends.", fields={"reason": ["Say why the BAA ends."]}
        )
    _raise_if(_date_problems(terminated_on=terminated_on), "The day cannot be right")
    if terminated_on < first.effective_on:
        raise AgreementNotAcceptable(
            f"The BAA began on {first.effective_on:%-d %B %Y}; it cannot end before.",
            fields={
                "terminated_on": [f"Enter {first.effective_on:%-d %B %Y} or later."]
            },
        )
    ends_on = last_day(latest)
    if ends_on is not None and terminated_on > ends_on:
        raise AgreementOverlaps(
            f"The BAA ends by itself on {ends_on:%-d %B %Y}. There is nothing left to "
            "terminate.",
            fields={"terminated_on": [f"Enter {ends_on:%-d %B %Y} or earlier."]},
        )


def _raise_if(problems: dict[str, list[str]], fact: str) -> None:
    if problems:
        texts = " ".join(text for texts in problems.values() for text in texts)
        raise AgreementNotAcceptable(f"{fact}. {texts}", fields=problems)
