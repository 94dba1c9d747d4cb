"""Clients, managers, and the page of an object."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from apps.assurance.models import Activity, Certificate, EvidenceRequest, Policy
from apps.engagements.models import Engagement
from apps.tenancy import queries as tenancy
from apps.tenancy.actor import Actor
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership, Organization

MANAGERS = {Role.COMPLIANCE_MANAGER, Role.VENDOR_MANAGER}
_PAGES: dict[type, str] = {
    Certificate: "assurance:certificate",
    Policy: "assurance:policy",
    Activity: "assurance:activity",
    EvidenceRequest: "assurance:request",
}


def clients(actor: Actor) -> QuerySet[Organization]:
    """Organizations the actor's organization serves or served, by name. One query."""
    serves = Engagement.objects.filter(
        provider=actor.organization_id, client=OuterRef("pk")
    )
    return Organization.objects.filter(Exists(serves)).order_by("name", "id")


def managers_of(organization_id: UUID) -> QuerySet[Membership]:
    """Managers of one organization, who are told. One query."""
    return tenancy.members_with_roles({organization_id}, MANAGERS)


def path_of(row: Certificate | Policy | Activity | EvidenceRequest) -> str:
    """The page of an object of the room."""
    return reverse(_PAGES[type(row)], args=[row.pk])
