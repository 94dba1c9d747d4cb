"""Errors a person may meet. Each names the fact and the remedy.

One middleware and one DRF handler turn them into answers; nothing else catches them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar


class PortalError(Exception):
    """Base of every expected failure.

    ``message`` is shown to the person as it is; ``code`` is stable for programs;
    ``fields`` maps a form field to its messages.
    """

    status: ClassVar[int] = HTTPStatus.BAD_REQUEST
    default_code: ClassVar[str] = "refused"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.fields = {key: list(value) for key, value in (fields or {}).items()}


class NotAllowed(PortalError):
    """The person may know the object but may not do this to it."""

    status = HTTPStatus.FORBIDDEN
    default_code = "not_allowed"


class NotFound(PortalError):
    """Absent, or hidden from this person; the two are not told apart."""

    status = HTTPStatus.NOT_FOUND
    default_code = "not_found"

    def __init__(self, message: str = "There is nothing here.") -> None:
        super().__init__(message)


class Conflict(PortalError):
    """The fact contradicts one already recorded."""

    status = HTTPStatus.CONFLICT
    default_code = "conflict"


class Invalid(PortalError):
    """The input cannot be accepted; ``fields`` says where."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "invalid"


class Gone(PortalError):
    """It existed for this person and no longer does (an expired link)."""

    status = HTTPStatus.GONE
    default_code = "gone"
