"""The least a Django page of fifty rows costs: three queries and a template."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from apps.engagements.models import Engagement

PAGE = engines["django"].from_string(
    "<table>{% for row in rows %}<tr><td>{{ row.name }}</td>"
    "<td>{{ row.provider.name }}</td><td>{{ row.tier }}</td></tr>{% endfor %}</table>"
    "{{ total }} of {{ all }}"
)


def rows(request: HttpRequest) -> HttpResponse:
    """Fifty engagements by name with their providers, and two counts."""
    found = Engagement.objects.select_related("provider").order_by("name", "id")
    context = {
        "rows": found[:50],
        "total": found.filter(tier=1).count(),
        "all": found.count(),
    }
    return HttpResponse(PAGE.render(context))


urlpatterns = [path("rows/", rows)]
