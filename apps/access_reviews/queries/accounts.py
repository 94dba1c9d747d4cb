"""Accounts of a system: one of them, and the list with flags."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.access_reviews.models import AccessGrant, Account, System
from apps.access_reviews.queries.campaigns import last_signed_off, reviewed_grants
from apps.access_reviews.queries.facts import GrantLine, agent_name, grant_lines
from apps.core.errors import NotFound
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission


def accounts(actor: AnyActor) -> QuerySet[Account]:
    """Accounts of the actor's systems, by system and key. One query."""
    actor.require(Permission.ACCESS_VIEW)
    return (
        Account.objects.visible_to(actor)
        .select_related("agent", "system__organization", "organization")
        .order_by("system__name", "key", "pk")
    )


def account(actor: AnyActor, pk: UUID) -> Account:
    """An account of an own system; NotFound for any other. One query."""
    try:
        return accounts(actor).get(pk=pk)
    except Account.DoesNotExist as error:
        raise NotFound from error


def grants_of(account: Account) -> QuerySet[AccessGrant]:
    """Every role an account ever held, present ones first. One query."""
    return (
        AccessGrant.objects.filter(account=account)
        .select_related("role")
        .order_by("absent_since", "role__name")
    )


def account_lines(
    actor: AnyActor, system: System, *, flag: str = "", search: str = ""
) -> list[GrantLine]:
    """Grants of a system with flags, narrowed. Thirteen queries whatever the number."""
    actor.require(Permission.ACCESS_VIEW)
    before = last_signed_off(system.organization, [system])
    lines = grant_lines(system.organization, [system], reviewed=reviewed_grants(before))
    return narrowed(lines, flag=flag, search=search)


def narrowed(
    lines: list[GrantLine], *, flag: str = "", search: str = ""
) -> list[GrantLine]:
    """Those that raise the flag and mention the words. No query."""
    word = search.casefold()
    return [
        line
        for line in lines
        if (not flag or flag in line.flags.raised)
        and (not word or word in _words(line.account))
    ]


def _words(account: Account) -> str:
    name = agent_name(account)
    words = (account.key, account.login, account.name, account.email, name)
    return " ".join(words).casefold()
