"""What the API of the room shares."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.tenancy.enums import Permission

VIEW, EDIT = Permission.ASSURANCE_VIEW, Permission.ASSURANCE_EDIT


class ShareInput(serializers.Serializer[Any]):
    """The client a document is shown to."""

    client = serializers.UUIDField()


def valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """What was sent, or 400 with what is wrong by field."""
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data
