"""What the demonstration leaves in ``var/demo``."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import redis
from celery import current_app
from django.conf import settings

from apps.audit.models import AuditDelivery
from apps.engagements.models import Engagement
from apps.evidence import queries as evidence
from apps.gate import queries as gate
from apps.gate.rules import frozen
from apps.notifications.models import OutgoingMail
from apps.reports import actions as reports
from apps.reports.models import Attestation
from apps.tenancy.actor import Actor
from demo import portfolio as p

FOLDER = Path(settings.VAR_DIR) / "demo"
PATIENCE_SECONDS = 180


def settle() -> None:
    """Return once the worker has nothing left to do and every mail has left."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    calm = 0
    while calm < 2:
        calm = calm + 1 if _is_calm() else 0
        if time.monotonic() > deadline:
            raise RuntimeError("The worker did not finish; see var/log/worker.log.")
        time.sleep(0.2)


def _is_calm() -> bool:
    if AuditDelivery.objects.exists() or OutgoingMail.objects.filter(sent_at=None):
        return False
    if _queue_length():
        return False
    inspected = current_app.control.inspect(timeout=1.0)
    busy = [inspected.active() or {}, inspected.reserved() or {}]
    return not any(jobs for workers in busy for jobs in workers.values())


def _queue_length() -> int:
    url = settings.CACHES["default"]["LOCATION"]
    with redis.Redis.from_url(url) as broker:
        return int(broker.llen(f"{settings.BROKER_PREFIX}celery"))  # type: ignore[arg-type]


def run(task: str) -> None:
    """Ask the worker for a job of the clock now, and wait for it."""
    current_app.send_task(task)
    settle()


def write_logins() -> None:
    """Everybody who can sign in."""
    rows = [
        {
            "email": person.email,
            "password": p.PASSWORD,
            "role": person.role.value,
            "organization": party.name,
            "name": person.name,
        }
        for party in p.PARTIES
        for person in party.people
    ]
    _write("logins.json", rows)


def write_gate() -> dict[str, str]:
    """Verdict and conditions of every engagement today; verdicts by name."""
    rows = list(
        Engagement.objects.select_related("client", "provider").order_by("name")
    )
    states = gate.verdicts_today(rows)
    told = [
        {
            "engagement": row.name,
            "client": row.client.name,
            "provider": row.provider.name,
            "as_of": states[row.pk].as_of.isoformat(),
            "verdict": states[row.pk].verdict.value,
            "conditions": [frozen(each) for each in states[row.pk].conditions],
        }
        for row in rows
    ]
    _write("gate.json", told)
    return {row["engagement"]: row["verdict"] for row in told}


def write_accounts(accounts: dict[str, Any]) -> None:
    """What the imports of this run counted; kept from the run that did them."""
    if accounts:
        _write("imports.json", accounts)


def attest(by: Actor, engagement: Engagement, *, as_of: date) -> Path:
    """The attestation of an engagement, issued once a day, rendered by the worker."""
    issued = Attestation.objects.filter(
        engagement=engagement, as_of=as_of, organization=by.organization
    ).first() or reports.issue_attestation(engagement, by=by, as_of=as_of)
    _until(lambda: Attestation.objects.get(pk=issued.pk).file_id)
    document = Attestation.objects.select_related("file").get(pk=issued.pk).file
    path = FOLDER / "attestation.pdf"
    if document is None:
        raise RuntimeError("The attestation has no file.")
    with evidence.opened(document) as content:
        path.write_bytes(content.read())
    return path


def _until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError("The attestation was not rendered.")
        time.sleep(0.2)


def _write(name: str, value: Any) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=2)
    (FOLDER / name).write_text(text + "\n", encoding="utf-8")
