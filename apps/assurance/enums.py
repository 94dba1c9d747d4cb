"""Words of certificates, policies, activities and requests for evidence."""

from django.db import models


class Standard(models.TextChoices):
    """What a certificate or report attests."""

    ISO_27001 = "iso_27001", "ISO/IEC 27001"
    ISO_27701 = "iso_27701", "ISO/IEC 27701"
    SOC2_TYPE1 = "soc2_type1", "SOC 2 Type I"
    SOC2_TYPE2 = "soc2_type2", "SOC 2 Type II"
    HITRUST_E1 = "hitrust_e1", "HITRUST e1"
    HITRUST_I1 = "hitrust_i1", "HITRUST i1"
    HITRUST_R2 = "hitrust_r2", "HITRUST r2"
    PCI_DSS = "pci_dss", "PCI DSS"
    OTHER = "other", "Another standard"


class CertificateState(models.TextChoices):
    """Where a certificate stands on a day; follows from its dates, never stored."""

    AHEAD = "ahead", "Not yet in force"
    CURRENT = "current", "Current"
    BRIDGED = "bridged", "Ended, bridged by a letter"
    GAP = "gap", "Period ended, not bridged"
    LAPSED = "lapsed", "Lapsed"
    UNREADABLE = "unreadable", "Its file cannot be opened"
    WITHDRAWN = "withdrawn", "Withdrawn"


class LetterKind(models.TextChoices):
    """What stands between the end of one report and the next."""

    BRIDGE = "bridge", "Bridge letter"
    GAP = "gap", "Gap letter"


class Medium(models.TextChoices):
    """Where PHI is handled by people: channels, what they leave behind, and home."""

    CHAT = "chat", "Chat"
    VOICE = "voice", "Voice"
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    VIDEO = "video", "Video"
    SOCIAL = "social", "Social media"
    SCREENSHOTS = "screenshots", "Screenshots"
    TRANSCRIPTS = "transcripts", "Transcripts"
    EXPORTS = "exports", "Exports"
    REMOTE_WORK = "remote_work", "Remote work"


class Topic(models.TextChoices):
    """What a policy settles."""

    IDENTITY = "identity", "Verifying who asks"
    MINIMUM = "minimum", "Minimum necessary"
    ACCESS = "access", "Access and its end"
    RETENTION = "retention", "Retention and destruction"
    INCIDENTS = "incidents", "Reporting incidents"
    WORKSTATION = "workstation", "Workstation and desk"
    SANCTIONS = "sanctions", "Sanctions"


class ActivityKind(models.TextChoices):
    """What is done again and again."""

    ANNUAL_REVIEW = "annual_review", "Annual review"
    ACCESS_LOG_AUDIT = "access_log_audit", "Access-log audit"
    INCIDENT_TEST = "incident_test", "Incident-response test"
    RESTORE_TEST = "restore_test", "Restore test"
    SUBCONTRACTOR_REVIEW = "subcontractor_review", "Subcontractor review"


class Outcome(models.TextChoices):
    """How an activity ended."""

    PASSED = "passed", "Done, nothing found"
    FINDINGS = "findings", "Done, with findings"
    FAILED = "failed", "Failed; must be repeated"


class RequestState(models.TextChoices):
    """Where a request for evidence stands; follows from its facts."""

    OPEN = "open", "Waiting for evidence"
    ANSWERED = "answered", "Waiting for review"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"
