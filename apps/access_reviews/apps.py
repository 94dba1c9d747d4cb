"""Application configuration."""

from django.apps import AppConfig


class AccessReviewsConfig(AppConfig):
    """Registers the room ``access_reviews``."""

    name = "apps.access_reviews"
    label = "access_reviews"
