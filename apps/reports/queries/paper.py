"""An attestation as its document: laid out, and rendered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.core.pdf import Attached, render_pdf
from apps.reports import rules
from apps.reports.models import Attestation
from apps.reports.rules.document import document

TEMPLATE = "print/attestation.html"
SHEETS = ("css/attestation.css",)


def paper(attestation: Attestation) -> dict[str, Any]:
    """The statement laid out for print and for the page that sums it up. No query."""
    return document(attestation.statement, attestation.statement_sha256)


def pdf_of(attestation: Attestation) -> bytes:
    """The bytes of the document; the same statement gives the same bytes. No query.

    The statement itself is attached, in the form its hash was taken of. Raises
    NotRendered.
    """
    shown = paper(attestation)
    issue = attestation.statement["attestation"]
    name = attestation.statement["engagement"]["name"]
    return render_pdf(
        TEMPLATE,
        shown,
        title=f"Attestation: {name}, as of {shown['as_of']}",
        author=issue["organization"],
        created=datetime.fromisoformat(issue["issued_at"]),
        sheets=SHEETS,
        attached=[
            Attached(
                name="attestation.json",
                description="The statement this document was made from",
                content=rules.statement_bytes(attestation.statement),
            )
        ],
    )
