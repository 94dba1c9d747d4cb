"""The story of the portfolio, told through the actions users call.

Every step asks first whether it was taken, so a second telling changes nothing.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from apps.agreements import actions as agreements
from apps.agreements.enums import ProvisionStanding as Standing
from apps.agreements.enums import ReportingUnit, SigningMethod, SigningSide
from apps.agreements.models import AgreementCoverage
from apps.agreements.rules import (
    AgreementTerms,
    ProvisionMark,
    SignatureMark,
    checklist,
)
from apps.core import dates
from apps.engagements import actions as engagements
from apps.engagements.enums import Channel, LegalAgency, Service
from apps.engagements.models import (
    DeclaredScope,
    Engagement,
    EngagementGrant,
    Subcontract,
)
from apps.engagements.rules import ScopeTerms
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor
from apps.training import actions as training
from apps.training.models import Course, Requirement
from apps.training.rules import CourseVersionTerms
from apps.workforce import actions as workforce
from apps.workforce.enums import Control
from apps.workforce.models import Site
from demo import documents, scopes
from demo import portfolio as p

YEARS_OF_COURSES = 6


@dataclass(frozen=True)
class Stage:
    """The first manager of each organization, and the day the story is told."""

    managers: dict[str, Actor]
    auditor: Actor
    anchor: date

    def manager(self, party: p.Party) -> Actor:
        """The actor who acts for a party."""
        return self.managers[party.name]

    def day(self, days: int) -> date:
        """A day so many days from the anchor."""
        return self.anchor + timedelta(days=days)


@transaction.atomic
def engage(
    stage: Stage,
    client: p.Party,
    provider: p.Party,
    name: str,
    *,
    scope: ScopeTerms,
    tier: int = 2,
    since: int = -400,
) -> Engagement:
    """An engagement and its declared scope."""
    by = stage.manager(client)
    other = stage.manager(provider).organization
    found = Engagement.objects.filter(
        client=by.organization, provider=other, name=name
    ).first()
    if found is None:
        found = engagements.create_engagement(
            by=by,
            client=by.organization,
            provider=other,
            name=name,
            tier=tier,
            started_on=stage.day(since),
            legal_agency=LegalAgency.INDEPENDENT,
            legal_agency_reason="The provider decides how the work is done.",
        )
    if not DeclaredScope.objects.filter(engagement=found).exists():
        engagements.declare_scope(
            found, by=by, terms=scope, effective_on=stage.day(since)
        )
    return found


@dataclass(frozen=True)
class Paper:
    """Terms of a demonstration BAA; days are counted from the anchor."""

    scope: ScopeTerms
    since: int = -400
    until: int | None = 700
    hours: int = 48
    missing: tuple[str, ...] = ()


@transaction.atomic
def sign(stage: Stage, engagement: Engagement, paper: Paper) -> None:
    """A BAA signed on paper by both sides, recorded by the client."""
    if AgreementCoverage.objects.filter(engagement=engagement).exists():
        return
    by = stage.managers[engagement.client.name]
    signers = (by.name, stage.managers[engagement.provider.name].name)
    effective_on = stage.day(paper.since)
    content = documents.agreement(
        engagement.client.name,
        engagement.provider.name,
        effective_on=effective_on,
        signers=signers,
    )
    document = store(by, f"BAA {engagement.name}.pdf", content)
    agreements.record_agreement(
        by=by,
        engagements=[engagement],
        title=f"BAA {engagement.client} - {engagement.provider}",
        terms=AgreementTerms(
            scope=paper.scope,
            effective_on=effective_on,
            expires_on=None if paper.until is None else stage.day(paper.until),
            reporting_value=paper.hours,
            reporting_unit=ReportingUnit.HOURS,
        ),
        document=document,
        provisions=_marks(paper.missing),
        signatures=[
            SignatureMark(side, name, title, effective_on, SigningMethod.WET)
            for side, name, title in (
                (SigningSide.DISCLOSER, signers[0], "Compliance manager"),
                (SigningSide.RECIPIENT, signers[1], "Operations manager"),
            )
        ],
    )


def _marks(missing: tuple[str, ...]) -> list[ProvisionMark]:
    return [
        ProvisionMark(
            row.id,
            Standing.MISSING if row.id in missing else Standing.MET,
            place="" if row.id in missing else f"Section {number}",
        )
        for number, row in enumerate(checklist(), start=1)
    ]


def store(by: Actor, name: str, content: bytes) -> StoredFile:
    """Keep a document of the actor's organization."""
    return evidence.store_file(
        by=by,
        organization=by.organization,
        name=name,
        content=io.BytesIO(content),
        accept=FileKind.DOCUMENT,
    )


@transaction.atomic
def chain(
    stage: Stage,
    upstream: Engagement,
    downstream: Engagement,
    *,
    services: Sequence[Service],
    since: int = -380,
) -> None:
    """A subcontract declared by the provider and approved by its client."""
    if Subcontract.objects.filter(upstream=upstream, downstream=downstream).exists():
        return
    edge = engagements.declare_subcontract(
        upstream,
        by=stage.managers[upstream.provider.name],
        downstream=downstream,
        services=services,
        channels=[Channel.CHAT],
        effective_on=stage.day(since),
    )
    engagements.approve_subcontract(edge, by=stage.managers[upstream.client.name])


