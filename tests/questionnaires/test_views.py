"""Pages of questionnaires, as browsers of both parties see them."""

from __future__ import annotations

import html
import io
import json
import zipfile
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.evidence.models import StoredFile
from apps.questionnaires import actions, queries
from apps.questionnaires.enums import Decision
from apps.questionnaires.models import (
    Answer,
    AnswerReview,
    Assignment,
    Template,
    TemplateVersion,
)
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.evidence import ONE_PAGE
from tests.factories.questionnaires import (
    DUE,
    SHIPPED,
    answer_all,
    make_assignment,
    make_content,
    make_submitted,
    make_version,
)
from tests.shared_data import shared

ClientFor = Callable[[Actor], Client]
CANARY = "CANARY-internal-note"


def _url(name: str, pk: object) -> str:
    return reverse(f"questionnaires:{name}", args=[pk])


def _save(
    client: Client, assignment: Assignment, *, htmx: bool = True, **data: Any
) -> Any:
    values = {"question": "E-1", "value": "yes", "note": "", "version": 0} | data
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(_url("answer", assignment.pk), values, headers=headers)


def test_assign_page_asks_the_shipped_questionnaire(
    cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.analyst)
    url = _url("assign", cast.engagement.pk)
    assert "Security of a vendor under HIPAA" in client.get(url).content.decode()
    answer = client.post(
        url,
        {
            "version": str(SHIPPED),
            "party_kind": "bpo_operator",
            "channels": ["chat", "voice"],
            "sets": ["core"],
            "due_on": DUE,
            "recurrence_months": "12",
        },
    )
    assert answer.status_code == 302
    row = Assignment.objects.get()
    kinds = {question.id for question in row.questions}
    assert "TRN-01" in kinds
    assert not kinds & {"PLT-01", "CHN-05", "GOV-05"}


def test_assign_page_with_bad_input_changes_nothing(
    cast: Cast, client_for: ClientFor
) -> None:
    answer = client_for(cast.analyst).post(_url("assign", cast.engagement.pk), {})
    assert answer.status_code == 422
    assert Assignment.objects.count() == 0


def test_autosave_answers_with_a_fragment(cast: Cast, client_for: ClientFor) -> None:
    assignment = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    answer = _save(client, assignment, value="partial")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="version" value="1"' in text
    assert "data-saved" in text
    assert len(text) < 2500
    told = json.loads(answer.headers["HX-Trigger"])
    assert told == {"questions-shown": {"I-2": True}}


def test_save_without_javascript_comes_back_to_the_question(
    cast: Cast, client_for: ClientFor
) -> None:
    assignment = make_assignment(cast.engagement)
    answer = _save(client_for(cast.manager), assignment, htmx=False)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/questionnaires/{assignment.pk}/sheet/#q-1"


def test_conflict_shows_both_texts_and_writes_neither(
    cast: Cast, client_for: ClientFor
) -> None:
    assignment = make_assignment(cast.engagement)
    _save(client_for(cast.manager), assignment, note="theirs stands")
    second = client_for(cast.second_manager)
    page = _save(second, assignment, htmx=False, value="no", note="mine is here")
    assert page.status_code == 409
    for text in ("theirs stands", "mine is here", "Mara Manager"):
        assert text in page.content.decode()
    fragment = _save(second, assignment, value="no", note="mine is here")
    assert "theirs stands" in fragment.content.decode()
    assert 'name="version" value="0"' in fragment.content.decode()
    kept = Answer.objects.get()
    assert (kept.value, kept.note, kept.version) == ("yes", "theirs stands", 1)
    # Autosave goes on with the old version and is refused again; the button wins.
    again = _save(second, assignment, value="no", note="mine is here")
    assert "data-conflict" in again.content.decode()
    chosen = _save(second, assignment, value="no", note="mine is here", over=1)
    assert "data-saved" in chosen.content.decode()
    kept.refresh_from_db()
    assert (kept.value, kept.version) == ("no", 2)


def test_a_section_taken_back_loses_no_text(cast: Cast, client_for: ClientFor) -> None:
    row = make_assignment(cast.engagement)
    lead = client_for(cast.lead)
    said = {"question": "I-1", "value": "24", "note": "Measured in May"}
    told = _save(lead, row, **said)
    assert told.status_code == 200
    assert "Not saved: This section is not yours" in told.content.decode()
    page = _save(lead, row, htmx=False, **said)
    assert page.status_code == 403
    assert "You wrote: 24 Measured in May" in page.content.decode()
    assert not Answer.objects.exists()


