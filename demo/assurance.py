"""Assurance of the outsourcer: reports with a gap, policies that leave media out, what
is done again and again, and what a client asks proof of.

Nothing here changes a verdict: what is late is the vendor's own and shown to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from apps.assurance import actions
from apps.assurance.actions import PolicyTerms
from apps.assurance.enums import (
    ActivityKind,
    LetterKind,
    Medium,
    Outcome,
    Standard,
    Topic,
)
from apps.assurance.models import Activity, Certificate, EvidenceRequest, Policy
from apps.assurance.rules import CertificateTerms
from apps.core.dates import Period
from apps.engagements.models import Engagement
from apps.evidence.models import StoredFile
from demo import documents, story
from demo import portfolio as p
from demo.story import Stage

VENDOR = p.MERIDIAN
AUDITOR = "Calder & Moss, certified public accountants"


@dataclass(frozen=True)
class _Rule:
    """A policy: what it names, what it settles, and since how many days."""

    title: str
    media: tuple[Medium, ...]
    topics: tuple[Topic, ...]
    since: int


POLICIES = (
    _Rule(
        "Conduct on the telephone",
        (Medium.VOICE,),
        (
            Topic.IDENTITY,
            Topic.MINIMUM,
            Topic.RETENTION,
            Topic.INCIDENTS,
            Topic.WORKSTATION,
            Topic.SANCTIONS,
        ),
        since=-700,
    ),
    _Rule(
        "Conduct in chat",
        (Medium.CHAT, Medium.TRANSCRIPTS),
        (Topic.IDENTITY, Topic.MINIMUM, Topic.INCIDENTS),
        since=-200,
    ),
    _Rule(
        "Accounts and access",
        (Medium.CHAT, Medium.VOICE, Medium.EXPORTS),
        (Topic.ACCESS,),
        since=-700,
    ),
    _Rule(
        "Work from home",
        (Medium.REMOTE_WORK,),
        (Topic.WORKSTATION, Topic.ACCESS, Topic.INCIDENTS),
        since=-300,
    ),
)


DONE = (
    (
        ActivityKind.ANNUAL_REVIEW,
        -120,
        Outcome.PASSED,
        "Every control of last year was looked at.",
    ),
    (
        ActivityKind.ACCESS_LOG_AUDIT,
        -40,
        Outcome.FINDINGS,
        "Two shared accounts, both closed.",
    ),
    (
        ActivityKind.INCIDENT_TEST,
        -200,
        Outcome.PASSED,
        "Exercise with a lost laptop on the night shift.",
    ),
)


def tell(stage: Stage, engagements: dict[str, Engagement]) -> None:
    """The chapter; a second telling finds it told."""
    contact = engagements[p.PATIENT_CONTACT]
    certificates(stage, contact)
    policies(stage, contact)
    activities(stage, contact)
    requests(stage, contact)


@transaction.atomic
def certificates(stage: Stage, contact: Engagement) -> None:
    """Two periods of SOC 2 with 31 days between them, of which a letter covers 20; a
    certificate that names one of three sites. Both are shown to the client."""
    by = stage.manager(VENDOR)
    if Certificate.objects.filter(organization=by.organization).exists():
        return
    older = _certificate(
        stage, Standard.SOC2_TYPE2, Period(stage.day(-730), stage.day(-366))
    )
    newer = _certificate(
        stage,
        Standard.SOC2_TYPE2,
        Period(stage.day(-334), stage.day(-25)),
        exceptions="Access of two leavers was removed on the third day, not the first.",
    )
    days = Period(stage.day(-365), stage.day(-346))
    actions.add_letter(
        older,
        by=by,
        kind=LetterKind.BRIDGE,
        issued_by=VENDOR.name,
        days=days,
        file=_paper(stage, VENDOR, "Bridge letter", "No material change is known."),
    )
    iso = _certificate(
        stage,
        Standard.ISO_27001,
        Period(stage.day(-500), stage.day(595)),
        number="IS 704411",
        body="Assay Certification",
        sites=("MNL-1",),
    )
    for row in (older, newer, iso):
        actions.share(row, by=by, client_id=contact.client_id)


def _certificate(
    stage: Stage,
    standard: Standard,
    period: Period,
    *,
    number: str = "",
    body: str = AUDITOR,
    sites: tuple[str, ...] = (),
    exceptions: str = "",
) -> Certificate:
    terms = CertificateTerms(
        standard=standard,
        number=number,
        certifying_body=body,
        scope_text="Patient support by chat and telephone, and the systems it uses.",
        sites=sites,
        first_on=period.first,
        last_on=period.last or period.first,
        exceptions=exceptions,
    )
    title = f"{standard.label} {number}".strip()
    text = f"{body}. {period.first} to {period.last}. {terms.scope_text} {exceptions}"
    file = _paper(stage, VENDOR, title, text)
    return actions.record_certificate(by=stage.manager(VENDOR), terms=terms, file=file)


@transaction.atomic
def policies(stage: Stage, contact: Engagement) -> None:
    """Policies for telephone and chat; screenshots and exports are left out."""
    by = stage.manager(VENDOR)
    if Policy.objects.filter(organization=by.organization).exists():
        return
    for rule in POLICIES:
        version = actions.adopt_policy(
            by=by,
            policy=rule.title,
            terms=PolicyTerms(
                effective_on=stage.day(rule.since),
                media=rule.media,
                topics=rule.topics,
                review_on=stage.day(rule.since + 730),
            ),
            file=_paper(stage, VENDOR, rule.title, f"In force: {rule.title.lower()}."),
        )
        actions.share(version.policy, by=by, client_id=contact.client_id)


@transaction.atomic
def activities(stage: Stage, contact: Engagement) -> None:
    """Three kept up and shown to clients; a restore test is late, shown to nobody."""
    by = stage.manager(VENDOR)
    if Activity.objects.filter(organization=by.organization).exists():
        return
    for kind, done, outcome, summary in DONE:
        row = actions.start_activity(
            by=by, kind=kind, first_due_on=stage.day(done), is_shared=True
        )
        actions.record_done(
            row,
            by=by,
            done_on=stage.day(done),
            outcome=outcome,
            summary=summary,
            file=_paper(stage, VENDOR, f"Record of {kind.label.lower()}", summary),
        )
    actions.start_activity(
        by=by, kind=ActivityKind.RESTORE_TEST, first_due_on=stage.day(-12)
    )


@transaction.atomic
def requests(stage: Stage, contact: Engagement) -> None:
    """The client asks for three things: one waits, one is looked at, one came back."""
    by, vendor = stage.manager(p.LAKEVIEW), stage.manager(VENDOR)
    if EvidenceRequest.objects.filter(engagement=contact).exists():
        return
    wanted = (
        ("Record of the last restore test", 10, ""),
        ("Screen lock on home computers", 20, "Screenshots of the device policy."),
        ("Training of the night shift", 30, "List of the night shift, last month."),
    )
    for title, days, answer in wanted:
        row = actions.request_evidence(
            contact, by=by, title=title, details="", due_on=stage.day(days)
        )
        if answer:
            file = _paper(stage, VENDOR, title, answer)
            actions.answer_request(row, by=vendor, file=file, note=answer)
    returned = EvidenceRequest.objects.get(engagement=contact, title=wanted[2][0])
    actions.return_answer(
        returned, by=by, reason="It names no dates. Send the export with dates."
    )


def _paper(stage: Stage, party: p.Party, title: str, text: str) -> StoredFile:
    content = documents.paper(title, party.name, text)
    return story.store(stage.manager(party), f"{title.replace('/', ' ')}.pdf", content)
