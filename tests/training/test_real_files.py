"""Every real export we have goes through the command: an account or a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import Cast
from tests.factories.workforce import make_agent
from tests.training.running import account, run

SHARED = settings.BASE_DIR.parent / "shared" / "data"
FILES = [
    path
    for folder in ("training_csv", "messy_tables")
    for path in sorted((SHARED / folder).glob("*"))
    if path.suffix != ".md"
]
if not FILES:
    pytest.skip("the shared files are absent", allow_module_level=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_file_gives_an_account_or_a_sentence(cast: Cast, path: Path) -> None:
    code, lines, sentence = run(path)
    if code:
        assert lines == []
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        return
    found = account(lines)
    assert found["read"] == (
        found["imported"] + found["updated"] + found["unchanged"] + found["refused"]
    )
    assert sentence == ""


def test_real_file_twice_changes_nothing(cast: Cast) -> None:
    """The HR export with its people known, courses made on the way."""
    path = SHARED / "training_csv" / "hr_platform_training_records.csv"
    for number in range(1000, 2500):
        make_agent(cast.vendor, external_id=f"EMP{number:05}")
    first = account(run(path, "--create-missing")[1])
    again = account(run(path)[1])
    assert first["imported"] > 0
    assert again["imported"] == again["updated"] == 0
    assert again["unchanged"] == first["imported"] + first["unchanged"]
    assert again["refused"] == first["refused"]
