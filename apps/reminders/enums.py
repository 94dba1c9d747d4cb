"""Words of reminders."""

from django.db import models


class ReminderChannel(models.TextChoices):
    """How a reminder reaches a person."""

    EMAIL = "email", "E-mail"
    INBOX = "inbox", "Inbox"
