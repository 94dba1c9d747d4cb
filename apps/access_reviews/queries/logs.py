"""Audits of access logs, whom a log may name, and the report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.access_reviews import rules
from apps.access_reviews.models import Account, LogAudit, System
from apps.access_reviews.queries.snapshots import agents_expected
from apps.access_reviews.rules.logs import CITATION
from apps.core import clock
from apps.core.dates import start_of
from apps.core.errors import NotFound
from apps.core.pdf import render_pdf
from apps.tenancy.actor import AnyActor
from apps.tenancy.enums import Permission

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TEMPLATE = "print/access_log_audit.html"


def log_audits(actor: AnyActor) -> QuerySet[LogAudit]:
    """Audits of the actor's organization, newest first. One query."""
    actor.require(Permission.ACCESS_VIEW)
    return (
        LogAudit.objects.visible_to(actor)
        .select_related("organization", "system", "uploaded_by", "file", "recorded_by")
        .order_by("-created_at", "-pk")
    )


def log_audit(actor: AnyActor, pk: UUID) -> LogAudit:
    """An audit of the actor's organization; NotFound for any other. One query."""
    try:
        return log_audits(actor).get(pk=pk)
    except LogAudit.DoesNotExist as error:
        raise NotFound from error


def log_audit_for_job(pk: UUID) -> LogAudit:
    """An audit by id for a task. One query."""
    try:
        return LogAudit.objects.select_related(
            "organization", "system__organization", "uploaded_by"
        ).get(pk=pk)
    except LogAudit.DoesNotExist as error:
        raise NotFound from error


def held_too_long(before: datetime) -> list[LogAudit]:
    """Audits whose file came in before a moment and is still held. One query."""
    rows = LogAudit.objects.exclude(held="").filter(created_at__lt=before)
    return list(rows.select_related("organization", "system"))


def held_names() -> set[str]:
    """Names in the storage that audits hold. One query."""
    return set(LogAudit.objects.exclude(held="").values_list("held", flat=True))


def people_known(system: System) -> rules.KnownPeople:
    """Every word an account of the system, or an agent expected in it, was ever known
    by; with the moment from which on nobody should use it. Two queries."""
    words: set[str] = set()
    ended: dict[str, datetime] = {}
    for own, end in [*_accounts(system), *_agents(system)]:
        found = {word.casefold() for word in own if word}
        words |= found
        if end is not None:
            ended |= {word: min(end, ended.get(word, end)) for word in found}
    return rules.KnownPeople(frozenset(words), ended)


def _accounts(system: System) -> Iterator[tuple[list[str], datetime | None]]:
    rows = Account.objects.filter(system=system).values_list(
        "key", "login", "email", "holder", "aliases", "absent_since"
    )
    for key, login, email, holder, aliases, absent_since in rows:
        yield [key, login, email, holder, *aliases], absent_since


def _agents(system: System) -> Iterator[tuple[list[str], datetime | None]]:
    rows = agents_expected(system).values_list(
        "external_id", "email", "left_on", "organization__time_zone"
    )
    for external_id, email, left_on, zone in rows:
        end = start_of(left_on + timedelta(days=1), zone) if left_on else None
        yield [external_id, email], end


def terms_of(job: LogAudit) -> rules.LogTerms:
    """What the log is held against. A period that is not over ends now. No query."""
    last = None
    if job.last_on:
        last = min(start_of(job.last_on + timedelta(days=1), job.zone), clock.now())
    return rules.LogTerms(
        hours=rules.Hours(job.zone, frozenset(job.weekdays), job.opens, job.closes),
        gap_hours=job.gap_hours,
        first=start_of(job.first_on, job.zone) if job.first_on else None,
        last=last,
    )


def hours_in_words(job: LogAudit) -> str:
    """The declared hours. No query."""
    days = ", ".join(DAYS[each] for each in sorted(job.weekdays))
    return f"{days}, {job.opens:%H:%M} to {job.closes:%H:%M} ({job.zone})"


def shown_findings(job: LogAudit) -> dict[str, Any]:
    """The findings with instants for a page or the report. No query."""
    found: dict[str, Any] = job.findings
    if not found:
        return {}
    return found | {
        "first": _instant(found["first"]),
        "last": _instant(found["last"]),
        "gaps": [
            gap | {"start": _instant(gap["start"]), "end": _instant(gap["end"])}
            for gap in found["gaps"]
        ],
    }


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def log_summary(job: LogAudit) -> str:
    """The findings in counts. No query."""
    found = job.findings
    lacking = sum(each["count"] > 0 for each in found["fields"])
    return (
        f"{found['read']:,} events of {job.system}. "
        f"Required fields not always filled: {lacking} of {len(found['fields'])}. "
        f"Gaps of {job.gap_hours} hours or more: {found['gap_count']:,}. "
        f"Out of hours: {found['outside']['count']:,}. "
        f"By unknown accounts: {found['unknown']['count']:,}. "
        f"After access had ended: {found['ended']['count']:,}."
    )


def log_rows(job: LogAudit) -> Iterator[list[object]]:
    """The findings as rows: what, how many, row, start, end, hours. No query."""
    found = job.findings
    counted = [(f"{each['label']} missing", each) for each in found["fields"]]
    counted += [
        ("Time unreadable", found["unreadable"]),
        ("Out of hours", found["outside"]),
        ("Unknown account", found["unknown"]),
        ("Account that had ended", found["ended"]),
    ]
    for label, part in counted:
        yield [label, part["count"], "", "", "", ""]
        for row in part["rows"]:
            yield [label, "", row, "", "", ""]
    yield ["Gap", found["gap_count"], "", "", "", ""]
    for gap in found["gaps"]:
        yield ["Gap", "", "", gap["start"], gap["end"], gap["hours"]]


def pdf_of_log(job: LogAudit) -> bytes:
    """The report of an audit that was done. No query."""
    return render_pdf(
        TEMPLATE,
        {
            "job": job,
            "findings": shown_findings(job),
            "hours": hours_in_words(job),
            "summary": log_summary(job),
            "citation": CITATION,
        },
        title=f"Access-log audit: {job.system}",
        author=job.organization.name,
        created=job.committed_at,
    )
