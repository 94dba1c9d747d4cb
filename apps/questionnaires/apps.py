"""Application configuration."""

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Registers the room ``questionnaires``."""

    name = "apps.questionnaires"
    label = "questionnaires"
