"""Organizations and their people, founded and invited the way they would be."""

from __future__ import annotations

from django.db import transaction

from apps.accounts import actions as accounts
from apps.accounts.models import Invitation
from apps.engagements import actions as engagements
from apps.engagements.models import VendorRegistration
from apps.tenancy.actor import Actor, system
from apps.tenancy.enums import Permission
from apps.tenancy.models import Membership, Organization
from demo import portfolio as p

FOUNDER = system("demonstration", {Permission.MEMBERS_EDIT})
# Who puts each vendor on the list; the first of them invites its manager.
LISTS = (
    (p.LAKEVIEW, p.MERIDIAN),
    (p.LAKEVIEW, p.NORTHGATE),
    (p.HARBORSTONE, p.SOLARIS),
    (p.HARBORSTONE, p.MERIDIAN),
    (p.HARBORSTONE, p.NORTHGATE),
    (p.MERIDIAN, p.SOLARIS),
    (p.MERIDIAN, p.CHATWELL),
    (p.SOLARIS, p.NIGHTWATCH),
)
FOUNDED = (p.LAKEVIEW, p.HARBORSTONE, p.BIRCH_AND_VALE)


@transaction.atomic
def settle_in() -> dict[str, Actor]:
    """Make whoever is missing; the first manager of each organization, by its name."""
    for party in FOUNDED:
        _found(party)
    for client, vendor in LISTS:
        _list(_manager(client), vendor)
    for party in p.PARTIES:
        for person in party.people[1:]:
            _invite(_manager(party), _organization(party), person)
    return {party.name: _manager(party) for party in p.PARTIES}


def _organization(party: p.Party) -> Organization:
    return Organization.objects.get(name=party.name)


def _manager(party: p.Party) -> Actor:
    membership = Membership.objects.select_related("user", "organization").get(
        organization__name=party.name, user__email=party.people[0].email
    )
    return Actor.of(membership, via="demonstration")


def _found(party: p.Party) -> None:
    if Organization.objects.filter(name=party.name).exists():
        return
    first = party.people[0]
    organization, _ = accounts.found_organization(
        by=FOUNDER,
        founding=accounts.Founding(
            party.name, party.kind, party.country, party.time_zone
        ),
        manager=accounts.Invitee(first.email, first.name, first.role),
    )
    _accept(Invitation.objects.get(organization=organization))


def _list(client: Actor, vendor: p.Party) -> None:
    known = VendorRegistration.objects.filter(vendor__name=vendor.name)
    if known.filter(organization=client.organization).exists():
        return
    organization = engagements.register_vendor(
        by=client,
        name=vendor.name,
        country=vendor.country,
        time_zone=vendor.time_zone,
    )
    _invite(client, organization, vendor.people[0])


def _invite(by: Actor, organization: Organization, person: p.Person) -> None:
    members = Membership.objects.filter(organization=organization)
    if members.filter(user__email=person.email).exists():
        return
    invitee = accounts.Invitee(person.email, person.name, person.role)
    _accept(accounts.invite(by=by, organization=organization, invitee=invitee))


def _accept(invitation: Invitation) -> None:
    accounts.accept_as_new(
        invitation, full_name=invitation.full_name, password=p.PASSWORD
    )
