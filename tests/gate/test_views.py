"""The overview of an engagement, its history, overrides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.engagements.models import Engagement
from apps.gate.models import GateOverride
from apps.tenancy.actor import Actor
from tests.conftest import NOON, Cast
from tests.factories.drift import make_finding
from tests.factories.engagements import make_grant, make_subcontract
from tests.factories.gate import make_decision, make_override

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Actor], Client]


def test_engagement_open(cast: Cast, client_for: ClientFor, ready: Engagement) -> None:
    page = client_for(cast.reader).get(f"/gate/{ready.pk}/")
    assert page.status_code == 200
    assert "PHI may flow to Careline" in page.text
    assert '<time datetime="2026-06-15">15 Jun 2026</time>' in page.text
    assert "Lakeside Clinic → Careline" in page.text
    assert "Tier 2 - important" in page.text
    assert "conditions are satisfied." in page.text
    assert "Not satisfied" not in page.text
    assert "No decision is recorded yet." in page.text
    assert "As recorded now about that day." not in page.text


def test_engagement_closed_says_who_acts_first(
    cast: Cast, client_for: ClientFor, ready: Engagement
) -> None:
    make_finding(ready)
    page = client_for(cast.officer).get(f"/gate/{ready.pk}/")
    assert "PHI may not flow to Careline" in page.text
    assert "Not satisfied (1)" in page.text
    assert page.text.index("Not satisfied (1)") < page.text.index("Satisfied (")
    assert "45 CFR 164.504(e)(2)(i) (our own default)" in page.text
    assert f"/drift/engagement/{ready.pk}/" in page.text


def test_engagement_unknown(
    cast: Cast, client_for: ClientFor, ready: Engagement
) -> None:
    ready.assignments.all().delete()
    page = client_for(cast.officer).get(f"/gate/{ready.pk}/")
    assert "It is not known whether PHI may flow to Careline" in page.text
    assert "Unknown (" in page.text


def test_engagement_is_the_same_for_both_sides(
    cast: Cast, client_for: ClientFor
) -> None:
    path = f"/gate/{cast.engagement.pk}/"
    client, provider = (
        client_for(one).get(path) for one in (cast.officer, cast.manager)
    )
    assert client.context["state"] == provider.context["state"]


def test_engagement_shows_the_fix_to_the_side_that_acts(
    cast: Cast, client_for: ClientFor
) -> None:
    path = f"/gate/{cast.engagement.pk}/"

    def fixes(actor: Actor) -> dict[str, str]:
        context = client_for(actor).get(path).context
        return {
            one.code: one.fix_path
            for one in [*context["not_satisfied"], *context["unknown"]]
        }

    assert fixes(cast.manager)["workforce.roster_known"] == reverse("workforce:upload")
    assert fixes(cast.officer)["workforce.roster_known"] == ""
    make_grant(cast.engagement, cast.auditor.user)
    assert set(fixes(cast.auditor).values()) == {""}


@pytest.mark.parametrize(
    ("as_of", "verdict"), [("2026-06-09", "open"), ("2026-06-10", "closed")]
)
def test_engagement_on_a_past_day(
    cast: Cast, client_for: ClientFor, ready: Engagement, as_of: str, verdict: str
) -> None:
    make_finding(ready)
    page = client_for(cast.officer).get(f"/gate/{ready.pk}/", {"as_of": as_of})
    assert page.context["state"].verdict == verdict
    assert page.context["state"].as_of == date.fromisoformat(as_of)
    assert "As recorded now about that day." in page.text
    assert "Request override" not in page.text


@pytest.mark.parametrize(
    ("as_of", "text"),
    [
        ("soon", "Write the day as YYYY-MM-DD"),
        ("2026-02-30", "Write the day as YYYY-MM-DD"),
        ("2026-06-16", "Choose today (15 June 2026) or an earlier day."),
        ("0001-01-01", "Choose 1 January 1990 or a later day."),
    ],
)
def test_engagement_on_a_bad_day_shows_today(
    cast: Cast, client_for: ClientFor, as_of: str, text: str
) -> None:
    page = client_for(cast.officer).get(
        f"/gate/{cast.engagement.pk}/", {"as_of": as_of}
    )
    assert page.status_code == 422
    assert text in page.text
    assert page.context["state"].as_of == date(2026, 6, 15)


def test_engagement_without_a_day_is_today(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.officer).get(f"/gate/{cast.engagement.pk}/", {"as_of": ""})
    assert page.status_code == 200
    assert page.context["state"].as_of == date(2026, 6, 15)


def test_engagement_hides_from_strangers(cast: Cast, client_for: ClientFor) -> None:
    path = f"/gate/{cast.engagement.pk}/"
    for actor in (cast.outsider, cast.other_manager, cast.auditor):
        assert client_for(actor).get(path).status_code == 404
        assert client_for(actor).get(f"{path}history/").status_code == 404
    assert client_for(cast.outsider).get(f"{path}override/").status_code == 404
    assert Client().get(path).status_code == 302


def test_engagement_queries_do_not_grow_with_decisions(
    cast: Cast, client_for: ClientFor, ready: Engagement
) -> None:
    browser = client_for(cast.officer)
    counts = []
    for _ in range(3):
        make_decision(ready)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"/gate/{ready.pk}/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[2]


def test_history_tells_what_stood_against_it(cast: Cast, client_for: ClientFor) -> None:
    conditions = [
        {
            "code": "a.b",
            "title": "A BAA is in force",
            "state": "not_satisfied",
            "detail": "There is none.",
        }
    ]
    make_decision(cast.engagement, conditions=conditions)
    page = client_for(cast.manager).get(f"/gate/{cast.engagement.pk}/history/")
    assert "PHI may not flow" in page.text
    assert "A BAA is in force (not satisfied): There is none." in page.text
    assert "?as_of=2026-06-10" in page.text


def test_history_is_empty_and_says_so(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.manager).get(f"/gate/{cast.engagement.pk}/history/")
    assert page.status_code == 200
    assert "No decision yet" in page.text


def test_history_pages_by_key(cast: Cast, client_for: ClientFor) -> None:
    for _ in range(51):
        make_decision(cast.engagement)
    browser = client_for(cast.officer)
    path = f"/gate/{cast.engagement.pk}/history/"
    first = browser.get(path)
    assert len(first.context["decisions"]) == 50
    second = browser.get(path + first.context["older_url"])
    assert len(second.context["decisions"]) == 1
    assert second.context["older_url"] == ""


# -- Overrides -----------------------------------------------------------------------


def test_override_request_approve_withdraw(cast: Cast, client_for: ClientFor) -> None:
    path = f"/gate/{cast.engagement.pk}/"
    officer, second = client_for(cast.officer), client_for(cast.second_officer)
    assert "Request override" in officer.get(path).text
    form = officer.get(f"{path}override/")
    assert "An override changes no law" in form.text
    answer = officer.post(
        f"{path}override/",
        {"reason": "Patients wait", "expires_on": "2026-06-30"},
        follow=True,
    )
    assert "The override is requested; another manager approves it." in answer.text
    assert "Approve override" not in answer.text
    row = GateOverride.objects.get()
    assert "Approve override" in second.get(path).text
    assert "Patients wait" in second.get(f"/gate/override/{row.pk}/approve/").text
    answer = second.post(f"/gate/override/{row.pk}/approve/", follow=True)
    assert "The gate is overridden until 30 June 2026." in answer.text
    assert "PHI may not flow to Careline" in answer.text
    assert "Overridden until 30 Jun 2026" in client_for(cast.manager).get(path).text
    answer = officer.post(f"/gate/override/{row.pk}/withdraw/", follow=True)
    assert "The override is withdrawn." in answer.text
    assert "Overridden until" not in answer.text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"reason": "", "expires_on": "2026-06-30"}, "This field is required."),
        (
            {"reason": "x", "expires_on": "2026-12-31"},
            "Choose a day from 15 June 2026 to 15 July 2026.",
        ),
    ],
)
def test_override_request_bad_input_changes_nothing(
    cast: Cast, client_for: ClientFor, data: dict[str, str], text: str
) -> None:
    page = client_for(cast.officer).post(f"/gate/{cast.engagement.pk}/override/", data)
    assert page.status_code == 422
    assert text in page.text
    assert not GateOverride.objects.exists()


def test_override_request_of_an_open_gate_says_so(
    cast: Cast, client_for: ClientFor, ready: Engagement
) -> None:
    page = client_for(cast.officer).post(
        f"/gate/{ready.pk}/override/", {"reason": "x", "expires_on": "2026-06-30"}
    )
    assert page.status_code == 422
    assert "The gate is open; there is nothing to override." in page.text


def test_override_approve_twice_says_so(cast: Cast, client_for: ClientFor) -> None:
    row = make_override(
        cast.engagement,
        requested_by=cast.officer,
        approved_by=cast.second_officer,
        approved_at=NOON,
    )
    page = client_for(cast.second_officer).post(f"/gate/override/{row.pk}/approve/")
    assert page.status_code == 422
    assert "This override is already approved." in page.text


def test_override_by_the_requester_is_forbidden(
    cast: Cast, client_for: ClientFor
) -> None:
    row = make_override(cast.engagement, requested_by=cast.officer)
    answer = client_for(cast.officer).post(f"/gate/override/{row.pk}/approve/")
    assert answer.status_code == 403
    assert "another manager decides" in answer.text


def test_override_pages_need_the_permission(cast: Cast, client_for: ClientFor) -> None:
    row = make_override(cast.engagement, requested_by=cast.officer)
    for path in (
        f"{cast.engagement.pk}/override/",
        f"override/{row.pk}/approve/",
        f"override/{row.pk}/withdraw/",
    ):
        assert client_for(cast.manager).get(f"/gate/{path}").status_code == 403
        assert client_for(cast.outsider).get(f"/gate/{path}").status_code == 404


def test_override_of_a_vendor_towards_its_subcontractor(
    cast: Cast, client_for: ClientFor
) -> None:
    below = make_subcontract(cast.engagement).downstream
    path = f"/gate/{below.pk}/"
    manager, second = client_for(cast.manager), client_for(cast.second_manager)
    assert "Request override" in manager.get(path).text
    answer = manager.post(
        f"{path}override/",
        {"reason": "Chats wait", "expires_on": "2026-06-30"},
        follow=True,
    )
    assert "The override is requested; another manager approves it." in answer.text
    row = GateOverride.objects.get()
    approve = f"/gate/override/{row.pk}/approve/"
    assert manager.post(approve).status_code == 403
    answer = second.post(approve, follow=True)
    assert "The gate is overridden until 30 June 2026." in answer.text
    assert client_for(cast.officer).get(path).status_code == 404
