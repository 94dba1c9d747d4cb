"""What travels between parties and along a chain, held by words planted in it.

CE engages V1, V1 engages V2, V2 engages V3. Each text holds a word of its own with
the organizations that may read it; then people of every party, an auditor and a
stranger read every page, list, API answer, export and PDF, and no word may arrive
where it must not. Each word is read by somebody, so that none is planted in vain.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from apps.agreements import actions as agreements
from apps.agreements.actions import Proposed
from apps.agreements.enums import Layer
from apps.agreements.rules import first_clauses
from apps.engagements.enums import DisclosurePolicy
from apps.engagements.models import Engagement
from apps.gate import actions as gate
from apps.questionnaires.models import InternalNote
from apps.reports.queries.facts import compose
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.models import Organization
from tests.conftest import NOON, Cast
from tests.factories.access_reviews import make_account, make_system
from tests.factories.agreements import SCOPE, make_agreement, make_terms, make_version
from tests.factories.drafts import latest, make_statement, with_wording
from tests.factories.drift import make_finding
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_scope,
    make_subcontract,
)
from tests.factories.evidence import make_stored_file
from tests.factories.questionnaires import make_submitted
from tests.factories.tenancy import make_actor, make_organization
from tests.factories.workforce import make_agent, make_assignment, make_site
from tests.test_access_matrix import MATRIX, Row

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
# Where the words stand; the proof at full size reads every other address too.
ROOMS = (
    "agreements:",
    "api:agreements",
    "api:drift",
    "api:engagements",
    "api:gate",
    "audit:trail",
    "drift:",
    "engagements:",
    "gate:",
    "notifications:inbox",
    "portal:",
    "questionnaires:review",
    "workforce:agent",
    "workforce:sites",
)
FILES = ("document", "certificate", "trail")


@dataclass
class Words:
    """Planted words and who may read them; objects to ask for by the matrix's names."""

    readers: dict[str, set[Any]] = field(default_factory=dict)
    objects: dict[str, list[Any]] = field(default_factory=dict)

    def new(self, about: str, *readers: Organization) -> str:
        """A word of its own, for one text."""
        word = f"qz{about}{len(self.readers):03}"
        self.readers[word] = {one.pk for one in readers}
        return word

    def add(self, **found: Any) -> None:
        """Remember objects that have pages."""
        for name, row in found.items():
            self.objects.setdefault(name, []).append(row)

    def not_for(self, actor: Actor, text: str) -> set[str]:
        """Words that arrived although they are not meant for the actor."""
        return {
            word
            for word, readers in self.readers.items()
            if word in text and actor.organization_id not in readers
        }


@dataclass(frozen=True)
class Parties:
    """Managers of the two sides of an engagement; ``other`` is a second of the
    client's."""

    client: Actor
    other: Actor
    provider: Actor


@dataclass(frozen=True)
class Planted:
    """The chain with its words, and who reads."""

    words: Words
    top: Engagement
    people: dict[str, Actor]


@pytest.fixture
def planted(cast: Cast) -> Planted:
    words = Words()
    clinic, v1, v2, firm = (
        cast.clinic,
        cast.vendor,
        cast.other_vendor,
        cast.audit_firm,
    )
    v3 = make_organization(name=words.new("v3name", v2))
    words.readers["qzv3name000"].add(v3.pk)
    deep = make_actor(v3, Role.VENDOR_MANAGER, name="Dora Deep")
    second = make_actor(v2, Role.VENDOR_MANAGER, name="Sam Second")
    top = cast.engagement
    top.legal_agency_reason = words.new("agency", clinic)
    top.legal_agency = "agent"
    top.save(update_fields=["legal_agency_reason", "legal_agency"])
    middle = make_engagement(client=v1, provider=v2, name=words.new("e2name", v1, v2))
    deepest = make_engagement(
        client=v2,
        provider=v3,
        name=words.new("e3name", v2, v3),
        disclosure_policy=DisclosurePolicy.UNDISCLOSED,
    )
    words.add(edge=make_subcontract(top, middle))
    words.add(edge=make_subcontract(middle, deepest))
    note = words.new("cenote", clinic)
    submitted = make_submitted(top, cast.manager)
    InternalNote.objects.create(
        assignment=submitted,
        organization=clinic,
        question_id="E-1",
        text=note,
        author=cast.officer.user,
    )
    words.add(handed_in=submitted)
    make_grant(top, cast.auditor.user)
    sides = [
        (top, Parties(cast.officer, cast.second_officer, cast.manager), (firm,)),
        (middle, Parties(cast.manager, cast.second_manager, cast.other_manager), ()),
        (deepest, Parties(cast.other_manager, second, deep), ()),
    ]
    for engagement, parties, also in sides:
        _plant(words, engagement, parties, also)
    # V2 never learns for whom its client works; strangers know neither party.
    for name, readers in ((str(clinic), {clinic.pk, v1.pk, firm.pk}),):
        words.readers[name] = readers
    people = {
        "officer": cast.officer,
        "manager": cast.manager,
        "v2": cast.other_manager,
        "v3": deep,
        "auditor": cast.auditor,
        "outsider": cast.outsider,
    }
    return Planted(words, top, people)


