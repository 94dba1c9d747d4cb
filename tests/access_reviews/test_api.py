"""The room over HTTP: a program pushes exports, decides, revokes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.access_reviews import tasks
from apps.access_reviews.models import Campaign, CampaignItem, Revocation, System
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.access_reviews import (
    make_account,
    make_campaign,
    make_grant,
    make_revocation,
    make_system,
)

ClientFor = Callable[[Actor], Client]
API = "/api/v1"
EXPORT = b"id,login,email,status,role\nU1,ana,ana@x.test,active,Agent\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def post(client: Client, path: str, **data: Any) -> Any:
    return client.post(f"{API}{path}", data, content_type="application/json")


def test_export_is_pushed_confirmed_and_listed(
    cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.manager)
    made = post(client, "/systems/", name="Chat desk")
    assert made.status_code == 201
    sent = client.post(
        f"{API}/access-snapshots/",
        {
            "system": made.json()["id"],
            "file": SimpleUploadedFile("accounts.csv", EXPORT),
            "exported_by": "nightly job",
            "is_complete": "true",
            "expected_rows": "1",
        },
    )
    assert (sent.status_code, sent.json()["state"]) == (201, "reading")
    path = f"/access-snapshots/{sent.json()['id']}/"
    assert post(client, f"{path}confirm/").status_code == 409
    tasks.read_snapshot(sent.json()["id"])
    assert post(client, f"{path}confirm/").json()["state"] == "committing"
    tasks.commit_snapshot(sent.json()["id"])
    done = client.get(f"{API}{path}").json()
    assert (done["state"], done["proves_absence"]) == ("done", True)
    assert (done["account"]["read"], done["account"]["kept"]) == (1, 1)
    [account] = client.get(f"{API}/accounts/").json()["results"]
    assert (account["key"], account["status"]) == ("U1", "active")


def test_short_export_is_refused_with_its_sentence(
    cast: Cast, client_for: ClientFor
) -> None:
    client, system = client_for(cast.manager), make_system(cast.vendor)
    sent = client.post(
        f"{API}/access-snapshots/",
        {
            "system": system.pk,
            "file": SimpleUploadedFile("accounts.csv", EXPORT),
            "expected_rows": "2",
        },
    )
    tasks.read_snapshot(sent.json()["id"])
    done = client.get(f"{API}/access-snapshots/{sent.json()['id']}/").json()
    assert done["state"] == "refused"
    assert done["refusal"].startswith("The file holds 1 rows where 2 are expected.")


def test_review_is_opened_given_decided_closed_and_signed(
    cast: Cast, client_for: ClientFor
) -> None:
    client, system = client_for(cast.manager), make_system(cast.vendor)
    for key in ("1", "2", "3"):
        make_grant(system, key=key)
    opened = post(
        client,
        "/access-campaigns/",
        name="June",
        systems=[str(system.pk)],
        due_on="2026-06-30",
        recurrence_months=3,
    )
    assert (opened.status_code, opened.json()["population_count"]) == (201, 3)
    path = f"/access-campaigns/{opened.json()['id']}/"
    given = post(client, f"{path}delegate/", to=cast.lead.user.email, numbers=[1])
    assert given.json() == {"moved": 1}
    lead = client_for(cast.lead)
    [line] = lead.get(f"{API}/access-lines/").json()["results"]
    decide = f"/access-lines/{line['id']}/decide/"
    assert post(lead, decide, decision="revoke", turn=0).status_code == 422
    done = post(lead, decide, decision="revoke", reason="Gone", turn=0)
    assert (done.status_code, done.json()["decision"]) == (200, "revoke")
    late = post(client, decide, decision="keep", reason="Needed", turn=0)
    assert late.status_code == 409
    rest = post(client, f"{path}decide/", decision="keep", reason="Seen")
    assert rest.json() == {"decided": 2, "seconded": 0, "own": 0, "left": 1}
    assert post(client, f"{path}close/").json()["state"] == "closed"
    assert post(client, f"{path}sign-off/").status_code == 403
    signed = post(client_for(cast.second_manager), f"{path}sign-off/")
    assert signed.json()["state"] == "signed off"
    filtered = client.get(
        f"{API}/access-lines/?campaign={opened.json()['id']}&decision=keep"
    )
    assert len(filtered.json()["results"]) == 2


def test_named_reviewer_is_a_member(cast: Cast, client_for: ClientFor) -> None:
    client, system = client_for(cast.manager), make_system(cast.vendor)
    make_grant(system)
    terms = {"name": "J", "systems": [str(system.pk)], "due_on": "2026-06-30"}
    email = cast.officer.user.email
    refused = post(client, "/access-campaigns/", reviewer=email, **terms)
    assert (refused.status_code, Campaign.objects.count()) == (404, 0)
    email = cast.lead.user.email.upper()
    assert (
        post(client, "/access-campaigns/", reviewer=email, **terms).status_code == 201
    )
    assert CampaignItem.objects.get().reviewer == cast.lead.user


def test_own_access_is_left_in_bulk_and_refused_alone(
    cast: Cast, client_for: ClientFor
) -> None:
    system = make_system(cast.vendor)
    grant = make_grant(system, email=cast.manager.user.email)
    campaign = make_campaign(cast.vendor, [grant])
    client = client_for(cast.manager)
    path = f"/access-campaigns/{campaign.pk}/"
    bulk = post(client, f"{path}decide/", decision="keep", reason="Mine")
    assert bulk.json() == {"decided": 0, "seconded": 0, "own": 1, "left": 0}
    given = post(client, f"{path}delegate/", to=cast.manager.user.email)
    assert given.json() == {"moved": 0}
    line = CampaignItem.objects.get()
    alone = post(
        client, f"/access-lines/{line.pk}/decide/", decision="keep", turn=0, reason="x"
    )
    assert alone.status_code == 403
    assert CampaignItem.objects.get().decision == ""


def test_review_is_cancelled_for_a_reason(cast: Cast, client_for: ClientFor) -> None:
    campaign = make_campaign(cast.vendor, [make_grant(make_system(cast.vendor))])
    client, path = client_for(cast.manager), f"/access-campaigns/{campaign.pk}/cancel/"
    assert post(client, path).status_code == 400
    assert post(client, path, reason="Wrong systems").json()["state"] == "cancelled"


def test_revocation_is_confirmed_with_proof_or_withdrawn(
    cast: Cast, client_for: ClientFor
) -> None:
    system = make_system(cast.vendor)
    rows = [make_revocation(make_account(system)) for _ in range(3)]
    client = client_for(cast.manager)
    paths = [f"/revocations/{row.pk}/" for row in rows]
    assert post(client, f"{paths[0]}confirm/").status_code == 400
    sent = client.post(
        f"{API}{paths[0]}confirm/",
        {"note": "Ticket 7", "proof": SimpleUploadedFile("ticket.png", PNG)},
    )
    assert (sent.status_code, sent.json()["state"]) == (200, "done")
    bare = post(client, f"{paths[1]}confirm/", note="Ticket 8")
    assert bare.json()["note"] == "Ticket 8"
    gone = post(client, f"{paths[2]}withdraw/", reason="Rehired")
    assert gone.json()["state"] == "withdrawn"
    proofs = Revocation.objects.order_by("asked_at", "pk").values_list("proof__name")
    assert sorted(proofs, key=str) == [("ticket.png",), (None,), (None,)]
    found = client.get(f"{API}/revocations/?system={system.pk}").json()["results"]
    assert len(found) == 3
    assert System.objects.count() == 1
