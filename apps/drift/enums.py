"""Dimensions in which reality may leave the agreed scope."""

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
    NOT_OBSERVED = "not_observed", "No longer observed"
