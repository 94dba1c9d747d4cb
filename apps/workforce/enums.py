"""What agents do on an engagement."""

from django.db import models


class AgentRole(models.TextChoices):
    """Role of an agent on an engagement."""

    AGENT = "agent", "Agent"
    SENIOR_AGENT = "senior_agent", "Senior agent"
    TEAM_LEAD = "team_lead", "Team lead"
    QUALITY = "quality", "Quality reviewer"
    TRAINER = "trainer", "Trainer"
    SUPERVISOR = "supervisor", "Supervisor"
