"""Systems, roles, the policy, and accounts matched by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.access_reviews import trail
from apps.access_reviews.enums import AccountKind, MatchedBy, PrivilegeBasis
from apps.access_reviews.models import (
    AccessPolicy,
    AccessRole,
    Account,
    AgentAlias,
    System,
)
from apps.audit.actions import Subject, record
from apps.audit.verbs import Verb
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.engagements.models import Engagement
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization
from apps.workforce.models import Agent

LONGEST_HOURS = 24 * 90
NOBODYS = {AccountKind.SERVICE, AccountKind.SHARED, AccountKind.ROOT}


@dataclass(frozen=True, slots=True)
class SystemTerms:
    """What a person says of a system."""

    name: str
    owner: str = ""
    holds_phi: bool = True
    engagements: Sequence[Engagement] = ()


@transaction.atomic
def register_system(
    *, by: AnyActor, organization: Organization, terms: SystemTerms
) -> System:
    """Add a system of the organization; event ``system.registered``.

    Raises Conflict when the name is taken, NotAllowed for an engagement the
    organization is no party of.
    """
    by.require(Permission.ACCESS_IMPORT)
    require_own(by, organization)
    check_terms(organization, terms)
    organization = Organization.objects.locked(organization.pk)
    taken = System.objects.filter(organization=organization, name__iexact=terms.name)
    if taken.exists():
        text = f"There is a system named {terms.name} already. Choose another name."
        raise Conflict(text, fields={"name": [text]})
    system = System(
        organization=organization,
        name=terms.name.strip(),
        owner=terms.owner.strip(),
        holds_phi=terms.holds_phi,
    )
    system.save(force_insert=True)
    system.engagements.set(terms.engagements)
    _record_system(trail.SYSTEM_REGISTERED, system, terms, by=by)
    return system


@transaction.atomic
def change_system(system: System, *, by: AnyActor, terms: SystemTerms) -> System:
    """Change what is said of a system; event ``system.changed``."""
    by.require(Permission.ACCESS_IMPORT)
    require_own(by, system.organization)
    check_terms(system.organization, terms)
    locked = System.objects.locked(system.pk)
    taken = System.objects.filter(
        organization=locked.organization_id, name__iexact=terms.name
    ).exclude(pk=locked.pk)
    if taken.exists():
        text = f"There is a system named {terms.name} already. Choose another name."
        raise Conflict(text, fields={"name": [text]})
    locked.name, locked.owner = terms.name.strip(), terms.owner.strip()
    locked.holds_phi = terms.holds_phi
    locked.save(update_fields=["name", "owner", "holds_phi"])
    locked.engagements.set(terms.engagements)
    _record_system(trail.SYSTEM_CHANGED, locked, terms, by=by)
    return locked


def check_terms(organization: Organization, terms: SystemTerms) -> None:
    """Raise Invalid without a name, NotAllowed for a stranger's engagement."""
    if not terms.name.strip():
        raise Invalid("A system needs a name.", fields={"name": ["Give a name."]})
    for engagement in terms.engagements:
        if organization.pk not in {engagement.client_id, engagement.provider_id}:
            raise NotAllowed("A system serves engagements of its own organization.")


def _record_system(
    verb: Verb, system: System, terms: SystemTerms, *, by: AnyActor
) -> None:
    record(
        verb,
        by=by,
        about=own_subject(system, system.organization_id),
        facts={
            "holds_phi": system.holds_phi,
            "engagements": sorted(str(each.pk) for each in terms.engagements),
        },
        personal={"system": system.name},
    )


@dataclass(frozen=True, slots=True)
class RoleTerms:
    """What a person says of a role: the minimum necessary."""

    note: str = ""
    is_privileged: bool | None = None
    agent_roles: Sequence[str] = ()


