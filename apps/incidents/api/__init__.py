"""API of incidents."""

from apps.incidents.api.cases import IncidentViewSet
from apps.incidents.api.parts import (
    AssessmentViewSet,
    ClockViewSet,
    FindingViewSet,
    LetterViewSet,
    ReadingSetViewSet,
    TaskViewSet,
)

__all__ = ["ROUTES"]

ROUTES = [
    ("incidents", IncidentViewSet),
    ("incident-clocks", ClockViewSet),
    ("incident-assessments", AssessmentViewSet),
    ("incident-findings", FindingViewSet),
    ("incident-tasks", TaskViewSet),
    ("incident-letters", LetterViewSet),
    ("incident-readings", ReadingSetViewSet),
]
