"""URLs of the room."""

from django.urls import path

from apps.workforce import views

app_name = "workforce"
urlpatterns = [
    path("", views.RosterView.as_view(), name="roster"),
    path("roster.csv", views.RosterExportView.as_view(), name="roster_export"),
    path("agents/<uuid:pk>/", views.AgentView.as_view(), name="agent"),
    path("assign/", views.AssignView.as_view(), name="assign"),
    path("unassign/", views.UnassignView.as_view(), name="unassign"),
    path("sites/", views.SitesView.as_view(), name="sites"),
    path("sites/new/", views.SiteCreateView.as_view(), name="site_create"),
    path("sites/<uuid:pk>/", views.SiteView.as_view(), name="site"),
    path("sites/<uuid:pk>/attest/", views.SiteAttestView.as_view(), name="site_attest"),
    path("imports/", views.ImportsView.as_view(), name="imports"),
    path("imports/upload/", views.UploadView.as_view(), name="upload"),
    path("imports/<uuid:pk>/", views.ImportView.as_view(), name="import"),
    path(
        "imports/<uuid:pk>/status/",
        views.ImportStatusView.as_view(),
        name="import_status",
    ),
    path(
        "imports/<uuid:pk>/confirm/",
        views.ImportConfirmView.as_view(),
        name="import_confirm",
    ),
    path(
        "imports/<uuid:pk>/columns/",
        views.ImportColumnsView.as_view(),
        name="import_columns",
    ),
    path(
        "imports/<uuid:pk>/problems.csv",
        views.ImportProblemsView.as_view(),
        name="import_problems",
    ),
    path(
        "imports/<uuid:pk>/leavers.csv",
        views.ImportLeaversView.as_view(),
        name="import_leavers",
    ),
]
