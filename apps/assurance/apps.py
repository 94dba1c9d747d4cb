"""Application configuration."""

from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    """Registers the room ``assurance``."""

    name = "apps.assurance"
    label = "assurance"
