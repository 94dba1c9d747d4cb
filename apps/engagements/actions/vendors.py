"""Vendors on an organization's list."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from apps.audit.actions import Subject, record
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements import trail
from apps.engagements.actions.common import hold_name, require_text
from apps.engagements.models import VendorRegistration
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import OrganizationKind, Permission
from apps.tenancy.models import Organization


@transaction.atomic
def register_vendor(
    *,
    by: AnyActor,
    name: str,
    country: str,
    time_zone: str,
    audit_contact: str = "",
) -> Organization:
    """Put a vendor on the list of the actor's organization, and return it.

    A vendor the portal already knows by exactly this name (letter case apart) and
    country is taken as it is, so that one provider serves many clients with one
    roster and one set of records; zone and contact given here are then not used.
    That tells the asker one thing, that a vendor of that name and country is in the
    portal: nothing else of it is shown before an engagement, whom it serves never,
    and each such registration stands in the trail. There is no list to browse.

    Steps: permission, values, hold the name, find or create, put on the list,
    record ``vendor.registered``. Raises NotAllowed, Invalid, and Conflict when the
    vendor is already on the list.
    """
    by.require(Permission.ENGAGEMENTS_EDIT)
    if not isinstance(by, Actor):
        raise NotAllowed("A vendor is registered for an organization, by its people.")
    name = require_text(name, field="name", most=200)
    _check_values(country=country, time_zone=time_zone, audit_contact=audit_contact)
    hold_name(name)
    vendor, is_new = _found_or_created(
        by=by,
        name=name,
        country=country,
        time_zone=time_zone,
        audit_contact=audit_contact,
    )
    _put_on_list(vendor, by=by)
    record(
        trail.VENDOR_REGISTERED,
        by=by,
        about=Subject(
            obj=vendor,
            organization_id=by.organization_id,
            visible_to=frozenset({by.organization_id}),
        ),
        facts={"country": vendor.country, "is_new": is_new},
        personal={"vendor": vendor.name},
    )
    return vendor


def _check_values(*, country: str, time_zone: str, audit_contact: str) -> None:
    fields: dict[str, list[str]] = {}
    if not re.fullmatch(r"[A-Z]{2}", country):
        fields["country"] = ["Two capital letters of ISO 3166-1, for example PH."]
    if time_zone not in available_timezones():
        fields["time_zone"] = ["A zone of the IANA list, for example Asia/Manila."]
    if audit_contact:
        try:
            validate_email(audit_contact)
        except ValidationError:
            fields["audit_contact"] = ["An e-mail address, or nothing."]
    if fields:
        raise Invalid("The vendor cannot be registered yet.", fields=fields)


def _found_or_created(
    *, by: Actor, name: str, country: str, time_zone: str, audit_contact: str
) -> tuple[Organization, bool]:
    known = (
        Organization.objects.filter(
            kind=OrganizationKind.VENDOR, name__iexact=name, country=country
        )
        .order_by("created_at", "id")
        .first()
    )
    if known is not None:
        return known, False
    created = Organization.objects.create(
        name=name,
        kind=OrganizationKind.VENDOR,
        country=country,
        time_zone=time_zone,
        audit_contact=audit_contact,
        registered_by=by.organization,
    )
    return created, True


def _put_on_list(vendor: Organization, *, by: Actor) -> None:
    if vendor.pk == by.organization_id:
        raise Conflict(
            "This is your own organization. Register the party that works for it.",
            fields={"name": ["An organization is not its own vendor."]},
        )
    _, is_listed_now = VendorRegistration.objects.get_or_create(
        organization=by.organization, vendor=vendor
    )
    if not is_listed_now:
        raise Conflict(
            f"{vendor} is already on your list. Create an engagement with it.",
            fields={"name": ["Already on your list."]},
        )
