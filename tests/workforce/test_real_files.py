"""Every real export we have goes through the command: an account or a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import Cast
from tests.workforce.test_commands import run

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
        return
    counts = [line.split(": ") for line in lines if not line.startswith((" ", "Row"))]
    found = {name: int(number) for name, number in counts}
    assert found.pop("read") == sum(found.values())
    assert sentence == ""
