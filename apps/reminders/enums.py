"""Words of reminders."""

from __future__ import annotations

from django.db import models

from apps.tenancy.enums import Permission


class ReminderChannel(models.TextChoices):
    """How a reminder reaches a person."""

    EMAIL = "email", "E-mail"
    INBOX = "inbox", "Inbox"


class Cadence(models.TextChoices):
    """How what has come is bundled."""

    IMMEDIATE = "immediate", "Each reminder on its day"
    DAILY = "daily", "One message a day"
    WEEKLY = "weekly", "One message a week"


class Weekday(models.IntegerChoices):
    """The day of a weekly message; values as ``date.weekday()`` counts."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


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
    CERTIFICATION_FIRST_DUE = "certification.first_due", "First training is due"
    DRIFT_ACCEPTANCE_ENDS = "drift.acceptance_ends", "Acceptance of drift ends"
    EVIDENCE_EXPIRES = "evidence.expires", "Evidence runs out"
    QUESTIONNAIRE_DUE = "questionnaire.due", "Questionnaire to answer"
    QUESTIONNAIRE_ACTION_DUE = "questionnaire.action_due", "Corrective action"
    GATE_OVERRIDE_ENDS = "gate.override_ends", "Override of the gate ends"
    SITE_ATTESTATION = "site.attestation_ends", "Attested controls of a site run out"
    INCIDENT_NOTICE = "incident.notice", "Breach notice due"
    INCIDENT_TASK = "incident.task", "Task of an incident due"


# What a role must hold to read duties of a kind, and so to be reminded of them.
_PERMISSIONS = {
    "access": Permission.ACCESS_VIEW,
    "agreement": Permission.AGREEMENTS_VIEW,
    "assurance": Permission.ASSURANCE_VIEW,
    "certification": Permission.WORKFORCE_VIEW,
    "drift": Permission.DRIFT_VIEW,
    "evidence": Permission.EVIDENCE_VIEW,
    "questionnaire": Permission.QUESTIONNAIRES_VIEW,
    "gate": Permission.ENGAGEMENTS_VIEW,
    "incident": Permission.INCIDENTS_VIEW,
    "site": Permission.WORKFORCE_VIEW,
}


def permission_of(kind: str) -> Permission:
    """The permission to read duties of the kind."""
    return _PERMISSIONS[kind.split(".", maxsplit=1)[0]]


def kind_label(kind: str) -> str:
    """The kind in words, also for one this list does not know yet."""
    if kind in DutyKind.values:
        return str(DutyKind(kind).label)
    return kind.replace(".", ": ").replace("_", " ").capitalize()
