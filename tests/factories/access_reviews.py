"""Systems, accounts, campaigns and revocations, written straight through the models."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from apps.access_reviews.enums import RevocationStepKind
from apps.access_reviews.models import (
    AccessGrant,
    AccessRole,
    Account,
    Campaign,
    CampaignItem,
    LogAudit,
    ReviewerRule,
    Revocation,
    RevocationStep,
    SnapshotImport,
    System,
)
from apps.access_reviews.rules import (
    Hours,
    KnownPeople,
    LogEvent,
    LogTerms,
    audit_log,
)
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.models import Organization
from tests.factories.evidence import make_stored_file

_numbers = count(1)
SEEN = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
OPENED = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


def make_system(
    organization: Organization, *engagements: Engagement, **overrides: Any
) -> System:
    """A system that serves the engagements."""
    values = {"name": f"System {next(_numbers)}"}
    system = System.objects.create(organization=organization, **values | overrides)
    system.engagements.set(engagements)
    return system


def make_role(system: System, **overrides: Any) -> AccessRole:
    """A role that is not privileged."""
    values = {"name": f"Role {next(_numbers)}", "is_privileged": False}
    return AccessRole.objects.create(system=system, **values | overrides)


def make_account(system: System, **overrides: Any) -> Account:
    """An active account of nobody."""
    number = next(_numbers)
    values = {
        "key": f"U{number:05}",
        "login": f"user{number}",
        "email": f"user{number}@example.test",
        "status": "active",
        "first_seen_at": SEEN,
        "last_seen_at": SEEN,
    }
    if overrides.get("agent"):
        values["matched_by"] = "external_id"
    return Account.objects.create(
        organization=system.organization, system=system, **values | overrides
    )


def make_grant(
    system: System, role: AccessRole | None = None, **account: Any
) -> AccessGrant:
    """A new account that holds a role."""
    return AccessGrant.objects.create(
        account=make_account(system, **account),
        role=role or make_role(system),
        first_seen_at=SEEN,
        last_seen_at=SEEN,
    )


def make_snapshot(system: System, **overrides: Any) -> SnapshotImport:
    """An export taken in on 1 June 2026."""
    values: dict[str, Any] = {
        "file": make_stored_file(system.organization),
        "file_name": "accounts.csv",
        "exported_at": SEEN,
        "committed_at": SEEN,
        "account": {"read": 1, "kept": 1, "refused_total": 0},
    }
    return SnapshotImport.objects.create(
        organization=system.organization, system=system, **values | overrides
    )


def make_log_audit(system: System, **overrides: Any) -> LogAudit:
    """An audited sample of one event without an outcome, with its report."""
    found = audit_log(
        [LogEvent(2, ("outcome",), SEEN, "")],
        terms=LogTerms(Hours("UTC", frozenset(range(5)), time(8), time(18))),
        people=KnownPeople(frozenset()),
    )
    values: dict[str, Any] = {
        "file_name": "log.csv",
        "sha256": "0" * 64,
        "size": 100,
        "zone": "UTC",
        "weekdays": [0, 1, 2, 3, 4],
        "opens": time(8),
        "closes": time(18),
        "understood": {"header": ["time"], "columns": [], "date_order": "iso"},
        "previewed_at": SEEN,
        "confirmed_at": SEEN,
        "committed_at": SEEN,
        "findings": found.as_json(),
        "file": make_stored_file(system.organization),
    }
    return LogAudit.objects.create(
        organization=system.organization, system=system, **values | overrides
    )


def make_reviewer_rule(reviewer: Actor, **overrides: Any) -> ReviewerRule:
    """The actor's person reviews every line of the own organization."""
    return ReviewerRule.objects.create(
        organization=reviewer.organization, reviewer=reviewer.user, **overrides
    )


def make_campaign(
    organization: Organization,
    grants: Sequence[AccessGrant] = (),
    **overrides: Any,
) -> Campaign:
    """An open campaign with one line for each grant."""
    values: dict[str, Any] = {
        "name": f"Review {next(_numbers)}",
        "opened_at": OPENED,
        "due_on": date(2026, 6, 30),
        "population_sha256": "0" * 64,
        "population_count": len(grants),
    }
    campaign = Campaign.objects.create(organization=organization, **values | overrides)
    campaign.systems.set({grant.account.system_id for grant in grants})
    for number, grant in enumerate(grants, start=1):
        make_item(campaign, grant, number=number)
    return campaign


def make_item(
    campaign: Campaign, grant: AccessGrant, *, number: int = 1, **overrides: Any
) -> CampaignItem:
    """A line to decide."""
    account = grant.account
    values: dict[str, Any] = {
        "system": account.system,
        "facts": {
            "system": account.system.name,
            "role": grant.role.name,
            "role_note": "",
            "key": account.key,
            "login": account.login,
            "name": account.name,
            "agent": None,
            "agent_id": None,
            "is_privileged": grant.role.is_privileged,
            "status": account.status,
            "usage": account.usage,
            "last_used_at": None,
            "has_mfa": account.has_mfa,
            "conflicts": [],
        },
        "flags": ["privileged"] if grant.role.is_privileged else [],
        "subject": [account.email],
    }
    return CampaignItem.objects.create(
        campaign=campaign, grant=grant, number=number, **values | overrides
    )


def make_revocation(account: Account, **overrides: Any) -> Revocation:
    """A revocation asked for at 10 June 2026, 9:00, due in 24 hours."""
    values: dict[str, Any] = {
        "organization": account.organization,
        "system": account.system,
        "cause": "left",
        "asked_at": OPENED,
        "hours": 24,
        "due_at": OPENED + timedelta(hours=24),
    }
    row = Revocation.objects.create(account=account, **values | overrides)
    RevocationStep.objects.create(
        revocation=row, kind=RevocationStepKind.ASKED, at=row.asked_at
    )
    return row
