"""Application configuration."""

from django.apps import AppConfig


class GateConfig(AppConfig):
    """Registers the room ``gate``."""

    name = "apps.gate"
    label = "gate"
