"""Words of questionnaires."""

from __future__ import annotations

from django.db import models


class AnswerType(models.TextChoices):
    """What an answer is."""

    YES_NO = "yes_no_partial_na", "Yes, partly, no or not applicable"
    CHOICE = "choice", "Choice"
    NUMBER = "number", "Number"
    TEXT = "text", "Text"
    FILE = "file", "File"


class YesNo(models.TextChoices):
    """Values of a yes-or-no answer."""

    YES = "yes", "Yes"
    PARTIAL = "partial", "Partly"
    NO = "no", "No"
    NOT_APPLICABLE = "na", "Not applicable"


class Criticality(models.TextChoices):
    """What a failed question does to the verdict."""

    KNOCKOUT = "knockout", "Knock-out"
    CRITICAL = "critical", "Critical"
    STANDARD = "standard", "Standard"
    INFORMATIONAL = "informational", "For information"


class QuestionSet(models.TextChoices):
    """Which questions an assignment asks."""

    CORE = "core", "Core"
    EXTENDED = "extended", "Extended, for vendors of high risk"


class PartyKind(models.TextChoices):
    """What the vendor is here: each kind has its own questions and verdict."""

    OPERATOR = "bpo_operator", "Operator with agents"
    PLATFORM = "software_platform", "Software platform"


class AskedChannel(models.TextChoices):
    """Channels a question may be about."""

    CHAT = "chat", "Chat"
    EMAIL = "email", "E-mail"
    VOICE = "voice", "Voice"
    SMS = "sms", "SMS"
    SCREENSHARE = "screenshare", "Screen sharing"
    VIDEO = "video", "Video"
    SOCIAL = "social", "Social media"


class TemplateSource(models.TextChoices):
    """Where a version came from."""

    SHIPPED = "shipped", "Delivered with the portal"
    WRITTEN = "written", "Written here"
    FILE = "file", "Read from a file"


class AnswerOrigin(models.TextChoices):
    """How a value came to stand in an assignment."""

    GIVEN = "given", "Given"
    CARRIED = "carried", "Carried over from last time"
    REUSED = "reused", "Reused from another client"
    TABLE = "table", "Read from a table"


class Decision(models.TextChoices):
    """What a reviewer says of one answer."""

    ACCEPT = "accept", "Accept"
    ACCEPT_WITH_GAP = "accept_with_gap", "Accept with gap"
    REQUEST_CHANGE = "request_change", "Request change"
    REJECT = "reject", "Reject"


class Outcome(models.TextChoices):
    """Verdict of a review."""

    PASS = "pass", "Pass"
    CONDITIONAL = "conditional", "Conditional"
    FAIL = "fail", "Fail"


class AssignmentState(models.TextChoices):
    """Where an assignment stands; it follows from its instants."""

    OPEN = "open", "With the vendor"
    SUBMITTED = "submitted", "In review"
    RETURNED = "returned", "Changes requested"
    CLOSED = "closed", "Closed with a verdict"
    WITHDRAWN = "withdrawn", "Withdrawn"


WITH_VENDOR = frozenset({AssignmentState.OPEN, AssignmentState.RETURNED})
CONCLUDED = frozenset({AssignmentState.CLOSED, AssignmentState.WITHDRAWN})


class FindingState(models.TextChoices):
    """Where a finding stands; it follows from its corrective actions."""

    OPEN = "open", "Open"
    DONE = "done", "Done, not verified"
    VERIFIED = "verified", "Verified"