def test_signed_out_in_the_middle_loses_nothing(cast: Cast) -> None:
    assignment = make_assignment(cast.engagement)
    page = _save(Client(), assignment, htmx=False, note="A long thought")
    assert page.status_code == 401
    assert "A long thought" in page.content.decode()
    fragment = _save(Client(), assignment, note="A long thought")
    assert fragment.status_code == 401
    assert fragment.headers["X-Sign-In"].startswith("/account/login/?next=")
    assert Answer.objects.count() == 0


def test_a_lost_response_may_be_sent_again(cast: Cast, client_for: ClientFor) -> None:
    assignment = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    for _ in range(2):
        assert "data-saved" in _save(client, assignment).content.decode()
    assert Answer.objects.get().version == 1


def test_token_is_fresh_after_signing_in_again(
    cast: Cast, client_for: ClientFor
) -> None:
    answer = client_for(cast.manager).get(reverse("questionnaires:token"))
    assert len(answer.json()["token"]) == 64


@pytest.mark.parametrize("count", [3, 300])
def test_sheet_takes_a_fixed_number_of_queries(
    cast: Cast, client_for: ClientFor, django_assert_num_queries: Any, count: int
) -> None:
    version = make_version(cast.clinic, content=make_content(count))
    assignment = make_assignment(cast.engagement, version=version)
    answer_all(assignment, cast.manager, {f"Q-{n:03d}": "yes" for n in range(3)})
    client = client_for(cast.manager)
    with django_assert_num_queries(15):
        page = client.get(_url("sheet", assignment.pk))
    assert page.status_code == 200
    assert page.content.decode().count("data-answer=") == count


@pytest.mark.parametrize("count", [3, 300])
def test_autosave_takes_a_fixed_number_of_queries(
    cast: Cast, client_for: ClientFor, count: int
) -> None:
    version = make_version(cast.clinic, content=make_content(count))
    assignment = make_assignment(cast.engagement, version=version)
    client = client_for(cast.manager)
    with CaptureQueriesContext(connection) as seen:
        answer = _save(client, assignment, question="Q-001")
    assert answer.status_code == 200
    assert len(seen) == 26
    assert len(answer.content) < 2500


@pytest.mark.parametrize("count", [3, 300])
def test_review_takes_a_fixed_number_of_queries(
    cast: Cast, client_for: ClientFor, django_assert_num_queries: Any, count: int
) -> None:
    version = make_version(cast.clinic, content=make_content(count))
    assignment = make_assignment(cast.engagement, version=version)
    answer_all(assignment, cast.manager, {f"Q-{n:03d}": "yes" for n in range(3)})
    actions.submit(assignment, by=cast.manager, accept_unanswered=True)
    client = client_for(cast.officer)
    with django_assert_num_queries(16):
        page = client.get(_url("review", assignment.pk))
    text = page.content.decode()
    assert text.count("data-review-row") == count
    assert text.count('data-review-key="r"') == 3
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(
            _url("decide", assignment.pk),
            {"question": "Q-001", "decision": "accept", "reason": ""},
            headers={"HX-Request": "true"},
        )
    assert len(seen) == 33
    assert len(answer.content) < 2500


def test_vendor_never_sees_an_internal_note(cast: Cast, client_for: ClientFor) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    reviewer, vendor = client_for(cast.officer), client_for(cast.manager)
    reviewer.post(_url("note", assignment.pk), {"question": "E-1", "text": CANARY})
    assert CANARY in reviewer.get(_url("review", assignment.pk)).content.decode()
    actions.review_answer(
        assignment,
        by=cast.officer,
        question_id="E-1",
        decision=Decision.REQUEST_CHANGE,
        reason="Say more",
    )
    hidden = vendor.get(_url("sheet", assignment.pk)).content.decode()
    assert "Say more" not in hidden
    actions.return_for_changes(assignment, by=cast.officer)
    finding = actions.raise_finding(
        assignment, by=cast.officer, question_id="E-1", title="Gap"
    )
    dossier = actions.request_dossier(assignment, by=cast.manager)
    pages = [
        vendor.get(_url("sheet", assignment.pk)),
        vendor.get(_url("detail", assignment.pk)),
        vendor.get(_url("finding", finding.pk)),
        vendor.get(reverse("questionnaires:list")),
        vendor.get(reverse("api:questionnaires-detail", args=[assignment.pk])),
        vendor.get(reverse("audit:trail")),
    ]
    for page in pages:
        assert page.status_code == 200
        assert CANARY not in page.content.decode()
    assert "Say more" in pages[0].content.decode()
    table = vendor.get(_url("table", assignment.pk))
    assert CANARY.encode() not in b"".join(table.streaming_content)
    assert CANARY not in str(dossier.statement)
    assert vendor.get(_url("review", assignment.pk)).status_code == 404