@transaction.atomic
def describe_role(role: AccessRole, *, by: AnyActor, terms: RoleTerms) -> AccessRole:
    """Say what a role is for, whether it is privileged and which agents need it;
    event ``access_role.described``. A person's word stands above files and names."""
    by.require(Permission.ACCESS_IMPORT)
    require_own(by, role.system.organization)
    locked = AccessRole.objects.locked(role.pk)
    locked.note = terms.note.strip()
    locked.is_privileged = terms.is_privileged
    is_said = terms.is_privileged is not None
    locked.privilege_basis = PrivilegeBasis.HAND if is_said else PrivilegeBasis.UNKNOWN
    locked.agent_roles = sorted(terms.agent_roles)
    locked.save(
        update_fields=["note", "is_privileged", "privilege_basis", "agent_roles"]
    )
    record(
        trail.ROLE_DESCRIBED,
        by=by,
        about=own_subject(locked, role.system.organization_id),
        facts={
            "is_privileged": locked.is_privileged,
            "agent_roles": list(locked.agent_roles),
        },
        personal={"role": locked.name, "system": role.system.name},
    )
    return locked


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """Hours and days an organization gives itself."""

    leaver_hours: int
    decision_hours: int
    dormant_days: int
    shows_proposed: bool = False


@transaction.atomic
def set_policy(
    *, by: AnyActor, organization: Organization, terms: PolicyTerms
) -> AccessPolicy:
    """Set the clocks of an organization; event ``access_policy.set``.

    Clocks that run keep the hours they started with. Raises Invalid for hours below
    one or beyond 90 days.
    """
    by.require(Permission.ACCESS_SIGN_OFF)
    require_own(by, organization)
    hours = {terms.leaver_hours, terms.decision_hours}
    if min(hours) < 1 or max(hours) > LONGEST_HOURS or terms.dormant_days < 1:
        raise Invalid(f"Give between 1 and {LONGEST_HOURS:,} hours, and days from 1.")
    policy, _ = AccessPolicy.objects.update_or_create(
        organization=organization,
        defaults={
            "leaver_hours": terms.leaver_hours,
            "decision_hours": terms.decision_hours,
            "dormant_days": terms.dormant_days,
            "shows_proposed": terms.shows_proposed,
        },
    )
    record(
        trail.POLICY_SET,
        by=by,
        about=own_subject(policy, organization.pk),
        facts={
            "leaver_hours": policy.leaver_hours,
            "decision_hours": policy.decision_hours,
            "dormant_days": policy.dormant_days,
            "shows_proposed": policy.shows_proposed,
        },
    )
    return policy


@transaction.atomic
def match_account(
    account: Account,
    *,
    by: AnyActor,
    agent: Agent | None,
    kind: AccountKind,
    note: str,
) -> Account:
    """Say by hand whose account it is, or that it is nobody's and why.

    Remembered: later snapshots keep it, and the login and address become aliases by
    which accounts of the agent in other systems are found. Event
    ``account.matched``. Raises Invalid when neither an agent nor, for a service,
    shared or root account, a note of who answers for it is given.
    """
    by.require(Permission.ACCESS_IMPORT)
    require_own(by, account.organization)
    if agent is None and (kind not in NOBODYS or not note.strip()):
        text = (
            "Choose the agent, or say that it is a service, shared or root account "
            "and who answers for it."
        )
        raise Invalid(text, fields={"agent": [text]})
    locked = Account.objects.locked(account.pk)
    locked.agent, locked.kind = agent, kind
    locked.matched_by, locked.match_note = MatchedBy.HAND, note.strip()
    locked.candidates = 0
    locked.save(
        update_fields=["agent", "kind", "matched_by", "match_note", "candidates"]
    )
    if agent is not None and kind not in NOBODYS:
        _remember(locked, agent)
    record(
        trail.ACCOUNT_MATCHED,
        by=by,
        about=own_subject(locked, locked.organization_id),
        facts={"agent": agent.pk if agent else None, "kind": kind.value},
        personal={
            "system": account.system.name,
            "account": str(locked),
            "note": locked.match_note,
        },
    )
    return locked


def _remember(account: Account, agent: Agent) -> None:
    for word in {account.login.casefold(), account.email.casefold()} - {""}:
        AgentAlias.objects.update_or_create(
            organization_id=account.organization_id,
            alias=word,
            defaults={"agent": agent},
        )


def require_own(by: AnyActor, organization: Organization) -> None:
    """Raise NotAllowed unless the actor acts for the organization or is a job."""
    if by.organization_id is not None and by.organization_id != organization.pk:
        raise NotAllowed("Access is reviewed by the organization that owns the system.")


def own_subject(obj: object, organization_id: object) -> Subject:
    """An event of the organization's own stream."""
    return Subject(
        obj=obj,  # type: ignore[arg-type]
        organization_id=organization_id,  # type: ignore[arg-type]
        visible_to=frozenset({organization_id}),  # type: ignore[arg-type]
    )
