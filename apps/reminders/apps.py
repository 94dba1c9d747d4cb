"""Application configuration."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Registers the room ``reminders``."""

    name = "apps.reminders"
    label = "reminders"
