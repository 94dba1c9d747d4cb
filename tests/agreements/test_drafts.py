"""Negotiating: proposals, comments, acceptances, and the document made of them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from apps.agreements import actions, queries, tasks
from apps.agreements.enums import DraftState, Layer, SigningSide
from apps.agreements.models import AgreementDraft, DraftVersion
from apps.agreements.rules import (
    AgreementNotAcceptable,
    DraftClosed,
    NotTheLatest,
    first_clauses,
)
from apps.audit import subscriptions
from apps.audit.models import AuditEvent, AuditVisibility
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.evidence import queries as evidence
from apps.notifications.models import Notification
from tests.conftest import NOON
from tests.factories.agreements import make_baa, make_document
from tests.factories.drafts import (
    latest,
    make_draft,
    make_proposed,
    make_uploaded,
    with_wording,
)
from tests.factories.engagements import make_engagement
from tests.factories.tenancy import make_organization


def events(name):
    return list(AuditEvent.objects.filter(type=name).order_by("pk"))


def text_of(document):
    """The words of a stored PDF on one line."""
    with evidence.opened(document) as handle:
        reader = PdfReader(io.BytesIO(handle.read()))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


# -- Open ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "told"), [("officer", "manager"), ("manager", "officer")]
)
def test_open_by_either_party(cast, name, told):
    draft = make_draft(cast, by=getattr(cast, name))
    facts = queries.draft_facts(draft)
    own = SigningSide.DISCLOSER if name == "officer" else SigningSide.RECIPIENT
    assert facts.accepted == frozenset({own})
    assert facts.state is DraftState.PROPOSED
    assert not facts.has_document
    assert {row.type for row in AuditEvent.objects.all()} == {
        "draft.opened",
        "draft.proposed",
    }
    people = {row.recipient for row in Notification.objects.all()}
    assert getattr(cast, told).user in people
    assert getattr(cast, name).user not in people


def test_open_event_is_read_by_the_two_parties_alone(cast):
    make_draft(cast)
    [event] = events("draft.opened")
    seen = AuditVisibility.objects.filter(event=event.pk).values_list("org", flat=True)
    assert set(seen) == {cast.clinic.pk, cast.vendor.pk}


@pytest.mark.parametrize("name", ["reader", "lead", "auditor"])
def test_open_without_the_permission(cast, name):
    with pytest.raises(NotAllowed):
        make_draft(cast, by=getattr(cast, name))
    assert not AgreementDraft.objects.exists()


@pytest.mark.parametrize("name", ["outsider", "other_manager"])
def test_open_by_a_stranger(cast, name):
    with pytest.raises(NotAllowed):
        make_draft(cast, by=getattr(cast, name))
    assert not AuditEvent.objects.exists()


def test_open_a_second_about_the_same_engagement_is_refused(cast):
    make_draft(cast)
    with pytest.raises(Conflict, match="“Chat BAA” is being negotiated"):
        make_draft(cast, by=cast.manager)


def test_open_needs_a_title(cast):
    with pytest.raises(Invalid) as refusal:
        make_draft(cast, title=" ")
    assert refusal.value.fields == {"title": ["Give the BAA a title."]}


def test_open_for_a_new_version_takes_over_what_is_covered(cast):
    other = make_engagement(client=cast.clinic, provider=cast.vendor, name="Voice")
    agreement = make_baa(cast.engagement, other).agreement
    draft = make_draft(cast, engagements=[], agreement=agreement)
    assert queries.draft_engagements(draft) == [cast.engagement, other]
    assert draft.kind == "amendment"


def test_open_for_a_terminated_one_is_refused(cast):
    version = make_baa(cast.engagement)
    actions.terminate_agreement(
        version.agreement,
        by=cast.officer,
        terminated_on=version.effective_on,
        reason="Moved",
    )
    with pytest.raises(Conflict, match="was terminated"):
        make_draft(cast, agreement=version.agreement)


# -- Propose ------------------------------------------------------------------
def test_propose_voids_the_acceptance_of_the_other_side(cast):
    draft = make_draft(cast)
    actions.accept_draft(latest(draft), by=cast.manager)
    assert queries.draft_facts(draft).state is DraftState.ACCEPTED
    version = actions.propose(
        draft, by=cast.manager, answering=1, proposed=make_proposed(reporting_value=48)
    )
    facts = queries.draft_facts(draft)
    assert (version.number, facts.latest) == (2, 2)
    assert facts.accepted == frozenset({SigningSide.RECIPIENT})
    assert facts.state is DraftState.PROPOSED


def test_propose_from_a_proposal_somebody_answered_meanwhile(cast):
    draft = make_draft(cast)
    shorter = make_proposed(reporting_value=12)
    actions.propose(draft, by=cast.officer, answering=1, proposed=shorter)
    with pytest.raises(NotTheLatest, match="Proposal 2 came after proposal 1"):
        actions.propose(draft, by=cast.manager, answering=1, proposed=make_proposed())
    assert latest(draft).reporting_value == 12
    assert queries.draft_facts(draft).accepted == frozenset({SigningSide.DISCLOSER})


def test_propose_by_a_stranger(cast):
    draft = make_draft(cast)
    with pytest.raises(NotAllowed):
        actions.propose(draft, by=cast.outsider, answering=1, proposed=make_proposed())
    assert DraftVersion.objects.count() == 1


def test_propose_a_required_clause_without_wording_is_refused(cast):
    draft = make_draft(cast)
    clauses = with_wording(first_clauses(Layer.CLIENT_TO_VENDOR), "BAA-08", " ")
    with pytest.raises(AgreementNotAcceptable) as refusal:
        actions.propose(
            draft, by=cast.manager, answering=1, proposed=make_proposed(clauses=clauses)
        )
    assert refusal.value.fields == {"BAA-08_wording": ["Write the clause."]}


def test_propose_a_required_clause_left_out_is_refused(cast):
    draft = make_draft(cast)
    clauses = tuple(
        replace(one, is_included=one.provision != "BAA-14")
        for one in first_clauses(Layer.CLIENT_TO_VENDOR)
    )
    with pytest.raises(AgreementNotAcceptable) as refusal:
        actions.propose(
            draft, by=cast.manager, answering=1, proposed=make_proposed(clauses=clauses)
        )
    assert refusal.value.fields == {
        "BAA-14_included": ["The law requires this clause. Keep it in."]
    }


def test_propose_an_upload_of_ones_own(cast):
    draft = make_draft(cast)
    proposed = make_uploaded(cast.manager, missing=["BAA-15"])
    version = actions.propose(draft, by=cast.manager, answering=1, proposed=proposed)
    assert version.origin == "upload"
    assert version.document == proposed.document
    clause = next(c for c in queries.clauses_of(version) if c.provision == "BAA-15")
    assert clause.standing == "missing"


def test_propose_an_upload_of_somebody_else_is_refused(cast):
    draft = make_draft(cast)
    proposed = replace(
        make_uploaded(cast.manager), document=make_document(cast.other_vendor)
    )
    with pytest.raises(AgreementNotAcceptable, match="another organization"):
        actions.propose(draft, by=cast.manager, answering=1, proposed=proposed)


def test_written_terms_state_the_days_to_return(cast):
    version = latest(make_draft(cast))
    assert version.return_days == 30
    uploaded = latest(
        make_draft(
            cast,
            engagements=[
                make_engagement(client=cast.clinic, provider=cast.vendor, name="Voice")
            ],
            first=make_uploaded(cast.officer),
        )
    )
    assert uploaded.return_days is None


# -- Comment, accept, withdraw ------------------------------------------------
def test_comment_on_a_clause(cast):
    version = latest(make_draft(cast))
    comment = actions.comment_on(
        version, by=cast.manager, text=" 24 hours is short. ", provision="BAA-08"
    )
    assert (comment.text, comment.provision) == ("24 hours is short.", "BAA-08")
    [event] = events("draft.commented")
    assert b"24 hours is short" not in bytes(event.body)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "No", "provision": "BAA-21"}, "provision"),
        ({"text": "No", "provision": "BAA-99"}, "provision"),
    ],
)
def test_comment_refuses(cast, values, field):
    version = latest(make_draft(cast))
    with pytest.raises(Invalid) as refusal:
        actions.comment_on(version, by=cast.manager, **values)
    assert list(refusal.value.fields) == [field]


def test_accept_twice_is_refused(cast):
    version = latest(make_draft(cast))
    with pytest.raises(Conflict, match="has accepted this proposal already"):
        actions.accept_draft(version, by=cast.officer)


def test_accept_an_earlier_proposal_is_refused(cast):
    draft = make_draft(cast)
    first = latest(draft)
    actions.propose(
        draft, by=cast.officer, answering=1, proposed=make_proposed(reporting_value=72)
    )
    with pytest.raises(NotTheLatest, match="Proposal 2 came after proposal 1"):
        actions.accept_draft(first, by=cast.manager)


def test_withdraw_closes_it(cast):
    draft = make_draft(cast)
    with pytest.raises(Invalid):
        actions.withdraw_draft(draft, by=cast.manager, reason=" ")
    actions.withdraw_draft(draft, by=cast.manager, reason="Another vendor")
    facts = queries.draft_facts(AgreementDraft.objects.get())
    assert facts.state is DraftState.WITHDRAWN
    assert facts.waits_for() == frozenset()
    with pytest.raises(DraftClosed, match="was withdrawn"):
        actions.accept_draft(latest(draft), by=cast.manager)
    make_draft(cast)


def test_a_stranger_finds_nothing(cast):
    version = latest(make_draft(cast))
    for actor in (cast.outsider, cast.other_manager, cast.auditor):
        with pytest.raises(NotFound):
            queries.draft(actor, version.draft_id)
        with pytest.raises(NotFound):
            queries.draft_version(actor, version.pk)


# -- The document -------------------------------------------------------------
def test_document_is_made_from_the_frozen_proposal(cast):
    clauses = with_wording(
        first_clauses(Layer.CLIENT_TO_VENDOR), "BAA-08", "Call us at once, canary."
    )
    draft = make_draft(cast, first=make_proposed(clauses=clauses))
    assert actions.make_documents(draft.pk) == 1
    assert actions.make_documents(draft.pk) == 0
    document = latest(draft).document
    text = text_of(document)
    for words in (
        "Chat BAA",
        "Lakeside Clinic",
        "Careline",
        "Call us at once, canary.",
        "24 hours",
        "30 days",
        "not legal advice",
        "The Business Associate",
    ):
        assert words in text
    assert "BAA-21" not in text
    assert len(events("draft.document_made")) == 1


def test_document_of_a_subcontract_shifts_the_roles(cast):
    desk = make_organization(name="Desk")
    engagement = make_engagement(client=cast.vendor, provider=desk, name="Night desk")
    draft = make_draft(
        cast,
        by=cast.manager,
        engagements=[engagement],
        first=make_proposed(clauses=first_clauses(Layer.VENDOR_TO_SUBCONTRACTOR)),
    )
    actions.make_documents(draft.pk)
    text = text_of(latest(draft).document)
    assert "The Subcontractor" in text
    assert "BAA-21" in text
    assert "Lakeside" not in text
    with pytest.raises(NotFound):
        queries.draft(cast.officer, draft.pk)
    assert not queries.drafts(cast.officer).exists()


def test_document_is_the_same_bytes_whenever_it_is_made(cast):
    [version] = queries.documents_to_make(make_draft(cast))
    assert queries.draft_pdf(version) == queries.draft_pdf(version)


# -- What was proposed never changes ------------------------------------------
@pytest.mark.parametrize(
    "changes", [{"reporting_value": 1}, {"services": []}, {"note": "other"}]
)
def test_database_refuses_to_change_a_proposal(cast, changes):
    version = latest(make_draft(cast))
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        DraftVersion.objects.filter(pk=version.pk).update(**changes)


def test_database_takes_a_document_once(cast):
    draft = make_draft(cast)
    actions.make_documents(draft.pk)
    version = latest(draft)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        DraftVersion.objects.filter(pk=version.pk).update(
            document=make_document(cast.clinic)
        )
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        version.clauses.update(wording="other")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        version.clauses.all().delete()


@pytest.mark.parametrize("count", [1, 3])
def test_detail_costs_the_same_for_more(cast, count, django_assert_num_queries):
    draft = make_draft(cast, first=make_uploaded(cast.officer))
    for number in range(1, count):
        proposed = make_uploaded(cast.manager)
        actions.propose(draft, by=cast.manager, answering=number, proposed=proposed)
    for _ in range(count):
        actions.comment_on(latest(draft), by=cast.manager, text="Fine")
    with django_assert_num_queries(9):
        detail = queries.draft_detail(cast.manager, draft)
    assert len(detail.proposals) == count


# -- Work after the request ---------------------------------------------------
def test_a_proposal_wakes_the_worker(cast):
    draft = make_draft(cast)
    assert subscriptions.handlers_of("draft.proposed")
    assert subscriptions.handlers_of("draft.signed")
    tasks.make_documents(str(draft.pk))
    assert latest(draft).document is not None
    tasks.make_certificate(str(draft.pk))
    assert AgreementDraft.objects.get().certificate is None


def test_the_sweep_makes_what_is_missing_and_leaves_what_is_in_work(cast):
    draft = make_draft(cast)
    tasks.sweep_papers()
    assert latest(draft).document is None
    with clock.held(NOON + timedelta(minutes=6)):
        assert actions.make_missing_papers() == 1
        assert actions.make_missing_papers() == 0
    assert latest(draft).document is not None
