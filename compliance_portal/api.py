"""The API: each room registers its viewsets as ``ROUTES`` in ``apps.<room>.api``."""

from importlib import import_module
from importlib.util import find_spec

from csp.decorators import csp_update
from django.conf import settings
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter


def _router() -> SimpleRouter:
    router = SimpleRouter(use_regex_path=False)
    for room in settings.ROOMS:
        if find_spec(f"apps.{room}.api") is None:
            continue
        module = import_module(f"apps.{room}.api")
        for prefix, viewset in getattr(module, "ROUTES", ()):
            router.register(prefix, viewset, basename=prefix)
    return router


# The schema browser writes <style> elements and data: images; its scripts stay files.
_docs = csp_update({"style-src": ["'unsafe-inline'"], "img-src": ["data:"]})(
    SpectacularSwaggerSplitView.as_view(url_name="schema")
)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", _docs, name="api_docs"),
    path("v1/", include((_router().urls, "api"))),
]
