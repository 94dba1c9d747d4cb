"""Writes: who may, what is refused, what is recorded, who is told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from guardian.utils import get_user_obj_perms_model

from apps.audit.models import AuditEvent, AuditVisibility
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.engagements import actions, grants, queries
from apps.engagements.models import (
    DeclaredScope,
    Engagement,
    EngagementGrant,
    Subcontract,
    VendorRegistration,
)
from apps.engagements.rules import EngagementNotEndable, ScopeTerms
from apps.engagements.rules.chain import (
    ChainTooDeep,
    SubcontractClosesCircle,
    SubcontractPartiesDoNotMeet,
)
from apps.engagements.rules.subcontracts import SubcontractAlreadyAnswered
from apps.notifications.models import Notification
from apps.tenancy.actor import system
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Organization
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_registration,
    make_scope,
    make_subcontract,
)
from tests.factories.tenancy import make_actor, make_organization

TODAY = date(2026, 6, 15)
TERMS = ScopeTerms(
    services=("patient_support",),
    channels=("chat",),
    phi_categories=("demographic",),
    countries=("PH",),
    head_count_ceiling=12,
)


def last_event() -> tuple[str, dict[str, Any], set[Any]]:
    """Type, facts and readers of the newest event."""
    event = AuditEvent.objects.latest("pk")
    readers = AuditVisibility.objects.filter(event=event.pk).values_list("org")
    facts = json.loads(bytes(event.body))["fct"]
    return event.type, facts, {row[0] for row in readers}


def told() -> list[tuple[str, str]]:
    """Kind and recipient of every message."""
    rows = Notification.objects.select_related("recipient").order_by("kind", "pk")
    return [(row.kind, row.recipient.full_name) for row in rows]


def both(engagement: Engagement) -> set[Any]:
    return {engagement.client_id, engagement.provider_id}


# -- Vendors ------------------------------------------------------------------
def register(by, **overrides):
    values = {"name": "Newline", "country": "PH", "time_zone": "Asia/Manila"}
    return actions.register_vendor(by=by, **values | overrides)


def test_register_vendor(cast):
    vendor = register(cast.analyst, audit_contact="audit@newline.example")
    vendor.refresh_from_db()
    assert (vendor.name, vendor.kind, vendor.country, vendor.time_zone) == (
        "Newline",
        "vendor",
        "PH",
        "Asia/Manila",
    )
    assert vendor.audit_contact == "audit@newline.example"
    assert vendor.registered_by == cast.clinic
    assert list(queries.vendor_parties(cast.officer)) == [cast.vendor, vendor]
    assert last_event() == (
        "vendor.registered",
        {"country": "PH", "is_new": True},
        {cast.clinic.pk},
    )


def test_register_vendor_the_portal_knows_takes_it_as_it_is(cast):
    first = register(cast.officer)
    second = register(
        cast.outsider,
        name=" newline ",
        time_zone="UTC",
        audit_contact="other@example.org",
    )
    assert second == first
    second.refresh_from_db()
    assert (second.registered_by, second.time_zone, second.audit_contact) == (
        cast.clinic,
        "Asia/Manila",
        "",
    )
    assert list(queries.vendor_parties(cast.outsider)) == [first]
    assert last_event()[1:] == (
        {"country": "PH", "is_new": False},
        {cast.other_clinic.pk},
    )


def test_register_vendor_of_another_country_is_another_vendor(cast):
    assert register(cast.officer) != register(cast.officer, country="CO")


def test_register_vendor_never_takes_a_covered_entity(cast):
    named_alike = register(cast.officer, name="Hillside Clinic", country="US")
    assert named_alike != cast.other_clinic


def test_register_vendor_twice_is_refused(cast):
    register(cast.officer)
    with pytest.raises(Conflict, match="already on your list"):
        register(cast.officer)
    assert VendorRegistration.objects.count() == 1


def test_register_vendor_refuses_oneself(cast):
    with pytest.raises(Conflict, match="your own organization"):
        register(cast.manager, name="Careline")


def test_register_vendor_works_for_a_vendor(cast):
    vendor = register(cast.manager)
    assert list(queries.vendor_parties(cast.manager)) == [vendor]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"country": "ph"}, "country"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"audit_contact": "nobody"}, "audit_contact"),
    ],
)
def test_register_vendor_with_a_bad_value_is_refused(cast, change, field):
    with pytest.raises(Invalid) as refusal:
        register(cast.officer, **change)
    assert list(refusal.value.fields) == [field]
    assert Organization.objects.filter(name="Newline").count() == 0


@pytest.mark.parametrize("name", ["reader", "lead", "auditor"])
def test_register_vendor_needs_the_role(cast, name):
    with pytest.raises(NotAllowed):
        register(getattr(cast, name))


def test_register_vendor_is_for_people(db):
    with pytest.raises(NotAllowed, match="by its people"):
        register(system("job", [Permission.ENGAGEMENTS_EDIT]))


# -- Engagements --------------------------------------------------------------
def create(by, **overrides):
    values = {
        "client": by.organization,
        "name": "Billing chat",
        "tier": 1,
        "started_on": date(2026, 7, 1),
    }
    return actions.create_engagement(by=by, **values | overrides)


def test_create_engagement(cast):
    engagement = create(
        cast.analyst,
        provider=cast.vendor,
        legal_agency="agent",
        legal_agency_reason="We direct each shift.",
        disclosure_policy="undisclosed",
        approves_subcontracts=False,
    )
    engagement.refresh_from_db()
    assert (engagement.client, engagement.provider) == (cast.clinic, cast.vendor)
    assert (engagement.tier, engagement.legal_agency) == (1, "agent")
    assert engagement.disclosure_policy == "undisclosed"
    assert engagement.approves_subcontracts is False
    assert last_event() == (
        "engagement.created",
        {
            "started_on": "2026-07-01",
            "tier": 1,
            "legal_agency": "agent",
            "disclosure_policy": "undisclosed",
        },
        both(engagement),
    )


def test_create_engagement_by_a_vendor_with_its_subcontractor(cast):
    make_registration(cast.vendor, cast.other_vendor)
    engagement = create(cast.manager, provider=cast.other_vendor)
    assert both(engagement) == {cast.vendor.pk, cast.other_vendor.pk}


def test_create_engagement_with_a_vendor_not_on_the_list_is_refused(cast):
    with pytest.raises(NotFound):
        create(cast.officer, provider=cast.other_vendor)


def test_create_engagement_for_another_client_is_refused(cast):
    with pytest.raises(NotAllowed, match="Only the client"):
        create(cast.officer, client=cast.other_clinic, provider=cast.vendor)


def test_create_engagement_is_for_people(cast):
    with pytest.raises(NotAllowed):
        actions.create_engagement(
            by=system("job", [Permission.ENGAGEMENTS_EDIT]),
            client=cast.clinic,
            provider=cast.vendor,
            name="Billing chat",
            tier=1,
            started_on=TODAY,
        )


@pytest.mark.parametrize(
    ("change", "kind", "field"),
    [
        ({"name": "Patient chat"}, Conflict, "name"),
        ({"name": ""}, Invalid, "name"),
        ({"tier": 4}, Invalid, "tier"),
        ({"legal_agency": "agent"}, Invalid, "legal_agency_reason"),
        ({"legal_agency": "uncle"}, Invalid, "legal_agency"),
        ({"disclosure_policy": "loud"}, Invalid, "disclosure_policy"),
    ],
)
def test_create_engagement_with_a_bad_value_is_refused(cast, change, kind, field):
    with pytest.raises(kind) as refusal:
        create(cast.officer, provider=cast.vendor, **change)
    assert list(refusal.value.fields) == [field]
    assert Engagement.objects.count() == 1


@pytest.mark.parametrize("name", ["reader", "lead", "auditor"])
def test_create_engagement_needs_the_role(cast, name):
    with pytest.raises(NotAllowed):
        create(getattr(cast, name), provider=cast.vendor)


def test_decide_legal_agency(cast):
    actions.decide_legal_agency(
        cast.engagement,
        by=cast.officer,
        legal_agency="independent",
        reason="The vendor directs its people.",
    )
    cast.engagement.refresh_from_db()
    assert cast.engagement.legal_agency == "independent"
    assert cast.engagement.legal_agency_reason == "The vendor directs its people."
    assert last_event() == (
        "engagement.legal_agency_decided",
        {"legal_agency": "independent"},
        {cast.clinic.pk},
    )


@pytest.mark.parametrize("name", ["manager", "reader", "outsider"])
def test_decide_legal_agency_is_the_clients(cast, name):
    with pytest.raises(NotAllowed):
        actions.decide_legal_agency(
            cast.engagement, by=getattr(cast, name), legal_agency="agent", reason="So."
        )


# -- Scope --------------------------------------------------------------------
@pytest.mark.parametrize("name", ["officer", "analyst", "manager"])
def test_declare_scope_by_either_party(cast, name):
    actor = getattr(cast, name)
    scope = actions.declare_scope(
        cast.engagement, by=actor, terms=TERMS, effective_on=TODAY
    )
    scope.refresh_from_db()
    assert ScopeTerms.of(scope) == TERMS
    assert (scope.effective_on, scope.superseded_on) == (TODAY, None)
    assert scope.declared_by == actor.user
    kind, facts, readers = last_event()
    assert (kind, readers) == ("scope.declared", both(cast.engagement))
    assert facts == {
        "effective_on": "2026-06-15",
        "services": ["patient_support"],
        "channels": ["chat"],
        "phi_categories": ["demographic"],
        "countries": ["PH"],
        "head_count_ceiling": 12,
        "remote_work": False,
    }


def test_declare_scope_closes_the_one_before(cast):
    first = make_scope(cast.engagement)
    actions.declare_scope(
        cast.engagement, by=cast.officer, terms=TERMS, effective_on=TODAY
    )
    first.refresh_from_db()
    assert first.superseded_on == TODAY


@pytest.mark.parametrize("day", [TODAY, date(2026, 6, 1)])
def test_declare_scope_on_or_before_a_declaration_is_refused(cast, day):
    make_scope(cast.engagement, effective_on=TODAY)
    with pytest.raises(Conflict, match="already declared from 15 June 2026"):
        actions.declare_scope(
            cast.engagement, by=cast.officer, terms=TERMS, effective_on=day
        )
    assert DeclaredScope.objects.count() == 1


def test_declare_scope_before_the_start_is_refused(cast):
    with pytest.raises(Invalid, match="started on 5 January 2026"):
        actions.declare_scope(
            cast.engagement,
            by=cast.officer,
            terms=TERMS,
            effective_on=date(2026, 1, 4),
        )


def test_declare_scope_that_cannot_be_read_is_refused(cast):
    with pytest.raises(Invalid):
        actions.declare_scope(
            cast.engagement, by=cast.officer, terms=ScopeTerms(), effective_on=TODAY
        )


@pytest.mark.parametrize("name", ["reader", "lead", "outsider", "other_manager"])
def test_declare_scope_is_refused_to_others(cast, name):
    with pytest.raises(NotAllowed):
        actions.declare_scope(
            cast.engagement, by=getattr(cast, name), terms=TERMS, effective_on=TODAY
        )
    assert DeclaredScope.objects.count() == 0


def test_declare_scope_leaves_nothing_when_the_trail_fails(cast, settings):
    settings.AUDIT_WRITER_KEY = None
    with pytest.raises(AttributeError):
        actions.declare_scope(
            cast.engagement, by=cast.officer, terms=TERMS, effective_on=TODAY
        )
    assert DeclaredScope.objects.count() == 0


# -- End ----------------------------------------------------------------------
@pytest.mark.parametrize("name", ["analyst", "manager"])
def test_end_engagement_by_either_party(cast, name):
    actions.end_engagement(
        cast.engagement, by=getattr(cast, name), ended_on=TODAY, reason="Done."
    )
    cast.engagement.refresh_from_db()
    assert (cast.engagement.ended_on, cast.engagement.end_reason) == (TODAY, "Done.")
    assert last_event() == (
        "engagement.ended",
        {"ended_on": "2026-06-15"},
        both(cast.engagement),
    )


def test_end_engagement_needs_a_reason(cast):
    with pytest.raises(Invalid) as refusal:
        actions.end_engagement(
            cast.engagement, by=cast.officer, ended_on=TODAY, reason=" "
        )
    assert list(refusal.value.fields) == ["reason"]


def test_end_engagement_twice_is_refused(cast):
    actions.end_engagement(cast.engagement, by=cast.officer, ended_on=TODAY, reason="x")
    with pytest.raises(Conflict, match="already ended on 15 June 2026"):
        actions.end_engagement(
            cast.engagement, by=cast.officer, ended_on=TODAY, reason="x"
        )


def test_end_engagement_lists_what_runs_through_it(cast):
    edge = make_subcontract(cast.engagement)
    with pytest.raises(EngagementNotEndable) as above:
        actions.end_engagement(
            edge.downstream, by=cast.manager, ended_on=TODAY, reason="x"
        )
    assert "the subcontract of “Patient chat” that runs through it" in str(above.value)
    with pytest.raises(EngagementNotEndable) as below:
        actions.end_engagement(
            cast.engagement, by=cast.manager, ended_on=TODAY, reason="x"
        )
    assert "its own subcontract in effect from 2 February 2026" in str(below.value)


def test_end_engagement_never_names_the_upstream_to_the_subcontractor(cast):
    edge = make_subcontract(cast.engagement)
    manager = make_actor(edge.downstream.provider, Role.VENDOR_MANAGER)
    with pytest.raises(EngagementNotEndable) as refusal:
        actions.end_engagement(edge.downstream, by=manager, ended_on=TODAY, reason="x")
    assert "a subcontract of its client" in str(refusal.value)
    assert "Patient chat" not in str(refusal.value)


@pytest.mark.parametrize(
    "change",
    [{"ended_on": TODAY}, {"approved_on": None, "refused_on": date(2026, 2, 3)}],
)
def test_end_engagement_is_not_blocked_by_what_is_over(cast, change):
    edge = make_subcontract(cast.engagement, **change)
    for engagement in (edge.downstream, cast.engagement):
        actions.end_engagement(
            engagement, by=cast.manager, ended_on=TODAY, reason="Over."
        )


@pytest.mark.parametrize("name", ["reader", "lead", "outsider", "other_manager"])
def test_end_engagement_is_refused_to_others(cast, name):
    with pytest.raises(NotAllowed):
        actions.end_engagement(
            cast.engagement, by=getattr(cast, name), ended_on=TODAY, reason="x"
        )


# -- Subcontracts -------------------------------------------------------------
@pytest.fixture
def downstream(cast) -> Engagement:
    return make_engagement(
        client=cast.vendor, provider=cast.other_vendor, name="Overflow chat"
    )


def declare(upstream, *, by, downstream, **overrides):
    values = {
        "services": ["patient_support"],
        "channels": ["chat"],
        "effective_on": TODAY,
    }
    return actions.declare_subcontract(
        upstream, by=by, downstream=downstream, **values | overrides
    )


def test_declare_subcontract(cast, downstream):
    edge = declare(cast.engagement, by=cast.manager, downstream=downstream)
    edge.refresh_from_db()
    assert (edge.upstream, edge.downstream) == (cast.engagement, downstream)
    assert (edge.services, edge.channels) == (["patient_support"], ["chat"])
    assert (edge.declared_by, edge.approved_on) == (cast.manager.user, None)
    assert last_event() == (
        "subcontract.declared",
        {
            "effective_on": "2026-06-15",
            "services": ["patient_support"],
            "channels": ["chat"],
            "downstream": str(downstream.pk),
        },
        both(cast.engagement),
    )
    assert sorted(told()) == [
        ("subcontract.declared", "Olga Officer"),
        ("subcontract.declared", "Omar Second"),
    ]


@pytest.mark.parametrize(
    "name", ["officer", "lead", "outsider", "other_manager", "auditor"]
)
def test_declare_subcontract_is_the_providers(cast, downstream, name):
    with pytest.raises(NotAllowed):
        declare(cast.engagement, by=getattr(cast, name), downstream=downstream)
    assert Subcontract.objects.count() == 0


def test_declare_subcontract_through_somebody_elses_engagement_is_refused(cast):
    foreign = make_engagement(client=cast.other_vendor)
    with pytest.raises(SubcontractPartiesDoNotMeet):
        declare(cast.engagement, by=cast.manager, downstream=foreign)


def test_declare_subcontract_that_closes_a_circle_is_refused(cast):
    back = make_engagement(client=cast.vendor, provider=cast.clinic)
    declare(cast.engagement, by=cast.manager, downstream=back)
    clinic_as_vendor = make_actor(cast.clinic, Role.VENDOR_MANAGER)
    with pytest.raises(SubcontractClosesCircle):
        declare(back, by=clinic_as_vendor, downstream=cast.engagement)


def test_declare_subcontract_too_deep_is_refused(cast):
    here = cast.engagement
    for _ in range(6):
        here = make_subcontract(here).downstream
    manager = make_actor(here.provider, Role.VENDOR_MANAGER)
    last = make_engagement(client=here.provider)
    with pytest.raises(ChainTooDeep, match="7 levels"):
        declare(here, by=manager, downstream=last)


def test_declare_subcontract_twice_is_refused(cast, downstream):
    declare(cast.engagement, by=cast.manager, downstream=downstream)
    with pytest.raises(Conflict, match="already declared for that time"):
        declare(cast.engagement, by=cast.manager, downstream=downstream)


def test_declare_subcontract_again_after_it_ended(cast, downstream):
    make_subcontract(cast.engagement, downstream, ended_on=date(2026, 6, 14))
    declare(cast.engagement, by=cast.manager, downstream=downstream)
    assert Subcontract.objects.count() == 2


def test_declare_subcontract_again_after_a_refusal(cast, downstream):
    edge = declare(cast.engagement, by=cast.manager, downstream=downstream)
    actions.refuse_subcontract(edge, by=cast.officer, reason="No agreement yet.")
    declare(cast.engagement, by=cast.manager, downstream=downstream)


@pytest.mark.parametrize(
    ("change", "kind", "field"),
    [
        ({"services": []}, Invalid, "services"),
        ({"channels": ["smoke"]}, Invalid, "channels"),
        ({"effective_on": date(2026, 1, 4)}, Invalid, "effective_on"),
    ],
)
def test_declare_subcontract_with_a_bad_value_is_refused(
    cast, downstream, change, kind, field
):
    with pytest.raises(kind) as refusal:
        declare(cast.engagement, by=cast.manager, downstream=downstream, **change)
    assert list(refusal.value.fields) == [field]


def test_declare_subcontract_after_the_end_is_refused(cast, downstream):
    Engagement.objects.filter(pk=downstream.pk).update(ended_on=date(2026, 6, 1))
    with pytest.raises(Conflict, match="ended on 1 June 2026"):
        declare(cast.engagement, by=cast.manager, downstream=downstream)


@pytest.mark.parametrize("case", ["parties", "circle", "depth", "twice"])
def test_database_refuses_a_bad_edge_whatever_the_way_in(cast, case):
    here = cast.engagement
    if case == "parties":
        pair = (here, make_engagement())
    elif case == "circle":
        back = make_engagement(client=cast.vendor, provider=cast.clinic)
        make_subcontract(here, back)
        pair = (back, here)
    elif case == "twice":
        pair = (here, make_subcontract(here).downstream)
    else:
        for _ in range(6):
            here = make_subcontract(here).downstream
        pair = (here, make_engagement(client=here.provider))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_subcontract(*pair)


def test_insert_the_database_refuses_reads_as_a_conflict(cast):
    edge = Subcontract(
        upstream=cast.engagement,
        downstream=make_engagement(),
        services=["claims"],
        effective_on=TODAY,
    )
    with pytest.raises(Conflict, match="chain does not allow"):
        actions.subcontracts.insert(edge)


def test_approve_subcontract(cast, downstream):
    edge = make_subcontract(cast.engagement, downstream, approved_on=None)
    actions.approve_subcontract(edge, by=cast.officer)
    edge.refresh_from_db()
    assert (edge.approved_on, edge.approved_by) == (TODAY, cast.officer.user)
    assert last_event() == (
        "subcontract.approved",
        {"approved_on": "2026-06-15"},
        both(cast.engagement),
    )
    assert sorted(told()) == [
        ("subcontract.approved", "Mara Manager"),
        ("subcontract.approved", "Milo Second"),
    ]


def test_refuse_subcontract(cast, downstream):
    edge = make_subcontract(cast.engagement, downstream, approved_on=None)
    actions.refuse_subcontract(edge, by=cast.officer, reason=" No agreement yet. ")
    edge.refresh_from_db()
    assert (edge.refused_on, edge.refusal_reason) == (TODAY, "No agreement yet.")
    assert last_event() == (
        "subcontract.refused",
        {"refused_on": "2026-06-15"},
        both(cast.engagement),
    )
    assert {kind for kind, _ in told()} == {"subcontract.refused"}


def test_refuse_subcontract_needs_a_reason(cast, downstream):
    edge = make_subcontract(cast.engagement, downstream, approved_on=None)
    with pytest.raises(Invalid):
        actions.refuse_subcontract(edge, by=cast.officer, reason="")


@pytest.mark.parametrize("name", ["analyst", "reader", "manager", "outsider"])
def test_answering_a_subcontract_is_the_clients(cast, downstream, name):
    edge = make_subcontract(cast.engagement, downstream, approved_on=None)
    actor = getattr(cast, name)
    with pytest.raises(NotAllowed):
        actions.approve_subcontract(edge, by=actor)
    with pytest.raises(NotAllowed):
        actions.refuse_subcontract(edge, by=actor, reason="No.")
    edge.refresh_from_db()
    assert (edge.approved_on, edge.refused_on) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"approved_on": None, "refused_on": TODAY},
        {"approved_on": None, "ended_on": TODAY},
    ],
)
def test_answering_a_subcontract_twice_is_refused(cast, downstream, change):
    edge = make_subcontract(cast.engagement, downstream, **change)
    with pytest.raises(SubcontractAlreadyAnswered):
        actions.approve_subcontract(edge, by=cast.officer)
    with pytest.raises(SubcontractAlreadyAnswered):
        actions.refuse_subcontract(edge, by=cast.officer, reason="No.")


def test_end_subcontract(cast, downstream):
    edge = make_subcontract(cast.engagement, downstream)
    actions.end_subcontract(edge, by=cast.manager, ended_on=TODAY)
    edge.refresh_from_db()
    assert edge.ended_on == TODAY
    assert last_event() == (
        "subcontract.ended",
        {"ended_on": "2026-06-15"},
        both(cast.engagement),
    )


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"ended_on": TODAY}, Conflict),
        ({"approved_on": None, "refused_on": TODAY}, Conflict),
        ({"effective_on": date(2026, 7, 1)}, Invalid),
    ],
)
def test_end_subcontract_in_the_wrong_state_is_refused(cast, downstream, change, kind):
    edge = make_subcontract(cast.engagement, downstream, **change)
    with pytest.raises(kind):
        actions.end_subcontract(edge, by=cast.manager, ended_on=TODAY)


@pytest.mark.parametrize("name", ["officer", "lead", "other_manager"])
def test_end_subcontract_is_the_providers(cast, downstream, name):
    edge = make_subcontract(cast.engagement, downstream)
    with pytest.raises(NotAllowed):
        actions.end_subcontract(edge, by=getattr(cast, name), ended_on=TODAY)


# -- Grants -------------------------------------------------------------------
def give(cast, *, by=None, **overrides):
    values = {
        "email_of_user": cast.auditor.user.email.upper(),
        "reason": "Annual audit",
        "valid_from": TODAY,
        "valid_until": date(2026, 7, 15),
        "names_agents": False,
    }
    return actions.grant_access(
        cast.engagement, by=by or cast.officer, **values | overrides
    )


def test_grant_access(cast):
    grant = give(cast)
    grant.refresh_from_db()
    assert (grant.user, grant.content_object) == (cast.auditor.user, cast.engagement)
    assert (grant.granted_by, grant.granted_by_user) == (
        cast.clinic,
        cast.officer.user,
    )
    assert grant.permission.codename == grants.READ
    assert queries.engagement(cast.auditor, cast.engagement.pk) == cast.engagement
    assert last_event() == (
        "access.granted",
        {
            "valid_from": "2026-06-15",
            "valid_until": "2026-07-15",
            "names_agents": False,
        },
        both(cast.engagement),
    )
    assert told() == [("access.granted", "Aida Auditor")]


def test_grant_access_writes_guardians_own_permission(cast):
    give(cast)
    assert get_user_obj_perms_model(cast.engagement) is EngagementGrant
    held = get_objects_for_user_rows(cast.auditor.user)
    assert held == [(cast.engagement.pk, grants.READ)]


def get_objects_for_user_rows(user):
    """What guardian's typed table holds for a person."""
    rows = get_user_obj_perms_model(Engagement).objects.filter(user=user)
    return list(rows.values_list("content_object", "permission__codename"))


