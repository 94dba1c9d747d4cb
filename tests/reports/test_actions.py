"""Issuing, rendering, asking again, taking away."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdf
import pytest

from apps.audit import details
from apps.audit.models import AuditEvent, AuditVisibility
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.pdf import NotRendered
from apps.evidence.models import StoredFile
from apps.evidence.queries import opened
from apps.reports import actions, queries, rules
from apps.reports.models import Attestation
from apps.tenancy.actor import system
from tests.factories.engagements import make_grant
from tests.factories.reports import AS_OF, make_attestation

pytestmark = pytest.mark.django_db


def _events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))


def _last_event() -> tuple[AuditEvent, dict]:
    event = AuditEvent.objects.order_by("pk").last()
    return event, json.loads(bytes(event.body))


def _text(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def _content(attestation: Attestation) -> bytes:
    with opened(attestation.file) as source:
        return source.read()


# -- Issue ----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_a_partys_manager_issues(cast, story, who):
    by = getattr(cast, who)
    issued = actions.issue_attestation(cast.engagement, by=by, as_of=AS_OF)
    issued.refresh_from_db()
    assert issued.engagement == cast.engagement
    assert issued.organization == by.organization
    assert issued.issued_by == by.user
    assert issued.issued_at == datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
    assert issued.names_agents
    assert issued.state == "rendering"
    assert issued.statement["attestation"]["code"] == issued.code
    assert issued.statement["attestation"]["id"] == str(issued.pk)
    assert issued.statement_sha256 == rules.statement_sha256(issued.statement)


def test_statement_is_what_was_true(cast, story):
    issued = actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF)
    facts = queries.compose(cast.engagement, as_of=AS_OF)
    issue = rules.Issue(
        id=issued.pk,
        code=issued.code,
        as_of=AS_OF,
        issued_at=issued.issued_at,
        time_zone="UTC",
        issued_by="Olga Officer",
        role="Compliance manager",
        organization="Lakeside Clinic",
        names_agents=True,
    )
    assert issued.statement == rules.statement(issue, facts)


def test_what_changes_afterwards_does_not_change_the_statement(cast, story):
    issued = actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF)
    story.trained.full_name = "Somebody Else"
    story.trained.save(update_fields=["full_name"])
    issued.refresh_from_db()
    assert "Łucja Núñez" in json.dumps(issued.statement, ensure_ascii=False)
    assert issued.statement_sha256 == rules.statement_sha256(issued.statement)


def test_issuing_is_recorded_for_both_parties(cast, story):
    issued = actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF)
    event, body = _last_event()
    assert event.type == "attestation.issued"
    assert body["fct"] == {
        "as_of": "2026-06-15",
        "code": issued.code,
        "names_agents": True,
        "statement_sha256": issued.statement_sha256,
    }
    assert body["doc"] == [issued.statement_sha256]
    assert details.read([event.pk])[event.pk]["engagement"] == "Patient chat"
    assert set(
        AuditVisibility.objects.filter(event=event.pk).values_list("org", flat=True)
    ) == {cast.clinic.pk, cast.vendor.pk}


@pytest.mark.parametrize("who", ["analyst", "reader", "lead", "outsider", "auditor"])
def test_others_may_not_issue(cast, who):
    with pytest.raises(NotAllowed):
        actions.issue_attestation(cast.engagement, by=getattr(cast, who), as_of=AS_OF)
    assert not Attestation.objects.exists()


def test_auditor_issues_under_a_grant_without_names(cast, story):
    make_grant(cast.engagement, cast.auditor.user)
    issued = actions.issue_attestation(cast.engagement, by=cast.auditor, as_of=AS_OF)
    assert not issued.names_agents
    text = json.dumps(issued.statement, ensure_ascii=False)
    for agent in (story.trained, story.untrained):
        assert agent.full_name not in text
        assert agent.external_id not in text


def test_auditor_with_a_grant_of_names_gets_names(cast, story):
    make_grant(
        cast.engagement,
        cast.auditor.user,
        granted_by=cast.vendor,
        names_agents=True,
    )
    issued = actions.issue_attestation(cast.engagement, by=cast.auditor, as_of=AS_OF)
    assert issued.names_agents
    assert "Łucja Núñez" in json.dumps(issued.statement, ensure_ascii=False)


@pytest.mark.parametrize("as_of", [date(2026, 6, 16), date(2026, 1, 4)])
def test_a_day_to_come_or_before_the_start_is_refused(cast, as_of):
    with pytest.raises(Invalid):
        actions.issue_attestation(cast.engagement, by=cast.officer, as_of=as_of)
    assert not Attestation.objects.exists()


def test_today_is_the_clients(cast, story):
    """Noon UTC of 15 June is 16 June in Kiritimati."""
    cast.clinic.time_zone = "Pacific/Kiritimati"
    cast.clinic.save(update_fields=["time_zone"])
    issued = actions.issue_attestation(
        cast.engagement, by=cast.officer, as_of=date(2026, 6, 16)
    )
    assert issued.as_of == date(2026, 6, 16)


def test_codes_differ(cast, story):
    codes = {
        actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF).code
        for _ in range(3)
    }
    assert len(codes) == 3


# -- Render ---------------------------------------------------------------------


def test_document_is_made_once_and_kept_as_evidence(cast, story):
    issued = actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF)
    made = actions.render_attestation(issued.pk)
    assert made.state == "ready"
    assert made.rendered_at is not None
    assert made.file.organization == cast.clinic
    assert made.file.media_type == "application/pdf"
    assert made.file.name == (
        f"attestation-patient-chat-2026-06-15-{issued.code[:5]}.pdf"
    )
    assert _events()[-2:] == ["file.stored", "attestation.rendered"]
    assert _last_event()[1]["fct"] == {
        "code": issued.code,
        "file_sha256": made.file.sha256,
        "size": made.file.size,
    }
    before = _events()
    assert actions.render_attestation(issued.pk).file == made.file
    assert _events() == before


def test_document_says_what_the_statement_says(cast, story):
    issued = actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF)
    content = _content(actions.render_attestation(issued.pk))
    text = _text(content)
    for words in (
        "Engagement attestation as of 15 June 2026",
        "Patient chat: Careline for Lakeside Clinic",
        "PHI may not flow to Careline",
        "Olga Officer, Compliance manager, Lakeside Clinic",
        "Pat Signer",
        "1 of 2 agents who served",
        "Video is used.",
        "Łucja Núñez",
        "PHI in chat 2026.1",
        "Minimum necessary, Verifying identity (scenario-based)",
        "2026-02-03",
        "2027-02-0",
        "Ramon Rao",
        "No training on record",
        "Otherline",
        "45 CFR 164.502(e)",
        rules.grouped(issued.code),
    ):
        assert words in text, words
    assert issued.statement_sha256 in text.replace(" ", "")
    assert story.version.document_sha256 in text.replace(" ", "")


def test_document_of_many_agents_can_be_read_page_by_page(cast):
    issued = make_attestation(
        cast.engagement,
        by=cast.officer,
        code="A" * 20,
        names_agents=True,
        head_count=60,
    )
    pages = [
        " ".join(page.extract_text().split())
        for page in pypdf.PdfReader(io.BytesIO(queries.pdf_of(issued))).pages
    ]
    annex = [page for page in pages if "Valid until" in page]
    assert len(annex) > 3
    for page in annex:
        assert "Agent Site Course and version Topics Completed Valid until" in page
    for number, page in enumerate(pages, start=1):
        assert f"{number} of {len(pages)}" in page
        assert f"statement SHA-256 {issued.statement_sha256[:16]}" in page
    together = " ".join(annex)
    for agent in issued.statement["agents"]:
        for record in agent["records"]:
            row = (
                f"{agent['name']} {agent['external_id']} {agent['site']} "
                f"{record['course']} {record['version']}"
            )
            assert row in together
            assert record["completed_on"] in together


def test_document_carries_its_statement(cast, story):
    issued = actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF)
    content = _content(actions.render_attestation(issued.pk))
    read = pypdf.PdfReader(io.BytesIO(content))
    (attached,) = read.attachments["attestation.json"]
    assert attached == rules.statement_bytes(issued.statement)
    assert read.metadata.title == "Attestation: Patient chat, as of 15 June 2026"
    assert read.metadata.author == "Lakeside Clinic"
    assert read.metadata.creation_date == issued.issued_at


def test_same_statement_is_the_same_document(cast, story):
    issued = actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF)
    issued.refresh_from_db()
    assert queries.pdf_of(issued) == queries.pdf_of(issued)


def test_document_without_names_names_nobody(cast, story):
    make_grant(cast.engagement, cast.auditor.user)
    issued = actions.issue_attestation(cast.engagement, by=cast.auditor, as_of=AS_OF)
    text = _text(_content(actions.render_attestation(issued.pk)))
    assert "Łucja Núñez" not in text
    assert "Agent 1" in text
    assert "Agents are numbered, not named" in text


def test_document_an_auditor_asked_for_rests_with_the_client(cast, story):
    make_grant(cast.engagement, cast.auditor.user)
    issued = actions.issue_attestation(cast.engagement, by=cast.auditor, as_of=AS_OF)
    made = actions.render_attestation(issued.pk)
    assert made.file.organization == cast.clinic
    assert not StoredFile.objects.filter(organization=cast.audit_firm).exists()


def test_text_of_people_reaches_no_file_or_network(cast, story):
    cast.engagement.name = "<img src='file:///etc/hostname'>"
    cast.engagement.save(update_fields=["name"])
    issued = actions.issue_attestation(cast.engagement, by=cast.officer, as_of=AS_OF)
    text = _text(_content(actions.render_attestation(issued.pk)))
    assert "<img src='file:///etc/hostname'>" in text


def test_document_that_cannot_be_made_raises(cast, broken_template):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    with pytest.raises(NotRendered):
        actions.render_attestation(issued.pk)
    issued.refresh_from_db()
    assert issued.state == "rendering"
    assert _events() == []


def test_failure_is_noted_in_a_sentence(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    noted = actions.note_failure(issued.pk)
    assert noted.state == "failed"
    assert noted.failure == actions.FAILED
    assert _events() == ["attestation.failed"]


def test_failure_after_the_document_is_there_changes_nothing(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    actions.render_attestation(issued.pk)
    assert actions.note_failure(issued.pk).state == "ready"
    assert _events()[-1] == "attestation.rendered"


def test_document_made_meanwhile_by_another_worker_stands(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    late = queries.attestation_for_job(issued.pk)
    made = actions.render_attestation(issued.pk)
    before = _events()
    kept = actions._note_document(late, b"%PDF-1.7 late", by=actions.RENDERER)
    assert kept.file == made.file
    assert _events() == before


def test_rendering_takes_a_job_with_the_permission(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    for action in (actions.render_attestation, actions.note_failure):
        with pytest.raises(NotAllowed):
            action(issued.pk, by=system("nobody"))


# -- Again ----------------------------------------------------------------------


def test_asking_again_clears_the_failure(cast):
    issued = make_attestation(
        cast.engagement, by=cast.officer, code="A" * 20, failure="It failed."
    )
    retried = actions.retry_attestation(issued, by=cast.manager)
    assert retried.state == "rendering"
    assert _events() == ["attestation.retried"]
    assert actions.render_attestation(issued.pk).state == "ready"


def test_asking_again_for_a_document_that_is_there_is_refused(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    made = actions.render_attestation(issued.pk)
    with pytest.raises(Conflict):
        actions.retry_attestation(made, by=cast.officer)


def test_who_may_not_issue_may_not_ask_again(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    with pytest.raises(NotAllowed):
        actions.retry_attestation(issued, by=cast.reader)


# -- Take -----------------------------------------------------------------------


def test_taking_the_document_is_recorded_with_its_hash(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    actions.render_attestation(issued.pk)
    row = queries.attestation(cast.reader, issued.pk)
    file = actions.take_document(row, by=cast.reader)
    event, body = _last_event()
    assert event.type == "attestation.downloaded"
    assert body["fct"] == {"code": "A" * 20, "file_sha256": file.sha256}
    assert body["doc"] == [file.sha256]
    assert set(
        AuditVisibility.objects.filter(event=event.pk).values_list("org", flat=True)
    ) == {cast.clinic.pk, cast.vendor.pk}


def test_document_not_made_yet_cannot_be_taken(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    with pytest.raises(Conflict):
        actions.take_document(issued, by=cast.officer)
    assert _events() == []


def test_taking_asks_for_the_permission(cast):
    issued = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    with pytest.raises(NotAllowed):
        actions.take_document(issued, by=replace(cast.lead))
