"""Context of every page: the actor, the areas open to the role, unread messages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apps.notifications import queries as notifications
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Permission, Role

_P = Permission
Entry = tuple[str, str, str, Permission | None]

HOME: Entry = ("Home", "portal:home", "house", None)
WORK: tuple[Entry, ...] = (
    ("Engagements", "engagements:list", "handshake", _P.ENGAGEMENTS_VIEW),
    ("BAAs", "agreements:list", "file-pen", _P.AGREEMENTS_VIEW),
    ("BAA drafts", "agreements:drafts", "pencil", _P.AGREEMENTS_VIEW),
    ("Assurance", "assurance:overview", "clipboard-check", _P.ASSURANCE_VIEW),
    ("Evidence", "evidence:library", "files", _P.EVIDENCE_VIEW),
    (
        "Questionnaires",
        "questionnaires:list",
        "clipboard-list",
        _P.QUESTIONNAIRES_VIEW,
    ),
    ("Drift", "drift:list", "activity", _P.DRIFT_VIEW),
    ("Incidents", "incidents:list", "shield-alert", _P.INCIDENTS_VIEW),
    ("Attestations", "reports:list", "file-text", _P.REPORTS_VIEW),
    ("Deadlines", "reminders:deadlines", "calendar-clock", _P.ENGAGEMENTS_VIEW),
)
VENDORS: Entry = ("Vendors", "portal:vendors", "building-2", _P.ENGAGEMENTS_VIEW)
PEOPLE: tuple[Entry, ...] = (
    ("Roster", "workforce:roster", "users", _P.WORKFORCE_VIEW),
    ("Sites", "workforce:sites", "map-pin", _P.WORKFORCE_VIEW),
    ("Not cleared", "training:uncleared_everywhere", "user-check", _P.WORKFORCE_VIEW),
    ("Courses", "training:courses", "graduation-cap", _P.TRAINING_EDIT),
    ("Roster uploads", "workforce:imports", "file-up", _P.WORKFORCE_IMPORT),
    ("Training uploads", "training:imports", "upload", _P.TRAINING_IMPORT),
)
ACCESS: tuple[Entry, ...] = (
    ("Systems", "access_reviews:systems", "key-round", _P.ACCESS_VIEW),
    ("Access reviews", "access_reviews:campaigns", "list-checks", _P.ACCESS_REVIEW),
    ("Revocations", "access_reviews:revocations", "user-check", _P.ACCESS_VIEW),
    ("Log audits", "access_reviews:logs", "file-check", _P.ACCESS_VIEW),
)
OWN: tuple[Entry, ...] = (
    ("Members", "accounts:members", "user-cog", _P.MEMBERS_VIEW),
    ("Audit trail", "audit:trail", "scroll-text", _P.AUDIT_VIEW),
)
AUDITOR: tuple[Entry, ...] = (
    ("Workspace", "reports:workspace", "clipboard-check", _P.REPORTS_VIEW),
    ("Engagements", "engagements:list", "handshake", _P.ENGAGEMENTS_VIEW),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing for nobody. One query, when a page shows the bell."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "nav": [], "unread_count": 0}
    return {
        "actor": actor,
        "nav": _areas(actor),
        "unread_count": notifications.unread_count(actor),
    }


def _areas(actor: Actor) -> list[dict[str, Any]]:
    if actor.role == Role.AUDITOR:
        return [_link(entry) for entry in (HOME, *AUDITOR)]
    work = (VENDORS, *WORK)
    people = PEOPLE if actor.organization.kind == OrganizationKind.VENDOR else ()
    areas = [
        _area("Work", work, actor),
        _area("People and training", people, actor),
        _area("Access", ACCESS, actor),
        _area("Organization", OWN, actor),
    ]
    return [_link(HOME), *(area for area in areas if area["links"])]


def _area(label: str, entries: tuple[Entry, ...], actor: Actor) -> dict[str, Any]:
    links = [_link(e) for e in entries if e[3] is None or actor.can(e[3])]
    return {"label": label, "links": links}


def _link(entry: Entry) -> dict[str, Any]:
    label, name, icon, _ = entry
    return {"label": label, "url": reverse(name), "icon": icon}
