"""The chain as a document: whose view it is, what it says, what it leaves behind."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest

from apps.agreements import queries
from apps.agreements.models import Agreement
from apps.agreements.queries import chain_paper
from apps.audit.models import AuditEvent
from apps.engagements.enums import DisclosurePolicy
from apps.engagements.models import Engagement
from apps.engagements.rules import ScopeTerms
from tests.conftest import NOON
from tests.factories.agreements import make_baa
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.tenancy import make_organization

TODAY = date(2026, 6, 15)
NARROW = ScopeTerms(
    services=("patient_support",),
    channels=("chat",),
    phi_categories=("demographic",),
    countries=("PH",),
    head_count_ceiling=10,
)


@pytest.fixture
def chain(cast):
    """Careline uses Nightline, which uses Deepline without a BAA, and Dayline."""
    make_baa(cast.engagement)
    links = [cast.engagement]
    for name, above in (("Nightline", 0), ("Deepline", 1), ("Dayline", 0)):
        provider = make_organization(name=name)
        below = make_engagement(client=links[above].provider, provider=provider)
        make_subcontract(links[above], below)
        links.append(below)
        if name != "Deepline":
            make_baa(below, scope=NARROW)
    return links


def pages(content: bytes) -> str:
    document = pypdf.PdfReader(io.BytesIO(content))
    return " ".join(" ".join(p.extract_text() for p in document.pages).split())


def printed(actor: Any, engagement: Engagement) -> queries.ChainDocument:
    view = queries.chain_view(actor, engagement, as_of=TODAY)
    return queries.chain_document(actor, engagement, view, at=NOON)


def test_rows_follow_the_tree(cast, chain):
    view = queries.chain_view(cast.officer, cast.engagement, as_of=TODAY)
    assert [(row.place, row.name, row.state) for row in queries.hop_rows(view)] == [
        ("1", "Nightline", "Holds"),
        ("1.1", "Deepline", "Broken"),
        ("2", "Dayline", "Holds"),
    ]


def test_document_says_where_the_chain_breaks(cast, chain):
    document = printed(cast.officer, cast.engagement)
    text = pages(document.content)
    assert "The chain is broken at: Deepline." in text
    assert "No BAA covers this hop" in text
    assert "as of 15 June 2026" in text
    reader = pypdf.PdfReader(io.BytesIO(document.content))
    assert len(reader.pages) == 2
    (facts,) = reader.attachments["chain.json"]
    assert hashlib.sha256(facts).hexdigest() == document.sha256
    assert [hop["place"] for hop in json.loads(facts)["hops"]] == ["1", "1.1", "2"]
    assert document.sha256 in text.replace(" ", "")


def test_drawings_are_cut_to_fit_a_page(cast, chain, monkeypatch):
    """Nightline and Deepline fill one drawing, Dayline gets another."""
    view = queries.chain_view(cast.officer, cast.engagement, as_of=TODAY)

    def drawn(most):
        monkeypatch.setattr(chain_paper, "DRAWN", most)
        return [
            [name for name in ("Nightline", "Deepline", "Dayline") if name in one]
            for one in chain_paper.drawings_of(view)
        ]

    assert drawn(3) == [["Nightline", "Deepline", "Dayline"]]
    assert drawn(2) == [["Nightline", "Deepline"], ["Dayline"]]
    assert drawn(1) == [["Dayline"]]


def test_same_view_same_bytes(cast, chain):
    one = printed(cast.officer, cast.engagement)
    assert printed(cast.officer, cast.engagement) == one


def test_document_is_the_readers_own_view(cast, chain):
    """Careline reads the terms of its own hop, the clinic none; nobody undisclosed
    is named."""
    hop = chain[1]
    Engagement.objects.filter(pk=hop.pk).update(
        disclosure_policy=DisclosurePolicy.UNDISCLOSED
    )
    Agreement.objects.filter(recipient=hop.provider).update(
        title="Secret terms", terminated_on=TODAY - timedelta(days=1)
    )
    for actor, sees in [(cast.officer, False), (cast.manager, True)]:
        content = printed(actor, cast.engagement).content
        (facts,) = pypdf.PdfReader(io.BytesIO(content)).attachments["chain.json"]
        for text in (pages(content), facts.decode()):
            assert ("Nightline" in text) is sees
            assert ("Secret terms" in text) is sees


def test_pdf_page_downloads_and_leaves_a_trace(cast, chain, client_for):
    client = client_for(cast.reader)
    url = f"/agreements/chain/{cast.engagement.pk}/print/"
    assert (
        url in client.get(f"/agreements/chain/{cast.engagement.pk}/").content.decode()
    )
    answer = client.get(url, {"as_of": "2026-06-14"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "chain-2026-06-14.pdf" in answer.headers["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"%PDF-")
    event = json.loads(bytes(AuditEvent.objects.latest("pk").body))
    (facts,) = pypdf.PdfReader(io.BytesIO(content)).attachments["chain.json"]
    assert (event["type"], event["fct"]) == (
        "chain.printed",
        {"as_of": "2026-06-14", "facts_sha256": hashlib.sha256(facts).hexdigest()},
    )
    assert client.get(url, {"as_of": "2026-06-16"}).status_code == 422


def test_chain_without_subcontractors_prints_so(cast):
    text = pages(printed(cast.officer, cast.engagement).content)
    assert "No subcontractor was declared for this day." in text


def test_a_chain_too_long_is_refused(cast, chain, client_for, monkeypatch):
    monkeypatch.setattr(chain_paper, "MAX_HOPS", 2)
    url = f"/agreements/chain/{cast.engagement.pk}/print/"
    answer = client_for(cast.officer).get(url)
    assert answer.status_code == 409
    assert "This chain has 3 hops; 2 can be printed." in answer.content.decode()
