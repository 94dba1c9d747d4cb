"""Who may sign in the portal, over which bytes, and how guessing is slowed.

45 CFR 164.504(e) asks for a written contract and names no form of signature; that
name, title, authority, a fresh sign-in and the hash are recorded is our own default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from apps.core.errors import Conflict, Invalid

AUTHORITY = (
    "I am authorized to sign this agreement for {organization} and to bind it, and I "
    "sign the document with the SHA-256 shown."
)
# Our own defaults.
MAX_REFUSALS = 5
REFUSAL_WINDOW = timedelta(minutes=15)
CONFIRMED_FOR = timedelta(minutes=5)


class SignerNotConfirmed(Invalid):
    """The person at the keyboard did not prove to be the one signed in."""

    default_code = "signer_not_confirmed"


class OtherDocument(Conflict):
    """What the signer saw is not what is stored."""

    default_code = "signed_document_differs"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The outcome of asking for the password again, at ``at``.

    ``is_locked``: too many wrong ones before, so that this one was not looked at.
    """

    user_id: UUID
    at: datetime
    is_confirmed: bool
    is_locked: bool = False


def is_locked_out(refusals: int) -> bool:
    """Whether so many wrong passwords within the window stop the next try."""
    return refusals >= MAX_REFUSALS


def check_confirmed(given: Confirmation, *, user_id: UUID, now: datetime) -> None:
    """Raise SignerNotConfirmed unless this person just gave the right password."""
    is_fresh = given.at <= now <= given.at + CONFIRMED_FOR
    if not (given.is_confirmed and given.user_id == user_id and is_fresh):
        raise refusal_of(given)


def refusal_of(given: Confirmation) -> SignerNotConfirmed:
    """What the person is told who did not pass."""
    if given.is_locked:
        minutes = int(REFUSAL_WINDOW.total_seconds() // 60)
        return SignerNotConfirmed(
            f"Too many wrong passwords. Nothing was signed. Wait {minutes} minutes and "
            "try again.",
            fields={"password": [f"Wait {minutes} minutes and try again."]},
        )
    return SignerNotConfirmed(
        "The password is wrong. Nothing was signed. Enter your own password again.",
        fields={"password": ["Enter your own password again."]},
    )


def authority_sentence(organization: str) -> str:
    """What the signer confirms, word for word as it is recorded."""
    return AUTHORITY.format(organization=organization)


def check_signer(
    *, name: str, title: str, is_authorized: bool, seen_sha256: str, stored_sha256: str
) -> None:
    """Raise Invalid for an incomplete signer, OtherDocument for another hash."""
    fields: dict[str, list[str]] = {}
    if not name.strip():
        fields["name"] = ["Enter your name."]
    if not title.strip():
        fields["title"] = ["Enter your title."]
    if not is_authorized:
        fields["is_authorized"] = ["Confirm that you may sign for your organization."]
    if fields:
        texts = " ".join(text for texts in fields.values() for text in texts)
        raise Invalid(f"Nothing was signed. {texts}", fields=fields)
    if seen_sha256 != stored_sha256:
        raise OtherDocument(
            "The document changed while you read it. Open it again and sign that one."
        )
