"""API of questionnaires: design, ask, answer, review, mend."""

from apps.questionnaires.api.assignments import AssignmentViewSet
from apps.questionnaires.api.dossiers import DossierViewSet
from apps.questionnaires.api.findings import CorrectiveActionViewSet, FindingViewSet
from apps.questionnaires.api.templates import TemplateViewSet, VersionViewSet

ROUTES = [
    ("questionnaire-templates", TemplateViewSet),
    ("questionnaire-versions", VersionViewSet),
    ("questionnaires", AssignmentViewSet),
    ("questionnaire-findings", FindingViewSet),
    ("questionnaire-actions", CorrectiveActionViewSet),
    ("questionnaire-dossiers", DossierViewSet),
]
