"""BAAs and subcontracts of the portfolio, and what they make drift.

Edge ``k`` hangs below the engagement of vendor ``k`` or, once each vendor has one,
below an earlier edge's; providers are skewed, so a few subcontractors serve many.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from apps.agreements.rules import checklist
from bench.dataset import CLIENT, CREATED, Dataset, key, number, skewed

EDGES = {200: 400, 2_000: 6_000, 10_000: 40_000}
CEILING = 1_000
SHA256 = hashlib.sha256(b"bench").hexdigest()
DOCUMENT = key("document", 1)

COLUMNS = {
    "evidence_storedfile": "id created_at organization_id sha256 size name media_type "
    "quarantined_reason storage_key is_restricted scan_state scanner traits "
    "key_name destruction_reason",
    "engagements_engagement": "id created_at client_id provider_id name tier "
    "started_on end_reason legal_agency legal_agency_reason disclosure_policy "
    "approves_subcontracts",
    "engagements_subcontract": "id created_at upstream_id downstream_id services "
    "channels effective_on approved_on refusal_reason",
    "agreements_agreement": "id created_at discloser_id recipient_id title "
    "termination_reason termination_cause",
    "agreements_agreementcoverage": "id created_at agreement_id engagement_id",
    "agreements_agreementversion": "id created_at services channels phi_categories "
    "head_count_ceiling countries sites systems remote_work hours agreement_id number "
    "kind document_id document_sha256 effective_on expires_on reporting_value "
    "reporting_unit renewal",
    "agreements_signature": "id created_at version_id side name title signed_on method "
    "document_sha256",
    "agreements_versionprovision": "id created_at version_id provision standing place "
    "reason",
}


class Chain:
    """Rows of each table for a data set."""

    def __init__(self, dataset: Dataset) -> None:
        self.vendors = dataset.size.vendors
        self.today = dataset.today
        self.dataset = dataset
        self.edges = EDGES[self.vendors]

    def provider(self, edge: int) -> int:
        """The subcontractor of an edge; never the vendor it works for."""
        above, chosen = self.client(edge), skewed("edge", edge, self.vendors)
        return (chosen + 1) % self.vendors if chosen == above else chosen

    def client(self, edge: int) -> int:
        """The vendor that hands part of its work on."""
        return edge if edge < self.vendors else self.provider(edge - self.vendors)

    def above(self, edge: int) -> UUID:
        """The engagement an edge hangs below."""
        if edge < self.vendors:
            return key("engagement", edge)
        return key("below", edge - self.vendors)

    def files(self) -> Iterator[tuple[Any, ...]]:
        """One document stands for all."""
        yield (
            *(DOCUMENT, CREATED, CLIENT, SHA256, 1000, "BAA.pdf", "application/pdf"),
            *("", "bench", False, "not_scanned", "", [], "", ""),
        )

    def engagements(self) -> Iterator[tuple[Any, ...]]:
        for k in range(self.edges):
            parties = key("vendor", self.client(k)), key("vendor", self.provider(k))
            yield (
                *(key("below", k), CREATED, *parties, f"Below {k:06d}", 3),
                *(self._since, "", "undecided", "", "named", True),
            )

    def subcontracts(self) -> Iterator[tuple[Any, ...]]:
        day = self.today - timedelta(800)
        for k in range(self.edges):
            yield (
                *(key("edge", k), CREATED, self.above(k), key("below", k)),
                *(["patient_support"], ["chat"], day, day, ""),
            )

    def agreements(self) -> Iterator[tuple[Any, ...]]:
        for i in range(self.vendors):
            yield (key("baa", i), CREATED, CLIENT, key("vendor", i), f"BAA {i}", "", "")
        for k in range(self.edges):
            parties = key("vendor", self.client(k)), key("vendor", self.provider(k))
            yield (key("baa", self.vendors + k), CREATED, *parties, f"Sub {k}", "", "")

    def coverages(self) -> Iterator[tuple[Any, ...]]:
        for n in range(self._count):
            engagement = key("engagement", n)
            if n >= self.vendors:
                engagement = key("below", n - self.vendors)
            yield (key("covers", n), CREATED, key("baa", n), engagement)

    def versions(self) -> Iterator[tuple[Any, ...]]:
        """Thirty of a thousand vendors' BAAs lapsed, thirty permit voice alone."""
        for n in range(self._count):
            x = number("baa", n) % 1000 if n < self.vendors else 999
            channels = ["voice"] if 30 <= x < 60 else ["chat"]
            ends = self.today - timedelta(60) if x < 30 else None
            yield (
                *(key("baa version", n), CREATED, ["patient_support"], channels),
                *(["demographic"], CEILING, [], [], [], False, "", key("baa", n), 1),
                *("original", DOCUMENT, SHA256, self._since, ends, 24, "hours"),
                "evergreen" if ends is None else "fixed",
            )

    def signatures(self) -> Iterator[tuple[Any, ...]]:
        for n in range(self._count):
            for place, side in enumerate(("discloser", "recipient")):
                yield (
                    *(key("signature", 2 * n + place), CREATED, key("baa version", n)),
                    *(side, "Pat Signer", "Director", self._since, "wet", SHA256),
                )

    def provisions(self) -> Iterator[tuple[Any, ...]]:
        lines = [line.id for line in checklist()]
        for n in range(self._count):
            for place, line in enumerate(lines):
                row = key("mark", n * len(lines) + place)
                yield (row, CREATED, key("baa version", n), line, "met", "p. 2", "")

    def expected_findings(self) -> int:
        """Counted from the generator: lapsed, chat not permitted, too many agents."""
        agents = Counter(map(self.dataset.vendor_of, range(self.dataset.size.agents)))
        found = 0
        for i in range(self.vendors):
            x = number("baa", i) % 1000
            found += 1 if x < 30 else (30 <= x < 60) + (agents[i] > CEILING)
        return found

    @property
    def _count(self) -> int:
        return self.vendors + self.edges

    @property
    def _since(self) -> date:
        return self.today - timedelta(900)


def load(connection: Connection, dataset: Dataset) -> None:
    """Copy everything in; triggers judge every edge on its way."""
    rows = Chain(dataset)
    sources: dict[str, Iterable[tuple[Any, ...]]] = {
        "evidence_storedfile": rows.files(),
        "engagements_engagement": rows.engagements(),
        "engagements_subcontract": rows.subcontracts(),
        "agreements_agreement": rows.agreements(),
        "agreements_agreementcoverage": rows.coverages(),
        "agreements_agreementversion": rows.versions(),
        "agreements_signature": rows.signatures(),
        "agreements_versionprovision": rows.provisions(),
    }
    with connection.cursor() as cursor:
        for table, source in sources.items():
            columns = ", ".join(COLUMNS[table].split())
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in source:
                    copy.write_row(row)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
