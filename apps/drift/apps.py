"""Application configuration."""

from django.apps import AppConfig


class DriftConfig(AppConfig):
    """Registers the room ``drift``."""

    name = "apps.drift"
    label = "drift"
