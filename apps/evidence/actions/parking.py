"""Bytes on their way to a job: sealed like files, but no evidence and no row."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Self, cast
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage

from apps.core import ids
from apps.core.errors import Gone, NotAllowed
from apps.evidence import queries, rules, vault
from apps.evidence.actions.sealing import write_sealed
from apps.evidence.vault import Lock, Seal, SealBroken
from apps.tenancy.actor import Actor, AnyActor
from apps.tenancy.enums import Permission


@dataclass(frozen=True, slots=True)
class Parcel:
    """Where parked bytes lie and the seal of their key. The nightly sweep removes
    what lies longer than a day."""

    id: UUID
    organization_id: UUID
    storage_key: str
    size: int
    seal: Seal

    def as_json(self) -> dict[str, str | int]:
        """The stored form."""
        return {
            "id": str(self.id),
            "organization": str(self.organization_id),
            "storage_key": self.storage_key,
            "size": self.size,
            "wrapped_key": base64.b64encode(self.seal.wrapped_key).decode(),
            "key_name": self.seal.key_name,
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, str | int]) -> Self:
        """From the stored form."""
        wrapped = base64.b64decode(str(stored["wrapped_key"]))
        return cls(
            id=UUID(str(stored["id"])),
            organization_id=UUID(str(stored["organization"])),
            storage_key=str(stored["storage_key"]),
            size=int(stored["size"]),
            seal=Seal(wrapped, str(stored["key_name"])),
        )


def park(content: BinaryIO, *, by: Actor, size: int) -> Parcel:
    """Write bytes of the actor's organization sealed, for a job to take up.

    Raises NotAllowed, and FileRefused beyond what the organization may keep.
    """
    by.require(Permission.EVIDENCE_ADD)
    organization = by.organization
    rules.check_quota(
        queries.used_bytes(organization), size, limit=settings.ORGANIZATION_MAX_BYTES
    )
    lock = Lock.fresh(ids.uuid7(), organization.pk)
    key = write_sealed(content, lock, size=size)
    return Parcel(lock.file_id, organization.pk, key, size, lock.seal())


@contextmanager
def parked(parcel: Parcel, *, by: AnyActor) -> Iterator[BinaryIO]:
    """The bytes in the clear. Raises Gone for bytes swept away or sealed by a key
    nobody has any more, NotAllowed for somebody else's."""
    by.require(Permission.EVIDENCE_ADD)
    if by.organization_id != parcel.organization_id:
        raise NotAllowed("These bytes are not of your organization.")
    with _opened(parcel) as content:
        yield content


def _opened(parcel: Parcel) -> BinaryIO:
    try:
        lock = Lock.of(parcel.id, parcel.organization_id, parcel.seal)
        source = cast("BinaryIO", default_storage.open(parcel.storage_key, "rb"))
        return vault.unsealed(source, lock, size=parcel.size)
    except (FileNotFoundError, SealBroken) as error:
        raise Gone("These bytes waited too long. Hand them in again.") from error


def unpark(parcel: Parcel, *, by: AnyActor) -> None:
    """Remove the bytes; the job that took them up is done with them. Raises
    NotAllowed."""
    by.require(Permission.EVIDENCE_ADD)
    default_storage.delete(parcel.storage_key)
