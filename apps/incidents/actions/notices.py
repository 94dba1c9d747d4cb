"""Notices that went out, and statements of law enforcement that delay them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.evidence.models import StoredFile
from apps.incidents import queries, rules, trail
from apps.incidents.actions.clocks import refresh_clocks, satisfy
from apps.incidents.actions.letters import check_sent
from apps.incidents.actions.recording import (
    enter,
    opened,
    own_discovery,
    write,
)
from apps.incidents.enums import Audience, Duty, HoldForm, Method
from apps.incidents.models import (
    Attachment,
    Clock,
    Incident,
    LawEnforcementHold,
    Letter,
    Notice,
)
from apps.incidents.rules import check_free_text
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """What was sent: to whom, how, when, to how many, saying what.

    ``people`` None is everybody counted so far; ``corrects`` a notice of the same duty
    that was recorded wrongly, ``note`` then says why.
    """

    duty: Duty
    method: Method
    sent_at: datetime
    to_whom: str
    state: str = ""
    office: str = ""
    people: int | None = None
    contents: tuple[str, ...] = ()
    people_agreed: bool = False
    note: str = ""
    proof: StoredFile | None = None
    letter: Letter | None = None
    corrects: Notice | None = None
    text_confirmed: bool = False


@transaction.atomic
def record_notice(incident: Incident, *, by: Actor, terms: NoticeTerms) -> Notice:
    """Record a notice that is out; the clocks it meets end, late or in time.

    Steps: permission, side; free text; rule on contents, way and authority; lock; row;
    clocks satisfied and State clocks it starts; events ``incident.notice_recorded`` and
    ``incident.clocks_computed``. A provider tells upstream by sharing the case first.
    Raises NotAllowed, NoticeIncomplete, Invalid, Conflict.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    texts = {"note": terms.note, "to_whom": terms.to_whom}
    check_free_text(texts, is_confirmed=terms.text_confirmed)
    incident, side = opened(incident, by=by)
    _check_sender(incident, terms.duty, side=side)
    _check_correction(incident, terms, by=by)
    contents = _contents(terms, incident, by=by)
    rules.check_notice(
        terms.duty,
        method=terms.method,
        contents=contents,
        sent_at=terms.sent_at,
        now=clock.now(),
        people_agreed=terms.people_agreed,
        unreachable=_unreachable(incident),
    )
    if terms.duty == Duty.STATE_OFFICE:
        terms = replace(terms, office=rules.check_office(terms.state, terms.office))
    notice = put_notice(incident, by=by, terms=replace(terms, contents=tuple(contents)))
    refresh_clocks(incident, by=by)
    return notice


def _check_correction(incident: Incident, terms: NoticeTerms, *, by: Actor) -> None:
    old = terms.corrects
    if old is None:
        return
    if old.organization_id != by.organization_id or old.incident_id != incident.pk:
        raise NotAllowed("A notice is corrected by the side that gave it.")
    if old.duty != terms.duty:
        text = "A correction is about the same duty. Record another notice instead."
        raise Invalid(text, fields={"duty": [text]})
    if Notice.objects.filter(supersedes=old).exists():
        raise Conflict("This notice was corrected already. Correct the later one.")
    if not terms.note.strip():
        text = "Say what was wrong; both rows are kept."
        raise Invalid(text, fields={"note": [text]})


def _contents(terms: NoticeTerms, incident: Incident, *, by: Actor) -> Collection[str]:
    """What the notice says: what a letter was checked for, or what a person ticked."""
    if terms.letter is None:
        return terms.contents
    form = check_sent(terms.letter, incident, by=by)
    if form.duty != terms.duty:
        text = f"This letter is for: {form.duty.label.lower()}."
        raise Invalid(text, fields={"letter": [text]})
    return form.contents


def _unreachable(incident: Incident) -> int:
    count = queries.latest_count(incident)
    return count.unreachable if count is not None else 0


def _check_sender(incident: Incident, duty: Duty, *, side: str) -> None:
    """Upstream is the provider's to tell, everybody else the covered entity's."""
    if incident.shared_at is None:
        text = "Tell the other side first; then notices are recorded."
        raise Invalid(text, fields={"duty": [text]})
    if (duty == Duty.UPSTREAM) != (side == "provider"):
        raise NotAllowed(
            "The vendor records what it told upstream, the client what it told "
            "individuals, media, HHS and States."
        )


def put_notice(incident: Incident, *, by: Actor, terms: NoticeTerms) -> Notice:
    """The row, its clocks, its event; permission was asked. A letter that went to the
    other side is theirs to read."""
    proof, letter = terms.proof, terms.letter
    if proof is not None and proof.organization_id != by.organization_id:
        raise NotAllowed("Proof is a file of your own organization.")
    _check_moment(incident, terms.sent_at, by=by)
    _check_new(incident, terms, by=by)
    notice = _row(incident, by=by, terms=terms)
    if letter is not None and terms.duty == Duty.UPSTREAM:
        _hand_over(letter, incident, by=by)
    met = satisfy(incident, notice)
    late = max((_lateness(row, notice) for row in met), default=0)
    write(
        trail.NOTICE_RECORDED,
        incident,
        by=by,
        facts={
            "duty": terms.duty,
            "method": terms.method,
            "sent_at": terms.sent_at,
            "days_late": late,
        },
        documents=_documents(proof, letter),
    )
    enter(incident, _words(notice, late), by=by)
    return notice


