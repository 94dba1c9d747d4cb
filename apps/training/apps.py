"""Application configuration."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """Registers the room ``training``."""

    name = "apps.training"
    label = "training"
