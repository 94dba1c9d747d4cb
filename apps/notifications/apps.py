"""Application configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers the room ``notifications``."""

    name = "apps.notifications"
    label = "notifications"
