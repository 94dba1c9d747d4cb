"""Application configuration."""

from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    """Registers the room ``engagements``."""

    name = "apps.engagements"
    label = "engagements"
