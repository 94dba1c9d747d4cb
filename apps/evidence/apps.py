"""Application configuration."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Registers the room ``evidence``."""

    name = "apps.evidence"
    label = "evidence"
