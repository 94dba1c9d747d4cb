"""Application configuration."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Registers the room ``agreements``."""

    name = "apps.agreements"
    label = "agreements"
