"""Application configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the room ``core``."""

    name = "apps.core"
    label = "core"
