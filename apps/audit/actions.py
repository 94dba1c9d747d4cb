"""The one way to write to the trail."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import models, transaction

from apps.audit import details, rules, subscriptions
from apps.audit.models import AuditDelivery, AuditEvent, AuditPending, AuditVisibility
from apps.audit.verbs import Verb
from apps.core import clock, ids
from apps.tenancy.actor import AnyActor

second_copy = structlog.get_logger("audit")


class TrailRefused(ValueError):
    """An event that its verb does not declare; a bug, never a person's mistake."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about and who may read it.

    ``visible_to`` are the organizations whose stream carries the event.
    """

    obj: models.Model
    organization_id: UUID | None
    visible_to: frozenset[UUID]
    engagement_id: UUID | None = None


def record(
    verb: Verb,
    *,
    by: AnyActor,
    about: Subject,
    facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    changed: Mapping[str, tuple[Any, Any]] | None = None,
    documents: Iterable[str] = (),
) -> AuditEvent:
    """Write one event inside the caller's transaction.

    ``facts`` and ``personal`` are the fields the verb declares; ``changed`` maps
    field to (old, new) of clear values; ``documents`` are SHA-256 of files. Writes
    event, pending row, who may see it, personal detail, and, where a room above
    listens, a delivery row that wakes its reactions after commit. Takes no lock.
    Raises TrailRefused outside a transaction or for undeclared fields.
    """
    facts, personal = dict(facts or {}), dict(personal or {})
    _check(verb, facts, personal)
    nonce = os.urandom(32)
    body = _body(
        verb,
        by=by,
        about=about,
        facts=facts,
        personal=personal,
        nonce=nonce,
        changed=changed or {},
        documents=documents,
    )
    event = _insert(verb, body, by=by, about=about)
    if personal or by.address:
        subject = by.user_id or about.organization_id or about.obj.pk
        detail = personal | ({"address": by.address} if by.address else {})
        details.store(event.pk, subject=subject, nonce=nonce, detail=detail)
    _after_commit(event, verb)
    return event


def _check(verb: Verb, facts: dict[str, Any], personal: dict[str, Any]) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise TrailRefused(f"{verb.name} was recorded outside a transaction.")
    if set(facts) != set(verb.facts) or set(personal) != set(verb.personal):
        raise TrailRefused(
            f"{verb.name} declares facts {verb.facts} and personal {verb.personal}; "
            f"got {tuple(facts)} and {tuple(personal)}."
        )


def _body(
    verb: Verb,
    *,
    by: AnyActor,
    about: Subject,
    facts: dict[str, Any],
    personal: dict[str, Any],
    changed: Mapping[str, tuple[Any, Any]],
    documents: Iterable[str],
    nonce: bytes,
) -> dict[str, Any]:
    """The JSON body; personal values only as commitments."""
    request: dict[str, Any] = {"id": by.request_id}
    if by.address:
        request["ip_c"] = _commit(nonce, "address", by.address)
    return {
        "v": 1,
        "id": ids.uuid7(),
        "at": clock.now(),
        "type": verb.name,
        "outcome": "ok",
        "actor": {
            "kind": by.kind,
            "id": by.user_id or by.name if by.kind == "system" else by.user_id,
            "org": by.organization_id,
            "via": by.via,
        },
        "obo": None,
        "org": about.organization_id,
        "vis": sorted(str(pk) for pk in about.visible_to),
        "eng": about.engagement_id,
        "obj": {"t": about.obj._meta.label_lower, "id": about.obj.pk},
        "fct": facts,
        "chg": [
            {"f": field, "from": old, "to": new}
            for field, (old, new) in sorted(changed.items())
        ],
        "prs": [
            {"f": field, "c": _commit(nonce, field, value)}
            for field, value in sorted(personal.items())
        ],
        "doc": sorted(documents),
        "req": request,
        "n": os.urandom(16).hex(),
    }


def _commit(nonce: bytes, field: str, value: Any) -> str:
    return rules.commitment(rules.field_nonce(nonce, field), value)


def _insert(
    verb: Verb, body: dict[str, Any], *, by: AnyActor, about: Subject
) -> AuditEvent:
    stored = rules.canonical(body)
    if len(stored) > rules.MAX_BODY_BYTES:
        raise TrailRefused(f"{verb.name} holds {len(stored)} bytes; put less in it.")
    event = AuditEvent.objects.create(
        event_id=body["id"],
        body=stored,
        writer_mac=rules.writer_mark(settings.AUDIT_WRITER_KEY.encode(), stored),
        at=body["at"],
        type=verb.name,
        actor_kind=by.kind,
        actor_id=by.user_id,
        actor_org=by.organization_id,
        org=about.organization_id,
        engagement=about.engagement_id,
        object_type=about.obj._meta.label_lower,
        object_id=about.obj.pk,
        request_id=by.request_id,
    )
    AuditPending.objects.create(id=event.pk)
    AuditVisibility.objects.bulk_create(
        AuditVisibility(org=org, event=event.pk) for org in sorted(about.visible_to)
    )
    return event


def _after_commit(event: AuditEvent, verb: Verb) -> None:
    """Second copy to the log, and a wake-up for whoever listens."""
    stored = bytes(event.body).decode()
    # Robust, both: neither a full log nor a broker that is away may tell a person
    # that what was written was not.
    transaction.on_commit(lambda: second_copy.info("audit", body=stored), robust=True)
    if subscriptions.handlers_of(verb.name):
        AuditDelivery.objects.create(event=event.pk)
        transaction.on_commit(lambda: subscriptions.wake(event.pk), robust=True)