def test_client_does_not_see_a_draft_answer(cast: Cast, client_for: ClientFor) -> None:
    assignment = make_assignment(cast.engagement)
    _save(client_for(cast.manager), assignment, note="not yet handed in")
    client = client_for(cast.officer)
    for name in ("detail", "review", "sheet"):
        page = client.get(_url(name, assignment.pk))
        assert "not yet handed in" not in page.content.decode()
    assert client.get(_url("review", assignment.pk)).status_code == 404


def test_reviewer_fields_cannot_be_written_by_the_form(
    cast: Cast, client_for: ClientFor
) -> None:
    assignment = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    _save(client, assignment, decision="accept", reason="good", outcome="pass")
    answer = client.post(
        _url("decide", assignment.pk),
        {"question": "E-1", "decision": "accept", "reason": ""},
    )
    assert answer.status_code == 404
    assert AnswerReview.objects.count() == 0


def _workbook(response: Any) -> Any:
    content = b"".join(response.streaming_content)
    return openpyxl.load_workbook(io.BytesIO(content))


def _upload(client: Client, assignment: Assignment, book: Any) -> str:
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("answers.xlsx", out.getvalue())
    answer = client.post(_url("table_upload", assignment.pk), {"file": file})
    assert answer.status_code == 200
    return answer.content.decode()


def test_table_goes_out_and_comes_back_with_row_errors(
    cast: Cast, client_for: ClientFor
) -> None:
    assignment = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    book = _workbook(client.get(_url("table", assignment.pk)))
    sheet = book.active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["E-1", "E-2", "I-1"]
    sheet["F2"], sheet["G2"] = "Yes", "=1+1 is no formula here"
    sheet["F3"] = "1.7"
    sheet["F4"] = "24"
    sheet.append(["X-9", "", "", "", "", "yes", "", "", 0])
    sheet["J1"], sheet["J2"] = "Decision", "accept"
    # Somebody saves in the browser while the table is away.
    _save(client, assignment, question="I-1", value="48")
    text = _upload(client, assignment, book)
    assert "1 answer was saved" in text
    assert "Row 3" in text
    assert "choose one of: 1.3; 1.2; older" in text
    assert "Row 4" in text
    assert "Row 5" in text
    assert "decision" in text
    kept = dict(Answer.objects.values_list("question_id", "value"))
    assert kept == {"E-1": "yes", "I-1": "48"}
    assert AnswerReview.objects.count() == 0
    again = _workbook(client.get(_url("table", assignment.pk)))
    assert "0 answers were saved" in _upload(client, assignment, again)


def test_review_by_htmx_shows_the_score_as_it_moves(
    cast: Cast, client_for: ClientFor
) -> None:
    assignment = make_submitted(cast.engagement, cast.manager)
    client = client_for(cast.analyst)
    url = _url("decide", assignment.pk)
    headers = {"HX-Request": "true"}
    data = {"question": "E-1", "decision": "reject", "reason": ""}
    refused = client.post(url, data, headers=headers)
    assert "Say what is missing" in refused.content.decode()
    data["reason"] = "No proof"
    moved = client.post(url, data, headers=headers).content.decode()
    assert "2 answers are undecided" in moved
    assert "Fail" in moved


def test_file_behind_an_answer_is_attached_and_removed(
    cast: Cast, client_for: ClientFor
) -> None:
    assignment = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    client.post(
        _url("attach", assignment.pk),
        {"question": "E-1", "file": SimpleUploadedFile("proof.pdf", ONE_PAGE)},
    )
    page = client.get(_url("sheet", assignment.pk)).content.decode()
    assert "proof.pdf" in page
    sheet = queries.sheet(cast.manager, assignment)
    [kept] = sheet.items[0].files
    download = client.get(_url("file", kept.pk))
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(download.streaming_content) == ONE_PAGE
    client.post(_url("file_remove", kept.pk))
    assert queries.sheet(cast.manager, assignment).items[0].files == []


