"""Application configuration."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """Registers the room ``workforce``."""

    name = "apps.workforce"
    label = "workforce"
