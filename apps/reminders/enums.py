"""Words of reminders."""

from django.db import models


class ReminderChannel(models.TextChoices):
    """How a reminder reaches a person."""

    EMAIL = "email", "E-mail"
    INBOX = "inbox", "Inbox"


class DutyKind(models.TextChoices):
    """Kinds of duties the rooms below yield; the value is ``DueItem.kind``."""

    AGREEMENT_EXPIRES = "agreement.expires", "BAA ends"
    AGREEMENT_NOTICE = "agreement.notice", "Last day to give notice on a BAA"
    CERTIFICATION_EXPIRES = "certification.expires", "Training lapses"
    DRIFT_ACCEPTANCE_ENDS = "drift.acceptance_ends", "Acceptance of drift ends"
    GATE_OVERRIDE_ENDS = "gate.override_ends", "Override of the gate ends"


def kind_label(kind: str) -> str:
    """The kind in words, also for one this list does not know yet."""
    if kind in DutyKind.values:
        return str(DutyKind(kind).label)
    return kind.replace(".", ": ").replace("_", " ").capitalize()