def test_a_file_in_quarantine_is_no_evidence(cast: Cast, client_for: ClientFor) -> None:
    """The vendor is told, the yes counts as partly, and the reviewer sees why."""
    first, *others = make_content()["questions"]
    questions = [first | {"evidence": ["Key policy"]}, *others]
    content = make_content() | {"questions": questions}
    version = make_version(cast.clinic, content=content)
    assignment = make_assignment(cast.engagement, version=version)
    answer_all(assignment, cast.manager)
    client = client_for(cast.manager)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("word/embeddings/oleObject1.bin", "x")
    page = client.post(
        _url("attach", assignment.pk),
        {"question": "E-1", "file": SimpleUploadedFile("p.docx", packed.getvalue())},
        follow=True,
    ).content.decode()
    assert "is in quarantine and does not count" in page
    assert "In quarantine, does not count" in page
    actions.submit(assignment, by=cast.manager)
    sheet = queries.review_sheet(cast.officer, assignment)
    # 5/2 + 2/2 + 3 over 10: the file would have made it 9.
    assert sheet.score.score == Fraction(65, 100)
    reviewer = client_for(cast.officer)
    text = reviewer.get(_url("review", assignment.pk)).content.decode()
    assert "Cannot be opened, so it does not count" in text
    [said] = sheet.items[0].said["files"]  # type: ignore[index]
    assert reviewer.get(_url("file", said["id"])).status_code == 410
    StoredFile.objects.update(quarantined_reason="", scan_state="clean")
    sheet = queries.review_sheet(cast.officer, assignment)
    assert sheet.score.score == Fraction(90, 100)


def test_a_team_lead_puts_evidence_behind_its_section_only(
    cast: Cast, client_for: ClientFor
) -> None:
    """Security reference 3.3: an agent lead writes own evidence, and its part."""
    assignment = make_assignment(cast.engagement)
    actions.delegate_section(
        assignment, by=cast.manager, section_id="INC", user_id=cast.lead.user_id
    )
    client = client_for(cast.lead)
    page = client.get(_url("sheet", assignment.pk)).content.decode()
    assert page.count("Attach evidence") == 2

    def attach(question: str) -> int:
        file = SimpleUploadedFile("plan.pdf", ONE_PAGE)
        data = {"question": question, "file": file}
        return int(client.post(_url("attach", assignment.pk), data).status_code)

    assert attach("I-1") == 302
    assert attach("E-1") == 403
    [kept] = queries.sheet(cast.lead, assignment).items[2].files
    assert kept.added_by_id == cast.lead.user_id
    taken = client.get(_url("file", kept.pk))
    assert b"".join(taken.streaming_content) == ONE_PAGE
    assert client.get(reverse("evidence:library")).status_code == 403
    assert client.post(_url("file_remove", kept.pk)).status_code == 302


def test_library_is_the_vendors_and_finds_words(
    cast: Cast, client_for: ClientFor
) -> None:
    make_submitted(cast.engagement, cast.manager)
    make_assignment(cast.engagement)
    url = reverse("questionnaires:library")
    client = client_for(cast.manager)
    rows = client.get(url).context["rows"]
    assert [row.question_id for row in rows] == ["I-1", "E-2", "E-1"]
    rows = client.get(url, {"words": "PHI rest"}).context["rows"]
    assert [(row.question_id, row.words) for row in rows] == [("E-1", "Yes")]
    assert "No answer matches" in client.get(url, {"words": "zzz"}).content.decode()
    assert client_for(cast.lead).get(url).status_code == 403
    assert client_for(cast.other_manager).get(url).context["rows"] == []


