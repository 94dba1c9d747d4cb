"""Application configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Registers the room ``reports``."""

    name = "apps.reports"
    label = "reports"
