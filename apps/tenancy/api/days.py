"""``?as_of=``: the day a question is about."""

from __future__ import annotations

from datetime import date

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.serializers import ValidationError

from apps.core.forms import AsOfForm

AS_OF = OpenApiParameter(
    "as_of", date, description="Today or a past day, YYYY-MM-DD; today if left out."
)


def as_of_day(request: Request, *, today: date) -> date:
    """The day asked for; ValidationError for one that cannot be read or is to come."""
    form = AsOfForm.of(request.query_params, today=today)
    if not form.is_valid():
        raise ValidationError({"as_of": [str(text) for text in form.errors["as_of"]]})
    return form.day
