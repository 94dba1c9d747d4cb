"""Words of business associate agreements."""

from django.db import models


class VersionKind(models.TextChoices):
    """How a version came to be."""

    ORIGINAL = "original", "Original"
    AMENDMENT = "amendment", "Amendment"
    RENEWAL = "renewal", "Renewal"


class Renewal(models.TextChoices):
    """What happens on the last day."""

    FIXED = "fixed", "Ends on its last day"
    AUTOMATIC = "automatic", "Renews unless notice is given"
    EVERGREEN = "evergreen", "Runs until terminated"


class ReportingUnit(models.TextChoices):
    """Unit of the window to report incidents upstream."""

    HOURS = "hours", "hours"
    DAYS = "days", "calendar days"
    BUSINESS_DAYS = "business_days", "business days"


class ProvisionStanding(models.TextChoices):
    """Where a required provision stands in a version."""

    MET = "met", "Met"
    MISSING = "missing", "Missing"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class SigningSide(models.TextChoices):
    """Party a signature binds."""

    DISCLOSER = "discloser", "Discloser"
    RECIPIENT = "recipient", "Recipient"


class SigningMethod(models.TextChoices):
    """How it was signed."""

    WET = "wet", "On paper, uploaded"
    PORTAL = "portal", "In the portal"
    ELECTRONIC = "electronic", "Electronically elsewhere"
