"""In what reality may leave the agreed scope, and where a finding stands."""

from django.db import models


class Dimension(models.TextChoices):
    """What is compared."""

    HEAD_COUNT = "head_count", "Head count"
    CHANNEL = "channel", "Channel"
    SERVICE = "service", "Service"
    PHI_CATEGORY = "phi_category", "PHI category"
    SITE = "site", "Site"
    COUNTRY = "country", "Country"
    REMOTE_WORK = "remote_work", "Remote work"
    SUBCONTRACTOR = "subcontractor", "Subcontractor"
    SYSTEM = "system", "System"
    EARLY_WORK = "early_work", "Work before the agreement"
    LAPSED = "lapsed", "Agreement lapsed"


class Resolution(models.TextChoices):
    """How a finding ended."""

    AMENDED = "amended", "The agreement was amended"
    APPROVED = "approved", "The client approved it"
    NOT_OBSERVED = "not_observed", "No longer observed"


class FindingState(models.TextChoices):
    """Where a finding stands on a day; follows from its facts, never stored."""

    DETECTED = "detected", "Detected"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    REQUESTED = "requested", "Acceptance requested"
    ACCEPTED = "accepted", "Accepted"
    RESOLVED = "resolved", "Resolved"
