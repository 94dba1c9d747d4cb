"""Letters: what they must say, who writes them, how they go out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.evidence import queries as evidence
from apps.evidence.models import StoredFile
from apps.incidents import actions, queries, rules
from apps.incidents.actions import NoticeTerms
from apps.incidents.enums import Duty, Kind, LetterKind, Method
from apps.incidents.models import Clock, Incident, Letter, Notice
from apps.incidents.rules import LetterFacts
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.evidence import PDF
from tests.factories.incidents import LETTER, make_incident, make_letter

ClientFor = Callable[[Actor], Client]
SENT = datetime(2026, 6, 14, 15, 0, tzinfo=UTC)
FACTS = LetterFacts(
    entity="Lakeside Clinic",
    above="Lakeside Clinic",
    engagement="Patient chat",
    kind=Kind.MISDIRECTED,
    phi="Names, Appointment times",
    people=700,
    states=("GA",),
    occurred_on=date(2026, 6, 9),
    discovered_on=date(2026, 6, 11),
)
SAID = LETTER | {
    "what_happened": "On June 9, 2026 a message went astray. We knew on 2026-06-11."
}


# -- Contents --------------------------------------------------------------


def test_every_kind_begins_with_its_facts_and_asks_for_the_rest() -> None:
    for kind, form in rules.letter_forms().items():
        parts = rules.begin(kind, FACTS)
        assert list(parts) == [part.id for part in form.parts]
        assert all(parts.values())
        assert rules.missing_in(kind, parts, FACTS) != {}
    begun = rules.begin(LetterKind.INDIVIDUAL, FACTS)
    assert "On 9 June 2026, a message" in begun["what_happened"]
    assert "on 11 June 2026" in begun["what_happened"]
    assert "names, appointment times" in begun["phi_types"]


def test_contents_are_those_of_the_rule() -> None:
    forms = rules.letter_forms()
    required = [item.id for item in rules.federal().contents]
    for kind in (LetterKind.INDIVIDUAL, LetterKind.MEDIA, LetterKind.SUBSTITUTE):
        assert list(forms[kind].contents)[:5] == required
    assert [part.citation for part in forms[LetterKind.INDIVIDUAL].parts] == [
        f"45 CFR 164.404(c)(1)({letter})" for letter in "ABCDE"
    ]
    assert "hotline" in forms[LetterKind.SUBSTITUTE].contents
    assert forms[LetterKind.UPSTREAM].parts[0].citation == "45 CFR 164.410(c)(1)"


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("steps", " ", "must not be empty (45 CFR 164.404(c)(1)(C))"),
        ("response", "We did [say what].", "brackets: [say what]"),
        ("what_happened", "On 9 June 2026.", "of its discovery, 11 June 2026"),
        ("what_happened", "We knew on 6/11/2026.", "of the breach, 9 June 2026"),
        ("contacts", "Write to a@b.example.", "a toll-free telephone number"),
        ("contacts", "Call 800 555 0100.", "an e-mail, web or postal address"),
        ("contacts", "Call 212-555-0100, a@b.example", "a toll-free telephone"),
    ],
)
def test_letter_that_lacks_something_says_what(part: str, text: str, said: str) -> None:
    missing = rules.missing_in(LetterKind.INDIVIDUAL, SAID | {part: text}, FACTS)
    assert list(missing) == [part]
    assert said in missing[part][0]


@pytest.mark.parametrize(
    "contacts",
    [
        "Call 1-800-555-0100 or write to privacy@lakeside.example.",
        "Call (888) 555-0100 or see www.lakeside.example.",
        "Call 855.555.0100; 1 Main Street, Athens, GA 30601.",
        "Call 1-833-LAKE-123? No: 866-555-0100, https://lakeside.example",
    ],
)
def test_letter_that_says_it_all_is_complete(contacts: str) -> None:
    parts = SAID | {"contacts": contacts}
    assert rules.missing_in(LetterKind.INDIVIDUAL, parts, FACTS) == {}


def test_dates_nobody_knows_are_not_asked_for() -> None:
    unknown = replace(FACTS, occurred_on=None, discovered_on=None)
    parts = SAID | {"what_happened": "A message went astray."}
    assert rules.missing_in(LetterKind.INDIVIDUAL, parts, unknown) == {}


def test_notice_upstream_may_leave_open_what_is_not_known() -> None:
    parts = dict.fromkeys(rules.begin(LetterKind.UPSTREAM, FACTS), "Not known yet.")
    assert rules.missing_in(LetterKind.UPSTREAM, parts, FACTS) == {}


def test_substitute_notice_stands_ninety_days_with_a_number() -> None:
    parts = SAID | {"hotline": "Call 800-555-0100.", "posting": "On our home page."}
    missing = rules.missing_in(LetterKind.SUBSTITUTE, parts, FACTS)
    assert list(missing) == ["hotline", "posting"]
    assert "90 days (45 CFR 164.404(d)(2)(ii)(A))" in missing["posting"][0]


@pytest.mark.parametrize(
    ("unreachable", "method", "contents", "field"),
    [
        (0, Method.PHONE, (), "duty"),
        (10, Method.PHONE, ("hotline",), "method"),
        (10, Method.WEB, (), "contents"),
        (10, Method.WEB, ("hotline",), None),
        (9, Method.PHONE, (), None),
    ],
)
def test_substitute_notice_goes_its_own_way(
    unreachable: int, method: Method, contents: tuple[str, ...], field: str | None
) -> None:
    terms: dict[str, Any] = {
        "method": method,
        "contents": (*LETTER, *contents),
        "sent_at": SENT,
        "now": SENT,
        "people_agreed": True,
        "unreachable": unreachable,
    }
    if field is None:
        rules.check_notice(Duty.SUBSTITUTE, **terms)
        return
    with pytest.raises(Invalid) as refused:
        rules.check_notice(Duty.SUBSTITUTE, **terms)
    assert list(refused.value.fields) == [field]


# -- Writing ---------------------------------------------------------------


def finished(cast: Cast, incident: Incident) -> Letter:
    letter = actions.draft_letter(incident, by=cast.analyst, kind=LetterKind.INDIVIDUAL)
    letter = actions.edit_letter(letter, by=cast.analyst, parts=LETTER, revision=1)
    return actions.finish_letter(letter, by=cast.officer, revision=2)


def text_of(letter: Letter) -> str:
    assert letter.document is not None
    with evidence.opened(letter.document) as content:
        pages = PdfReader(io.BytesIO(content.read())).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_letter_from_draft_to_a_document_that_never_changes(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    letter = finished(cast, incident)
    text = text_of(letter)
    for part in LETTER.values():
        assert part in text
    assert "Draft" not in text
    assert "Careline" not in text
    with pytest.raises(Conflict):
        actions.edit_letter(letter, by=cast.analyst, parts=LETTER, revision=2)
    with pytest.raises(Conflict):
        actions.finish_letter(letter, by=cast.analyst, revision=2)


def test_no_word_of_a_letter_reaches_the_trail(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    finished(cast, incident)
    events = AuditEvent.objects.filter(object_id=incident.pk)
    assert list(events.order_by("pk").values_list("type", flat=True)) == [
        "incident.letter_drafted",
        "incident.letter_edited",
        "incident.letter_finished",
    ]
    bodies = b"".join(bytes(row.body) for row in AuditEvent.objects.all())
    for part in LETTER.values():
        assert part.encode() not in bodies


def test_letter_of_one_side_is_hidden_from_the_other(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    letter = make_letter(incident)
    assert queries.letter(cast.officer, letter.pk) == letter
    for actor in (cast.manager, cast.outsider, cast.other_manager):
        with pytest.raises(NotFound):
            queries.letter(actor, letter.pk)
    assert queries.case_file(cast.manager, incident).letters == ()
    assert queries.case_file(cast.reader, incident).letters == ()
    with pytest.raises(NotAllowed):
        actions.edit_letter(letter, by=cast.manager, parts={}, revision=1)


def test_each_side_writes_its_own_letters(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    actions.draft_letter(incident, by=cast.manager, kind=LetterKind.UPSTREAM)
    for actor, kind in (
        (cast.manager, LetterKind.INDIVIDUAL),
        (cast.officer, LetterKind.UPSTREAM),
        (cast.reader, LetterKind.MEDIA),
        (cast.lead, LetterKind.UPSTREAM),
    ):
        with pytest.raises(NotAllowed):
            actions.draft_letter(incident, by=actor, kind=kind)
    between = make_incident(make_engagement(client=cast.vendor, name="Hosting"))
    with pytest.raises(NotAllowed):
        actions.draft_letter(between, by=cast.manager, kind=LetterKind.INDIVIDUAL)


def test_somebody_elses_words_are_never_overwritten(cast: Cast) -> None:
    letter = make_letter(make_incident(cast.engagement))
    actions.edit_letter(letter, by=cast.analyst, parts={"steps": "Mine."}, revision=1)
    with pytest.raises(Conflict, match="revision 2"):
        actions.edit_letter(
            letter, by=cast.officer, parts={"steps": "Yours."}, revision=1
        )
    letter.refresh_from_db()
    assert letter.parts["steps"] == "Mine."
    with pytest.raises(Invalid):
        actions.edit_letter(letter, by=cast.officer, parts={"x": "y"}, revision=2)
    with pytest.raises(rules.LooksLikePhi):
        actions.edit_letter(
            letter, by=cast.officer, parts={"steps": "MRN 123456"}, revision=2
        )


def test_incomplete_letter_is_not_finished(cast: Cast) -> None:
    parts = LETTER | {"contacts": "Call us."}
    letter = make_letter(make_incident(cast.engagement), parts=parts)
    with pytest.raises(rules.LetterIncomplete) as refused:
        actions.finish_letter(letter, by=cast.officer, revision=1)
    assert list(refused.value.fields) == ["contacts"]
    letter.refresh_from_db()
    assert letter.document is None


# -- Going out -------------------------------------------------------------


def test_notice_takes_its_contents_from_the_letter(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    actions.count_people(incident, by=cast.officer, total=7, by_state={"GA": 7})
    letter = finished(cast, incident)
    terms = NoticeTerms(
        duty=Duty.INDIVIDUALS,
        method=Method.FIRST_CLASS,
        sent_at=SENT,
        to_whom="Seven patients",
        letter=letter,
    )
    with pytest.raises(Invalid, match="This letter is for: individuals"):
        actions.record_notice(
            incident, by=cast.officer, terms=replace(terms, duty=Duty.MEDIA)
        )
    notice = actions.record_notice(incident, by=cast.officer, terms=terms)
    assert notice.contents == sorted(LETTER)
    assert Clock.objects.get(code="FED-INDIVIDUALS").satisfied_by == notice
    event = AuditEvent.objects.filter(type="incident.notice_recorded").get()
    assert letter.document is not None
    assert letter.document.sha256.encode() in bytes(event.body)


@pytest.mark.parametrize("which", ["draft", "other_case"])
def test_letter_that_cannot_have_gone_out_is_refused(cast: Cast, which: str) -> None:
    incident = make_incident(cast.engagement)
    other = make_incident(cast.engagement)
    letter = make_letter(incident) if which == "draft" else finished(cast, other)
    terms = NoticeTerms(
        duty=Duty.INDIVIDUALS,
        method=Method.FIRST_CLASS,
        sent_at=SENT,
        to_whom="All",
        letter=letter,
    )
    with pytest.raises(Invalid, match="finished letter of your side"):
        actions.record_notice(incident, by=cast.officer, terms=terms)
    assert not Notice.objects.exists()


def test_letter_upstream_is_the_clients_to_read_once_it_went(cast: Cast) -> None:
    incident = make_incident(cast.engagement, shared_at=None)
    letter = actions.draft_letter(incident, by=cast.manager, kind=LetterKind.UPSTREAM)
    parts = dict.fromkeys(letter.parts, "Known so far: one chat.")
    letter = actions.edit_letter(letter, by=cast.manager, parts=parts, revision=1)
    letter = actions.finish_letter(letter, by=cast.manager, revision=2)
    told = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
    actions.share_incident(incident, by=cast.manager, told_at=told, letter=letter)
    [attached] = queries.case_file(cast.officer, incident).attachments
    assert attached.file == letter.document
    assert Notice.objects.get().letter == letter


def test_people_without_an_address_have_a_clock_of_their_own(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    actions.count_people(
        incident, by=cast.officer, total=40, by_state={"GA": 40}, unreachable=12
    )
    terms = NoticeTerms(
        duty=Duty.INDIVIDUALS,
        method=Method.FIRST_CLASS,
        sent_at=SENT,
        to_whom="28 patients",
        contents=tuple(LETTER),
    )
    actions.record_notice(incident, by=cast.officer, terms=terms)
    left = Clock.objects.filter(incident=incident, ended_at=None)
    codes = {row.code: row.due_on for row in left}
    assert codes["FED-SUBSTITUTE"] == date(2026, 8, 9)
    posted = replace(
        terms,
        duty=Duty.SUBSTITUTE,
        method=Method.WEB,
        contents=(*LETTER, "hotline"),
    )
    actions.record_notice(incident, by=cast.officer, terms=posted)
    assert "FED-SUBSTITUTE" not in set(
        Clock.objects.filter(incident=incident, ended_at=None).values_list(
            "code", flat=True
        )
    )


def test_sheet_for_hhs_gathers_the_case(cast: Cast) -> None:
    incident = make_incident(cast.engagement)
    actions.count_people(incident, by=cast.officer, total=620, by_state={"GA": 620})
    letter = actions.draft_letter(incident, by=cast.officer, kind=LetterKind.HHS)
    sheet = dict(queries.letter_page(letter).sheet)
    assert sheet["Individuals affected"] == "620"
    assert sheet["By State"] == "GA 620"
    assert sheet["Submitted as"] == "500 or more (45 CFR 164.408)"
    assert sheet["Business associate"] == "Careline, PH"
    assert sheet["Individuals told"] == "not yet"


# -- Pages -----------------------------------------------------------------


def test_letter_through_the_pages(cast: Cast, client_for: ClientFor) -> None:
    incident = make_incident(cast.engagement)
    client = client_for(cast.officer)
    answer = client.post(
        reverse("incidents:letter_new", args=[incident.pk]), {"kind": "individual"}
    )
    url = answer.headers["Location"]
    letter = Letter.objects.get()
    finish = reverse("incidents:letter_finish", args=[letter.pk])
    text = client.get(url).content.decode()
    assert "Still missing before it can be finished" in text
    assert "Finish letter" not in text
    client.post(finish, {"revision": "1"})
    assert Letter.objects.get().finished_at is None
    assert client.post(url, LETTER | {"revision": "1"}).status_code == 302
    stale = client.post(url, LETTER | {"revision": "1"})
    assert stale.status_code == 422
    assert "revision 2" in stale.content.decode()
    pdf = client.get(reverse("incidents:letter_pdf", args=[letter.pk]))
    assert pdf.headers["Content-Type"] == "application/pdf"
    client.post(finish, {"revision": "2"})
    assert "Its words never change" in client.get(url).content.decode()
    taken = AuditEvent.objects.filter(type="file.downloaded")
    assert not taken.exists()
    pdf = client.get(reverse("incidents:letter_pdf", args=[letter.pk]))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert taken.count() == 1
    StoredFile.objects.update(is_restricted=True)
    draft = reverse("incidents:letter_pdf", args=[letter.pk])
    assert client_for(cast.analyst).get(draft).status_code == 403
    pdf = client.get(draft)
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    StoredFile.objects.update(quarantined_reason="It waits for the virus scanner")
    assert client.get(draft).status_code == 410
    StoredFile.objects.update(quarantined_reason="")
    assert taken.count() == 2
    notice = reverse("incidents:notice", args=[incident.pk])
    page = client.get(f"{notice}?letter={letter.pk}").content.decode()
    assert f'value="{letter.pk}" selected' in page
    data = {
        "duty": "individuals",
        "letter": str(letter.pk),
        "method": "first_class",
        "to_whom": "All patients concerned",
        "sent_at": "2026-06-14T09:00",
        "zone": "UTC",
        "proof": SimpleUploadedFile("mailing.pdf", PDF),
    }
    assert client.post(notice, data).status_code == 302
    detail = client.get(reverse("incidents:detail", args=[incident.pk]))
    assert "mailing.pdf" in detail.content.decode()
    theirs = client_for(cast.manager).get(
        reverse("incidents:detail", args=[incident.pk])
    )
    assert "On file" in theirs.content.decode()
    assert reverse("incidents:letter", args=[letter.pk]) not in theirs.content.decode()
