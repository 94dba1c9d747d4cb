"""URLs of the room."""

from django.urls import path

from apps.training import views

app_name = "training"
urlpatterns = [
    path("", views.CoursesView.as_view(), name="courses"),
    path("courses/new/", views.CourseCreateView.as_view(), name="course_create"),
    path("courses/<uuid:pk>/", views.CourseView.as_view(), name="course"),
    path(
        "courses/<uuid:pk>/versions/new/",
        views.VersionCreateView.as_view(),
        name="version_create",
    ),
    path(
        "courses/<uuid:pk>/equal/new/",
        views.EquivalenceCreateView.as_view(),
        name="equivalence_create",
    ),
    path(
        "equal/<uuid:pk>/end/",
        views.EquivalenceEndView.as_view(),
        name="equivalence_end",
    ),
    path("agents/<uuid:pk>/", views.AgentView.as_view(), name="agent"),
    path(
        "agents/<uuid:pk>/record/",
        views.RecordCreateView.as_view(),
        name="record_create",
    ),
    path("agents/<uuid:pk>/hold/", views.AgentHoldView.as_view(), name="agent_hold"),
    path("records/<uuid:pk>/", views.RecordView.as_view(), name="record"),
    path("records/<uuid:pk>/withdraw/", views.WithdrawView.as_view(), name="withdraw"),
    path("certificates/", views.CertificatesView.as_view(), name="certificates"),
    path(
        "certificates/<uuid:pk>/",
        views.CertificateUploadView.as_view(),
        name="certificate_upload",
    ),
    path(
        "certificates/<uuid:pk>/status/",
        views.CertificateStatusView.as_view(),
        name="certificate_status",
    ),
    path("keeping/", views.KeepingView.as_view(), name="keeping"),
    path("keeping/hold/", views.HoldView.as_view(), name="hold"),
    path("keeping/destroy/", views.DestroyView.as_view(), name="destroy"),
    path(
        "holds/<uuid:pk>/release/",
        views.HoldReleaseView.as_view(),
        name="hold_release",
    ),
    path("records/<uuid:pk>/correct/", views.CorrectView.as_view(), name="correct"),
    path(
        "engagement/<uuid:engagement_pk>/",
        views.CoverageView.as_view(),
        name="engagement",
    ),
    path(
        "engagement/<uuid:engagement_pk>/training.csv",
        views.CoverageExportView.as_view(),
        {"ending": "csv"},
        name="export",
    ),
    path(
        "engagement/<uuid:engagement_pk>/training.xlsx",
        views.CoverageExportView.as_view(),
        {"ending": "xlsx"},
        name="export_xlsx",
    ),
    path(
        "uncleared/",
        views.UnclearedEverywhereView.as_view(),
        name="uncleared_everywhere",
    ),
    path(
        "uncleared/agents.csv",
        views.UnclearedEverywhereExportView.as_view(),
        {"ending": "csv"},
        name="uncleared_export",
    ),
    path(
        "uncleared/agents.xlsx",
        views.UnclearedEverywhereExportView.as_view(),
        {"ending": "xlsx"},
        name="uncleared_export_xlsx",
    ),
    path(
        "engagement/<uuid:engagement_pk>/require/",
        views.RequireView.as_view(),
        name="require",
    ),
    path(
        "engagement/<uuid:engagement_pk>/uncleared/",
        views.UnclearedView.as_view(),
        name="uncleared",
    ),
    path(
        "requirements/<uuid:pk>/change/",
        views.RequirementChangeView.as_view(),
        name="requirement_change",
    ),
    path(
        "requirements/<uuid:pk>/end/",
        views.RequirementEndView.as_view(),
        name="requirement_end",
    ),
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
        "imports/<uuid:pk>/courses/",
        views.ImportNamesView.as_view(),
        name="import_courses",
    ),
    path(
        "imports/<uuid:pk>/problems.csv",
        views.ImportProblemsView.as_view(),
        name="import_problems",
    ),
]
