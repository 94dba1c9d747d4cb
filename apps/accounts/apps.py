"""Application configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the room ``accounts``."""

    name = "apps.accounts"
    label = "accounts"
