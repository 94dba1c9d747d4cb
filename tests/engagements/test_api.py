"""The room over HTTP: shapes, scope, refusals, and which fields may leave."""

from __future__ import annotations

from datetime import date

import pytest

from apps.engagements.enums import DisclosurePolicy
from apps.engagements.models import DeclaredScope, Engagement, Subcontract
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_subcontract,
)

TODAY = date(2026, 6, 15)
API = "/api/v1"


def post(client, path, body=None):
    return client.post(f"{API}/{path}", body or {}, content_type="application/json")


def rows(client, path, **query):
    answer = client.get(f"{API}/{path}", query)
    assert answer.status_code == 200
    return answer.json()["results"]


@pytest.fixture
def waiting(cast) -> Subcontract:
    downstream = make_engagement(
        client=cast.vendor, provider=cast.other_vendor, name="Overflow chat"
    )
    return make_subcontract(cast.engagement, downstream, approved_on=None)


# -- Vendors ------------------------------------------------------------------
def test_vendors_are_registered_and_listed(cast, client_for):
    client = client_for(cast.officer)
    answer = post(client, "vendors/", {"name": "Newline", "country": "PH"})
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "name", "country"}
    assert [row["name"] for row in rows(client, "vendors/")] == ["Newline", "Careline"]
    assert rows(client_for(cast.outsider), "vendors/") == []
    again = post(client, "vendors/", {"name": "newline", "country": "PH"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "Newline", "country": "Philippines"}, "country"),
        ({"name": "Newline", "country": "PH", "audit_contact": "x"}, "audit_contact"),
    ],
)
def test_vendor_with_a_bad_value_is_refused(cast, client_for, body, field):
    answer = post(client_for(cast.officer), "vendors/", body)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_vendor_with_an_unknown_zone_is_refused(cast, client_for):
    body = {"name": "Newline", "country": "PH", "time_zone": "Mars/Olympus"}
    answer = post(client_for(cast.officer), "vendors/", body)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["time_zone"]


