"""Bytes leave the portal through one door, and every file has an end or a reason."""

from __future__ import annotations

import ast

import pytest

from apps.evidence import registry
from apps.evidence.queries.library import naming_fields
from tests.architecture.source import Source, sources

EDGES = {"views", "api"}
# What reads the bytes of a stored file, or makes a download of them.
READERS = {"content", "opened", "local_path", "default_storage", "note_download"}
EVIDENCE = ("apps.evidence", "django.core.files.storage")
# Tables whose rows keep their file for good, each for a reason.
KEPT_FOR_GOOD: dict[str, str] = {}


@pytest.mark.parametrize(
    "source",
    [one for one in sources() if one.kind in EDGES and one.room != "evidence"],
    ids=lambda source: source.module,
)
def test_no_page_reads_a_stored_file_by_itself(source: Source) -> None:
    """``evidence.views.file_response`` asks for quarantine, destruction and
    restriction, records who took the bytes, and sets the headers."""
    assert _bytes_read(source) == []


def test_the_guard_finds_a_page_that_does() -> None:
    text = "from apps.evidence import queries as files\nfiles.content(row)\n"
    found = Source(
        path=sources()[0].path,
        module="apps.x.views",
        room="x",
        kind="views",
        text=text,
        tree=ast.parse(text),
    )
    assert _bytes_read(found) == ["content"]


def _bytes_read(source: Source) -> list[str]:
    aliases, named = set(), []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            EVIDENCE
        ):
            aliases |= {one.asname or one.name for one in node.names}
            named += [one.name for one in node.names if one.name in READERS]
    return named + [
        node.attr
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in aliases
        and node.attr in READERS
    ]


def test_every_field_that_names_a_file_has_a_keeper() -> None:
    """Or a reason above: 45 CFR 164.316(b)(2)(i) sets an end to what must be kept."""
    without = {
        field.model._meta.label
        for field in naming_fields()
        if registry.keeper_of(field.model) is None
    }
    assert without == set(KEPT_FOR_GOOD)
