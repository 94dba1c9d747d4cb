"""Verdicts of the gate."""

from django.db import models


class Verdict(models.TextChoices):
    """May PHI flow?"""

    OPEN = "open", "PHI may flow"
    CLOSED = "closed", "PHI may not flow"
    UNKNOWN = "unknown", "Not known"
