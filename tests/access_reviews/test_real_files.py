"""Every export of the shared folder, by command and by page, with its account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client

from apps.access_reviews import queries, tasks
from apps.access_reviews.models import Account, SnapshotImport, System
from apps.tenancy.actor import Actor
from apps.workforce.models import Agent
from tests.access_reviews.running import run
from tests.conftest import Cast
from tests.factories.access_reviews import make_system
from tests.factories.workforce import make_agent
from tests.shared_data import shared

ClientFor = Callable[[Actor], Client]

# File, system it is of, what it was recognised as, rows read, kept, refused.
CSV_FILES = [
    ("accessguard_01_hr_users_inventory.csv", "HR", "Generic table", 14, 14, 0),
    ("accessguard_03_accounts_APP_CRM.csv", "APP_CRM", "Generic table", 6, 6, 0),
    ("accessguard_03_accounts_APP_FIN.csv", "APP_FIN", "Generic table", 8, 8, 0),
    ("accessguard_03_accounts_APP_HCM.csv", "APP_HCM", "Generic table", 6, 6, 0),
    ("accessguard_04_entitlements_APP_CRM.csv", "APP_CRM", "Generic table", 4, 4, 0),
    ("accessguard_04_entitlements_APP_FIN.csv", "APP_FIN", "Generic table", 5, 5, 0),
    ("accessguard_04_entitlements_APP_HCM.csv", "APP_HCM", "Generic table", 4, 4, 0),
    ("aws_credential_report_a.csv", "AWS", "AWS credential report", 5, 5, 0),
    ("entra_users_formula_injection.csv", "Entra", "Entra ID", 2, 2, 0),
    ("google_workspace_user_download.csv", "Google", "Google Workspace", 5, 5, 0),
    ("iam_sample_access_review.csv", "Finance-App", "Generic table", 10, 4, 0),
    ("jml_ad_users.csv", "AD", "Generic table", 4, 4, 0),
    ("jml_hr_feed.csv", "HR", "Generic table", 5, 5, 0),
    ("jml_okta_users.csv", "Okta", "Generic table", 4, 4, 0),
    ("q1_access_certification_bad_quote.csv", "Any", "Generic table", 4, 3, 1),
]
JSON_FILES = [
    ("probo_asana.json", "Asana", 1),
    ("probo_docusign.json", "DocuSign", 2),
    ("probo_github.json", "GitHub", 1),
    ("probo_gitlab.json", "GitLab", 1),
    ("probo_google_workspace.json", "Google Workspace", 7),
    ("probo_hubspot.json", "HubSpot", 3),
    ("probo_intercom.json", "Intercom", 5),
    ("probo_notion.json", "Notion", 7),
    ("probo_okta.json", "Okta", 4),
    ("probo_slack.json", "Slack", 41),
    ("probo_zendesk.json", "Zendesk", 2),
]


@pytest.mark.parametrize(
    ("name", "system", "layout", "read", "kept", "refused"), CSV_FILES
)
def test_table_is_taken_in_with_its_account(
    name: str,
    system: str,
    layout: str,
    read: int,
    kept: int,
    refused: int,
    cast: Cast,
) -> None:
    done = run(shared("data", "access_csv", name), system, "--complete")
    assert (done.code, done.error) == (0, "")
    assert done.lines[0].startswith(layout)
    assert done.count("read") == read
    assert done.count("imported") == kept
    assert done.count("refused") == refused


@pytest.mark.parametrize(("name", "layout", "kept"), JSON_FILES)
def test_recorded_interface_is_taken_in(
    name: str, layout: str, kept: int, cast: Cast
) -> None:
    done = run(shared("data", "access_api", name), "Any", "--complete")
    assert (done.code, done.error) == (0, "")
    assert done.lines[0] == f"{layout} (accounts); complete"
    assert [done.count(each) for each in ("read", "accounts", "refused")] == [
        kept,
        kept,
        0,
    ]


FILES = [("access_csv", *each) for each in CSV_FILES] + [
    ("access_api", name, "Any", layout, kept, kept, 0)
    for name, layout, kept in JSON_FILES
]


@pytest.mark.parametrize(
    ("folder", "name", "system", "layout", "read", "kept", "refused"), FILES
)
def test_file_is_taken_in_through_the_page(
    folder: str,
    name: str,
    system: str,
    layout: str,
    read: int,
    kept: int,
    refused: int,
    cast: Cast,
    client_for: ClientFor,
) -> None:
    job = through_page(client_for(cast.manager), shared("data", folder, name), system)
    assert job.state == "done"
    account = job.account
    told = (job.understood["layout"] or "Generic table", account["read"])
    # Rows of other systems are neither kept nor refused; what says nothing new neither.
    assert (*told, account["imported"]) == (layout, read, kept)
    assert account["refused_total"] == refused == len(job.problems)
    assert job.proves_absence is (job.kind == "accounts" and refused == 0)


def through_page(client: Client, path: Path, name: str) -> SnapshotImport:
    """Upload, preview, confirm and commit, as a person and the worker do it."""
    client.post("/access/systems/new/", {"name": name, "holds_phi": "on"})
    system = System.objects.get(name=name)
    with path.open("rb") as file:
        sent = client.post(
            f"/access/systems/{system.pk}/upload/",
            {"file": file, "exported_by": "Mara", "is_complete": "on"},
        )
    assert sent.status_code == 302
    job = SnapshotImport.objects.get()
    tasks.read_snapshot(str(job.pk))
    page = client.get(sent["Location"])
    assert page.status_code == 200
    assert client.post(f"{sent['Location']}confirm/").status_code == 302
    tasks.commit_snapshot(str(job.pk))
    tasks.after_snapshot(str(job.pk))
    assert "Result" in client.get(sent["Location"]).content.decode()
    assert client.get(f"/access/systems/{system.pk}/").status_code == 200
    job.refresh_from_db()
    return job


def test_document_is_refused_at_the_door(cast: Cast, client_for: ClientFor) -> None:
    system = make_system(cast.vendor)
    with shared("data", "access_csv", "accessguard_README.md").open("rb") as file:
        sent = client_for(cast.manager).post(
            f"/access/systems/{system.pk}/upload/", {"file": file}
        )
    assert (sent.status_code, SnapshotImport.objects.count()) == (422, 0)
    assert "Nothing was saved" in sent.content.decode()


def test_prose_asks_for_its_columns_and_takes_nothing_in(
    cast: Cast, client_for: ClientFor
) -> None:
    client, system = client_for(cast.manager), make_system(cast.vendor)
    with shared("data", "access_csv", "uar_scenarios.txt").open("rb") as file:
        sent = client.post(f"/access/systems/{system.pk}/upload/", {"file": file})
    tasks.read_snapshot(str(SnapshotImport.objects.get().pk))
    asked = "No column holds the id, the login or the address of an account"
    assert asked in client.get(sent["Location"]).content.decode()
    assert client.post(f"{sent['Location']}confirm/").status_code == 422
    assert Account.objects.count() == 0


def test_roles_in_conflict_are_taken_in_through_the_page(
    cast: Cast, client_for: ClientFor
) -> None:
    path = shared("data", "access_csv", "accessguard_05_bulk_sod_policies.csv")
    job = through_page(client_for(cast.manager), path, "APP_FIN")
    # None of their roles is known yet: each is named, none is kept.
    assert (job.state, job.kind) == ("done", "conflicts")
    assert (job.account["read"], job.account["refused_total"]) == (8, 8)
    assert {each["code"] for each in job.problems} == {"unknown_role"}


@pytest.mark.parametrize("name", ["accessguard_README.md", "uar_scenarios.txt"])
def test_text_that_is_no_export_is_refused(name: str, cast: Cast) -> None:
    done = run(shared("data", "access_csv", name), "Any")
    assert done.code == 1
    assert done.error


def test_row_that_cannot_be_read_makes_the_export_prove_nothing(cast: Cast) -> None:
    path = shared("data", "access_csv", "q1_access_certification_bad_quote.csv")
    done = run(path, "Any", "--complete")
    assert done.lines[0].endswith("proves nothing of who is missing")


def test_export_of_another_system_is_refused(cast: Cast) -> None:
    done = run(shared("data", "access_csv", "iam_sample_access_review.csv"), "Else")
    assert done.code == 1
    assert done.error == (
        "No row of the file belongs to the system Else. Choose the system the file "
        "names, or give it that name."
    )


def _flags(cast: Cast, system: str) -> dict[str, set[str]]:
    """Flags by the key of the account."""
    found = queries.system_named(cast.vendor, system)
    assert found is not None
    return {
        line.account.key: {flag.value for flag in line.flags.raised}
        for line in queries.grant_lines(cast.vendor, [found])
    }


def test_aws_report_keeps_never_apart_from_unknown(cast: Cast) -> None:
    run(shared("data", "access_csv", "aws_credential_report_a.csv"), "AWS")
    found = {
        row.login: (row.usage, row.last_used_at, row.has_mfa, row.status)
        for row in Account.objects.all()
    }
    key_use = datetime(2023, 1, 3, 10, 27, tzinfo=UTC)
    assert found["jordan"] == ("used", key_use, False, "active")
    assert found["test_account"] == ("never", None, False, "active")
    assert found["test_key_account"] == ("never", None, False, "active")
    assert found["<root_account>"][0] == "used"
    flags = _flags(cast, "AWS")
    arn = "arn:aws:iam::111122223333"
    assert flags[f"{arn}:user/test_account"] == {
        "orphan",
        "no_mfa",
        "never_used",
        "dormant",
    }
    assert "privileged" in flags[f"{arn}:root"]


def test_okta_users_keep_their_states(cast: Cast) -> None:
    run(shared("data", "access_api", "probo_okta.json"), "Okta")
    assert list(Account.objects.values_list("key", "status", "usage")) == [
        ("00u1aaaaaaaaaaaaa0h7", "active", "used"),
        ("00u2bbbbbbbbbbbbb1h7", "suspended", "never"),
        ("00u3ccccccccccccc2h7", "pending", "never"),
        ("00u4ddddddddddddd4h7", "removed", "used"),
    ]


def test_zendesk_and_hubspot_leave_out_what_is_no_account(cast: Cast) -> None:
    done = run(shared("data", "access_api", "probo_zendesk.json"), "Zendesk")
    assert "End users are customers and were left out: 1." in done.lines
    done = run(shared("data", "access_api", "probo_hubspot.json"), "HubSpot")
    assert "Queues are no accounts and were left out: 1." in done.lines
    found = Account.objects.filter(system__name="HubSpot")
    assert dict(found.values_list("email", "status")) == {
        "john.smith@example.com": "active",
        "jane.doe@example.com": "suspended",
        "gone@example.com": "suspended",
    }


def test_google_aliases_find_the_agent(cast: Cast) -> None:
    agent = make_agent(cast.vendor, email="jane@alias.example.com")
    run(shared("data", "access_api", "probo_google_workspace.json"), "Google")
    account = Account.objects.get(email="jane@example.com")
    assert (account.agent, account.matched_by) == (agent, "email")
    assert account.has_mfa is False


def _hr_inventory(cast: Cast) -> None:
    path = shared("data", "access_csv", "accessguard_01_hr_users_inventory.csv")
    for line in path.read_text().splitlines()[1:]:
        user_id, name, email, *_ = line.split(",")
        make_agent(cast.vendor, external_id=user_id, full_name=name, email=email)


def test_accessguard_pack_gives_the_outcomes_it_states(cast: Cast) -> None:
    _hr_inventory(cast)
    for app in ("FIN", "HCM", "CRM"):
        for part in ("03_accounts", "04_entitlements"):
            path = shared("data", "access_csv", f"accessguard_{part}_APP_{app}.csv")
            assert run(path, f"APP_{app}").code == 0
    policies = shared("data", "access_csv", "accessguard_05_bulk_sod_policies.csv")
    assert run(policies, "APP_FIN").count("imported") == 8

    orphans, privileged = set(), set()
    conflicts: dict[str, set[str]] = defaultdict(set)
    systems = list(System.objects.all())
    for line in queries.grant_lines(cast.vendor, systems):
        holder, role = line.account.holder, line.grant.role.name
        raised = {flag.value for flag in line.flags.raised}
        if "orphan" in raised:
            orphans.add(holder)
        if "privileged" in raised:
            privileged.add(role)
        if "conflict" in raised:
            conflicts[holder].add(role)
    assert orphans == {"ORP001", "EXT901", "EXT902", "EXT903"}
    assert privileged == {
        "FIN_AP_APPROVER",
        "FIN_VENDOR_MAINT",
        "FIN_PAYMENT_RELEASE",
        "HCM_PAYROLL_ADMIN",
        "HCM_HR_MASTER_MAINT",
        "CRM_ROLE_ADMIN",
        "CRM_DATA_EXPORT",
    }
    assert conflicts == {
        "USR005": {"FIN_AP_APPROVER", "HCM_PAYROLL_ADMIN"},
        "USR006": {"FIN_VENDOR_MAINT", "HCM_HR_MASTER_MAINT"},
        "USR008": {"FIN_PAYMENT_RELEASE", "CRM_ROLE_ADMIN"},
        "ORP001": {"FIN_PAYMENT_RELEASE", "CRM_ROLE_ADMIN"},
    }


def test_joiner_mover_leaver_pack_gives_exactly_its_disagreements(
    cast: Cast,
) -> None:
    """Terminated in HR and active elsewhere, moved department, account without HR
    row: as the pack says of its three files."""
    _personnel(cast)
    for name, system in (("hr_feed", "HR"), ("ad_users", "AD"), ("okta_users", "Okta")):
        assert run(shared("data", "access_csv", f"jml_{name}.csv"), system).code == 0
    flags = {system: _flags(cast, system) for system in ("AD", "Okta")}
    relevant = {"leaver_active", "orphan"}
    assert {
        system: {
            key: found & relevant for key, found in rows.items() if found & relevant
        }
        for system, rows in flags.items()
    } == {
        "AD": {"102": {"leaver_active"}, "106": {"orphan"}},
        "Okta": {"105": {"leaver_active"}, "107": {"orphan"}},
    }
    hr = System.objects.get(name="HR")
    others = list(System.objects.select_related("organization").order_by("name"))
    numbers = {
        str(pk): number for pk, number in Agent.objects.values_list("pk", "external_id")
    }
    told = {
        each.system.name: {
            field.name: {
                numbers.get(key, key) for key in getattr(each.found, field.name)
            }
            for field in fields(each.found)
        }
        for each in queries.compared_systems(others, reference=hr)
    }
    assert told == {
        "AD": {"missing": {"104"}, "extra": {"106"}, "ended": {"102"}, "moved": set()},
        "Okta": {
            "missing": {"103"},
            "extra": {"107"},
            "ended": {"105"},
            "moved": {"104"},
        },
    }


def _personnel(cast: Cast) -> None:
    hr = shared("data", "access_csv", "jml_hr_feed.csv").read_text().splitlines()[1:]
    for line in hr:
        employee, name, _, start, end, _ = line.split(",")
        make_agent(
            cast.vendor,
            external_id=employee,
            full_name=name,
            email="",
            joined_on=date.fromisoformat(start),
            left_on=date.fromisoformat(end) if end else None,
        )


def test_pack_held_against_the_roster_names_the_same_people(
    cast: Cast, client_for: ClientFor
) -> None:
    _personnel(cast)
    run(shared("data", "access_csv", "jml_okta_users.csv"), "Okta")
    page = client_for(cast.manager).get("/access/compare/").content.decode()
    assert "3 differences among 4 people" in page
    hr = make_system(cast.vendor, name="HR")
    page = client_for(cast.manager).get(f"/access/compare/?reference={hr.pk}")
    assert "Not in the reference" in page.content.decode()
