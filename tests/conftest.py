"""Databases with the two real roles, a held clock, and a small fixed cast."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django.plugin import DjangoDbBlocker

from apps.core import clock
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from apps.tenancy.middleware import SESSION_MEMBERSHIP
from apps.tenancy.models import Membership, Organization
from tests.databases import drop_database, make_database
from tests.factories.tenancy import make_actor, make_organization
from tests.live import Live, running

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
# How long an example takes says nothing on a machine that does other things, too.
examples.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make the database as its owner; tests then work with the application's rights."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = settings.TEST_DATABASE + (f"_{worker}" if worker else "")
    with django_db_blocker.unblock():
        make_database(name)
    for connection in (connections["owner"], connections["default"]):
        connection.close()
        connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["owner"].close()
        drop_database(name)


@pytest.fixture(autouse=True)
def held_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold the clock at noon of 15 June 2026 UTC, except where processes must agree."""
    if {"worker", "browser"} & {mark.name for mark in request.node.iter_markers()}:
        yield
        return
    with clock.held(NOON):
        yield


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    """Uploads of a test go to a folder of its own."""
    keep_files_in(settings, tmp_path / "files")


def keep_files_in(settings: Any, folder: Path) -> None:
    """Point the storage of uploads at a folder."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder},
        },
    }


@pytest.fixture(scope="session")
def live_portal(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Live]:
    """A database of its own with the real worker, beat and web processes."""
    with (
        django_db_blocker.unblock(),
        running(
            tmp_path_factory.mktemp("live"), name=f"{settings.TEST_DATABASE}_live"
        ) as portal,
    ):
        yield portal


@pytest.fixture
def live(
    live_portal: Live, django_db_blocker: DjangoDbBlocker, settings: Any
) -> Iterator[Live]:
    """This process works on the live database, committing like a web process."""
    keep_files_in(settings, live_portal.files)
    connection = connections["default"]
    usual = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = live_portal.database
        yield live_portal
        connection.close()
        connection.settings_dict["NAME"] = usual


@dataclass(frozen=True)
class Cast:
    """The people and organizations most tests speak of."""

    clinic: Organization
    other_clinic: Organization
    vendor: Organization
    other_vendor: Organization
    audit_firm: Organization
    officer: Actor
    second_officer: Actor
    analyst: Actor
    reader: Actor
    manager: Actor
    second_manager: Actor
    lead: Actor
    outsider: Actor
    other_manager: Actor
    auditor: Actor
    engagement: Engagement


@pytest.fixture
def cast(db: None) -> Cast:
    """A clinic that uses a vendor, another pair, and an auditor."""
    return make_cast()


def make_cast() -> Cast:
    """The rows of ``cast``, for fixtures that live longer than a test."""
    clinic = make_organization(
        name="Lakeside Clinic", kind=OrganizationKind.COVERED_ENTITY
    )
    other_clinic = make_organization(
        name="Hillside Clinic", kind=OrganizationKind.COVERED_ENTITY
    )
    vendor = make_organization(name="Careline", country="PH")
    other_vendor = make_organization(name="Otherline")
    audit_firm = make_organization(
        name="Assay Auditors", kind=OrganizationKind.AUDIT_FIRM
    )
    return Cast(
        clinic=clinic,
        other_clinic=other_clinic,
        vendor=vendor,
        other_vendor=other_vendor,
        audit_firm=audit_firm,
        officer=make_actor(clinic, Role.COMPLIANCE_MANAGER, name="Olga Officer"),
        second_officer=make_actor(clinic, Role.COMPLIANCE_MANAGER, name="Omar Second"),
        analyst=make_actor(clinic, Role.COMPLIANCE_ANALYST, name="Ana Analyst"),
        reader=make_actor(clinic, Role.COMPLIANCE_READER, name="Rita Reader"),
        manager=make_actor(vendor, Role.VENDOR_MANAGER, name="Mara Manager"),
        second_manager=make_actor(vendor, Role.VENDOR_MANAGER, name="Milo Second"),
        lead=make_actor(vendor, Role.TEAM_LEAD, name="Lee Lead"),
        outsider=make_actor(other_clinic, Role.COMPLIANCE_MANAGER, name="Uma Outsider"),
        other_manager=make_actor(other_vendor, Role.VENDOR_MANAGER, name="Otto Other"),
        auditor=make_actor(audit_firm, Role.AUDITOR, name="Aida Auditor"),
        engagement=Engagement.objects.create(
            client=clinic,
            provider=vendor,
            name="Patient chat",
            started_on=date(2026, 1, 5),
        ),
    )


@pytest.fixture
def client_for(db: None) -> Callable[[Actor], Client]:
    """Return a browser signed in as the actor's person, acting for its organization."""
    return sign_in


def sign_in(actor: Actor) -> Client:
    """A browser with a session of the actor's person in its organization."""
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    membership = Membership.objects.get(
        user=actor.user, organization=actor.organization
    )
    session = client.session
    session[SESSION_MEMBERSHIP] = str(membership.pk)
    session.save()
    return client