def test_lists_go_on_by_key(
    cast: Cast, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    row = make_submitted(cast.engagement, cast.manager)
    for _ in range(2):
        make_assignment(cast.engagement)
    for title in ("First", "Second", "Third"):
        actions.raise_finding(row, by=cast.officer, question_id="E-1", title=title)
    client = client_for(cast.manager)
    for name in ("list", "findings", "library"):
        url = reverse(f"questionnaires:{name}")
        first = client.get(url)
        second = client.get(url + first.context["older_url"])
        keys = [r.pk for page in (first, second) for r in page.context["rows"]]
        assert (len(first.context["rows"]), len(set(keys))) == (2, 3)
        assert second.context["older_url"] == ""
        assert client.get(url, {"before": "x"}).status_code == 422


def test_reuse_offers_what_was_asked_in_the_same_words(
    cast: Cast, client_for: ClientFor
) -> None:
    source = make_submitted(cast.engagement, cast.manager)
    other = make_engagement(client=cast.other_clinic, provider=cast.vendor)
    strange = make_assignment(
        other, version=make_version(cast.other_clinic, content=make_content(2))
    )
    target = make_assignment(other)
    client = client_for(cast.manager)
    offered = client.get(_url("reuse", target.pk)).context["form"].fields["source"]
    assert list(offered.queryset) == [source]
    client.post(_url("reuse", target.pk), {"source": str(source.pk)})
    assert Answer.objects.filter(assignment=target, confirmed_at=None).count() == 3
    page = client.get(_url("reuse", strange.pk))
    assert not page.context["form"].fields["source"].queryset
    assert client_for(cast.outsider).get(_url("reuse", target.pk)).status_code == 403


def test_designer_makes_edits_and_publishes(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    client.post(_url("draft", SHIPPED), {"label": "2027"})
    draft = TemplateVersion.objects.get(label="2027")
    assert draft.made_from_id == SHIPPED
    page = client.get(_url("question", draft.pk) + "?edit=GOV-02")
    form = page.context["form"]
    data = {k: v for k, v in form.initial.items() if v not in (None, False)}
    data["text"] = "Our own words?"
    answer = client.post(_url("question", draft.pk) + "?edit=GOV-02", data)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.questionnaire.by_id["GOV-02"].text == "Our own words?"
    assert draft.questionnaire.by_id["GOV-02"].proposed
    stale = client.post(_url("publish", draft.pk), {"revision": 1})
    assert stale.status_code == 409
    client.post(_url("publish", draft.pk), {"revision": draft.revision})
    draft.refresh_from_db()
    assert draft.published_at is not None
    shipped = TemplateVersion.objects.get(pk=SHIPPED)
    assert shipped.questionnaire.by_id["GOV-02"].text != "Our own words?"


def test_designer_refuses_what_cannot_be_asked(
    cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.officer)
    draft = make_version(cast.clinic, is_published=False)
    data = {
        "id": "E-9",
        "section": "ENC",
        "text": "Which?",
        "type": "choice",
        "set": "core",
        "weight": 1,
        "criticality": "standard",
        "revision": 1,
    }
    answer = client.post(_url("question", draft.pk), data)
    assert answer.status_code == 422
    assert "at least two different values" in answer.content.decode()


def test_designer_moves_and_removes_by_buttons(
    cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.officer)
    draft = make_version(cast.clinic, is_published=False)

    def press(name: str, part: str, **data: Any) -> int:
        draft.refresh_from_db()
        values = {"part": part, "revision": draft.revision} | data
        return int(client.post(_url(name, draft.pk), values).status_code)

    page = client.get(_url("version", draft.pk)).content.decode()
    assert page.count("Move up") == 3  # INC, E-2, I-2
    assert press("question_move", "E-2", steps="-1") == 302
    assert press("section_move", "ENC", steps="1") == 422  # I-2 asks after E-1
    assert press("section_remove", "INC") == 422
    assert press("question_remove", "I-2") == 302
    assert press("section_move", "ENC", steps="1") == 302
    assert press("question_remove", "I-1") == 302
    assert press("section_remove", "INC") == 302
    stale = {"part": "E-1", "revision": 1}
    assert client.post(_url("question_remove", draft.pk), stale).status_code == 409
    draft.refresh_from_db()
    content = draft.questionnaire
    assert [section.id for section in content.sections] == ["ENC"]
    assert [question.id for question in content.questions] == ["E-2", "E-1"]


def test_import_names_every_wrong_row_and_keeps_nothing(
    cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.officer)
    before = Template.objects.count()
    text = b"ID,Question,Weight\nA-1,One?,x\nA-2,Two?,1\nA-3,Three?,y\n"
    answer = client.post(
        reverse("questionnaires:template_import"),
        {"file": SimpleUploadedFile("questions.csv", text)},
    )
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert 'Row 2, column "Weight": "x"; expected a whole number.' in page
    assert 'Row 4, column "Weight": "y"; expected a whole number.' in page
    assert Template.objects.count() == before


def test_file_becomes_a_draft(cast: Cast, client_for: ClientFor) -> None:
    path = shared("data", "questionnaires", "caiq_v4.1_full_283q.json")
    client = client_for(cast.officer)
    url = reverse("questionnaires:template_import")
    file = SimpleUploadedFile(path.name, path.read_bytes())
    page = client.post(url, {"file": file}, follow=True).content.decode()
    assert "283 questions were read" in page
    assert Template.objects.get(organization=cast.clinic).title == "CSA CAIQ v4.1.0"


def test_empty_states_say_how_to_begin(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    assert "No questionnaire is running" in (
        client.get(reverse("questionnaires:list")).content.decode()
    )
    page = client.get(_url("engagement", cast.engagement.pk)).content.decode()
    assert "Nothing was asked yet" in page
    assert "Assign a questionnaire" in page
