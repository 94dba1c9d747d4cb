"""URLs of the room."""

from django.urls import path

from apps.audit import views

app_name = "audit"
urlpatterns = [path("", views.TrailView.as_view(), name="trail")]
