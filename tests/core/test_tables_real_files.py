"""Files from the wild, kept outside the repository; skipped where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from apps.core.tables import UnreadableTable, open_table

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
FOLDERS = (
    "messy_tables",
    "training_csv",
    "access_csv",
    "grc_imports",
    "questionnaires",
    "upload_safety",
    "evidence_real",
)

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="The collection of real files is not on this machine."
)

FILES = [
    path
    for folder in FOLDERS
    for path in sorted((DATA / folder).glob("*"))
    if path.is_file()
]

# File, row of the header, number of columns, number of rows, number of problems.
READ = [
    ("messy_tables/cal_date.xlsx", 1, 2, 2, 0),
    ("messy_tables/cal_date_1904.xlsx", 1, 2, 2, 0),
    ("messy_tables/cal_date_iso.xlsx", 1, 1, 5, 0),
    ("messy_tables/cal_errors.xlsx", 1, 1, 6, 0),
    ("messy_tables/cal_whitespace_trim.xlsx", 1, 4, 2, 0),
    ("messy_tables/mt_blank_line.ods", 1, 3, 3, 0),
    ("messy_tables/mt_excel_pasting.csv", 4, 9, 16, 0),
    ("messy_tables/mt_null.csv", 1, 4, 9, 0),
    ("messy_tables/mt_simple.psv", 1, 6, 28, 0),
    ("messy_tables/mt_utf-16le_encoded.csv", 1, 19, 327, 0),
    ("messy_tables/mt_weird_head_padding.csv", 12, 10, 76, 0),
    ("messy_tables/poi_DateFormatTests.xlsx", 1, 3, 3, 0),
    ("messy_tables/spectrum_escaped_quotes.csv", 1, 2, 2, 0),
    ("messy_tables/spectrum_json.csv", 1, 2, 1, 0),
    ("messy_tables/spectrum_newlines_crlf.csv", 1, 3, 3, 0),
    ("messy_tables/spectrum_quotes_and_newlines.csv", 1, 2, 2, 0),
    ("messy_tables/tab_accent.csv", 1, 17, 2, 0),
    ("messy_tables/tab_bom.csv", 1, 2, 2, 0),
    ("messy_tables/tab_escaping.csv", 1, 2, 2, 1),  # the third row escapes its quote
    ("messy_tables/tab_latin1.csv", 1, 2, 2, 0),
    ("messy_tables/tab_multiline-headers.xlsx", 1, 3, 3, 2),
    ("training_csv/edx_grade_report.csv", 1, 19, 5, 0),
    ("training_csv/hr_platform_training_records.csv", 1, 15, 800, 0),
    ("training_csv/ld_dashboard_courses.csv", 1, 6, 10, 0),
    ("training_csv/ld_dashboard_dataset.xlsx", 1, 5, 80, 0),
    ("training_csv/ld_dashboard_employees.csv", 1, 5, 80, 0),
    ("training_csv/litmos_AchievementsReport.csv", 1, 22, 3, 0),
    ("training_csv/litmos_AllModulesReport.csv", 1, 7, 58, 0),
    ("training_csv/litmos_ComplianceReport.csv", 1, 12, 25, 0),
    ("training_csv/litmos_CourseReport.csv", 1, 35, 25, 0),
    ("training_csv/litmos_PeopleReport.csv", 1, 51, 25, 0),
    ("training_csv/litmos_SpecificAssessmentReport.csv", 1, 16, 25, 0),
    ("training_csv/totara_certification_long_fields.csv", 1, 5, 2, 0),
    ("training_csv/totara_completion_upload_23158.csv", 1, 5, 1, 0),
    ("training_csv/totara_course_completion_3a.csv", 1, 5, 2, 0),
    ("access_csv/aws_credential_report_a.csv", 1, 22, 5, 0),
    ("access_csv/entra_users_formula_injection.csv", 1, 29, 2, 0),
    ("access_csv/iam_sample_access_review.csv", 1, 12, 10, 0),
    ("access_csv/q1_access_certification_bad_quote.csv", 1, 7, 3, 1),
]

REFUSED = [
    ("messy_tables/cal_has_x000D_.xlsx", "no_rows"),
    ("messy_tables/cal_pass_protected.xlsx", "encrypted_workbook"),
    ("messy_tables/mt_simple.unknown", "empty_file"),
    ("messy_tables/mt_utf8bom.csv", "no_rows"),
    ("messy_tables/poi_TwoSheetsOneHidden.xlsx", "no_rows"),
    ("messy_tables/tab_merged-cells.xlsx", "no_rows"),
    ("training_csv/physionet_training_records.json", "not_a_table"),
    ("upload_safety/poi_password_protected_tika.xlsx", "encrypted_workbook"),
    ("upload_safety/poi_shared_strings_bomb.xlsx", "corrupt_workbook"),
    ("upload_safety/poi_xmlbomb.xlsx", "unsafe_xml"),
    ("upload_safety/svg_xlink_billion_laughs.svg", "not_a_table"),
    ("upload_safety/pillow_png_decompression_dos.png", "not_a_table"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_is_read_or_refused(path: Path) -> None:
    try:
        table = open_table(path, name=path.name)
    except UnreadableTable as error:
        message = error.message
    else:
        with table:
            rows = list(table)
            width = len(table.info.header)
            assert table.info.row_count == len(rows)
            assert {len(row.cells) for row in rows} == {width}
            assert len({name.casefold() for name in table.info.header}) == width
        return
    assert message.endswith(".")


@pytest.mark.parametrize(("name", "header", "columns", "rows", "problems"), READ)
def test_file_counts(
    name: str, header: int, columns: int, rows: int, problems: int
) -> None:
    with open_table(DATA / name, name=name) as table:
        info = table.info
        found = (info.header_row, len(info.header), info.row_count)
        assert (*found, len(table.problems)) == (header, columns, rows, problems)


@pytest.mark.parametrize(("name", "code"), REFUSED)
def test_file_refused(name: str, code: str) -> None:
    with pytest.raises(UnreadableTable) as caught:
        open_table(DATA / name, name=name)

    assert caught.value.code == code


def test_dates_of_the_1904_system_are_the_same_days() -> None:
    cells = []
    for name in ("cal_date.xlsx", "cal_date_1904.xlsx"):
        with open_table(DATA / "messy_tables" / name, name=name) as table:
            cells.append([table.info.header, *(row.cells for row in table)])

    assert cells[0] == cells[1]
    assert cells[0][:2] == [("2021-01-01", "15"), ("2021-01-02", "16")]


def test_error_cells_keep_their_text() -> None:
    name = "messy_tables/cal_errors.xlsx"
    with open_table(DATA / name, name=name) as table:
        texts = [*table.info.header, *(row.cells[0] for row in table)]

    assert {text[0] for text in texts} == {"#"}
