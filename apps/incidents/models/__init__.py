"""Cases, their facts, clocks and notices, the work on them, and OCR's register."""

from apps.incidents.models.cases import (
    CountByState,
    Incident,
    IncidentFact,
    PeopleCount,
)
from apps.incidents.models.clocks import Clock, LawEnforcementHold, Notice
from apps.incidents.models.findings import Assessment, Determination, PenaltyEstimate
from apps.incidents.models.letters import Letter
from apps.incidents.models.readings import ReadingSet
from apps.incidents.models.register import (
    RegisterEntry,
    RegisterImport,
    RegisterMatch,
)
from apps.incidents.models.work import (
    Attachment,
    CaseTask,
    EscalationContact,
    IncidentReview,
    TimelineEntry,
)

__all__ = [
    "Assessment",
    "Attachment",
    "CaseTask",
    "Clock",
    "CountByState",
    "Determination",
    "EscalationContact",
    "Incident",
    "IncidentFact",
    "IncidentReview",
    "LawEnforcementHold",
    "Letter",
    "Notice",
    "PenaltyEstimate",
    "PeopleCount",
    "ReadingSet",
    "RegisterEntry",
    "RegisterImport",
    "RegisterMatch",
    "TimelineEntry",
]
