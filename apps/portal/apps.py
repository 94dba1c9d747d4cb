"""Application configuration."""

from django.apps import AppConfig

from apps.tenancy.enums import Permission


class PortalConfig(AppConfig):
    """Registers the room ``portal`` and ties rooms of one floor together."""

    name = "apps.portal"
    label = "portal"

    def ready(self) -> None:
        """The gate's overrides end on a day: reminders, its neighbour, must know.

        Who is not cleared is known to training; access reviews, its neighbour, asks.
        """
        # Queries load models, which exist from here on.
        from apps.access_reviews import queries as access_reviews  # noqa: PLC0415
        from apps.gate import queries as gate  # noqa: PLC0415
        from apps.reminders import queries as reminders  # noqa: PLC0415
        from apps.training import queries as training  # noqa: PLC0415

        reminders.provide(Permission.ENGAGEMENTS_VIEW, gate.due_items)
        access_reviews.provide_clearance(training.agents_not_cleared)
