"""Setting when, to whom and how reminders go out."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import time
from typing import Any

from django.db import models, transaction

from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.core.errors import Conflict, Invalid
from apps.reminders import queries, rules, trail
from apps.reminders.enums import Cadence, DutyKind
from apps.reminders.models import ReminderDelivery, ReminderPolicy, ReminderPreference
from apps.reminders.rules import Delivery, Policy
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Permission
from apps.tenancy.models import Membership, Organization
from apps.tenancy.queries import own_membership

Facts = dict[str, Any]


@transaction.atomic
def set_policy(*, by: Actor, kind: str, terms: Policy) -> ReminderPolicy:
    """Set when and whom the organization reminds of a kind of duty.

    Steps: organization locked, so that two managers never cross; rule; row; event
    ``reminder_policy.set``. Reminders already sent stay sent. The same terms again
    change and record nothing. Raises NotAllowed, Invalid, OffsetsRefused,
    PolicyRefused.
    """
    by.require(Permission.REMINDERS_EDIT)
    if kind not in DutyKind.values:
        raise Invalid(f"There is no kind of duty {kind!r}.", fields={"kind": [kind]})
    among = rules.roles_for(kind, OrganizationKind(by.organization.kind))
    terms = rules.check_policy(terms, kind=kind, among=among)
    Organization.objects.locked(by.organization_id)
    row = queries.policies(by).filter(kind=kind).first()
    before = _facts(row.terms if row else rules.default_policy(kind))
    after = _facts(terms)
    if row is not None and before == after:
        return row
    row, _ = ReminderPolicy.objects.update_or_create(
        organization=by.organization, kind=kind, defaults=after
    )
    _record(trail.POLICY_SET, row, by=by, facts={"kind": kind} | after, before=before)
    return row


def _facts(terms: Policy) -> Facts:
    """Field by field, sets as sorted lists."""
    return {
        name: sorted(str(each) for each in value)
        if isinstance(value, frozenset)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in asdict(terms).items()
    }


@transaction.atomic
def set_delivery(*, by: Actor, terms: Delivery) -> ReminderDelivery:
    """Set when reminders of the organization may leave and how they are bundled.

    Steps: organization locked; rule; row; event ``reminder_delivery.set``. A zone
    equal to the organization's own follows it when that changes. The same again
    changes and records nothing. Raises NotAllowed, DeliveryRefused.
    """
    by.require(Permission.REMINDERS_EDIT)
    terms = rules.check_delivery(terms)
    organization = Organization.objects.locked(by.organization_id)
    row = queries.delivery_row(by)
    before = asdict(row.terms(organization.time_zone) if row else queries.delivery(by))
    if row is not None and before == asdict(terms):
        return row
    own = terms.zone == organization.time_zone
    row, _ = ReminderDelivery.objects.update_or_create(
        organization=organization,
        defaults=asdict(replace(terms, zone="" if own else terms.zone)),
    )
    facts, told = _told(asdict(terms)), _told(before)
    _record(trail.DELIVERY_SET, row, by=by, facts=facts, before=told)
    return row


def _told(values: Facts) -> Facts:
    """Times as text."""
    return {
        name: value.isoformat() if isinstance(value, time) else value
        for name, value in values.items()
    }


@transaction.atomic
def set_preference(
    *, by: Actor, cadence: Cadence | None, wants_email: bool
) -> ReminderPreference:
    """Choose how one's own reminders come, where the organization lets one choose.

    Steps: membership locked; the organization allows it; row; event
    ``reminder_preference.set``. ``cadence`` None follows the organization. The same
    again changes and records nothing. Raises NotAllowed, Conflict where it does not.
    """
    by.require(Permission.ENGAGEMENTS_VIEW)
    membership = Membership.objects.locked(own_membership(by).pk)
    if not queries.delivery(by).allows_preferences:
        raise Conflict(
            f"{by.organization} decides how its reminders come. Ask one of its "
            "managers to let its people choose."
        )
    after: Facts = {"cadence": cadence or "", "wants_email": wants_email}
    row = queries.preference(by)
    before: Facts = {"cadence": "", "wants_email": True}
    if row is not None:
        before = {"cadence": row.cadence, "wants_email": row.wants_email}
        if before == after:
            return row
    row, _ = ReminderPreference.objects.update_or_create(
        membership=membership, defaults=after
    )
    _record(trail.PREFERENCE_SET, row, by=by, facts=after, before=before)
    return row


def _record(
    verb: Verb, row: models.Model, *, by: Actor, facts: Facts, before: Facts
) -> None:
    """The event, with what changed."""
    record(
        verb,
        by=by,
        about=Subject(
            obj=row,
            organization_id=by.organization_id,
            visible_to=frozenset({by.organization_id}),
        ),
        facts=facts,
        changed={
            name: (before[name], value)
            for name, value in facts.items()
            if name in before and before[name] != value
        },
    )
