"""Agreements as their parties, and auditors with a grant, see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.agreements.models import (
    Agreement,
    AgreementCoverage,
    AgreementVersion,
    RenewalNotice,
    VersionProvision,
)
from apps.agreements.queries.facts import (
    agreement_facts,
    in_force_agreements,
    version_facts,
)
from apps.agreements.rules import Standing, standing_on
from apps.core.errors import NotFound
from apps.engagements import queries as engagement_queries
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization

PAGE = 50


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """A row of the list: the agreement and where it stands on the day."""

    agreement: Agreement
    standing: Standing


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """Rows of one page; ``older`` is the key of the next one, None on the last."""

    lines: tuple[AgreementLine, ...]
    older: UUID | None


def agreements(
    actor: AnyActor,
    *,
    q: str = "",
    is_in_force: bool | None = None,
    as_of: date | None = None,
) -> QuerySet[Agreement]:
    """Agreements the actor's organization is a party of, or a grant covers; newest
    first. ``q`` looks in title and parties; with ``as_of`` rows carry ``holds``
    (in force that day) and ``is_in_force`` chooses by it. One query, parties joined.
    """
    actor.require(Permission.AGREEMENTS_VIEW)
    rows: QuerySet[Any] = Agreement.objects.visible_to(actor).select_related(
        "discloser", "recipient"
    )
    word = q.strip()
    if word:
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(discloser__name__icontains=word)
            | Q(recipient__name__icontains=word)
        )
    if as_of is not None:
        rows = rows.annotate(holds=in_force_agreements(as_of))
    if is_in_force is not None:
        rows = rows.filter(holds=is_in_force)
    return rows.order_by("-id")


def agreement_page(
    actor: Actor,
    *,
    as_of: date,
    q: str = "",
    is_in_force: bool | None = None,
    before: UUID | None = None,
) -> AgreementPage:
    """At most 50 agreements older than ``before``, with their standing. Two queries."""
    rows = agreements(actor, q=q, is_in_force=is_in_force, as_of=as_of)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    versions = agreement_facts([row.pk for row in shown])
    return AgreementPage(
        lines=tuple(
            AgreementLine(row, standing_on(versions[row.pk], as_of)) for row in shown
        ),
        older=shown[-1].pk if len(found) > PAGE else None,
    )


def agreement(actor: AnyActor, pk: UUID) -> Agreement:
    """One agreement with its parties; NotFound for a stranger. One query."""
    found = agreements(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def version(actor: AnyActor, pk: UUID) -> AgreementVersion:
    """One version with agreement and document; NotFound for a stranger. One query."""
    actor.require(Permission.AGREEMENTS_VIEW)
    found = (
        AgreementVersion.objects.visible_to(actor)
        .select_related(
            "agreement__discloser", "agreement__recipient", "document__organization"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def latest_version(agreement: Agreement) -> AgreementVersion:
    """The version with the highest number. One query."""
    return AgreementVersion.objects.filter(agreement=agreement).latest("number")


def version_numbered(agreement: Agreement, number: int | None) -> AgreementVersion:
    """A version of an agreement fetched through an actor, the newest for None;
    NotFound. One query."""
    rows = AgreementVersion.objects.filter(agreement=agreement)
    if number is not None:
        rows = rows.filter(number=number)
    found = rows.select_related("document").order_by("-number").first()
    if found is None:
        raise NotFound("This BAA has no such version.")
    return found


def renewal_notice(agreement: Agreement) -> RenewalNotice | None:
    """Notice given against the renewal of the newest version, if any. One query."""
    rows = RenewalNotice.objects.filter(version__agreement=agreement)
    latest = rows.select_related("version", "recorded_by").order_by("-version__number")
    return latest.filter(version__superseded_on=None).first()


def marks_of(version: AgreementVersion) -> list[VersionProvision]:
    """The checklist of a version, by id. One query."""
    return list(VersionProvision.objects.filter(version=version).order_by("provision"))


def covered_engagements(actor: AnyActor, agreement: Agreement) -> list[Engagement]:
    """Engagements the agreement covers that the actor may see, by name. One query."""
    covered = AgreementCoverage.objects.filter(agreement=agreement)
    return list(
        engagement_queries.engagements(actor).filter(
            pk__in=covered.values("engagement")
        )
    )


def between_the_same(actor: AnyActor, engagement: Engagement) -> list[Engagement]:
    """Engagements with the same client and provider, this one included. One query."""
    return list(
        engagement_queries.engagements(actor).filter(
            client=engagement.client_id, provider=engagement.provider_id
        )
    )


def engagement_standing(engagement: Engagement, *, as_of: date) -> Standing:
    """Where an engagement fetched through an actor stands on the day. One query."""
    return standing_on(version_facts([engagement.pk])[engagement.pk], as_of)


def nameable_subcontractors(
    actor: Actor, engagement: Engagement, *, as_of: date
) -> list[Organization]:
    """Organizations the actor may name as allowed subcontractors: those it could
    engage itself and those disclosed to it below the engagement. Two queries."""
    viewer = actor.organization_id
    chain = engagement_queries.chain(engagement, as_of=as_of, viewer=viewer)
    below = {node.organization_id for node in chain.subcontracts() if node.is_disclosed}
    own = engagement_queries.vendor_parties(actor).values("pk")
    parties = [engagement.client_id, engagement.provider_id]
    return list(
        Organization.objects.filter(Q(pk__in=below) | Q(pk__in=own))
        .exclude(pk__in=parties)
        .order_by("name", "id")
    )
