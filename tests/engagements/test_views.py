"""Pages: what stands on them, who reaches them, and what a bad input leaves."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.engagements import actions
from apps.engagements.enums import DisclosurePolicy
from apps.engagements.models import (
    DeclaredScope,
    Engagement,
    EngagementGrant,
    Subcontract,
)
from apps.tenancy.models import Organization
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_registration,
    make_scope,
    make_subcontract,
)

TODAY = date(2026, 6, 15)


def url(name: str, row: object | None = None) -> str:
    return reverse(f"engagements:{name}", args=[row.pk] if row else [])  # type: ignore[attr-defined]


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def downstream(cast) -> Engagement:
    return make_engagement(
        client=cast.vendor, provider=cast.other_vendor, name="Overflow chat"
    )


@pytest.fixture
def waiting(cast, downstream) -> Subcontract:
    return make_subcontract(cast.engagement, downstream, approved_on=None)


@pytest.fixture
def grant(cast) -> EngagementGrant:
    return make_grant(cast.engagement, cast.auditor.user)


# -- Access -------------------------------------------------------------------
PAGES = {
    "list": {"officer", "analyst", "reader", "manager", "lead", "auditor"},
    "create": {"officer", "analyst", "manager"},
    "register_vendor": {"officer", "analyst", "manager"},
}
PAGES_OF_ENGAGEMENT = {
    "detail": {"officer", "analyst", "reader", "manager", "lead"},
    "legal_agency": {"officer", "analyst"},
    "declare_scope": {"officer", "analyst", "manager"},
    "declare_subcontract": {"manager"},
    "end": {"officer", "analyst", "manager"},
    "grants": {"officer", "manager"},
    "grant_create": {"officer", "manager"},
}
INSIDERS = ["officer", "analyst", "reader", "manager", "lead", "auditor"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", INSIDERS)
def test_page_needs_the_role(cast, client_for, page, name):
    answer = client_for(getattr(cast, name)).get(url(page))
    assert answer.status_code == (200 if name in PAGES[page] else 403)


@pytest.mark.parametrize("page", PAGES_OF_ENGAGEMENT)
@pytest.mark.parametrize("name", [*INSIDERS, "outsider", "other_manager"])
def test_page_of_an_engagement_needs_side_and_role(cast, client_for, page, name):
    answer = client_for(getattr(cast, name)).get(url(page, cast.engagement))
    if name in PAGES_OF_ENGAGEMENT[page]:
        expected = {200}
    elif name in {"outsider", "other_manager", "auditor"}:
        expected = {403, 404}
    else:
        expected = {403}
    assert answer.status_code in expected
    assert "Patient chat" not in text(answer) or answer.status_code == 200


@pytest.mark.parametrize(
    "page", ["subcontract_approve", "subcontract_refuse", "subcontract_end"]
)
def test_page_of_a_subcontract_is_hidden_from_strangers(
    cast, client_for, waiting, page
):
    for actor in (cast.outsider, cast.other_manager):
        answer = client_for(actor).get(url(page, waiting))
        assert answer.status_code in {403, 404}


def test_page_of_a_grant_is_hidden_from_strangers(cast, client_for, grant):
    for actor in (cast.outsider, cast.other_manager):
        assert client_for(actor).get(url("grant_revoke", grant)).status_code == 404
    assert client_for(cast.auditor).get(url("grant_revoke", grant)).status_code == 403


def test_pages_ask_to_sign_in(cast, client):
    for page in PAGES:
        answer = client.get(url(page))
        assert (answer.status_code, answer.url.split("?")[0]) == (
            302,
            reverse("account_login"),
        )


# -- List ---------------------------------------------------------------------
def test_list_links_to_the_overview(cast, client_for):
    answer = client_for(cast.officer).get(url("list"))
    assert reverse("gate:engagement", args=[cast.engagement.pk]) in text(answer)
    assert "Careline" in text(answer)


def test_list_filters(cast, client_for):
    client = client_for(cast.manager)
    assert "Patient chat" in text(client.get(url("list"), {"q": "lakeside"}))
    for filters in (
        {"q": "nothing"},
        {"tier": "1"},
        {"side": "client"},
        {"ended": "yes"},
    ):
        assert "No engagement matches" in text(client.get(url("list"), filters))
    assert "Patient chat" in text(client.get(url("list"), {"tier": "9", "side": "x"}))


def test_list_says_how_to_begin(cast, client_for):
    page = text(client_for(cast.outsider).get(url("list")))
    assert "No engagements yet" in page
    assert url("register_vendor") in page
    page = text(client_for(cast.auditor).get(url("list")))
    assert "once you are granted a look" in page
    assert url("register_vendor") not in page


def test_list_pages_keep_the_filter(cast, client_for):
    for number in range(60):
        make_engagement(
            client=cast.clinic, provider=cast.vendor, name=f"Work {number:02}"
        )
    client = client_for(cast.officer)
    first = client.get(url("list"), {"q": "Work"})
    assert (first.context["previous_url"], "Work 49" in text(first)) == ("", True)
    second = client.get(first.context["next_url"])
    assert ("Work 59" in text(second), second.context["next_url"]) == (True, "")
    assert "q=Work" in second.context["previous_url"]
    back = client.get(second.context["previous_url"])
    assert back.context["page"].rows == first.context["page"].rows


def test_list_costs_the_same_at_one_and_three_rows(cast, client_for):
    client = client_for(cast.officer)
    client.get(url("list"))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as counted:
            client.get(url("list"))
        counts.append(len(counted))
        for _ in range(2):
            make_engagement(client=cast.clinic, provider=cast.vendor)
    assert counts[0] == counts[1]


def test_detail_costs_the_same_at_one_and_three_subcontracts(cast, client_for):
    client = client_for(cast.officer)
    make_scope(cast.engagement)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_subcontract(cast.engagement)
        client.get(url("detail", cast.engagement))
        with CaptureQueriesContext(connection) as counted:
            client.get(url("detail", cast.engagement))
        counts.append(len(counted))
    assert counts[0] == counts[1]


# -- Vendors and engagements --------------------------------------------------
def test_register_vendor(cast, client_for):
    answer = client_for(cast.officer).post(
        url("register_vendor"),
        {"name": "Newline", "country": "ph", "time_zone": "Asia/Manila"},
    )
    assert (answer.status_code, answer.url) == (302, url("create"))
    assert Organization.objects.get(name="Newline").country == "PH"


def test_register_vendor_with_a_bad_value_shows_the_form(cast, client_for):
    answer = client_for(cast.officer).post(
        url("register_vendor"), {"name": "Newline", "country": "Philippines"}
    )
    assert answer.status_code == 422
    assert not Organization.objects.filter(name="Newline").exists()


def test_register_vendor_twice_says_so_at_the_name(cast, client_for):
    client = client_for(cast.officer)
    values = {"name": "Newline", "country": "PH", "time_zone": "UTC"}
    client.post(url("register_vendor"), values)
    answer = client.post(url("register_vendor"), values)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"name": ["Already on your list."]}


NEW = {
    "name": "Billing chat",
    "tier": "1",
    "started_on": "2026-07-01",
    "legal_agency": "undecided",
    "disclosure_policy": "named",
    "approves_subcontracts": "on",
}


def test_create_engagement(cast, client_for):
    answer = client_for(cast.officer).post(
        url("create"), NEW | {"provider": cast.vendor.pk}
    )
    created = Engagement.objects.get(name="Billing chat")
    assert (answer.status_code, answer.url) == (302, url("detail", created))
    assert (created.client, created.provider) == (cast.clinic, cast.vendor)


def test_create_engagement_with_a_foreign_vendor_shows_the_form(cast, client_for):
    answer = client_for(cast.officer).post(
        url("create"), NEW | {"provider": cast.other_vendor.pk}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["provider"]
    assert "Otherline" not in text(answer)
    assert Engagement.objects.count() == 1


def test_create_engagement_without_a_vendor_says_how_to_begin(cast, client_for):
    page = text(client_for(cast.outsider).get(url("create")))
    assert "No vendor on your list" in page


def test_create_engagement_offers_the_list_of_a_vendor(cast, client_for):
    make_registration(cast.vendor, cast.other_vendor)
    assert "Otherline" in text(client_for(cast.manager).get(url("create")))


def test_decide_legal_agency(cast, client_for):
    client = client_for(cast.officer)
    page = url("legal_agency", cast.engagement)
    answer = client.post(page, {"legal_agency": "agent"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["legal_agency_reason"]
    answer = client.post(
        page, {"legal_agency": "agent", "legal_agency_reason": "We direct shifts."}
    )
    assert (answer.status_code, answer.url) == (302, url("detail", cast.engagement))
    cast.engagement.refresh_from_db()
    assert cast.engagement.legal_agency == "agent"
    assert "We direct shifts." in text(client.get(page))


# -- Detail -------------------------------------------------------------------
def test_detail_of_a_new_engagement(cast, client_for):
    page = text(client_for(cast.officer).get(url("detail", cast.engagement)))
    assert "No scope in effect" in page
    assert "No subcontract is declared" in page
    assert url("declare_scope", cast.engagement) in page
    assert url("declare_subcontract", cast.engagement) not in page


def test_detail_shows_facts_scope_and_subcontracts(cast, client_for, waiting):
    make_scope(cast.engagement, hours="day and night", sites=["MNL-1"])
    page = text(client_for(cast.officer).get(url("detail", cast.engagement)))
    for part in ("Patient support", "day and night", "MNL-1", "Otherline"):
        assert part in page
    assert url("subcontract_approve", waiting) in page
    assert url("subcontract_end", waiting) not in page
    assert "Overflow chat" not in page
    page = text(client_for(cast.manager).get(url("detail", cast.engagement)))
    assert "Overflow chat" in page
    assert url("subcontract_approve", waiting) not in page
    assert url("subcontract_end", waiting) in page


def test_detail_hides_an_undisclosed_subcontractor_from_the_client(
    cast, client_for, waiting
):
    waiting.downstream.disclosure_policy = DisclosurePolicy.UNDISCLOSED
    waiting.downstream.save(update_fields=["disclosure_policy"])
    for page in ("detail",):
        shown = text(client_for(cast.officer).get(url(page, cast.engagement)))
        assert "Undisclosed subcontractor" in shown
        assert "Otherline" not in shown
    for page in ("subcontract_approve", "subcontract_refuse"):
        assert "Otherline" not in text(client_for(cast.officer).get(url(page, waiting)))


def test_detail_tells_the_subcontractor_only_that_there_is_an_upstream(
    cast, client_for, waiting
):
    page = text(client_for(cast.other_manager).get(url("detail", waiting.downstream)))
    assert "an engagement of Careline" in page
    assert "Patient chat" not in page
    assert "Lakeside" not in page
    page = text(client_for(cast.manager).get(url("detail", waiting.downstream)))
    assert "Patient chat" in page


def test_detail_under_a_grant_offers_nothing_to_change(cast, client_for, grant):
    page = text(client_for(cast.auditor).get(url("detail", cast.engagement)))
    assert "Lakeside Clinic" in page
    for link in ("declare_scope", "end", "legal_agency", "grants"):
        assert url(link, cast.engagement) not in page


# -- Scope and end ------------------------------------------------------------
SCOPE = {
    "effective_on": "2026-06-15",
    "services": ["patient_support"],
    "channels": ["chat", "email"],
    "phi_categories": ["demographic"],
    "countries": "ph, CO",
    "sites": "MNL-1\nMNL-2",
    "systems": "",
    "head_count_ceiling": "25",
    "hours": "weekdays",
}


def test_declare_scope(cast, client_for):
    client = client_for(cast.manager)
    page = url("declare_scope", cast.engagement)
    answer = client.post(page, SCOPE)
    assert (answer.status_code, answer.url) == (302, url("detail", cast.engagement))
    scope = DeclaredScope.objects.get()
    assert (scope.countries, scope.sites) == (["CO", "PH"], ["MNL-1", "MNL-2"])
    assert (scope.head_count_ceiling, scope.remote_work) == (25, False)
    assert "MNL-1, MNL-2" in text(client.get(page))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"services": []}, "services"),
        ({"services": ["magic"]}, "services"),
        ({"countries": "Philippines"}, "countries"),
        ({"effective_on": "soon"}, "effective_on"),
        ({"effective_on": "2025-12-31"}, "effective_on"),
        ({"head_count_ceiling": "0"}, "head_count_ceiling"),
    ],
)
def test_declare_scope_with_a_bad_value_shows_the_form(cast, client_for, change, field):
    answer = client_for(cast.officer).post(
        url("declare_scope", cast.engagement), SCOPE | change
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert DeclaredScope.objects.count() == 0


def test_end_engagement(cast, client_for, waiting):
    client = client_for(cast.manager)
    page = url("end", cast.engagement)
    answer = client.post(page, {"ended_on": "2026-06-15", "reason": "Done."})
    assert answer.status_code == 422
    assert "its own subcontract" in text(answer)
    waiting.ended_on = TODAY
    waiting.save(update_fields=["ended_on"])
    answer = client.post(page, {"ended_on": "2026-06-15", "reason": "Done."})
    assert (answer.status_code, answer.url) == (302, url("detail", cast.engagement))
    assert "Done." in text(client.get(answer.url))


# -- Subcontracts -------------------------------------------------------------
def test_declare_subcontract(cast, client_for, downstream):
    client = client_for(cast.manager)
    page = url("declare_subcontract", cast.engagement)
    assert "Overflow chat (Otherline)" in text(client.get(page))
    values = {
        "downstream": downstream.pk,
        "services": ["patient_support"],
        "effective_on": "2026-06-15",
    }
    answer = client.post(page, values)
    assert (answer.status_code, answer.url) == (302, url("detail", cast.engagement))
    assert "The client is asked for approval." in text(client.get(answer.url))
    assert client.post(page, values).status_code == 422
    assert Subcontract.objects.count() == 1


def test_declare_subcontract_without_need_of_approval(cast, client_for, downstream):
    Engagement.objects.filter(pk=cast.engagement.pk).update(approves_subcontracts=False)
    client = client_for(cast.manager)
    answer = client.post(
        url("declare_subcontract", cast.engagement),
        {
            "downstream": downstream.pk,
            "services": ["patient_support"],
            "effective_on": "2026-06-15",
        },
    )
    page = text(client.get(answer.url))
    assert "asked for approval" not in page
    assert "not asked for" in page


def test_declare_subcontract_through_a_foreign_engagement_shows_the_form(
    cast, client_for
):
    foreign = make_engagement()
    answer = client_for(cast.manager).post(
        url("declare_subcontract", cast.engagement),
        {
            "downstream": foreign.pk,
            "services": ["claims"],
            "effective_on": "2026-06-15",
        },
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["downstream"]


def test_approve_subcontract(cast, client_for, waiting):
    client = client_for(cast.officer)
    page = url("subcontract_approve", waiting)
    assert "Otherline" in text(client.get(page))
    answer = client.post(page)
    assert (answer.status_code, answer.url) == (302, url("detail", cast.engagement))
    waiting.refresh_from_db()
    assert waiting.approved_on == TODAY
    assert client.post(page).status_code == 422


def test_refuse_subcontract(cast, client_for, waiting):
    client = client_for(cast.officer)
    page = url("subcontract_refuse", waiting)
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "No agreement."}).status_code == 302
    assert "No agreement." in text(client.get(url("detail", cast.engagement)))


def test_end_subcontract(cast, client_for, waiting):
    client = client_for(cast.manager)
    page = url("subcontract_end", waiting)
    assert 'value="2026-06-15"' in text(client.get(page))
    assert client.post(page, {"ended_on": "2026-01-01"}).status_code == 422
    assert client.post(page, {"ended_on": "2026-06-30"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.ended_on == date(2026, 6, 30)


# -- Grants -------------------------------------------------------------------
def test_grants_of_a_new_engagement(cast, client_for):
    page = text(client_for(cast.officer).get(url("grants", cast.engagement)))
    assert "Nobody else may read this" in page


def test_grants_tell_state_and_offer_revoking_to_the_giver(cast, client_for, grant):
    page = text(client_for(cast.officer).get(url("grants", cast.engagement)))
    assert "Aida Auditor" in page
    assert url("grant_revoke", grant) in page
    page = text(client_for(cast.manager).get(url("grants", cast.engagement)))
    assert "Aida Auditor" in page
    assert url("grant_revoke", grant) not in page


def test_grant_access(cast, client_for):
    client = client_for(cast.officer)
    values = {
        "email_of_user": cast.auditor.user.email,
        "reason": "Annual audit",
        "valid_from": "2026-06-15",
        "valid_until": "2026-07-15",
    }
    page = url("grant_create", cast.engagement)
    answer = client.post(page, values | {"email_of_user": "nobody@example.org"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["email_of_user"]
    answer = client.post(page, values)
    assert (answer.status_code, answer.url) == (302, url("grants", cast.engagement))
    reading = client_for(cast.auditor).get(url("detail", cast.engagement))
    assert reading.status_code == 200


def test_revoke_access(cast, client_for, grant):
    auditor = client_for(cast.auditor)
    assert auditor.get(url("detail", cast.engagement)).status_code == 200
    client = client_for(cast.officer)
    page = url("grant_revoke", grant)
    assert "Aida Auditor" in text(client.get(page))
    assert client.post(page).url == url("grants", cast.engagement)
    assert auditor.get(url("detail", cast.engagement)).status_code == 404
    assert client.post(page).status_code == 422


def test_why_the_client_decided_is_the_clients_alone(cast, client_for):
    """The decision is shown to both sides, its reason on page, API and trail not."""
    actions.decide_legal_agency(
        cast.engagement, by=cast.officer, legal_agency="agent", reason="We direct it."
    )
    page = url("detail", cast.engagement)
    api = f"/api/v1/engagements/{cast.engagement.pk}/"
    for actor, sees in [(cast.officer, True), (cast.manager, False)]:
        client = client_for(actor)
        assert "Agent under federal common law" in text(client.get(page))
        assert ("We direct it." in text(client.get(page))) is sees
        answer = client.get(api).json()
        assert answer["legal_agency"] == "agent"
        assert answer["legal_agency_reason"] == ("We direct it." if sees else "")
        assert ("We direct it." in text(client.get("/audit/"))) is sees
