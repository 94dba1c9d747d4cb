"""Real exports as rosters, each with its exact account; real names in a roster.

Most are lists of other things: their answer is a question or a sentence, never a
guess.
"""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from apps.workforce.models import Agent
from tests.conftest import Cast
from tests.factories.imports import roster, take_roster
from tests.shared_data import shared
from tests.workforce.test_commands import run

NO_ID = "No column holds the id of the agent. Name the column that does."
ID_ONLY = (
    "Only an id was recognised in this file. Name the columns that hold the name of "
    "the agent or the engagement."
)
NO_ROWS = (
    "The table has a header but no rows. Upload a file with at least one row below "
    "the header."
)
JSON = "The file is a JSON document. Upload a CSV, XLSX or ODS file."
# Rows read, rows new, and refused rows by reason.
TAKEN: dict[str, tuple[int, int, dict[str, int]]] = {
    "training_csv/ld_dashboard_dataset.xlsx": (80, 80, {}),
    "training_csv/ld_dashboard_employees.csv": (80, 80, {}),
    "training_csv/litmos_CourseReport.csv": (25, 0, {"no agent id": 25}),
    "training_csv/litmos_PeopleReport.csv": (25, 0, {"no agent id": 25}),
    "access_csv/accessguard_01_hr_users_inventory.csv": (14, 14, {}),
    "access_csv/jml_ad_users.csv": (4, 4, {}),
    "access_csv/jml_hr_feed.csv": (5, 5, {}),
    "access_csv/jml_okta_users.csv": (4, 4, {}),
}
REFUSED = {
    "training_csv/hr_platform_training_records.csv": ID_ONLY,
    "training_csv/physionet_training_records.json": JSON,
    "messy_tables/cal_has_x000D_.xlsx": NO_ROWS,
    "messy_tables/cal_pass_protected.xlsx": (
        "The file is protected by a password. Remove the password and upload it again."
    ),
    "messy_tables/mt_simple.psv": (
        "The name ends in .psv, but the content is of the kind Text. Rename the file "
        "or upload the right one."
    ),
    "messy_tables/mt_simple.unknown": (
        "The file is empty. Check the export and upload it again."
    ),
    "messy_tables/mt_utf8bom.csv": NO_ROWS,
    "messy_tables/poi_TwoSheetsOneHidden.xlsx": NO_ROWS,
    "messy_tables/tab_merged-cells.xlsx": NO_ROWS,
    "names/blns.json": JSON,
    "scim/entra_disable_user_string_False.json": JSON,
    "scim/rfc/rfc7643-8.2-user-full.json": JSON,
}
ASKED = """
training_csv: edx_grade_report.csv ld_dashboard_courses.csv
 litmos_AchievementsReport.csv litmos_AllModulesReport.csv litmos_ComplianceReport.csv
 litmos_SpecificAssessmentReport.csv totara_certification_long_fields.csv
 totara_completion_upload_23158.csv totara_course_completion_3a.csv
messy_tables: cal_date.xlsx cal_date_1904.xlsx cal_date_iso.xlsx cal_errors.xlsx
 cal_whitespace_trim.xlsx mt_blank_line.ods mt_excel_pasting.csv mt_null.csv
 mt_utf-16le_encoded.csv mt_weird_head_padding.csv poi_DateFormatTests.xlsx
 spectrum_escaped_quotes.csv spectrum_json.csv spectrum_newlines_crlf.csv
 spectrum_quotes_and_newlines.csv tab_accent.csv tab_bom.csv tab_escaping.csv
 tab_latin1.csv tab_multiline-headers.xlsx
access_csv: google_workspace_user_download.csv entra_users_formula_injection.csv
names: cldr_person_names_ja_ar.txt
"""
REFUSED |= {
    f"{folder}/{name}": NO_ID
    for folder, _, names in (
        line.partition(":") for line in ASKED.replace("\n ", " ").strip().splitlines()
    )
    for name in names.split()
}


@pytest.mark.parametrize("file", TAKEN)
def test_list_of_people_gives_its_exact_account(cast: Cast, file: str) -> None:
    read, imported, refused = TAKEN[file]
    code, lines, sentence = run(shared("data", file))
    assert (code, sentence) == (0, "")
    reasons = [f"  {reason}: {count}" for reason, count in sorted(refused.items())]
    assert [line for line in lines if not line.startswith("Row ")] == [
        f"read: {read}",
        f"imported: {imported}",
        "updated: 0",
        "unchanged: 0",
        f"refused: {sum(refused.values())}",
        *reasons,
    ]
    assert Agent.objects.count() == imported
    if imported:
        again = run(shared("data", file))[1]
        assert again[1:4] == ["imported: 0", "updated: 0", f"unchanged: {imported}"]


@pytest.mark.parametrize("file", REFUSED)
def test_anything_else_gives_one_sentence(cast: Cast, file: str) -> None:
    assert run(shared("data", file)) == (1, [], REFUSED[file])
    assert Agent.objects.count() == 0


def test_terminated_in_the_feed_of_hr_has_left(cast: Cast) -> None:
    run(shared("data", "access_csv/jml_hr_feed.csv"))
    left = Agent.objects.exclude(left_on=None)
    assert [(each.external_id, str(each.left_on)) for each in left] == [
        ("102", "2023-07-01"),
        ("105", "2023-09-01"),
    ]


# -- Names --------------------------------------------------------------------
def named(names: list[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Agent ID", "Name"])
    writer.writerows((f"N-{at:03}", name) for at, name in enumerate(names))
    return out.getvalue()


def test_names_of_many_scripts_are_kept_letter_by_letter(cast: Cast) -> None:
    text = shared("data", "names/cldr_person_names_ja_ar.txt").read_text()
    names = [
        line.rpartition("expected_full=")[2]
        for line in text.splitlines()
        if "expected_full=" in line
    ]
    account = take_roster(roster(cast, named(names)))
    assert (account["imported"], account["refused"]) == (len(names), {})
    kept = Agent.objects.order_by("external_id").values_list("full_name", flat=True)
    assert list(kept) == names


def test_naughty_strings_as_names(cast: Cast, client_for) -> None:
    names = json.loads(shared("data", "names/blns.json").read_text())
    account = take_roster(roster(cast, named(names)))
    assert (account["read"], account["imported"], account["refused"]) == (
        515,
        498,
        {"no name": 12, "too long": 5},
    )
    kept = dict(Agent.objects.values_list("external_id", "full_name"))
    for at, name in enumerate(names):
        if f"N-{at:03}" in kept and name.isprintable():
            plain = " ".join(name.split())
            assert kept[f"N-{at:03}"] in {plain, plain.removeprefix("'")}
    client: Client = client_for(cast.manager)
    after = ""
    while True:
        page = client.get("/workforce/", {"after": after}).content.decode()
        assert "<script>alert" not in page
        assert "onerror=alert" not in page.replace("onerror=alert(", "")
        if 'rel="next"' not in page:
            break
        after = page.rpartition("after=")[2].partition('"')[0]
