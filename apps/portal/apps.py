"""Application configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers the room ``portal``."""

    name = "apps.portal"
    label = "portal"
