"""The public register: real exports with an account, twice, and matches by a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import Workbook

from apps.core.errors import Invalid, NotAllowed, NotFound, PortalError
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.incidents import actions, queries
from apps.incidents.enums import MatchState
from apps.incidents.models import RegisterEntry, RegisterImport
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.engagements import make_registration
from tests.factories.incidents import make_register_entry
from tests.factories.tenancy import make_organization
from tests.shared_data import shared

GOOD = (
    b"Name of Covered Entity,State,Covered Entity Type,Individuals Affected,"
    b"Breach Submission Date,Type of Breach\n"
)


def imported(cast: Cast, content: bytes, name: str = "register.csv") -> RegisterImport:
    file = store_file(
        by=cast.analyst,
        organization=cast.clinic,
        name=name,
        content=BytesIO(content),
        accept=FileKind.TABLE,
    )
    return actions.import_register(by=cast.analyst, file=file, file_name=name)


def _real(name: str) -> bytes:
    path: Path = shared("data", "breach_portal", name)
    return path.read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "read", "new", "refused"),
    [
        ("ocr_2018-11_excel_resaved_mdyy.csv", 2139, 2136, 0),
        ("ocr_2020-06_archive_raw.csv", 2785, 2781, 0),
        ("ocr_2020-08_active_raw.csv", 580, 580, 0),
        ("ocr_2024-05_active_raw.csv", 893, 893, 0),
        ("ocr_2026-07_active_raw_broken_headers.csv", 733, 731, 0),
        ("ocr_snakecase_bool_isodate.csv", 1701, 1698, 1),
    ],
)
def test_real_export_is_imported_with_an_account(
    cast: Cast, name: str, read: int, new: int, refused: int
) -> None:
    account = imported(cast, _real(name), name).account
    assert account["read"] == (
        account["imported"] + account["unchanged"] + account["refused"]
    )
    found = (account["read"], account["imported"], account["refused"])
    assert found == (read, new, refused)
    assert RegisterEntry.objects.count() == new


@pytest.mark.django_db
def test_export_saved_again_as_a_workbook_is_the_same(cast: Cast) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Breach report, downloaded 1 July"])
    sheet.append(GOOD.decode().strip().split(","))
    day = datetime(2024, 3, 1)  # noqa: DTZ001 - a cell has no zone
    sheet.append(["Careline", "TX", "Business Associate", 700, day, "Theft"])
    content = BytesIO()
    book.save(content)
    job = imported(cast, content.getvalue(), "register.xlsx")
    assert (job.account["read"], job.account["imported"]) == (1, 1)
    row = RegisterEntry.objects.get()
    assert (row.submitted_on, row.individuals) == (date(2024, 3, 1), 700)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["breach_report.xls", "breach_report.csv"])
def test_page_saved_as_a_table_is_refused_with_a_sentence(
    cast: Cast, name: str
) -> None:
    page = (
        b"<html><body><table><tr><th>Name of Covered Entity</th></tr>"
        b"<tr><td>Careline</td></tr></table></body></html>"
    )
    with pytest.raises(PortalError) as refused:
        imported(cast, page, name)
    assert refused.value.message.endswith(".")
    assert not RegisterImport.objects.exists()


@pytest.mark.django_db
def test_broken_titles_are_read_by_their_place(cast: Cast) -> None:
    name = "ocr_2026-07_active_raw_broken_headers.csv"
    job = imported(cast, _real(name), name)
    row = RegisterEntry.objects.get(name="Erlanger Health")
    assert row.submitted_on == date(2026, 7, 1)
    assert row.has_business_associate is False
    assert len([n for n in job.understood["notes"] if "broken title" in n]) == 2


@pytest.mark.django_db
def test_short_years_are_of_this_century(cast: Cast) -> None:
    row = b"Careline,TX,Business Associate,700,3/1/24,Theft\n"
    imported(cast, GOOD + row)
    assert RegisterEntry.objects.get().submitted_on == date(2024, 3, 1)


@pytest.mark.django_db
def test_row_that_cannot_be_read_is_numbered(cast: Cast) -> None:
    rows = (
        b"Careline,TX,Business Associate,many,03/01/2024,Theft\n"
        b",TX,Business Associate,7,03/01/2024,Theft\n"
        b"Careline,TX,Business Associate,7,13/13/2024,Theft\n"
        b"Careline,TX,Business Associate,7.0,2024-03-01,Theft\n"
    )
    job = imported(cast, GOOD + rows)
    assert [(one["row"], one["column"]) for one in job.problems] == [
        (2, "Individuals Affected"),
        (3, "Name of Covered Entity"),
        (4, "Breach Submission Date"),
    ]
    assert job.account["imported"] == 1


@pytest.mark.django_db
def test_same_file_twice_changes_nothing(cast: Cast) -> None:
    row = b"Careline,TX,Business Associate,700,03/01/2024,Theft\n"
    imported(cast, GOOD + row)
    again = imported(cast, GOOD + row + b"\n", "again.csv")
    assert (again.account["imported"], again.account["unchanged"]) == (0, 1)


@pytest.mark.django_db
def test_other_table_is_refused_as_a_whole(cast: Cast) -> None:
    with pytest.raises(Invalid):
        imported(cast, b"Agent,Course\n1,2\n")
    assert not RegisterImport.objects.exists()


@pytest.mark.django_db
def test_reader_may_not_import(cast: Cast) -> None:
    entry = make_register_entry(cast.clinic)
    with pytest.raises(NotAllowed):
        actions.import_register(by=cast.reader, file=entry.source.file)
    with pytest.raises(NotFound):
        queries.register_entry(cast.outsider, entry.pk)


@pytest.mark.django_db
def test_match_counts_once_a_person_confirms_it(cast: Cast) -> None:
    entry = make_register_entry(cast.clinic, name="CARELINE INC")
    make_register_entry(cast.clinic, name="Other Health")
    twin = make_organization(name="Careline Dental")
    make_registration(cast.clinic, twin)
    assert [(one.entry, one.vendor) for one in queries.proposals(cast.analyst)] == [
        (entry, cast.vendor)
    ]
    assert queries.history(cast.analyst, cast.vendor) == []
    word = {"by": cast.analyst, "vendor": cast.vendor}
    actions.decide_match(entry, state=MatchState.CONFIRMED, **word)
    assert queries.history(cast.analyst, cast.vendor) == [entry]
    assert queries.proposals(cast.analyst) == []
    actions.decide_match(entry, state=MatchState.REJECTED, **word)
    assert queries.history(cast.analyst, cast.vendor) == []


@pytest.mark.django_db
def test_vendor_page_shows_what_was_confirmed(
    cast: Cast, client_for: Callable[[Actor], Client]
) -> None:
    entry = make_register_entry(cast.clinic, name="CARELINE INC")
    page = f"/vendors/{cast.vendor.pk}/"
    client = client_for(cast.reader)
    assert "CARELINE INC" not in client.get(page).content.decode()
    word = {"by": cast.analyst, "vendor": cast.vendor}
    actions.decide_match(entry, state=MatchState.CONFIRMED, **word)
    assert "CARELINE INC" in client.get(page).content.decode()
