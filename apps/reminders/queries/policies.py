"""Reads of policies, of how reminders are delivered, and of what people chose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from apps.core import clock
from apps.core.errors import NotFound
from apps.reminders import rules
from apps.reminders.enums import Cadence, DutyKind
from apps.reminders.models import (
    LastPass,
    ReminderDelivery,
    ReminderPolicy,
    ReminderPreference,
)
from apps.reminders.rules import Delivery, Person, Policies, Policy
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import OrganizationKind, Role
from apps.tenancy.models import Membership, Organization

STALLED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """When and whom an organization reminds of a kind of duty."""

    kind: str
    label: str
    terms: Policy
    is_default: bool
    roles: tuple[Role, ...]

    @property
    def recipients(self) -> list[str]:
        """Roles that are told, in words; of the default only those there are."""
        return [str(r.label) for r in self.roles if r in self.terms.recipients]

    @property
    def escalation(self) -> list[str]:
        """Roles that are told when the duty stays undone."""
        return [str(r.label) for r in self.roles if r in self.terms.escalate_to]

    @property
    def channels(self) -> list[str]:
        """How, in words."""
        return sorted(str(each.label) for each in self.terms.channels)


def policies(actor: AnyActor) -> QuerySet[ReminderPolicy]:
    """Policies of the actor's organization; a job reads those of all. One query."""
    return ReminderPolicy.objects.visible_to(actor).order_by("kind", "pk")


def policy_lines(actor: Actor) -> list[PolicyLine]:
    """Every kind of duty with its policy, own or default. One query.

    Kinds nobody of the organization may read are left out.
    """
    own = {row.kind: row.terms for row in policies(actor)}
    party = OrganizationKind(actor.organization.kind)
    return [
        PolicyLine(
            kind=kind.value,
            label=str(kind.label),
            terms=own.get(kind.value) or rules.default_policy(kind.value),
            is_default=kind.value not in own,
            roles=roles,
        )
        for kind in DutyKind
        if (roles := rules.roles_for(kind.value, party))
    ]


def policy_line(actor: Actor, kind: str) -> PolicyLine:
    """One kind of duty; NotFound for a kind there is not. One query."""
    for line in policy_lines(actor):
        if line.kind == kind:
            return line
    raise NotFound


def policies_for_job() -> Policies:
    """Own policies by organization and kind. One query."""
    return {(row.organization_id, row.kind): row.terms for row in _all_policies()}


def _all_policies() -> QuerySet[ReminderPolicy]:
    return ReminderPolicy.objects.all()


def delivery_row(actor: Actor) -> ReminderDelivery | None:
    """What the organization set; None where the default applies. One query."""
    return ReminderDelivery.objects.visible_to(actor).first()


def delivery(actor: Actor) -> Delivery:
    """How the organization's reminders leave, own or default. One query."""
    row = delivery_row(actor)
    zone = actor.organization.time_zone
    return row.terms(zone) if row else Delivery(zone=zone)


def deliveries(organizations: Collection[Organization]) -> dict[UUID, Delivery]:
    """How reminders of each organization leave, own or default. One query."""
    rows = ReminderDelivery.objects.filter(organization__in=organizations)
    own = {row.organization_id: row for row in rows}
    return {
        each.pk: own[each.pk].terms(each.time_zone)
        if each.pk in own
        else Delivery(zone=each.time_zone)
        for each in organizations
    }


def preference(actor: Actor) -> ReminderPreference | None:
    """What the person chose at this organization. One query."""
    return (
        ReminderPreference.objects.visible_to(actor)
        .filter(membership__user=actor.user_id)
        .first()
    )


def persons(
    memberships: Collection[Membership], found: dict[UUID, Delivery]
) -> list[Person]:
    """Who may be reminded, each with what they chose where that counts. One query."""
    rows = ReminderPreference.objects.filter(membership__in=memberships)
    chosen = {row.membership_id: row for row in rows}
    return [
        _person(row, found[row.organization_id], chosen.get(row.pk))
        for row in memberships
    ]


def _person(
    row: Membership, found: Delivery, chosen: ReminderPreference | None
) -> Person:
    usual = Person(
        user_id=row.user_id,
        organization_id=row.organization_id,
        role=Role(row.role),
        cadence=found.cadence,
    )
    if chosen is None or not found.allows_preferences:
        return usual
    cadence = Cadence(chosen.cadence) if chosen.cadence else found.cadence
    return usual._replace(cadence=cadence, wants_email=chosen.wants_email)


def slots(
    people: Collection[Person], found: dict[UUID, Delivery]
) -> dict[tuple[UUID, UUID], date]:
    """The day each person's reminders stand at now. No query."""
    now = clock.now()
    return {
        (each.organization_id, each.user_id): rules.slot(
            found[each.organization_id], each.cadence, now
        )
        for each in people
    }


def is_stalled(row: LastPass | None) -> bool:
    """Whether nobody has looked for an hour, four times the usual pause."""
    return row is not None and clock.now() - row.ran_at > STALLED_AFTER


def last_pass() -> LastPass | None:
    """When reminders were last looked at. One query."""
    return LastPass.objects.first()
