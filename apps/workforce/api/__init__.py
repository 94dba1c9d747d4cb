"""Sites, agents, assignments and roster imports over HTTP."""

from apps.workforce.api.imports import RosterImportViewSet
from apps.workforce.api.people import AgentViewSet, AssignmentViewSet
from apps.workforce.api.sites import SiteViewSet

ROUTES = [
    ("sites", SiteViewSet),
    ("agents", AgentViewSet),
    ("assignments", AssignmentViewSet),
    ("roster-imports", RosterImportViewSet),
]
