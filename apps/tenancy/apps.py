"""Application configuration."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """Registers the room ``tenancy``."""

    name = "apps.tenancy"
    label = "tenancy"
