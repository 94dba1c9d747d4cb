"""Personal detail: encrypted per subject, destroyed by destroying the key."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from apps.audit import rules
from apps.audit.models import AuditDetail, AuditSubjectKey

GCM_NONCE_BYTES = 12


def _wrapping_key() -> AESGCM:
    return AESGCM(hashlib.sha256(settings.AUDIT_DETAIL_KEY.encode()).digest())


def _seal(key: AESGCM, data: bytes, associated: bytes) -> bytes:
    nonce = os.urandom(GCM_NONCE_BYTES)
    return nonce + key.encrypt(nonce, data, associated)


def _open(key: AESGCM, sealed: bytes, associated: bytes) -> bytes:
    nonce, ciphertext = sealed[:GCM_NONCE_BYTES], sealed[GCM_NONCE_BYTES:]
    return key.decrypt(nonce, ciphertext, associated)


def key_for(subject: UUID) -> AuditSubjectKey:
    """Return the subject's key row, made at first use."""
    row, _ = AuditSubjectKey.objects.get_or_create(
        subject=subject,
        defaults={
            "wrapped_key": _seal(_wrapping_key(), os.urandom(32), subject.bytes),
        },
    )
    return row


def _data_key(row: AuditSubjectKey) -> AESGCM | None:
    if row.wrapped_key is None:
        return None
    wrapped = bytes(row.wrapped_key)
    return AESGCM(_open(_wrapping_key(), wrapped, row.subject.bytes))


def store(
    event_pk: int, *, subject: UUID, nonce: bytes, detail: dict[str, Any]
) -> None:
    """Encrypt the detail of an event under the subject's key."""
    row = key_for(subject)
    key = _data_key(row)
    if key is None:
        return
    data = rules.canonical(detail)
    AuditDetail.objects.create(
        event_pk=event_pk,
        key_ref=row.key_ref,
        nonce=nonce,
        ciphertext=_seal(key, data, str(event_pk).encode()),
    )


def read(event_pks: list[int]) -> dict[int, dict[str, Any]]:
    """Return detail by event; erased or unreadable detail is left out. Two queries."""
    rows = list(AuditDetail.objects.filter(event_pk__in=event_pks))
    refs = {row.key_ref for row in rows}
    keys = {
        row.key_ref: row for row in AuditSubjectKey.objects.filter(key_ref__in=refs)
    }
    found = {}
    for row in rows:
        key = _data_key(keys[row.key_ref]) if row.key_ref in keys else None
        if key is None:
            continue
        try:
            data = _open(key, bytes(row.ciphertext), str(row.event_pk).encode())
        except InvalidTag:
            continue
        found[row.event_pk] = json.loads(data)
    return found
