"""What the API of this room answers and reads everywhere."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request

from apps.tenancy.api.errors import ErrorSerializer

REFUSED = {
    403: OpenApiResponse(ErrorSerializer, "The role does not allow it."),
    409: OpenApiResponse(ErrorSerializer, "It contradicts a fact already recorded."),
    422: OpenApiResponse(ErrorSerializer, "A value cannot be accepted."),
}


def read(
    serializer: type[serializers.Serializer[Any]], request: Request
) -> dict[str, Any]:
    """The request's values, or 400 with messages by field."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class ReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)
