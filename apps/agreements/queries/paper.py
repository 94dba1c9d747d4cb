"""Documents of a negotiation: frozen rows in, PDF out. Workers only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.agreements.enums import Layer, SigningSide
from apps.agreements.models import AgreementDraft, DraftSignature, DraftVersion
from apps.agreements.queries.drafts import (
    clauses_of,
    draft_engagements,
    latest_proposal,
    names_of,
    signatures_of,
    terms_of,
)
from apps.agreements.queries.facts import layer_of
from apps.agreements.rules import (
    Clause,
    Provision,
    cover_lines,
    lines_of,
    scope_lines,
    template_notice,
)
from apps.agreements.rules.clauses import ROLES
from apps.core.pdf import Attached, render_pdf
from apps.tenancy.models import Organization

SHEET = "css/agreement.css"


@dataclass(frozen=True, slots=True)
class PrintedClause:
    """A clause as it is printed."""

    number: int
    line: Provision
    wording: str


def draft_pdf(version: DraftVersion) -> bytes:
    """The document of a written proposal: the same bytes whenever it is made."""
    draft = version.draft
    return render_pdf(
        "print/agreement_draft.html",
        _draft_context(version),
        title=f"Business associate agreement: {draft.title}",
        author=draft.discloser.name,
        created=version.created_at,
        sheets=[SHEET],
    )


def _draft_context(version: DraftVersion) -> dict[str, Any]:
    draft, terms = version.draft, terms_of(version)
    layer = layer_of(draft.discloser)
    return {
        "draft": draft,
        "version": version,
        "proposed": _at(version.created_at, version.proposed_for.time_zone),
        "roles": _roles(layer),
        "is_subcontract": layer is Layer.VENDOR_TO_SUBCONTRACTOR,
        "cover": cover_lines(terms, names_of([terms])),
        "scope": scope_lines(terms.scope, unlimited="no limit"),
        "clauses": printed_clauses(clauses_of(version), layer),
        "engagements": draft_engagements(draft),
        "notice": template_notice(),
    }


def _roles(layer: Layer) -> dict[str, str]:
    """Roles as a signature block names them."""
    return {side: words.removeprefix("the ") for side, words in ROLES[layer].items()}


def printed_clauses(
    clauses: tuple[Clause, ...], layer: Layer
) -> tuple[PrintedClause, ...]:
    """The clauses that are in, numbered in the order of the checklist. Pure."""
    lines = {line.id: line.shifted(layer) for line in lines_of(layer)}
    kept = [clause for clause in clauses if clause.is_included]
    return tuple(
        PrintedClause(number, lines[clause.provision], clause.wording)
        for number, clause in enumerate(kept, start=1)
    )


def certificate_pdf(draft: AgreementDraft) -> bytes:
    """The certificate of signature, with the same facts as data inside."""
    version = latest_proposal(draft)
    signatures = signatures_of(version)
    facts = certificate_facts(draft, version, signatures)
    data = json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False).encode()
    return render_pdf(
        "print/signature_certificate.html",
        {
            "draft": draft,
            "version": version,
            "facts": facts,
            "engagements": draft_engagements(draft),
            "result": draft.result,
        },
        title=f"Certificate of signature: {draft.title}",
        author="Compliance Portal",
        created=signatures[-1].created_at,
        sheets=[SHEET],
        attached=[
            Attached("signatures.json", "The facts of this certificate as data", data)
        ],
    )


def certificate_facts(
    draft: AgreementDraft, version: DraftVersion, signatures: list[DraftSignature]
) -> dict[str, Any]:
    """What the certificate states, in words and numbers. Pure."""
    document = version.document
    return {
        "agreement": draft.title,
        "proposal": version.number,
        "in_force_from": version.effective_on.isoformat(),
        "document": {
            "name": document.name if document else "",
            "sha256": document.sha256 if document else "",
            "bytes": document.size if document else 0,
        },
        "signatures": [_signature(draft, row) for row in signatures],
    }


def _signature(draft: AgreementDraft, row: DraftSignature) -> dict[str, Any]:
    side = SigningSide(row.side)
    party: Organization = (
        draft.discloser if side is SigningSide.DISCLOSER else draft.recipient
    )
    return {
        "side": str(side.label),
        "organization": party.name,
        "name": row.name,
        "title": row.title,
        "account": row.signed_by.email,
        "authority": row.authority,
        "signed_at_utc": row.created_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "signed_at_local": _at(row.created_at, row.time_zone),
        "time_zone": row.time_zone,
        "address": row.address or "not known",
        "sign_in": "Password entered again at signing",
        "document_sha256": row.document_sha256,
    }


def _at(instant: datetime, zone: str) -> str:
    """An instant on the wall of a zone, with the zone named."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%-d %B %Y, %H:%M:%S} ({zone})"