def _plant(
    words: Words,
    engagement: Engagement,
    parties: Parties,
    also: Iterable[Organization],
) -> None:
    """A word in every text of one engagement; ``also`` may read what a grant covers."""
    both = (engagement.client, engagement.provider)
    granted = (*both, *also)
    words.add(engagement=engagement)
    _plant_agreement(words, engagement, both, granted)
    _plant_draft(words, engagement, parties)
    finding = make_finding(
        engagement,
        observed=words.new("observed", *granted),
        note=words.new("note", *granted),
        acknowledged_at=NOON,
        acknowledged_by=parties.client.user,
    )
    override = gate.request_override(
        engagement,
        by=parties.client,
        reason=words.new("override", *granted),
        expires_on=TODAY,
    )
    gate.approve_override(override, by=parties.other)
    words.add(finding=finding, override=override)
    provider = engagement.provider
    site = make_site(provider, name=words.new("site", provider))
    agent = make_agent(provider, full_name=words.new("agent", *both))
    make_assignment(engagement, agent, site=site)
    system = make_system(provider, engagement, name=words.new("system", *granted))
    make_account(system)
    words.add(site=site, agent=agent, system=system)


def _plant_agreement(
    words: Words,
    engagement: Engagement,
    both: tuple[Organization, ...],
    granted: tuple[Organization, ...],
) -> None:
    make_scope(engagement, hours=words.new("hours", *granted))
    agreement = make_agreement(engagement, title=words.new("title", *granted))
    scope = replace(SCOPE, hours=words.new("price", *granted))
    document = make_stored_file(engagement.client)
    version = make_version(agreement, scope=scope, document=document)
    statement = make_statement(agreement, method=words.new("disposal", *granted))
    words.add(agreement=agreement, version=version, statement=statement)
    words.add(ended_agreement=agreement, obligation=statement.obligation)


def _plant_draft(words: Words, engagement: Engagement, parties: Parties) -> None:
    """Negotiations are for the two parties, whatever a grant covers."""
    both = (engagement.client, engagement.provider)
    is_first = engagement.client.kind == "covered_entity"
    layer = Layer.CLIENT_TO_VENDOR if is_first else Layer.VENDOR_TO_SUBCONTRACTOR
    wording = words.new("wording", *both)
    draft = agreements.open_draft(
        by=parties.client,
        engagements=[engagement],
        title=words.new("draft", *both),
        first=Proposed(
            make_terms(),
            with_wording(first_clauses(layer), "BAA-08", f"Report to {wording}."),
            note=f"price {words.new('price', *both)} a chat",
        ),
    )
    agreements.make_documents(draft.pk)
    version = latest(draft)
    agreements.comment_on(version, by=parties.provider, text=words.new("said", *both))
    words.add(draft=draft, proposal=version)


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"%PDF") and b"/Pages" in content:
        pages = PdfReader(BytesIO(content)).pages
        return " ".join(page.extract_text() for page in pages)
    return content.decode(errors="replace")


def _is_near(row: Row) -> bool:
    """A page or a file of the rooms the words stand in, and no form."""
    is_form = bool(row.wrong) and not row.name.endswith(FILES)
    return row.name.startswith(ROOMS) and not is_form


def _is_any(row: Row) -> bool:
    return True


def _asked(words: Words, choice: Callable[[Row], bool]) -> Iterable[tuple[Row, str]]:
    """Addresses of the matrix that are read, about each object planted."""
    for row in MATRIX:
        if row.method != "get" or not choice(row):
            continue
        if not row.about:
            yield row, reverse(row.name)
        for found in words.objects.get(row.about, ()):
            yield row, reverse(row.name, kwargs={row.argument: found.pk})


@pytest.mark.parametrize(
    "choice", [_is_near, pytest.param(_is_any, marks=pytest.mark.scale)]
)
def test_no_word_arrives_where_it_must_not(
    planted: Planted,
    client_for: Callable[[Actor], Any],
    choice: Callable[[Row], bool],
) -> None:
    words = planted.words
    asked = list(_asked(words, choice))
    leaks: set[tuple[str, str, str]] = set()
    read: set[str] = set()
    for who, actor in planted.people.items():
        client = client_for(actor)
        for row, path in asked:
            answer = client.get(path)
            if answer.status_code != 200:
                continue
            text = _text(answer)
            read |= {word for word in words.readers if word in text}
            leaks |= {(who, row.name, one) for one in words.not_for(actor, text)}
    assert leaks == set()
    assert set(words.readers) - read == set()


def test_an_attestation_of_the_top_holds_nothing_of_those_below(
    planted: Planted,
) -> None:
    text = json.dumps(asdict(compose(planted.top, as_of=TODAY)), default=str)
    assert planted.words.not_for(planted.people["officer"], text) == set()
    assert str(planted.top.client) in text
