"""URLs of the room."""

from django.urls import path

from apps.evidence import views

app_name = "evidence"
urlpatterns = [path("<uuid:pk>/", views.FileView.as_view(), name="file")]
