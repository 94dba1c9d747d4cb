"""Shapes and answers the room's viewsets share."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import Invalid, NotFound
from apps.engagements import queries
from apps.engagements.models import Engagement
from apps.tenancy.actor import Actor
from apps.tenancy.api.errors import ErrorSerializer
from apps.tenancy.models import Organization

REFUSED = {
    403: OpenApiResponse(ErrorSerializer, "The role or the side does not allow it."),
    409: OpenApiResponse(ErrorSerializer, "It contradicts a fact already recorded."),
    422: OpenApiResponse(ErrorSerializer, "A value cannot be accepted."),
}


def words(choices: Any) -> serializers.ListField:
    """A list of words of an enumeration."""
    return serializers.ListField(
        child=serializers.ChoiceField(choices=choices.choices), default=list
    )


def texts(most: int) -> serializers.ListField:
    """A list of short texts."""
    return serializers.ListField(
        child=serializers.CharField(max_length=most), default=list
    )


class CounterpartSerializer(serializers.ModelSerializer[Organization]):
    """An organization beside the caller's own."""

    class Meta:
        model = Organization
        fields = ["id", "name", "country"]
        read_only_fields = fields


def read(
    serializer: type[serializers.Serializer[Any]], request: Request
) -> dict[str, Any]:
    """The request's values, or 400 with messages by field."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def unknown(field: str, text: str) -> Invalid:
    """An id in the body that is not the caller's: named by its field alone."""
    return Invalid("Something named here is not yours to use.", fields={field: [text]})


def named_engagement(actor: Actor, field: str, pk: Any) -> Engagement:
    """The engagement an id in the body names."""
    try:
        return queries.engagement(actor, pk)
    except NotFound as error:
        raise unknown(field, "No engagement of yours.") from error


def created(shown: serializers.BaseSerializer[Any]) -> Response:
    """201 with the new row."""
    return Response(shown.data, status=status.HTTP_201_CREATED)