@transaction.atomic
def open_sites(stage: Stage, party: p.Party) -> None:
    """The vendor's places of work."""
    by = stage.manager(party)
    for place in p.PLACES[party.name]:
        known = Site.objects.filter(organization=by.organization, code=place.code)
        if known.exists():
            continue
        site = workforce.create_site(
            by=by,
            organization=by.organization,
            code=place.code,
            name=place.name,
            country=place.country,
            is_remote=place.is_remote,
        )
        if place.is_remote:
            workforce.attest_controls(
                site,
                by=by,
                stated=dict.fromkeys(Control, True),
                attested_on=stage.day(-60),
                note="Every tenth home by video, every device by the management tool.",
            )


@transaction.atomic
def teach(stage: Stage, party: p.Party, wanted: Sequence[Engagement]) -> None:
    """The vendor's courses, required on its engagements before first contact."""
    by = stage.manager(party)
    for lesson in p.LESSONS:
        course = Course.objects.filter(
            organization=by.organization, code=lesson.code
        ).first() or training.create_course(
            by=by,
            organization=by.organization,
            code=lesson.code,
            title=lesson.title,
            version=_version(stage, lesson),
        )
        for engagement in wanted:
            known = Requirement.objects.filter(engagement=engagement, course=course)
            if not known.exists():
                training.require_course(
                    engagement,
                    by=by,
                    course=course,
                    effective_on=engagement.started_on,
                )


def _version(stage: Stage, lesson: p.Lesson) -> CourseVersionTerms:
    return CourseVersionTerms(
        label="1",
        effective_on=dates.add_months(stage.anchor, -12 * YEARS_OF_COURSES),
        topics=lesson.topics,
        is_scenario_based=lesson.is_scenario_based,
        pass_mark=None if lesson.pass_mark is None else Decimal(lesson.pass_mark),
        validity_months=lesson.months,
        languages=("en",),
    )


@transaction.atomic
def grant(stage: Stage, engagement: Engagement) -> None:
    """The auditor reads one engagement for a quarter. The provider gives the grant:
    only it may show the names of its agents."""
    if EngagementGrant.objects.filter(content_object=engagement).exists():
        return
    engagements.grant_access(
        engagement,
        by=stage.managers[engagement.provider.name],
        email_of_user=stage.auditor.user.email,
        reason="Annual vendor review",
        valid_from=stage.anchor,
        valid_until=stage.day(89),
        names_agents=True,
    )


def portfolio(stage: Stage) -> dict[str, Engagement]:
    """Engagements with their scopes, papers and chain; by name."""
    contact = engage(
        stage,
        p.LAKEVIEW,
        p.MERIDIAN,
        p.PATIENT_CONTACT,
        scope=scopes.PATIENT_CONTACT,
        tier=1,
    )
    appointments = engage(
        stage, p.LAKEVIEW, p.NORTHGATE, p.APPOINTMENTS, scope=scopes.APPOINTMENTS
    )
    claims = engage(stage, p.HARBORSTONE, p.SOLARIS, p.CLAIMS, scope=scopes.CLAIMS)
    member = engage(
        stage, p.HARBORSTONE, p.MERIDIAN, p.MEMBER_CHAT, scope=scopes.MEMBER_CHAT
    )
    billing = engage(
        stage, p.HARBORSTONE, p.NORTHGATE, p.BILLING, scope=scopes.BILLING, since=-10
    )
    overflow = engage(stage, p.MERIDIAN, p.SOLARIS, p.OVERFLOW, scope=scopes.OVERFLOW)
    night = engage(
        stage, p.SOLARIS, p.NIGHTWATCH, p.NIGHT_SHIFT, scope=scopes.NIGHT_SHIFT
    )
    platform = engage(stage, p.MERIDIAN, p.CHATWELL, p.PLATFORM, scope=scopes.PLATFORM)
    sign(stage, contact, Paper(scopes.PATIENT_CONTACT_BAA, hours=72))
    sign(stage, appointments, Paper(scopes.APPOINTMENTS, until=30))
    sign(stage, claims, Paper(scopes.CLAIMS, until=-12))
    sign(stage, member, Paper(scopes.MEMBER_CHAT))
    sign(stage, overflow, Paper(scopes.OVERFLOW, hours=24))
    sign(stage, platform, Paper(scopes.PLATFORM, hours=24))
    chain(stage, contact, overflow, services=[Service.PATIENT_SUPPORT])
    chain(stage, overflow, night, services=[Service.PATIENT_SUPPORT], since=-60)
    chain(stage, contact, platform, services=[Service.CHAT_PLATFORM])
    rows = (contact, appointments, claims, member, billing, overflow, night, platform)
    return {row.name: row for row in rows}
