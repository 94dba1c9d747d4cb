"""Engagements and what they declare."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Choices

from apps.audit.actions import record
from apps.core.errors import Conflict, Invalid
from apps.engagements import queries, rules, trail
from apps.engagements.actions.common import (
    locked,
    require_client,
    require_party,
    require_text,
    subject,
)
from apps.engagements.enums import DisclosurePolicy, LegalAgency, Tier
from apps.engagements.models import DeclaredScope, Engagement
from apps.engagements.rules import ScopeTerms
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission
from apps.tenancy.models import Organization


@transaction.atomic
def create_engagement(
    *,
    by: AnyActor,
    client: Organization,
    provider: Organization,
    name: str,
    tier: int,
    started_on: date,
    legal_agency: str = LegalAgency.UNDECIDED,
    legal_agency_reason: str = "",
    disclosure_policy: str = DisclosurePolicy.NAMED,
    approves_subcontracts: bool = True,
) -> Engagement:
    """Create an engagement of the actor's own organization with one of its vendors.

    Steps: permission, own organization is the client, provider is on its list,
    values, row, record ``engagement.created``. Raises NotAllowed, NotFound (provider
    not on the list), Invalid, Conflict (the name is taken between the two).
    """
    by.require(Permission.ENGAGEMENTS_EDIT)
    engagement = Engagement(
        client=client,
        provider=provider,
        name=require_text(name, field="name", most=200),
        tier=_known(Tier, tier, field="tier"),
        started_on=started_on,
        legal_agency=_known(LegalAgency, legal_agency, field="legal_agency"),
        legal_agency_reason=legal_agency_reason.strip(),
        disclosure_policy=_known(
            DisclosurePolicy, disclosure_policy, field="disclosure_policy"
        ),
        approves_subcontracts=approves_subcontracts,
    )
    queries.vendor(require_client(engagement, by), provider.pk)
    rules.check_legal_agency(legal_agency, reason=legal_agency_reason)
    _insert(engagement)
    record(
        trail.ENGAGEMENT_CREATED,
        by=by,
        about=subject(engagement, engagement=engagement, by=by),
        facts={
            "started_on": started_on,
            "tier": engagement.tier,
            "legal_agency": engagement.legal_agency,
            "disclosure_policy": engagement.disclosure_policy,
        },
        personal={"engagement": engagement.name, "provider": provider.name},
    )
    return engagement


def _known(choices: type[Choices], value: object, *, field: str) -> Any:
    """The member of ``choices``; Invalid for a value that is none of them."""
    if value not in choices.values:
        text = f"“{value}” is not in the list."
        raise Invalid("Choose from the list.", fields={field: [text]})
    return choices(value)


def _insert(engagement: Engagement) -> None:
    """Write the row; the database knows best whether the name is free, even where the
    same form comes twice at once."""
    try:
        with transaction.atomic():
            engagement.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            f"You already have an engagement “{engagement.name}” with "
            f"{engagement.provider}. Choose another name.",
            fields={"name": ["Taken between these two parties."]},
        ) from error


@transaction.atomic
def decide_legal_agency(
    engagement: Engagement, *, by: AnyActor, legal_agency: str, reason: str
) -> Engagement:
    """Decide whether the provider is the client's agent, with the reason.

    Steps: permission, lock, client's side, rule, save, record
    ``engagement.legal_agency_decided`` in the client's stream alone, for it holds
    the client's legal reasoning. Raises NotAllowed, Invalid.
    """
    by.require(Permission.ENGAGEMENTS_EDIT)
    engagement = locked(engagement)
    require_client(engagement, by)
    rules.check_legal_agency(legal_agency, reason=reason)
    before = engagement.legal_agency
    engagement.legal_agency = _known(LegalAgency, legal_agency, field="legal_agency")
    engagement.legal_agency_reason = reason.strip()
    engagement.save(update_fields=["legal_agency", "legal_agency_reason"])
    record(
        trail.LEGAL_AGENCY_DECIDED,
        by=by,
        about=replace(
            subject(engagement, engagement=engagement, by=by),
            visible_to=frozenset({engagement.client_id}),
        ),
        facts={"legal_agency": engagement.legal_agency},
        personal={"engagement": engagement.name, "reason": reason.strip()},
        changed={"legal_agency": (before, engagement.legal_agency)},
    )
    return engagement


@transaction.atomic
def declare_scope(
    engagement: Engagement, *, by: AnyActor, terms: ScopeTerms, effective_on: date
) -> DeclaredScope:
    """Declare what the engagement is used for, from a day on; either party may.

    Steps: permission, lock, party, rules, close the declaration before, row, record
    ``scope.declared``. Raises NotAllowed, Invalid, and Conflict when a declaration
    from that day or a later one exists.
    """
    by.require(Permission.ENGAGEMENTS_EDIT)
    engagement = locked(engagement)
    require_party(engagement, by)
    rules.check_terms(terms)
    rules.check_open_on(
        effective_on,
        started_on=engagement.started_on,
        ended_on=engagement.ended_on,
        field="effective_on",
    )
    last = engagement.declared_scopes.order_by("-effective_on").first()
    rules.check_follows(
        last=last.effective_on if last else None,
        effective_on=effective_on,
    )
    if last is not None:
        last.superseded_on = effective_on
        last.save(update_fields=["superseded_on"])
    scope = DeclaredScope.objects.create(
        engagement=engagement,
        effective_on=effective_on,
        declared_by_id=by.user_id,
        **_columns(terms),
    )
    _record_scope(scope, terms, by=by)
    return scope


def _columns(terms: ScopeTerms) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(terms).items()
    }


def _record_scope(scope: DeclaredScope, terms: ScopeTerms, *, by: AnyActor) -> None:
    record(
        trail.SCOPE_DECLARED,
        by=by,
        about=subject(scope, engagement=scope.engagement, by=by),
        facts={
            "effective_on": scope.effective_on,
            "services": list(terms.services),
            "channels": list(terms.channels),
            "phi_categories": list(terms.phi_categories),
            "countries": list(terms.countries),
            "head_count_ceiling": terms.head_count_ceiling,
            "remote_work": terms.remote_work,
        },
        personal={"engagement": scope.engagement.name},
    )


@transaction.atomic
def end_engagement(
    engagement: Engagement, *, by: AnyActor, ended_on: date, reason: str
) -> Engagement:
    """Give the engagement its last day, inclusive; either party may.

    Steps: permission, lock, party, rule with what still depends on it, save, record
    ``engagement.ended``. Raises NotAllowed, Invalid, Conflict (ended before), and
    EngagementNotEndable listing the blockers.
    """
    by.require(Permission.ENGAGEMENTS_EDIT)
    engagement = locked(engagement)
    require_party(engagement, by)
    reason = require_text(reason, field="reason")
    rules.check_end(
        started_on=engagement.started_on,
        already_ended_on=engagement.ended_on,
        ended_on=ended_on,
        blockers=queries.blockers_of_end(engagement, ended_on=ended_on, by=by),
    )
    engagement.ended_on = ended_on
    engagement.end_reason = reason
    engagement.save(update_fields=["ended_on", "end_reason"])
    record(
        trail.ENGAGEMENT_ENDED,
        by=by,
        about=subject(engagement, engagement=engagement, by=by),
        facts={"ended_on": ended_on},
        personal={"engagement": engagement.name, "reason": reason},
        changed={"ended_on": (None, ended_on)},
    )
    return engagement
