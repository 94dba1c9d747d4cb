"""Negotiations, made through the actions so that every row fits."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.agreements import actions, queries
from apps.agreements.actions import Proposed, Signer
from apps.agreements.actions.versions import columns_of
from apps.agreements.enums import DisposalKind, DraftOrigin, Layer
from apps.agreements.models import (
    Agreement,
    AgreementDraft,
    AgreementVersion,
    DisposalStatement,
    DraftVersion,
    ReturnObligation,
)
from apps.agreements.rules import Clause, clauses_of_marks, first_clauses
from apps.tenancy.actor import Actor
from tests.factories.agreements import make_marks, make_terms
from tests.factories.evidence import make_stored_file

PASSWORD = "correct horse battery staple"


def make_proposed(*, note: str = "", clauses: Any = None, **terms: Any) -> Proposed:
    """A written proposal of a client to its vendor, with our clauses."""
    return Proposed(
        terms=make_terms(**terms),
        clauses=clauses or first_clauses(Layer.CLIENT_TO_VENDOR),
        note=note,
    )


def make_uploaded(by: Actor, *, missing: Any = (), **terms: Any) -> Proposed:
    """An uploaded proposal of the actor's organization."""
    marks = [one for one in make_marks(missing=missing) if one.provision != "BAA-21"]
    return Proposed(
        terms=make_terms(**terms),
        clauses=clauses_of_marks(marks),
        document=make_stored_file(by.organization),
    )


def make_draft(cast: Any, **overrides: Any) -> AgreementDraft:
    """A negotiation the officer opened about the cast's engagement."""
    values: dict[str, Any] = {
        "by": cast.officer,
        "engagements": [cast.engagement],
        "title": "Chat BAA",
        "first": make_proposed(),
    }
    return actions.open_draft(**values | overrides)


def latest(draft: AgreementDraft) -> DraftVersion:
    """The newest proposal, read again."""
    return queries.latest_proposal(draft)


def make_signable(cast: Any, **overrides: Any) -> DraftVersion:
    """A proposal both sides accepted, with the document uploaded by the officer."""
    overrides.setdefault("first", make_uploaded(cast.officer))
    version = latest(make_draft(cast, **overrides))
    actions.accept_draft(version, by=cast.manager)
    return latest(version.draft)


def with_password(*actors: Actor) -> None:
    """Give each person the password of tests."""
    for actor in actors:
        actor.user.set_password(PASSWORD)
        actor.user.save(update_fields=["password"])


def sign(version: DraftVersion, by: Actor, **overrides: Any) -> Any:
    """Confirm the password and sign."""
    confirmed = actions.confirm_signer(version, by=by, password=PASSWORD)
    assert version.document is not None
    values: dict[str, Any] = {
        "name": by.name,
        "title": "Director",
        "is_authorized": True,
        "seen_sha256": version.document.sha256,
    }
    return actions.sign_draft(
        version, by=by, signer=Signer(**values | overrides), confirmed=confirmed
    )


def with_wording(clauses: Any, provision: str, wording: str) -> tuple[Clause, ...]:
    """Clauses with one of them reworded."""
    return tuple(
        Clause(one.provision, wording=wording, is_included=one.is_included)
        if one.provision == provision
        else one
        for one in clauses
    )


def make_signed_draft(cast: Any, result: AgreementVersion) -> AgreementDraft:
    """A negotiation that led to a version, with a certificate; rows only."""
    draft = AgreementDraft.objects.create(
        discloser=cast.clinic,
        recipient=cast.vendor,
        title="Signed BAA",
        opened_by=cast.officer.user,
        result=result,
        certificate=make_stored_file(cast.clinic),
    )
    terms = queries.terms_of(result)
    DraftVersion.objects.create(
        draft=draft,
        number=1,
        origin=DraftOrigin.UPLOAD,
        document=result.document,
        proposed_by=cast.officer.user,
        proposed_for=cast.clinic,
        **columns_of(terms),
    )
    return draft


def make_obligation(agreement: Agreement, **overrides: Any) -> ReturnObligation:
    """PHI to be returned by 31 July 2026, our own default."""
    values = {"due_on": date(2026, 7, 31), "days": 30, "is_own_default": True}
    return ReturnObligation.objects.create(agreement=agreement, **values | overrides)


def make_statement(agreement: Agreement, **overrides: Any) -> DisposalStatement:
    """A statement that waits, with its certificate and the obligation it answers."""
    values: dict[str, Any] = {
        "kind": DisposalKind.DESTROYED,
        "done_on": date(2026, 6, 1),
        "done_by": "Shredwell, a contractor",
        "method": "Wiped, transcripts and backups included",
        "certificate": make_stored_file(agreement.recipient),
    }
    return DisposalStatement.objects.create(
        obligation=make_obligation(agreement), **values | overrides
    )
