"""A leaver in Manila with the real worker: from the roster to the signed document."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F

from apps.access_reviews import actions, queries, rules, tasks
from apps.access_reviews.enums import Decision, RevocationState
from apps.access_reviews.models import (
    Account,
    Campaign,
    Revocation,
    RevocationStep,
    SnapshotImport,
    System,
)
from apps.core import clock
from apps.evidence import queries as evidence
from apps.notifications.models import Notification
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.models import Organization
from apps.workforce import actions as workforce
from apps.workforce.models import RosterImport
from tests.factories.access_reviews import make_campaign, make_grant, make_system
from tests.factories.tenancy import make_actor, make_organization
from tests.factories.workforce import make_agent
from tests.journeys.test_worker import _uploaded
from tests.live import Live

pytestmark = pytest.mark.worker

ZONE = "Asia/Manila"
HEADER = "id,login,email,status,role\n"
ANA = "U1,ana,ana@manila.test,active,Agent\n"
BEN = "U2,ben,ben@manila.test,active,Agent\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def _taken_in(live: Live, by: Actor, system: System, text: str) -> None:
    """Hand an export in, confirm its preview, wait for the worker."""
    with transaction.atomic():
        job = actions.push_snapshot(
            system,
            by=by,
            upload=SimpleUploadedFile("accounts.csv", text.encode()),
            statement=actions.SnapshotStatement(is_complete=True),
        )
    live.wait_until(lambda: _job(job).state == "preview", what="a preview")
    actions.confirm_snapshot(_job(job), by=by)
    live.wait_until(lambda: _job(job).state == "done", what="the export")


def _job(job: SnapshotImport) -> Any:
    return queries.snapshot_for_job(job.pk)


def _hours_pass(row: Revocation, hours: int) -> None:
    """As if the revocation had been asked for so many hours earlier."""
    back = timedelta(hours=hours)
    Revocation.objects.filter(pk=row.pk).update(
        asked_at=F("asked_at") - back, due_at=F("due_at") - back
    )
    RevocationStep.objects.filter(revocation=row).update(at=F("at") - back)


def test_leaver_is_revoked_alerted_proved_verified_and_documented(live: Live) -> None:
    vendor = make_organization(time_zone=ZONE)
    first, second = (make_actor(vendor, Role.VENDOR_MANAGER) for _ in range(2))
    system = make_system(vendor, name="Chat desk")
    agents = [
        make_agent(vendor, external_id="A-1", email="ana@manila.test"),
        make_agent(vendor, external_id="A-2", email="ben@manila.test"),
    ]
    _taken_in(live, first, system, HEADER + ANA + BEN)
    matched = Account.objects.filter(system=system).values_list("agent", flat=True)
    assert set(matched) == {agent.pk for agent in agents}
    terms = actions.CampaignTerms(
        name="Quarterly review",
        systems=[system],
        due_on=clock.today(ZONE) + timedelta(days=7),
    )
    campaign = actions.open_campaign(by=first, terms=terms)

    # The last day is today in Manila, whatever the hour elsewhere.
    today = datetime.now(ZoneInfo(ZONE)).date().isoformat()
    job = _uploaded(
        first,
        f"Employee ID,Full name,Last working day\nA-1,{agents[0].full_name},{today}\n",
    )
    live.wait_until(
        lambda: RosterImport.objects.get(pk=job.pk).state == "preview", what="preview"
    )
    confirmed_at = clock.now()
    workforce.confirm_roster(RosterImport.objects.get(pk=job.pk), by=first)
    live.wait_until(
        lambda: Revocation.objects.filter(system=system).exists(), what="a revocation"
    )
    row = Revocation.objects.get(system=system)
    assert row.asked_at - confirmed_at < timedelta(minutes=1)
    assert (row.cause, row.hours) == ("left", 24)
    assert queries.state_now(row) is RevocationState.OPEN
    _told(live, first, "revocations.opened")

    _hours_pass(row, 25)
    row.refresh_from_db()
    assert queries.state_now(row) is RevocationState.OVERDUE
    _campaign_that_cannot_repeat(vendor)
    tasks.sweep.delay()
    _told(live, second, "revocation.overdue")

    found = queries.revocation(first, row.pk)
    proof = actions.stored_proof(SimpleUploadedFile("ticket.png", PNG), by=first)
    assert proof is not None
    actions.confirm_revocation(found, by=first, note="Ticket 7", proof=proof)
    _taken_in(live, first, system, HEADER + BEN)
    found = queries.revocation(first, row.pk)
    assert queries.state_now(found) is RevocationState.VERIFIED

    answer = rules.Answer(Decision.KEEP, "Needed")
    actions.decide_many(
        campaign, by=first, selection=queries.Selection(), answer=answer
    )
    actions.close_campaign(campaign, by=first)
    actions.sign_off_campaign(campaign, by=second)
    live.wait_until(
        lambda: Campaign.objects.get(pk=campaign.pk).file_id, what="the document"
    )
    text = _text(Campaign.objects.select_related("file").get(pk=campaign.pk))
    steps = (
        "asked for (The agent left)",
        "overdue, people were told",
        f"confirmed as done by {first.user} (Ticket 7), SHA-256 {proof.sha256[:12]}",
        "verified by a snapshot (Export of",
    )
    places = [text.find(step) for step in steps]
    assert -1 not in places, text
    assert places == sorted(places)
    assert "Verified absent" in text


def _campaign_that_cannot_repeat(vendor: Organization) -> None:
    """Its only account is gone; it must hold up nothing else of the sweep."""
    grant = make_grant(make_system(vendor), absent_since=clock.now())
    yesterday = clock.today("UTC") - timedelta(days=1)
    make_campaign(vendor, [grant], next_on=yesterday, recurrence_months=1)


def _told(live: Live, actor: Actor, kind: str) -> None:
    live.wait_until(
        lambda: Notification.objects.filter(recipient=actor.user, kind=kind).exists(),
        what=f"the message {kind}",
    )


def _text(campaign: Campaign) -> str:
    assert campaign.file is not None
    with evidence.opened(campaign.file) as handle:
        pages = pypdf.PdfReader(io.BytesIO(handle.read())).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
