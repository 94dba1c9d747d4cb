"""What the real worker does with what is recorded, over the real broker."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.db import transaction

from apps.drift.models import DriftFinding
from apps.evidence import actions as evidence
from apps.evidence.enums import FileKind
from apps.gate.models import GateDecision
from apps.notifications.models import OutgoingMail
from apps.reminders.models import SentReminder
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from apps.workforce import actions as workforce
from apps.workforce.models import RosterImport
from tests.factories.agreements import make_baa
from tests.factories.engagements import make_engagement, make_scope
from tests.factories.reminders import make_delivery
from tests.factories.tenancy import make_actor, make_organization
from tests.factories.workforce import make_site
from tests.live import Live

pytestmark = pytest.mark.worker

TODAY = datetime.now(UTC).date()


def _uploaded(by: Actor, content: str) -> RosterImport:
    with transaction.atomic():
        file = evidence.store_file(
            by=by,
            organization=by.organization,
            name="roster.csv",
            content=io.BytesIO(content.encode()),
            accept=FileKind.TABLE,
        )
        return workforce.upload_roster(
            by=by, organization=by.organization, file=file, is_complete=False
        )


def _roster(engagement: str, count: int) -> str:
    day = TODAY - timedelta(days=30)
    header = (
        "Employee ID,Full name,Hire date,Engagement,Role,Channels,Site,Assigned from"
    )
    rows = [
        f"W-{number},Person {number},{day},{engagement},Agent,Voice,W-1,{day}"
        for number in range(count)
    ]
    return "\n".join([header, *rows]) + "\n"


def test_roster_leads_to_drift_verdict_and_mail(live: Live) -> None:
    clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
    vendor = make_organization()
    officer = make_actor(clinic, Role.COMPLIANCE_MANAGER)
    manager = make_actor(vendor, Role.VENDOR_MANAGER)
    engagement = make_engagement(client=clinic, provider=vendor)
    make_scope(engagement)
    make_baa(engagement, effective_on=TODAY - timedelta(days=60))
    make_site(vendor, code="W-1")

    job = _uploaded(manager, _roster(engagement.name, 3))
    live.wait_until(
        lambda: RosterImport.objects.get(pk=job.pk).state == "preview", what="preview"
    )
    workforce.confirm_roster(RosterImport.objects.get(pk=job.pk), by=manager)
    live.wait_until(
        lambda: RosterImport.objects.get(pk=job.pk).state == "done", what="commit"
    )
    assert RosterImport.objects.get(pk=job.pk).account["imported"] == 3

    live.wait_until(
        lambda: DriftFinding.objects.filter(
            engagement=engagement, dimension="channel", value="voice"
        ).exists(),
        what="a finding: voice is not permitted",
    )
    live.wait_until(
        lambda: GateDecision.objects.filter(engagement=engagement).exists(),
        what="a decision of the gate",
    )
    for person in (officer, manager):
        live.wait_until(
            lambda person=person: OutgoingMail.objects.filter(
                to=person.user.email,
                subject__startswith="Drift found",
                sent_at__isnull=False,
            ).exists(),
            what="the alert to both sides",
        )


def test_file_that_is_no_table_is_refused_with_a_sentence(live: Live) -> None:
    manager = make_actor(make_organization(), Role.VENDOR_MANAGER)
    job = _uploaded(manager, "only a header\n")

    live.wait_until(
        lambda: RosterImport.objects.get(pk=job.pk).state in {"refused", "preview"},
        what="an answer",
    )

    found = RosterImport.objects.get(pk=job.pk)
    assert found.state == "refused"
    assert found.refusal.endswith(".")


def test_reminders_are_sent_once_however_often_the_job_runs(live: Live) -> None:
    clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
    officer = make_actor(clinic, Role.COMPLIANCE_MANAGER)
    make_delivery(clinic)
    engagement = make_engagement(client=clinic)
    last_day = TODAY + timedelta(days=7)
    version = make_baa(
        engagement, effective_on=TODAY - timedelta(days=60), expires_on=last_day
    )
    key = f"agreement:{version.pk}:expires"

    for _ in range(3):
        current_app.send_task("reminders.sweep")
    live.wait_until(
        lambda: (
            SentReminder.objects.filter(
                item=key, recipient=officer.user_id, notification__isnull=False
            ).count()
            == 2
        ),
        what="one reminder by two channels",
    )
    live.wait_until(
        lambda: (
            OutgoingMail.objects.filter(
                to=officer.user.email, sent_at__isnull=False
            ).count()
            == 1
        ),
        what="one mail",
    )
    assert OutgoingMail.objects.filter(to=officer.user.email).count() == 1
