"""Kinds of attestation."""

from django.db import models


class AttestationKind(models.TextChoices):
    """What is attested."""

    ENGAGEMENT = "engagement", "Engagement attestation"
