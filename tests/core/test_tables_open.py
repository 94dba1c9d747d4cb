"""The child process: what it may use, how it ends, and what it leaves behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from apps.core.tables import Limits, Row, TableFile, UnreadableTable, open_table
from apps.core.tables.child import _answer
from apps.core.tables.limits import MEGABYTE
from apps.core.tables.reading import _ROOT, _ended
from tests.core.tables_reading import xls, xlsx

PLAIN = b"id,name\n1,Ana\n2,Jo\n"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for temporary files, to see what is left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def upload(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


def code_of(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableTable) as caught:
        open_table(path, name="roster.csv", limits=limits)
    return caught.value.code


def test_open_table_yields_rows_as_often_as_asked(tmp_path: Path) -> None:
    with open_table(upload(tmp_path, PLAIN), name="roster.csv") as table:
        rows = [Row(2, ("1", "Ana")), Row(3, ("2", "Jo"))]
        assert list(table) == rows
        assert list(table) == rows
        assert table.name == "roster.csv"
        assert table.info.row_count == 2
        assert table.problems == []


def test_open_table_brings_problems_and_notes(tmp_path: Path) -> None:
    path = upload(tmp_path, b"id,id\n1,2,3\n1,A\x07na\n")
    with open_table(path, name="roster.csv") as table:
        assert [problem.message for problem in table.problems] == [
            'Row 2: "3" stands beyond the last named column; expected at most 2 cells.',
            (
                'Row 3, column "id (2)": "A\\x07na" holds characters that cannot be '
                "shown; expected text without control characters."
            ),
        ]
        assert table.info.notes == ('Column 2 repeats "id"; it is called "id (2)".',)


def test_open_table_picks_a_sheet(tmp_path: Path) -> None:
    content = xlsx(("A", [["id"], [1]]), ("B", [["id"], [2]]))
    with open_table(upload(tmp_path, content), name="r.xlsx", sheet="B") as table:
        assert list(table) == [Row(2, ("2",))]
        assert table.info.other_sheets == ("A",)


@pytest.mark.parametrize("ending", ["csv", "xls", "xlsx", "ods", "pdf"])
@pytest.mark.parametrize(
    "content",
    [PLAIN, xlsx(("A", [["id"], [1]])), xls([["id"], ["1"]])],
    ids=["csv", "xlsx", "xls"],
)
def test_ending_of_the_stored_file_means_nothing(
    tmp_path: Path, content: bytes, ending: str
) -> None:
    path = tmp_path / f"upload.{ending}"
    path.write_bytes(content)
    with open_table(path, name="roster") as table:
        assert table.info.header[0] == "id"


def test_open_table_by_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(tmp_path, PLAIN)
    monkeypatch.chdir(tmp_path)
    with open_table(Path("upload"), name="roster.csv") as table:
        assert table.info.row_count == 2


def test_open_table_from_threads(tmp_path: Path) -> None:
    path = upload(tmp_path, PLAIN)
    counts: list[int] = []

    def count() -> None:
        with open_table(path, name="roster.csv") as table:
            counts.append(len(list(table)))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PLAIN, "roster.xls", "CSV"),
        (xlsx(("A", [["id"], [1]])), "roster.csv", "XLSX"),
        (xls([["id"], ["1"]]), "roster.XLSX", "XLS"),
    ],
    ids=["csv", "xlsx", "xls"],
)
def test_misleading_name_is_noted(
    tmp_path: Path, content: bytes, name: str, kind: str
) -> None:
    with open_table(upload(tmp_path, content), name=name) as table:
        assert table.info.notes == (f"The content is {kind}, unlike the file name.",)


def test_nothing_is_left_behind(temporary: Path, tmp_path: Path) -> None:
    table = open_table(upload(tmp_path, PLAIN), name="roster.csv")
    assert len(list(temporary.iterdir())) == 1
    table.close()
    assert list(temporary.iterdir()) == []
    assert table.info.row_count == 2


def test_nothing_is_left_behind_by_a_refusal(temporary: Path, tmp_path: Path) -> None:
    assert code_of(upload(tmp_path, b"id,name\n")) == "no_rows"
    assert list(temporary.iterdir()) == []


def test_empty_and_large_files_start_no_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")

    assert code_of(upload(tmp_path, b"")) == "empty_file"
    assert code_of(upload(tmp_path, PLAIN), Limits(max_bytes=10)) == "too_large"


def test_file_at_the_size_limit_is_read(tmp_path: Path) -> None:
    path = upload(tmp_path, PLAIN)
    with open_table(path, name="r.csv", limits=Limits(max_bytes=len(PLAIN))) as table:
        assert table.info.row_count == 2


def test_wall_time_ends_the_child(tmp_path: Path) -> None:
    path = upload(tmp_path, b"id,name\n" + b"1,Ana\n" * 500_000)
    limits = Limits(wall_seconds=0.05, max_rows=10**6)

    with pytest.raises(UnreadableTable) as caught:
        open_table(path, name="roster.csv", limits=limits)
    assert caught.value.code == "timeout"
    assert caught.value.message == (
        "The file could not be read within 0.05 seconds. Split it into several files "
        "and upload them one after another."
    )


def test_processor_time_ends_the_child(tmp_path: Path) -> None:
    path = upload(tmp_path, b"id,name\n" + b"1,'=A\n" * 3_000_000)

    assert code_of(path, Limits(cpu_seconds=1, max_rows=10**7)) == "timeout"


def test_memory_limit_is_a_refusal(tmp_path: Path) -> None:
    path = upload(tmp_path, b"id,name\n" + b"1,Ana\n" * 3_000_000)

    assert code_of(path, Limits(memory_bytes=48 * MEGABYTE)) == "memory"


def test_output_limit_is_a_refusal(tmp_path: Path) -> None:
    path = upload(tmp_path, b"id,name\n" + b"1,Ana\n" * 10_000)

    assert code_of(path, Limits(max_unpacked=10_000)) == "too_large"


@pytest.mark.parametrize(
    ("exit_code", "code"),
    [
        (-signal.SIGXCPU, "timeout"),
        (-signal.SIGABRT, "memory"),
        (-signal.SIGKILL, "memory"),
        (-signal.SIGSEGV, "unreadable_table"),
        (1, "unreadable_table"),
        (0, "unreadable_table"),
    ],
)
def test_end_of_the_child_without_an_answer(exit_code: int, code: str) -> None:
    assert _ended(exit_code, Limits()).code == code


def test_child_that_fails_is_a_refusal_and_logged_without_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert code_of(tmp_path) == "unreadable_table"
    assert caplog.messages == ["Table reader: exit code 1, IsADirectoryError"]


def test_answer_of_the_child(tmp_path: Path) -> None:
    path, spool = upload(tmp_path, PLAIN), tmp_path / "rows"
    answer = _answer(path, spool, sheet=None, limits=Limits())

    assert answer["info"]["header"] == ("id", "name")
    assert answer["problems"] == []


def test_answer_of_the_child_is_a_refusal(tmp_path: Path) -> None:
    path, spool = upload(tmp_path, b"id,name\n"), tmp_path / "rows"

    assert _answer(path, spool, sheet=None, limits=Limits()) == {
        "refusal": {
            "message": "The table has a header but no rows. Upload a file with at "
            "least one row below the header.",
            "code": "no_rows",
        }
    }


def test_child_confines_itself() -> None:
    program = (
        "import sys, resource; sys.path.insert(0, sys.argv[1])\n"
        "from apps.core.tables.child import confine\n"
        "from apps.core.tables.limits import Limits\n"
        "confine(Limits())\n"
        "names = ('AS', 'CPU', 'FSIZE', 'CORE', 'NPROC')\n"
        "print(*[resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))[0]"
        " for name in names])"
    )
    assert _run(program) == f"{512 * MEGABYTE} 20 {200 * MEGABYTE} 0 0"


def test_child_keeps_a_lower_limit_of_the_machine() -> None:
    program = (
        "import sys, resource; sys.path.insert(0, sys.argv[1])\n"
        "from apps.core.tables.child import confine\n"
        "from apps.core.tables.limits import Limits\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (7, 7))\n"
        "confine(Limits())\n"
        "print(*resource.getrlimit(resource.RLIMIT_CPU))"
    )
    assert _run(program) == "7 7"


def test_child_imports_nothing_of_the_web() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import apps.core.tables.child\n"
        "print(*sorted({'django', 'celery', 'structlog'} & set(sys.modules)))"
    )
    assert _run(program) == ""


def _run(program: str) -> str:
    command = [sys.executable, "-I", "-c", program, str(_ROOT)]
    return subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_table_file_is_its_own_context(tmp_path: Path) -> None:
    table = open_table(upload(tmp_path, PLAIN), name="roster.csv")
    with table as same:
        assert same is table
        assert isinstance(same, TableFile)
