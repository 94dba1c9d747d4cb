"""Application configuration."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Registers the room ``incidents``."""

    name = "apps.incidents"
    label = "incidents"
