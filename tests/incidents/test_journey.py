"""The same three layers twice, through the pages: contractors, then agents."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from apps.core import clock
from apps.engagements.enums import LegalAgency
from apps.engagements.models import Engagement
from apps.incidents.models import Clock, Incident
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from tests.factories.agreements import make_baa
from tests.factories.engagements import make_engagement, make_subcontract
from tests.factories.incidents import report_data
from tests.factories.tenancy import make_actor, make_organization

ClientFor = Callable[[Actor], Client]


@dataclass(frozen=True)
class Layers:
    """A clinic, its vendor, and the vendor's subcontractor, each with one person."""

    upper: Engagement
    lower: Engagement
    officer: Actor
    manager: Actor
    lead: Actor
    sub_manager: Actor
    sub_lead: Actor


def layers(agency: LegalAgency) -> Layers:
    clinic = make_organization(
        name="Lakeside Clinic",
        kind=OrganizationKind.COVERED_ENTITY,
        time_zone="America/New_York",
    )
    vendor = make_organization(name="Careline", time_zone="America/New_York")
    sub = make_organization(name="Nightdesk", country="PH", time_zone="Asia/Manila")
    started = {"started_on": date(2025, 1, 1), "legal_agency": agency}
    upper = make_engagement(
        client=clinic, provider=vendor, name="Patient chat", **started
    )
    lower = make_engagement(client=vendor, provider=sub, name="Night chat", **started)
    make_subcontract(upper, lower, effective_on=date(2025, 1, 2))
    for engagement in (upper, lower):
        make_baa(engagement, effective_on=date(2025, 1, 1), expires_on=date(2027, 1, 1))
    return Layers(
        upper,
        lower,
        make_actor(clinic, Role.COMPLIANCE_MANAGER),
        make_actor(vendor, Role.VENDOR_MANAGER),
        make_actor(vendor, Role.TEAM_LEAD),
        make_actor(sub, Role.VENDOR_MANAGER),
        make_actor(sub, Role.TEAM_LEAD),
    )


def post(client: Client, name: str, pk: Any, data: dict[str, Any]) -> None:
    answer = client.post(reverse(f"incidents:{name}", args=[pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors


def due(incident: Incident, code: str) -> date:
    return Clock.objects.get(incident=incident, code=code, superseded_by=None).due_on


def run(world: Layers, client_for: ClientFor) -> tuple[Incident, Incident]:
    """Report below on 5 January, tell upwards on 20 February and 1 April."""
    with clock.held(datetime(2026, 1, 6, 2, 0, tzinfo=UTC)):
        client_for(world.sub_lead).post(
            reverse("incidents:report"),
            report_data(
                world.lower,
                learned_at="2026-01-05T22:00",
                zone="Asia/Manila",
                people=80,
            ),
        )
    below = Incident.objects.get(engagement=world.lower)
    with clock.held(datetime(2026, 2, 20, 15, 0, tzinfo=UTC)):
        told = {"told_at": "2026-02-20T10:00", "zone": "America/New_York"}
        post(
            client_for(world.sub_manager), "share", below.pk, told | {"method": "phone"}
        )
    above = Incident.objects.get(engagement=world.upper)
    with clock.held(datetime(2026, 4, 1, 15, 0, tzinfo=UTC)):
        told = {"told_at": "2026-04-01T10:00", "zone": "America/New_York"}
        client = client_for(world.manager)
        post(client, "count", above.pk, {"total": 80, "by_state": "MI 80"})
        post(client, "share", above.pk, told | {"method": "email"})
    above.refresh_from_db()
    return below, above


def pdf_text(client: Client, incident: Incident) -> str:
    answer = client.get(reverse("incidents:case_file", args=[incident.pk]))
    assert answer.status_code == 200
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.django_db
def test_three_layers_of_contractors(client_for: ClientFor) -> None:
    world = layers(LegalAgency.INDEPENDENT)
    below, above = run(world, client_for)
    assert due(below, "FED-UPSTREAM") == date(2026, 3, 6)
    assert due(above, "FED-UPSTREAM") == date(2026, 4, 21)
    assert due(above, "FED-INDIVIDUALS") == date(2026, 5, 31)
    assert due(above, "FED-HHS-SMALL") == date(2027, 3, 1)
    text = pdf_text(client_for(world.officer), above)
    assert "31 May 2026" in text
    assert "told by the party below" in text
    assert "Nightdesk" not in text


@pytest.mark.django_db
def test_three_layers_of_agents(client_for: ClientFor) -> None:
    world = layers(LegalAgency.AGENT)
    below, above = run(world, client_for)
    assert due(below, "FED-UPSTREAM") == date(2026, 3, 6)
    assert due(above, "FED-UPSTREAM") == date(2026, 3, 6)
    assert due(above, "FED-INDIVIDUALS") == date(2026, 3, 6)
    with clock.held(datetime(2026, 4, 2, 15, 0, tzinfo=UTC)):
        page = client_for(world.officer).get(
            reverse("incidents:detail", args=[above.pk])
        )
        text = pdf_text(client_for(world.officer), above)
    assert "by 6 March 2026" in page.content.decode()
    assert "legal agent" in text
    assert "Overdue" in text
    assert "26 days late" in text


@pytest.mark.django_db
def test_contract_clock_runs_by_the_hour_on_each_hop(client_for: ClientFor) -> None:
    world = layers(LegalAgency.INDEPENDENT)
    below, above = run(world, client_for)
    hop = Clock.objects.get(incident=below, code="CONTRACT", superseded_by=None)
    assert hop.due_at == datetime(2026, 1, 6, 14, 0, tzinfo=UTC)
    assert hop.ended_as == "satisfied"
    next_hop = Clock.objects.get(incident=above, code="CONTRACT", superseded_by=None)
    assert next_hop.due_at == datetime(2026, 2, 21, 15, 0, tzinfo=UTC)