def test_vendors_need_the_role(cast, client_for):
    answer = post(client_for(cast.reader), "vendors/", {"name": "N", "country": "PH"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


# -- Engagements --------------------------------------------------------------
def test_engagements_are_scoped(cast, client_for):
    pk = str(cast.engagement.pk)
    for actor in (cast.officer, cast.manager, cast.lead):
        client = client_for(actor)
        assert [row["id"] for row in rows(client, "engagements/")] == [pk]
        assert client.get(f"{API}/engagements/{pk}/").json()["name"] == "Patient chat"
    for actor in (cast.outsider, cast.other_manager, cast.auditor):
        client = client_for(actor)
        assert rows(client, "engagements/") == []
        assert client.get(f"{API}/engagements/{pk}/").status_code == 404


def test_engagement_holds_these_fields_only(cast, client_for):
    (row,) = rows(client_for(cast.officer), "engagements/")
    assert set(row) == {
        "id",
        "name",
        "client",
        "provider",
        "tier",
        "started_on",
        "ended_on",
        "end_reason",
        "legal_agency",
        "legal_agency_reason",
        "disclosure_policy",
        "approves_subcontracts",
        "created_at",
    }
    assert row["provider"] == {
        "id": str(cast.vendor.pk),
        "name": "Careline",
        "country": "PH",
    }


def test_engagements_are_filtered(cast, client_for):
    client = client_for(cast.officer)
    assert len(rows(client, "engagements/", provider=str(cast.vendor.pk))) == 1
    assert rows(client, "engagements/", tier=1) == []


def test_engagements_need_signing_in(cast, client):
    assert client.get(f"{API}/engagements/").status_code == 401


NEW = {"name": "Billing chat", "started_on": "2026-07-01"}


def test_engagement_is_created(cast, client_for):
    client = client_for(cast.officer)
    answer = post(client, "engagements/", NEW | {"provider": str(cast.vendor.pk)})
    assert answer.status_code == 201
    created = Engagement.objects.get(pk=answer.json()["id"])
    assert (created.client, created.provider) == (cast.clinic, cast.vendor)
    assert (created.legal_agency, created.tier) == ("undecided", 2)


def test_engagement_with_a_foreign_vendor_is_refused(cast, client_for):
    body = NEW | {"provider": str(cast.other_vendor.pk)}
    answer = post(client_for(cast.officer), "engagements/", body)
    assert answer.status_code == 422
    assert answer.json()["fields"] == {"provider": ["No vendor of your list."]}
    assert "Otherline" not in answer.content.decode()


def test_engagement_ignores_a_client_in_the_body(cast, client_for):
    body = NEW | {
        "provider": str(cast.vendor.pk),
        "client": str(cast.other_clinic.pk),
        "ended_on": "2026-07-02",
    }
    answer = post(client_for(cast.officer), "engagements/", body)
    created = Engagement.objects.get(pk=answer.json()["id"])
    assert (created.client, created.ended_on) == (cast.clinic, None)


def test_engagement_scope_is_declared(cast, client_for):
    path = f"engagements/{cast.engagement.pk}/declare-scope/"
    body = {"effective_on": "2026-06-15", "services": ["claims"], "countries": ["PH"]}
    answer = post(client_for(cast.manager), path, body)
    assert answer.status_code == 201
    assert answer.json()["services"] == ["claims"]
    assert DeclaredScope.objects.get().countries == ["PH"]
    again = post(client_for(cast.manager), path, body)
    assert again.status_code == 409
    assert list(again.json()["fields"]) == ["effective_on"]
    assert post(client_for(cast.outsider), path, body).status_code == 404
    assert post(client_for(cast.lead), path, body).status_code == 403


def test_engagement_scope_with_an_unknown_word_is_refused(cast, client_for):
    path = f"engagements/{cast.engagement.pk}/declare-scope/"
    body = {"effective_on": "2026-06-15", "services": ["magic"]}
    answer = post(client_for(cast.manager), path, body)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["services"]


def test_engagement_is_ended(cast, client_for, waiting):
    path = f"engagements/{cast.engagement.pk}/end/"
    body = {"ended_on": "2026-06-15", "reason": "Done."}
    answer = post(client_for(cast.officer), path, body)
    assert answer.status_code == 409
    assert answer.json()["code"] == "engagement_not_endable"
    waiting.ended_on = TODAY
    waiting.save(update_fields=["ended_on"])
    answer = post(client_for(cast.officer), path, body)
    assert (answer.status_code, answer.json()["ended_on"]) == (200, "2026-06-15")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_engagement_is_never_rewritten(cast, client_for, method):
    answer = getattr(client_for(cast.officer), method)(
        f"{API}/engagements/{cast.engagement.pk}/"
    )
    assert answer.status_code == 405


# -- Subcontracts -------------------------------------------------------------
def test_subcontract_holds_what_each_side_may_see(cast, client_for, waiting):
    (as_client,) = rows(client_for(cast.officer), "subcontracts/")
    (as_provider,) = rows(client_for(cast.manager), "subcontracts/")
    assert set(as_client) == {
        "id",
        "upstream",
        "subcontractor",
        "country",
        "downstream",
        "services",
        "channels",
        "effective_on",
        "ended_on",
        "approved_on",
        "refused_on",
        "refusal_reason",
        "created_at",
    }
    assert (as_client["subcontractor"], as_client["downstream"]) == ("Otherline", None)
    assert as_provider["downstream"] == str(waiting.downstream_id)
    for actor in (cast.outsider, cast.other_manager, cast.auditor):
        client = client_for(actor)
        assert rows(client, "subcontracts/") == []
        assert client.get(f"{API}/subcontracts/{waiting.pk}/").status_code == 404


def test_subcontract_of_an_undisclosed_party_has_no_name(cast, client_for, waiting):
    waiting.downstream.disclosure_policy = DisclosurePolicy.UNDISCLOSED
    waiting.downstream.save(update_fields=["disclosure_policy"])
    answer = client_for(cast.officer).get(f"{API}/subcontracts/{waiting.pk}/")
    assert answer.json()["subcontractor"] == "Undisclosed subcontractor"
    assert str(waiting.downstream_id) not in answer.content.decode()


def test_subcontract_is_declared(cast, client_for):
    downstream = make_engagement(client=cast.vendor, provider=cast.other_vendor)
    body = {
        "upstream": str(cast.engagement.pk),
        "downstream": str(downstream.pk),
        "services": ["claims"],
        "effective_on": "2026-06-15",
    }
    client = client_for(cast.manager)
    answer = post(client, "subcontracts/", body)
    assert (answer.status_code, answer.json()["subcontractor"]) == (201, "Otherline")
    assert post(client, "subcontracts/", body).status_code == 409
    assert post(client_for(cast.officer), "subcontracts/", body).status_code == 403


@pytest.mark.parametrize("field", ["upstream", "downstream"])
def test_subcontract_with_a_foreign_id_is_refused(cast, client_for, field):
    downstream = make_engagement(client=cast.vendor, provider=cast.other_vendor)
    foreign = make_engagement()
    body = {
        "upstream": str(cast.engagement.pk),
        "downstream": str(downstream.pk),
        "services": ["claims"],
        "effective_on": "2026-06-15",
    }
    answer = post(
        client_for(cast.manager), "subcontracts/", body | {field: str(foreign.pk)}
    )
    assert answer.status_code == 422
    assert answer.json()["fields"] == {field: ["No engagement of yours."]}
    assert Subcontract.objects.count() == 0


def test_subcontract_is_approved_once(cast, client_for, waiting):
    path = f"subcontracts/{waiting.pk}/approve/"
    assert post(client_for(cast.manager), path).status_code == 403
    assert post(client_for(cast.outsider), path).status_code == 404
    answer = post(client_for(cast.officer), path)
    assert (answer.status_code, answer.json()["approved_on"]) == (200, "2026-06-15")
    again = post(client_for(cast.officer), path)
    assert (again.status_code, again.json()["code"]) == (409, "subcontract_answered")


def test_subcontract_is_refused_with_a_reason(cast, client_for, waiting):
    path = f"subcontracts/{waiting.pk}/refuse/"
    client = client_for(cast.officer)
    assert post(client, path).status_code == 400
    answer = post(client, path, {"reason": "No agreement."})
    assert answer.json()["refusal_reason"] == "No agreement."


def test_subcontract_is_ended(cast, client_for, waiting):
    path = f"subcontracts/{waiting.pk}/end/"
    client = client_for(cast.manager)
    assert post(client, path, {"ended_on": "2026-01-01"}).status_code == 422
    answer = post(client, path, {"ended_on": "2026-06-30"})
    assert (answer.status_code, answer.json()["ended_on"]) == (200, "2026-06-30")


# -- Grants -------------------------------------------------------------------
def test_grants_are_given_listed_and_taken_back(cast, client_for):
    client = client_for(cast.officer)
    body = {
        "engagement": str(cast.engagement.pk),
        "email": cast.auditor.user.email,
        "reason": "Annual audit",
        "valid_from": "2026-06-15",
        "valid_until": "2026-07-15",
    }
    answer = post(client, "grants/", body)
    assert answer.status_code == 201
    given = answer.json()
    assert set(given) == {
        "id",
        "engagement",
        "reader",
        "granted_by",
        "reason",
        "valid_from",
        "valid_until",
        "names_agents",
        "granted_at",
        "revoked_at",
    }
    assert len(rows(client_for(cast.auditor), "engagements/")) == 1
    assert rows(client, "grants/", engagement=str(cast.engagement.pk)) == [given]
    assert rows(client_for(cast.outsider), "grants/") == []
    path = f"grants/{given['id']}/revoke/"
    assert post(client_for(cast.outsider), path).status_code == 404
    assert post(client_for(cast.manager), path).status_code == 403
    assert post(client, path).json()["revoked_at"] is not None
    assert rows(client_for(cast.auditor), "engagements/") == []


def test_grant_on_a_foreign_engagement_is_refused(cast, client_for):
    foreign = make_engagement()
    body = {
        "engagement": str(foreign.pk),
        "email": cast.auditor.user.email,
        "reason": "Curiosity",
        "valid_from": "2026-06-15",
        "valid_until": "2026-07-15",
    }
    answer = post(client_for(cast.officer), "grants/", body)
    assert answer.status_code == 422
    assert answer.json()["fields"] == {"engagement": ["No engagement of yours."]}


@pytest.mark.parametrize("name", ["analyst", "reader", "lead", "auditor"])
def test_grants_need_the_role(cast, client_for, name):
    make_grant(cast.engagement, cast.auditor.user)
    assert client_for(getattr(cast, name)).get(f"{API}/grants/").status_code == 403
