"""URLs of the room."""

from django.urls import path

from apps.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.AttestationsView.as_view(), name="list"),
    path("workspace/", views.WorkspaceView.as_view(), name="workspace"),
    path("engagement/<uuid:pk>/", views.EngagementView.as_view(), name="engagement"),
    path("engagement/<uuid:pk>/issue/", views.IssueView.as_view(), name="issue"),
    path("<uuid:pk>/", views.AttestationView.as_view(), name="attestation"),
    path("<uuid:pk>/progress/", views.ProgressView.as_view(), name="progress"),
    path("<uuid:pk>/retry/", views.RetryView.as_view(), name="retry"),
    path("<uuid:pk>/download/", views.DownloadView.as_view(), name="download"),
]