def _row(incident: Incident, *, by: Actor, terms: NoticeTerms) -> Notice:
    """What is kept of a notice, with the count that holds now."""
    return Notice.objects.create(
        incident=incident,
        organization=by.organization,
        duty=terms.duty,
        state=terms.state,
        office=terms.office,
        to_whom=terms.to_whom,
        method=terms.method,
        sent_at=terms.sent_at,
        zone=by.organization.time_zone,
        people=terms.people,
        count=queries.latest_count(incident),
        contents=sorted(terms.contents),
        proof=terms.proof,
        letter=terms.letter,
        note=terms.note,
        recorded_by=by.user,
        supersedes=terms.corrects,
    )


def _check_moment(incident: Incident, sent_at: datetime, *, by: Actor) -> None:
    """A notice lies in the past and not before its side knew."""
    if sent_at > clock.now():
        text = "This moment has not come yet."
        raise Invalid(text, fields={"told_at": [text], "sent_at": [text]})
    found = own_discovery(incident, by=by)
    if found is not None and rules.is_before(
        sent_at, found, zone=by.organization.time_zone
    ):
        text = (
            f"This is before your side knew ({found.words}). Correct the moment, or "
            "first the fact of when your side knew."
        )
        raise Invalid(text, fields={"told_at": [text], "sent_at": [text]})


def _check_new(incident: Incident, terms: NoticeTerms, *, by: Actor) -> None:
    """The same notice is recorded once, however often the form is sent."""
    same = queries.notices_that_hold([incident]).filter(
        organization=by.organization_id,
        duty=terms.duty,
        state=terms.state,
        office=terms.office,
        to_whom=terms.to_whom,
        method=terms.method,
        sent_at=terms.sent_at,
        people=terms.people,
        note=terms.note,
    )
    if same.exists():
        raise Conflict("This notice is on record already.")


def _hand_over(letter: Letter, incident: Incident, *, by: Actor) -> None:
    assert letter.document is not None  # noqa: S101 - a letter that is sent is finished
    Attachment.objects.create(
        incident=incident,
        organization=by.organization,
        file=letter.document,
        title=str(letter),
        audience=Audience.SHARED,
        added_by=by.user,
    )


def _documents(proof: StoredFile | None, letter: Letter | None) -> tuple[str, ...]:
    files = (proof, letter.document if letter else None)
    return tuple(file.sha256 for file in files if file is not None)


def _lateness(row: Clock, notice: Notice) -> int:
    """Days a notice came after a clock's last moment."""
    return rules.days_late(
        notice.sent_at, due_on=row.due_on, due_at=row.due_at, zone=notice.zone
    )


def _words(notice: Notice, late: int) -> str:
    sent = rules.instant_words(notice.sent_at, notice.zone)
    verb = "corrected" if notice.supersedes_id else "recorded"
    text = f"Notice {verb}: {notice.get_duty_display().lower()}, {sent}"
    return f"{text}, {rules.count_words(late, 'day')} late." if late else f"{text}."


@transaction.atomic
def hold_notices(
    incident: Incident,
    *,
    by: Actor,
    form: HoldForm,
    official: str,
    statement: str,
    stated_on: date,
    delay_until: date | None = None,
    document: StoredFile | None = None,
    text_confirmed: bool = False,
) -> LawEnforcementHold:
    """Record a law enforcement official's statement to the actor's side.

    Steps: permission, side, free text; lock; row; clocks of that side computed anew;
    events ``incident.held`` and ``incident.clocks_computed``. Orally, who spoke and
    what they said must be on record; in writing without a time nothing is delayed.
    Source: 45 CFR 164.412. Raises Invalid.
    """
    by.require(Permission.INCIDENTS_ASSESS)
    texts = {"official": official, "statement": statement}
    check_free_text(texts, is_confirmed=text_confirmed)
    _check_hold(by, form=form, stated_on=stated_on, delay_until=delay_until)
    if document is not None and document.organization_id != by.organization_id:
        raise NotAllowed("The statement is a file of your own organization.")
    incident, _ = opened(incident, by=by)
    row = LawEnforcementHold.objects.create(
        incident=incident,
        organization=by.organization,
        form=form,
        official=official,
        statement=statement,
        stated_on=stated_on,
        delay_until=delay_until,
        document=document,
        recorded_by=by.user,
    )
    write(
        trail.HOLD_RECORDED,
        incident,
        by=by,
        facts={"form": form, "stated_on": stated_on, "delay_until": delay_until},
    )
    hold = rules.Hold(form, stated_on, delay_until)
    read = queries.readings_of([by.organization_id])
    ends = rules.delay_ends([hold], read.get(by.organization_id, rules.DEFAULTS))
    until = rules.day_words(ends) if ends else "no time given, so nothing is delayed"
    enter(incident, f"Law enforcement asked for delay: {until}.", by=by)
    refresh_clocks(incident, by=by)
    return row


def _check_hold(
    by: Actor, *, form: HoldForm, stated_on: date, delay_until: date | None
) -> None:
    rules.check_year(stated_on, field="stated_on")
    rules.check_year(delay_until, field="delay_until")
    if stated_on > clock.today(by.organization.time_zone):
        text = "This day has not come yet."
        raise Invalid(text, fields={"stated_on": [text]})
    if delay_until is not None and form != HoldForm.WRITTEN:
        text = "Orally, the delay is at most 30 days; a longer one must be in writing."
        raise Invalid(text, fields={"delay_until": [text]})
    if delay_until is not None and delay_until < stated_on:
        text = "The delay does not end before it was asked for."
        raise Invalid(text, fields={"delay_until": [text]})