def test_grant_access_to_names_is_the_providers(cast):
    grant = give(cast, by=cast.manager, names_agents=True)
    assert grant.names_agents is True
    with pytest.raises(Invalid) as refusal:
        give(cast, by=cast.officer, names_agents=True)
    assert list(refusal.value.fields) == ["names_agents"]


def test_grant_access_over_the_same_days_is_refused(cast):
    give(cast)
    with pytest.raises(Conflict, match="already holds a grant"):
        give(cast, valid_from=date(2026, 7, 15))
    give(cast, valid_from=date(2026, 7, 16), valid_until=date(2026, 8, 1))


def test_grant_access_by_the_other_party_over_the_same_days(cast):
    give(cast)
    give(cast, by=cast.manager)
    assert EngagementGrant.objects.count() == 2


def test_grant_access_to_nobody_is_refused(cast):
    stranger = make_organization()
    with pytest.raises(Invalid, match="Nobody with that address"):
        give(cast, email_of_user="nobody@example.org")
    left = make_actor(stranger, Role.VENDOR_MANAGER)
    left.user.memberships.update(valid_until=date(2026, 6, 14))
    with pytest.raises(Invalid, match="Nobody with that address"):
        give(cast, email_of_user=left.user.email)


def test_grant_access_to_a_member_of_a_party_is_refused(cast):
    with pytest.raises(Conflict, match="reads the engagement without"):
        give(cast, email_of_user=cast.manager.user.email)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": ""},
        {"valid_until": date(2026, 6, 14)},
        {"valid_until": date(2026, 9, 13)},
    ],
)
def test_grant_access_with_a_bad_value_is_refused(cast, change):
    with pytest.raises(Invalid):
        give(cast, **change)
    assert EngagementGrant.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["analyst", "reader", "lead", "outsider", "other_manager", "auditor"]
)
def test_grant_access_is_refused_to_others(cast, name):
    with pytest.raises(NotAllowed):
        give(cast, by=getattr(cast, name))


def test_grant_access_is_for_people(cast):
    with pytest.raises(NotAllowed):
        give(cast, by=system("job", [Permission.ENGAGEMENTS_GRANT]))


def test_revoke_access_takes_effect_at_once(cast):
    grant = give(cast)
    actions.revoke_access(grant, by=cast.second_officer)
    grant.refresh_from_db()
    assert grant.revoked_at == datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
    with pytest.raises(NotFound):
        queries.engagement(cast.auditor, cast.engagement.pk)
    assert last_event() == ("access.revoked", {}, both(cast.engagement))


def test_revoke_access_twice_is_refused(cast):
    grant = make_grant(
        cast.engagement, cast.auditor.user, revoked_at=datetime(2026, 6, 2, tzinfo=UTC)
    )
    with pytest.raises(Conflict, match="taken back before"):
        actions.revoke_access(grant, by=cast.officer)


@pytest.mark.parametrize("name", ["analyst", "manager", "outsider", "auditor"])
def test_revoke_access_is_the_givers(cast, name):
    grant = make_grant(cast.engagement, cast.auditor.user)
    with pytest.raises(NotAllowed):
        actions.revoke_access(grant, by=getattr(cast, name))
