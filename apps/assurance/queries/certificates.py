"""Certificates, where they stand, and the sites they cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from apps.assurance import rules
from apps.assurance.enums import CertificateState
from apps.assurance.models import Certificate, Letter
from apps.assurance.rules import SiteLine, SiteStanding
from apps.core.dates import Period
from apps.core.errors import NotFound
from apps.engagements import queries as engagements
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.workforce import queries as workforce


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A certificate and what follows from its dates on a day."""

    certificate: Certificate
    state: CertificateState
    covered_until: date
    gap: Period | None

    @property
    def tone(self) -> str:
        """How the state looks."""
        return _TONES.get(self.state, "bad")


_TONES = {
    CertificateState.CURRENT: "good",
    CertificateState.BRIDGED: "info",
    CertificateState.GAP: "warn",
    CertificateState.AHEAD: "plain",
    CertificateState.WITHDRAWN: "plain",
}


@dataclass(frozen=True, slots=True)
class CertificateSites:
    """Sites of a certificate beside those agents work from; ``without_site`` counts
    agents whose assignment names no site."""

    lines: tuple[SiteLine, ...]
    without_site: int

    @property
    def outside(self) -> tuple[SiteLine, ...]:
        """Sites in use that the certificate does not name."""
        wanted = SiteStanding.NOT_COVERED
        return tuple(line for line in self.lines if line.standing is wanted)


def certificates(
    actor: AnyActor, *, organization_id: UUID | None = None
) -> QuerySet[Certificate]:
    """Certificates the actor may see, of one organization if given: by standard,
    newest first. Two queries: letters come with them."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = Certificate.objects.visible_to(actor)
    if organization_id is not None:
        rows = rows.filter(organization=organization_id)
    return (
        rows.select_related("organization", "file", "recorded_by")
        .prefetch_related("letters__file")
        .order_by("standard", "-last_on", "-id")
    )


def certificate(actor: AnyActor, pk: UUID) -> Certificate:
    """One certificate with its letters; NotFound for a stranger."""
    found = certificates(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def letter(actor: AnyActor, pk: UUID) -> Letter:
    """A letter of a certificate the actor may see; NotFound otherwise. One query."""
    actor.require(Permission.ASSURANCE_VIEW)
    rows = Letter.objects.visible_to(actor).select_related("file", "certificate")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def certificate_lines(
    rows: Iterable[Certificate], *, as_of: date
) -> list[CertificateLine]:
    """Where certificates fetched with their letters stand on a day. No query."""
    return [
        CertificateLine(
            certificate=row,
            state=rules.state(row.term, as_of),
            covered_until=rules.covered_until(row.term),
            gap=rules.gap(row.term, as_of),
        )
        for row in rows
    ]


def site_lines(
    actor: Actor, row: Certificate, *, as_of: date, engagement_id: UUID | None = None
) -> CertificateSites:
    """Sites covered beside sites used on a day, in engagements of the holder that the
    actor may see (or in one of them). Four queries."""
    served = engagements.engagements(actor).filter(provider=row.organization_id)
    if engagement_id is not None:
        served = served.filter(pk=engagement_id)
    ids = list(served.values_list("pk", flat=True))
    return compare(row, list(workforce.observed_facts(ids, as_of=as_of).values()))


def compare(
    row: Certificate, facts: Iterable[workforce.ObservedWorkforce]
) -> CertificateSites:
    """Compare one certificate with what rosters show. No query."""
    used: Counter[str] = Counter()
    without = 0
    for seen in facts:
        used.update(seen.sites)
        without += seen.head_count - sum(seen.sites.values())
    return CertificateSites(tuple(rules.compare_sites(row.sites, used)), without)
