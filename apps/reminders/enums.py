"""Words of reminders."""

from django.db import models


class ReminderChannel(models.TextChoices):
    """How a reminder reaches a person."""

    EMAIL = "email", "E-mail"
    INBOX = "inbox", "Inbox"


class DutyKind(models.TextChoices):
    """Kinds of duties the rooms below yield; the value is ``DueItem.kind``."""

    ACCESS_CAMPAIGN_DUE = "access.campaign_due", "Access review is due"
    ACCESS_REVOCATION_DUE = "access.revocation_due", "Access is to be taken away"
    AGREEMENT_EXPIRES = "agreement.expires", "BAA ends"
    AGREEMENT_NOTICE = "agreement.notice", "Last day to give notice on a BAA"
    AGREEMENT_RETURN = "agreement.return", "PHI to be returned or destroyed"
    ASSURANCE_ACTIVITY = "assurance.activity_due", "Review or test is due"
    ASSURANCE_CERTIFICATE = "assurance.certificate_ends", "Certificate ends"
    ASSURANCE_POLICY = "assurance.policy_review", "Policy is to be reviewed"
    ASSURANCE_REQUEST = "assurance.evidence_requested", "Evidence is requested"
    CERTIFICATION_EXPIRES = "certification.expires", "Training lapses"
    DRIFT_ACCEPTANCE_ENDS = "drift.acceptance_ends", "Acceptance of drift ends"
    EVIDENCE_EXPIRES = "evidence.expires", "Evidence runs out"
    QUESTIONNAIRE_DUE = "questionnaire.due", "Questionnaire to answer"
    QUESTIONNAIRE_ACTION_DUE = "questionnaire.action_due", "Corrective action"
    GATE_OVERRIDE_ENDS = "gate.override_ends", "Override of the gate ends"
    INCIDENT_NOTICE = "incident.notice", "Breach notice due"
    INCIDENT_TASK = "incident.task", "Task of an incident due"


def kind_label(kind: str) -> str:
    """The kind in words, also for one this list does not know yet."""
    if kind in DutyKind.values:
        return str(DutyKind(kind).label)
    return kind.replace(".", ": ").replace("_", " ").capitalize()
