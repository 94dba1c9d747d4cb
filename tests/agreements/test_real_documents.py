"""Real BAAs as they circulate, put forward as proposals."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.agreements import actions, queries
from apps.agreements.actions import Proposed
from apps.agreements.rules import clauses_of_marks
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.evidence.rules import FileRefused
from tests.factories.agreements import make_marks, make_terms
from tests.factories.drafts import make_draft
from tests.shared_data import shared

# What is no document to sign is refused with a sentence that says what to do.
TAKEN = {".pdf", ".docx"}


def keep(cast, path: Path) -> StoredFile:
    with path.open("rb") as content:
        return store_file(
            by=cast.manager,
            organization=cast.vendor,
            name=path.name,
            content=content,
            accept=FileKind.DOCUMENT,
        )


def test_every_real_file_is_kept_or_refused_with_a_sentence(cast):
    paths = sorted(path for path in shared("data", "baa").iterdir() if path.is_file())
    kept, refused = [], {}
    for path in paths:
        try:
            assert keep(cast, path).size == path.stat().st_size
            kept.append(path)
        except FileRefused as refusal:
            refused[path] = refusal.message
    assert {path.suffix for path in kept} == TAKEN
    assert set(kept) == {path for path in paths if path.suffix in TAKEN}
    for message in refused.values():
        assert message.endswith(".")
        assert "Upload" in message
    assert len(kept) + len(refused) == len(paths)


@pytest.mark.parametrize(
    "name", ["aptible_baa_template.pdf", "commonpaper_BAA_cover_and_terms.docx"]
)
def test_a_real_document_is_put_forward(cast, name):
    document = keep(cast, shared("data", "baa", name))
    marks = [mark for mark in make_marks() if mark.provision != "BAA-21"]
    draft = make_draft(
        cast,
        by=cast.manager,
        first=Proposed(make_terms(), clauses_of_marks(marks), document=document),
    )
    version = queries.latest_proposal(draft)
    assert version.document == document
    assert queries.draft_facts(draft).has_document
    actions.accept_draft(version, by=cast.officer)
