"""ASGI entry for an asynchronous server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance_portal.settings")
application = get_asgi_application()
