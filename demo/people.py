"""Organizations and their people, founded and invited the way they would be."""

from __future__ import annotations

from apps.accounts import actions as accounts
from apps.engagements import actions as engagements
from apps.tenancy.actor import Actor, system
from apps.tenancy.enums import OrganizationKind, Permission, Role
from apps.tenancy.models import Membership, Organization
from demo import portfolio as p

FOUNDER = system("demonstration", {Permission.MEMBERS_EDIT})
# Who put each vendor on the list first.
REGISTERED_BY = {
    p.MERIDIAN.name: p.LAKEVIEW,
    p.NORTHGATE.name: p.LAKEVIEW,
    p.SOLARIS.name: p.HARBORSTONE,
    p.CHATWELL.name: p.MERIDIAN,
    p.NIGHTWATCH.name: p.SOLARIS,
}
ALSO_USED_BY = (
    (p.HARBORSTONE, p.MERIDIAN),
    (p.HARBORSTONE, p.NORTHGATE),
    (p.MERIDIAN, p.SOLARIS),
)


def settle_in() -> dict[str, Actor]:
    """Make whoever is missing; return the first manager of each organization."""
    managers: dict[str, Actor] = {}
    for party in p.PARTIES:
        managers[party.name] = _party(party, managers)
    for client, vendor in ALSO_USED_BY:
        _list_vendor(vendor, managers[client.name])
    return managers


def _party(party: p.Party, managers: dict[str, Actor]) -> Actor:
    found = Organization.objects.filter(name=party.name).first()
    first, *others = party.people
    if found is None and party.name in REGISTERED_BY:
        client = managers[REGISTERED_BY[party.name].name]
        found = _list_vendor(party, client)
        _join(found, first, invited_by=client)
    elif found is None:
        found = accounts.found_organization(
            by=FOUNDER,
            name=party.name,
            kind=party.kind,
            country=party.country,
            time_zone=party.time_zone,
        )
        _join(found, first, invited_by=FOUNDER)
    manager = _actor(found, first)
    for person in others:
        if not Membership.objects.filter(user__email=person.email).exists():
            _join(found, person, invited_by=manager)
    return manager


def _list_vendor(party: p.Party, client: Actor) -> Organization:
    return engagements.register_vendor(
        by=client, name=party.name, country=party.country, time_zone=party.time_zone
    )
