"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AuditConfig(AppConfig):
    """Registers the room ``audit`` and collects verbs and reactions of all rooms."""

    name = "apps.audit"
    label = "audit"

    def ready(self) -> None:
        """Load every room's ``trail`` (verbs) and ``reactions`` (subscriptions)."""
        autodiscover_modules("trail", "messages", "reactions")
