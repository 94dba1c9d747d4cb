"""Cases, their facts, clocks and notices, the work on them, and OCR's register."""

from apps.incidents.models.cases import (
    CountByState,
    Incident,
    IncidentFact,
    PeopleCount,
)
from apps.incidents.models.clocks import Clock, LawEnforcementHold, Notice
from apps.incidents.models.findings import Assessment, Determination, PenaltyEstimate
from apps.incidents.models.register import (
    RegisterEntry,
    RegisterImport,
    RegisterMatch,
)
from apps.incidents.models.work import (
    Attachment,
    CaseTask,
    EscalationContact,
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
    "LawEnforcementHold",
    "Notice",
    "PenaltyEstimate",
    "PeopleCount",
    "RegisterEntry",
    "RegisterImport",
    "RegisterMatch",
    "TimelineEntry",
]
