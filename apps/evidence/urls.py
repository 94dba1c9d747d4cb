"""URLs of the room."""

from django.urls import path

from apps.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.LibraryView.as_view(), name="library"),
    path("upload/", views.UploadView.as_view(), name="upload"),
    path("<uuid:pk>/", views.FileView.as_view(), name="file"),
    path("files/<uuid:pk>/", views.DetailView.as_view(), name="detail"),
    path("files/<uuid:pk>/attach/", views.AttachView.as_view(), name="attach"),
    path("files/<uuid:pk>/hold/", views.HoldView.as_view(), name="hold"),
    path(
        "files/<uuid:pk>/release/", views.HoldReleaseView.as_view(), name="hold_release"
    ),
    path("files/<uuid:pk>/destroy/", views.DestroyView.as_view(), name="destroy"),
    path("files/<uuid:pk>/restrict/", views.RestrictView.as_view(), name="restrict"),
    path(
        "attachments/<uuid:pk>/end/",
        views.AttachmentEndView.as_view(),
        name="attachment_end",
    ),
    path(
        "attachments/<uuid:pk>/review/",
        views.AttachmentReviewView.as_view(),
        name="attachment_review",
    ),
]
