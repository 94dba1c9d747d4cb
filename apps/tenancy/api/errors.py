"""One shape for every refusal."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.core.errors import PortalError


class ErrorSerializer(serializers.Serializer[Any]):
    """Shape of every refusal: a stable code, a sentence, messages by field."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Give every refusal the one shape of ErrorSerializer."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, PortalError):
        set_rollback()
        return _answer(error.status, error.code, error.message, error.fields)
    if isinstance(error, exceptions.ValidationError):
        set_rollback()
        return _validation(error)
    if isinstance(error, exceptions.APIException):
        set_rollback()
        code = str(error.default_code)
        return _answer(error.status_code, code, str(error.detail), {})
    return None


def _validation(error: exceptions.ValidationError) -> Response:
    detail = error.detail
    fields = detail if isinstance(detail, dict) else {"": detail}
    flat = {key: [str(text) for text in _texts(value)] for key, value in fields.items()}
    return _answer(400, "invalid", "Some values cannot be accepted.", flat)


def _texts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    return list(value) if isinstance(value, list) else [value]


def _answer(status: int, code: str, message: str, fields: dict[str, Any]) -> Response:
    return Response(
        {"code": code, "message": message, "fields": fields}, status=int(status)
    )
