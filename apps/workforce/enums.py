"""What agents do on an engagement, and what is attested of where they work."""

from django.db import models


class AgentRole(models.TextChoices):
    """Role of an agent on an engagement."""

    AGENT = "agent", "Agent"
    SENIOR_AGENT = "senior_agent", "Senior agent"
    TEAM_LEAD = "team_lead", "Team lead"
    QUALITY = "quality", "Quality reviewer"
    TRAINER = "trainer", "Trainer"
    SUPERVISOR = "supervisor", "Supervisor"


class Control(models.TextChoices):
    """What protects PHI where people work from home (requirement row 7)."""

    SCREEN_LOCK = "screen_lock", "Screen lock"
    CLEAN_DESK = "clean_desk", "Clean desk"
    MANAGED_DEVICE = "managed_device", "Managed device"
    ENDPOINT_PROTECTION = "endpoint_protection", "Endpoint protection"


class Standing(models.TextChoices):
    """What is known of one control on a day."""

    IN_PLACE = "in_place", "In place"
    NOT_IN_PLACE = "not_in_place", "Not in place"
    EXPIRED = "expired", "Attestation ran out"
    NOT_ATTESTED = "not_attested", "Not attested"
