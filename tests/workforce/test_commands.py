"""``import_roster``."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.audit.models import AuditEvent
from apps.workforce.models import Agent
from tests.conftest import Cast
from tests.factories.imports import DATA
from tests.factories.workforce import make_agent, make_site

ROSTER = DATA / "workforce" / "roster.csv"


def run(file: Path, *options: str) -> tuple[int, list[str], str]:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command(
            "import_roster",
            "--organization=Careline",
            f"--file={file}",
            *options,
            stdout=out,
            stderr=err,
        )
    except SystemExit as stop:
        code = int(str(stop.code))
    return code, out.getvalue().splitlines(), err.getvalue().strip()


def test_account_is_printed(cast: Cast) -> None:
    make_site(cast.vendor, code="MNL-1")
    code, lines, sentence = run(ROSTER)
    assert (code, sentence) == (0, "")
    assert lines == [
        "read: 4",
        "imported: 4",
        "updated: 0",
        "unchanged: 0",
        "refused: 0",
    ]
    assert run(ROSTER)[1][3:5] == ["unchanged: 4", "  already recorded: 4"]


def test_refused_rows_are_printed_and_exit_is_zero(cast: Cast) -> None:
    code, lines, _ = run(ROSTER)
    assert code == 0
    assert "  unknown site: 2" in lines
    assert lines[-1].startswith('Row 3, column "Site": "mnl-1"')


def test_complete_and_day_are_taken(cast: Cast, tmp_path: Path) -> None:
    gone = make_agent(cast.vendor)
    file = tmp_path / "roster.csv"
    file.write_text("Agent ID,Name\nA-1,Ann\n")
    assert run(file, "--complete", "--as-of=2026-06-01")[0] == 0
    gone.refresh_from_db()
    assert str(gone.left_on) == "2026-06-01"


def test_date_order_is_asked_and_taken(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("Agent ID,Name,Joined\nA-1,Ann,03/04/2025\n")
    code, lines, sentence = run(file)
    assert (code, lines) == (1, [])
    assert "whether the day or the month comes first" in sentence
    assert run(file, "--date-order=month")[0] == 0
    assert str(Agent.objects.get().joined_on) == "2025-03-04"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--by=nobody@x.test",), "no member"),
        (("--by=lee",), "no member"),
    ],
)
def test_actor_is_a_member(cast: Cast, options: tuple[str, ...], said: str) -> None:
    code, _, sentence = run(ROSTER, *options)
    assert code == 1
    assert said in sentence


def test_member_without_the_right_is_refused(cast: Cast) -> None:
    code, _, sentence = run(ROSTER, f"--by={cast.lead.user.email}")
    assert code == 1
    assert "does not allow" in sentence
    assert AuditEvent.objects.count() == 0


def test_missing_file_and_unreadable_file_are_sentences(
    cast: Cast, tmp_path: Path
) -> None:
    assert run(tmp_path / "absent.csv")[0] == 1
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    code, lines, sentence = run(empty)
    assert (code, lines) == (1, [])
    assert sentence.endswith(".")
