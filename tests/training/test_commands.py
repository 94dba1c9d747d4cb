"""``import_training``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from apps.training.models import Course, TrainingRecord
from tests.conftest import Cast
from tests.factories.imports import DATA, make_people
from tests.training.running import account, run

FOLDER = DATA / "training"


def test_account_is_printed_with_reasons_and_problems(cast: Cast) -> None:
    make_people(cast)
    code, lines, sentence = run(FOLDER / "hr_reasons.csv")
    assert (code, sentence) == (0, "")
    assert account(lines) == {
        "read": 20,
        "imported": 4,
        "updated": 0,
        "unchanged": 1,
        "refused": 15,
    }
    assert "  not completed: 2" in lines
    assert 'unknown course "Pottery": 1 rows' in lines
    assert any(line.startswith("Row 5, column ") for line in lines)


def test_missing_courses_are_created_on_request(cast: Cast) -> None:
    make_people(cast)
    code, lines, _ = run(FOLDER / "hr_reasons.csv", "--create-missing")
    assert code == 0
    assert account(lines)["imported"] == 5
    course = Course.objects.get(title="Pottery")
    version = course.versions.get()
    assert (version.effective_on, version.validity_months) == (date(2026, 1, 5), 12)


def test_course_date_order_and_columns_are_options(cast: Cast, tmp_path: Path) -> None:
    make_people(cast)
    file = tmp_path / "odd.csv"
    file.write_text("Badge,Finished day\nA-1,03/04/2026\n")
    assert run(file)[0] == 1
    options = ("--course=hipaa", "--date-order=day")
    code, _, sentence = run(file, *options, "--map", "Badge=agent_id")
    assert code == 1
    assert sentence == "No column holds the completion date. Say which column does."
    code, lines, _ = run(
        file, *options, "--map", "badge=agent_id", "Finished day=completed_on"
    )
    assert code == 0
    assert account(lines)["imported"] == 1
    assert TrainingRecord.objects.get().completed_on == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--course=NOPE",), "There is no course with the code NOPE"),
        (("--map", "Shoe=agent_id"), "names no column of the file"),
        (("--map", "employee_id=shoe"), "There is no field shoe"),
        (("--by=nobody@x.test",), "no member"),
        (("--sheet=Two",), "."),
    ],
)
def test_impossible_option_is_a_sentence(
    cast: Cast, options: tuple[str, ...], said: str
) -> None:
    make_people(cast)
    code, lines, sentence = run(FOLDER / "hr_reasons.csv", *options)
    if code == 0:
        assert options == ("--sheet=Two",)
        return
    assert (code, lines) == (1, [])
    assert said in sentence
    assert TrainingRecord.objects.count() == 0


def test_missing_file_is_a_sentence(cast: Cast, tmp_path: Path) -> None:
    code, lines, sentence = run(tmp_path / "absent.csv")
    assert (code, lines) == (1, [])
    assert "absent.csv" in sentence
