"""Application configuration."""

from django.apps import AppConfig

from apps.tenancy.enums import Permission


class PortalConfig(AppConfig):
    """Registers the room ``portal`` and ties rooms of one floor together."""

    name = "apps.portal"
    label = "portal"

    def ready(self) -> None:
        """The gate's overrides end on a day: reminders, its neighbour, must know."""
        # Queries load models, which exist from here on.
        from apps.gate import queries as gate  # noqa: PLC0415
        from apps.reminders import queries as reminders  # noqa: PLC0415

        reminders.provide(Permission.ENGAGEMENTS_VIEW, gate.due_items)
