"""The sheet as a table, out and back in: by page and by API the same account."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.evidence.models import StoredFile
from apps.questionnaires import actions, queries
from apps.questionnaires.enums import AnswerOrigin, Decision
from apps.questionnaires.models import Answer, AnswerReview, Assignment
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.engagements import make_engagement
from tests.factories.questionnaires import (
    ANSWERS,
    answer_all,
    make_assignment,
    make_content,
    make_version,
)

ClientFor = Callable[[Actor], Client]
PAGE, API = "questionnaires:table", "api:questionnaires-table"


def _down(client: Client, assignment: Assignment, name: str = API) -> Any:
    answer = client.get(reverse(name, args=[assignment.pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return openpyxl.load_workbook(io.BytesIO(content))


def _upload(client: Client, assignment: Assignment, book: Any) -> Any:
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("answers.xlsx", out.getvalue())
    url = reverse("api:questionnaires-read-table", args=[assignment.pk])
    return client.post(url, {"file": file})


def _cells(book: Any) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


def test_page_and_api_give_the_same_table(cast: Cast, client_for: ClientFor) -> None:
    row = make_assignment(cast.engagement)
    answer_all(row, cast.manager, {"E-1": "partial", "I-1": "24"})
    client = client_for(cast.manager)
    table = _cells(_down(client, row))
    assert table == _cells(_down(client, row, PAGE))
    assert [line[0] for line in table] == ["ID", "E-1", "E-2", "I-1", "I-2"]


def _fill(book: Any) -> None:
    sheet = book.active
    sheet["F2"], sheet["G2"] = "Yes", "By the provider"
    sheet["F3"] = "1.7"
    sheet["F4"] = "24"
    sheet["I4"] = "two"
    sheet["J1"], sheet["J2"] = "Decision", "accept"
    sheet["K1"], sheet["K2"] = "Reason", "fine"
    sheet.append(["X-9", "", "", "", "", "yes", "", "", 0])
    sheet.append(["E-1", "", "", "", "", "no", "", "", 0])


def test_api_reads_the_table_with_the_account_of_the_page(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    book = _down(client, row)
    _fill(book)
    account = _upload(client, row, book).json()
    assert (account["saved"], account["unchanged"]) == (["E-1"], [])
    assert [(each["row"], each["code"]) for each in account["problems"]] == [
        (1, "column_not_read"),
        (1, "column_not_read"),
        (4, "not_a_version"),
        (6, "question_twice"),
        (3, "answer_refused"),
        (5, "not_found"),
    ]
    assert account["problems"][4]["message"] == (
        'Row 3, column "Answer": "1.7" cannot be accepted; expected what the question '
        "takes: choose one of: 1.3; 1.2; older."
    )
    kept = Answer.objects.get()
    assert (kept.value, kept.note, kept.origin) == ("yes", "By the provider", "table")
    assert not AnswerReview.objects.exists()
    page = client_for(cast.second_manager)
    again = _down(page, row)
    _fill(again)
    out = io.BytesIO()
    again.save(out)
    text = page.post(
        reverse("questionnaires:table_upload", args=[row.pk]),
        {"file": SimpleUploadedFile("answers.xlsx", out.getvalue())},
    ).content.decode()
    assert "0 answers were saved" in text
    assert "1 was the same already" in text
    for each in account["problems"]:
        assert each["message"].replace('"', "&quot;") in text


def test_an_empty_cell_keeps_what_is_there(cast: Cast, client_for: ClientFor) -> None:
    row = make_assignment(cast.engagement)
    for question, value in (("E-1", "yes"), ("I-1", "24")):
        actions.save_answer(
            row,
            by=cast.manager,
            question_id=question,
            value=value,
            note="As told last week",
            version=0,
        )
    client = client_for(cast.manager)
    book = _down(client, row)
    sheet = book.active
    sheet["F2"], sheet["G2"] = "partial", None
    sheet["F4"], sheet["G4"] = None, "Measured in May"
    assert _upload(client, row, book).json()["saved"] == ["E-1", "I-1"]
    assert list(row.answers.order_by("question_id").values_list("value", "note")) == [
        ("partial", "As told last week"),
        ("24", "Measured in May"),
    ]


def test_a_table_confirms_nothing_that_was_only_carried_over(
    cast: Cast, client_for: ClientFor
) -> None:
    """Every carried answer stands in the table; sending it back says nothing of it."""
    last = make_assignment(cast.engagement)
    answer_all(last, cast.manager, ANSWERS)
    actions.submit(last, by=cast.manager, accept_unanswered=True)
    for question in ANSWERS:
        actions.review_answer(
            last, by=cast.officer, question_id=question, decision=Decision.ACCEPT
        )
    actions.close_review(last, by=cast.officer)
    row = actions.assign_to_engagement(
        cast.engagement,
        by=cast.officer,
        version=last.version,
        terms=actions.Terms(last.party_kind, ("chat",), last.due_on),  # type: ignore[arg-type]
    )
    client = client_for(cast.manager)
    book = _down(client, row)
    book.active["F4"] = "48"
    account = _upload(client, row, book).json()
    assert account["saved"] == ["I-1"]
    assert account["waiting"] == ["E-1", "E-2"]
    assert account["unchanged"] == []
    progress = queries.progress(queries.assignment(cast.manager, row.pk))
    assert (progress.answered, progress.shown) == (1, 3)
    kept = row.answers.get(question_id="E-1")
    assert (kept.origin, kept.confirmed_at) == (AnswerOrigin.CARRIED, None)
    again = _upload(client, row, _down(client, row)).json()
    assert (again["saved"], again["unchanged"]) == ([], ["I-1"])
    assert AuditEvent.objects.filter(type="answer.saved").count() == 4


def test_a_row_saved_meanwhile_is_named_and_kept(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    book = _down(client, row)
    book.active["F4"] = "24"
    answer_all(row, cast.second_manager, {"I-1": "48"})
    [problem] = _upload(client, row, book).json()["problems"]
    assert problem["code"] == "answer_changed"
    assert "somebody saved another one since" in problem["message"]
    assert row.answers.get().value == "48"


def test_text_that_looks_like_a_formula_comes_back_as_it_was(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_assignment(cast.engagement)
    answer_all(row, cast.manager, {"E-1": "no"})
    text = '=HYPERLINK("http://example.org")'
    actions.save_answer(
        row, by=cast.manager, question_id="I-2", value=text, note="-5", version=0
    )
    client = client_for(cast.manager)
    account = _upload(client, row, _down(client, row)).json()
    assert (account["saved"], account["unchanged"]) == ([], ["E-1", "I-2"])
    kept = row.answers.get(question_id="I-2")
    assert (kept.value, kept.note, kept.version) == (text, "-5", 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("answers.xlsx", b"not a workbook", ""),
        ("answers.csv", b"ID,Answer\nE-1,yes\n", "no column"),
        ("answers.csv", b"", ""),
    ],
)
def test_what_is_no_table_of_ours_is_refused(
    cast: Cast, client_for: ClientFor, name: str, content: bytes, said: str
) -> None:
    row = make_assignment(cast.engagement)
    url = reverse("api:questionnaires-read-table", args=[row.pk])
    answer = client_for(cast.manager).post(
        url, {"file": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code in {400, 422}
    assert said in answer.content.decode()
    assert not Answer.objects.exists()


def test_who_takes_and_sends_tables(cast: Cast, client_for: ClientFor) -> None:
    row = make_assignment(cast.engagement)
    book = _down(client_for(cast.manager), row)
    book.active["F2"] = "yes"
    url = reverse(API, args=[row.pk])
    expected = {
        cast.officer: (403, 403),
        cast.reader: (403, 403),
        cast.other_manager: (404, 404),
        cast.auditor: (403, 403),
    }
    for actor, statuses in expected.items():
        client = client_for(actor)
        found = client.get(url).status_code, _upload(client, row, book).status_code
        assert found == statuses, actor
    lead = client_for(cast.lead)
    refused = _upload(lead, row, book).json()["problems"]
    assert [each["expected"] for each in refused] == [
        "a section of yours; a manager hands it to you"
    ]
    assert not Answer.objects.exists()


def test_a_table_after_the_hand_in_is_refused(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    book = _down(client, row)
    book.active["F2"] = "yes"
    actions.submit(row, by=cast.manager, accept_unanswered=True)
    answer = _upload(client, row, book)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert not Answer.objects.exists()


def test_table_of_another_client_keeps_to_its_own_round(
    cast: Cast, client_for: ClientFor
) -> None:
    mine = make_assignment(cast.engagement)
    theirs = make_assignment(
        make_engagement(client=cast.other_clinic, provider=cast.vendor)
    )
    client = client_for(cast.manager)
    book = _down(client, mine)
    book.active["F2"] = "yes"
    assert _upload(client, theirs, book).json()["saved"] == ["E-1"]
    assert not mine.answers.exists()


def test_a_table_of_many_rows_locks_the_round_once(
    cast: Cast, client_for: ClientFor
) -> None:
    """Ten queries a row at most, however long the questionnaire."""
    counts = []
    for count in (3, 30):
        version = make_version(cast.clinic, content=make_content(count))
        row = make_assignment(cast.engagement, version=version)
        client = client_for(cast.manager)
        book = _down(client, row)
        for number in range(2, count + 2):
            book.active[f"F{number}"] = "yes"
        with CaptureQueriesContext(connection) as asked:
            assert len(_upload(client, row, book).json()["saved"]) == count
        counts.append(len(asked))
    assert (counts[1] - counts[0]) / 27 <= 10


HEADER = b"ID,Answer,Note,Version\n"


def test_the_table_is_stored_by_its_hash(cast: Cast, client_for: ClientFor) -> None:
    row = make_assignment(cast.engagement)
    content = HEADER + b"I-1,24,,0\n"
    url = reverse("api:questionnaires-read-table", args=[row.pk])
    file = SimpleUploadedFile("answers.csv", content)
    answer = client_for(cast.manager).post(url, {"file": file})
    assert (answer.status_code, answer.json()["saved"]) == (200, ["I-1"])
    stored = StoredFile.objects.get()
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert (stored.organization, stored.name) == (cast.vendor, "answers.csv")
    event = AuditEvent.objects.get(type="answers.read")
    assert stored.sha256 in bytes(event.body).decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("answers.csv", b"A,B\n1,2\n", "no column"),
        ("answers.xlsx", b"%PDF-1.4 no table", ""),
    ],
)
def test_of_a_refused_table_nothing_is_kept(
    cast: Cast,
    client_for: ClientFor,
    name: str,
    content: bytes,
    said: str,
) -> None:
    row = make_assignment(cast.engagement)
    client = client_for(cast.manager)
    for url in (
        reverse("questionnaires:table_upload", args=[row.pk]),
        reverse("api:questionnaires-read-table", args=[row.pk]),
    ):
        answer = client.post(url, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code in {400, 422}
        assert said in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert not Answer.objects.exists()


def test_a_table_waits_for_the_scanner(
    cast: Cast, client_for: ClientFor, settings: LazySettings, tmp_path: Path
) -> None:
    settings.CLAMD = f"unix:{tmp_path / 'clamd'}"
    row = make_assignment(cast.engagement)
    url = reverse("api:questionnaires-read-table", args=[row.pk])
    file = SimpleUploadedFile("answers.csv", HEADER + b"I-1,24,,0\n")
    answer = client_for(cast.manager).post(url, {"file": file})
    assert answer.status_code == 422
    assert "The virus scanner does not answer" in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert not Answer.objects.exists()
