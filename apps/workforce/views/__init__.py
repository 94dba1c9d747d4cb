"""Pages of the room: the provider's roster, sites and roster imports."""

from apps.workforce.views.assigning import AssignView, UnassignView
from apps.workforce.views.imports import (
    ImportColumnsView,
    ImportConfirmView,
    ImportLeaversView,
    ImportProblemsView,
    ImportStatusView,
    ImportsView,
    ImportView,
    UploadView,
)
from apps.workforce.views.people import AgentView, RosterExportView, RosterView
from apps.workforce.views.sites import (
    SiteAttestView,
    SiteCreateView,
    SitesView,
    SiteView,
)

__all__ = [
    "AgentView",
    "AssignView",
    "ImportColumnsView",
    "ImportConfirmView",
    "ImportLeaversView",
    "ImportProblemsView",
    "ImportStatusView",
    "ImportView",
    "ImportsView",
    "RosterExportView",
    "RosterView",
    "SiteAttestView",
    "SiteCreateView",
    "SiteView",
    "SitesView",
    "UnassignView",
    "UploadView",
]
