"""Certificates, where they stand, and the sites they cover."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from apps.assurance import rules
from apps.assurance.enums import CertificateState
from apps.assurance.models import Certificate, Letter
from apps.assurance.rules import Seam, SiteLine, SiteStanding
from apps.core.errors import NotFound
from apps.engagements import queries as engagements
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.workforce import queries as workforce


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A certificate and what follows from its dates on a day.

    ``following_on`` is the first day of the next paper of its standard and its sites
    the actor may see; ``seam`` what lies between, or up to the day where none follows.
    """

    certificate: Certificate
    state: CertificateState
    covered_until: date
    following_on: date | None
    seam: Seam | None

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
    newest first, each with ``following_on``. Two queries: letters come with them."""
    actor.require(Permission.ASSURANCE_VIEW)
    following = (
        Certificate.objects.visible_to(actor)
        .filter(
            organization=OuterRef("organization"),
            standard=OuterRef("standard"),
            first_on__gt=OuterRef("first_on"),
            withdrawn_on=None,
            file__quarantined_reason="",
            file__destroyed_at=None,
        )
        .filter(Q(sites=[]) | Q(sites__contains=OuterRef("sites")))
        .order_by("first_on")
        .values("first_on")[:1]
    )
    rows = Certificate.objects.visible_to(actor).annotate(
        following_on=Subquery(following)
    )
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
    """Where certificates fetched by ``certificates`` stand on a day. No query."""
    return [_line(row, as_of) for row in rows]


def _line(row: Certificate, as_of: date) -> CertificateLine:
    following_on: date | None = row.following_on  # type: ignore[attr-defined]
    until = following_on - timedelta(days=1) if following_on else as_of
    state = rules.state(row.term, as_of)
    is_withdrawn = state is CertificateState.WITHDRAWN
    return CertificateLine(
        certificate=row,
        state=state,
        covered_until=rules.covered_until(row.term),
        following_on=following_on,
        seam=None if is_withdrawn else rules.seam(row.term, until=until),
    )


def newest(lines: Iterable[CertificateLine]) -> list[CertificateLine]:
    """Of lines of one organization, those that no paper of their standard and their
    sites follows."""
    return [line for line in lines if line.following_on is None]


def site_lines(
    actor: Actor, row: Certificate, *, as_of: date, engagement_id: UUID | None = None
) -> CertificateSites:
    """Sites covered beside sites used on a day, in engagements of the holder that the
    actor may see (or in one of them). At most four queries."""
    served = engagements.engagements(actor).filter(provider=row.organization_id)
    if engagement_id is not None:
        served = served.filter(pk=engagement_id)
    ids = list(served.values_list("pk", flat=True))
    return compare(row, agents_by_site(ids, as_of=as_of))


def agents_by_site(
    engagement_ids: Collection[UUID], *, as_of: date
) -> dict[str | None, int]:
    """Agents at work on a day by the code of their site, each once a site however many
    engagements it serves; None for no site. One query."""
    rows = workforce.assignments_on(engagement_ids, as_of=as_of).order_by()
    agents = Count("agent", distinct=True)
    return dict(rows.values_list("site__code").annotate(agents=agents))


def compare(row: Certificate, agents: Mapping[str | None, int]) -> CertificateSites:
    """Compare one certificate with what rosters show. No query."""
    used = {code: count for code, count in agents.items() if code is not None}
    lines = rules.compare_sites(row.sites, used)
    return CertificateSites(tuple(lines), agents.get(None, 0))
