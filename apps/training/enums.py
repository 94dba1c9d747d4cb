"""Words of training."""

from django.db import models


class Outcome(models.TextChoices):
    """How an attempt ended."""

    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Timing(models.TextChoices):
    """By when a requirement must be met."""

    BEFORE_CONTACT = "before_contact", "Before first contact"
    WITHIN_DAYS = "within_days", "Within days of assignment"
    AFTER_HIRE = "after_hire", "Within days of joining the provider"


class Mode(models.TextChoices):
    """How the training was given."""

    ONLINE = "online", "Online"
    CLASSROOM = "classroom", "Classroom"
    ON_THE_JOB = "on_the_job", "On the job"
    UNKNOWN = "unknown", "Not stated"


class FileFate(models.TextChoices):
    """What became of a certificate file that was handed in."""

    ATTACHED = "attached", "Attached"
    AS_BEFORE = "as_before", "Attached before"
    NO_AGENT = "no_agent", "No agent's id stands in the name"
    AMBIGUOUS = "ambiguous", "The name names more than one agent"
    NO_RECORD = "no_record", "The agent has passed no such course on record"
    REFUSED = "refused", "Refused"
