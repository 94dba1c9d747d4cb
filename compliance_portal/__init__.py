"""The project: settings, URLs, processes. Rooms live in ``apps``."""

# Every process that loads Django publishes through this application.
from compliance_portal.celery import app as celery_app

__all__ = ["celery_app"]
