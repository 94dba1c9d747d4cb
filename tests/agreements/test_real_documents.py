"""Real BAAs as they circulate, put forward as proposals."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.agreements import actions, queries
from apps.agreements.actions import Proposed
from apps.agreements.models import AgreementDraft
from apps.agreements.rules import checklist, clauses_of_marks
from apps.evidence.actions import store_file
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from tests.agreements.test_draft_views import typed, url
from tests.factories.agreements import make_marks, make_terms
from tests.factories.drafts import make_draft
from tests.shared_data import shared

# What is no document to sign is refused with a sentence that says what to do.
TAKEN = {".pdf", ".docx"}
MEDIA_TYPES = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


def keep(cast, path: Path) -> StoredFile:
    with path.open("rb") as content:
        return store_file(
            by=cast.manager,
            organization=cast.vendor,
            name=path.name,
            content=content,
            accept=FileKind.DOCUMENT,
        )


def propose(client, cast, path: Path) -> Any:
    """Put the file forward through the page, as somebody at a desk does."""
    values = typed(
        engagements=[str(cast.engagement.pk)],
        document=SimpleUploadedFile(path.name, path.read_bytes()),
    )
    values |= {f"{line.id}_standing": "met" for line in checklist()}
    return client.post(url("draft_open_upload", cast.engagement), values)


def test_every_real_file_through_the_page(cast, client_for):
    client = client_for(cast.manager)
    paths = sorted(path for path in shared("data", "baa").iterdir() if path.is_file())
    outcomes = {}
    for path in paths:
        answer = propose(client, cast, path)
        draft = AgreementDraft.objects.filter(withdrawn_at=None).first()
        if draft is None:
            assert answer.status_code == 422
            [[outcomes[path.name]]] = answer.context["form"].errors.values()
            continue
        document = queries.latest_proposal(draft).document
        assert document.sha256 == sha256(path.read_bytes()).hexdigest()
        outcomes[path.name] = document.media_type
        actions.withdraw_draft(draft, by=cast.manager, reason="The next file")
    taken = {name for name in outcomes if Path(name).suffix in TAKEN}
    assert {outcomes[name] for name in taken} == set(MEDIA_TYPES)
    for name in outcomes.keys() - taken:
        assert re.fullmatch(r"The .*[Uu]pload .*\.", outcomes[name]), name
    assert len(outcomes) == len(paths)


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
