"""URLs of the room."""

from django.urls import path

from apps.tenancy import views

app_name = "tenancy"
urlpatterns = [path("switch/", views.SwitchView.as_view(), name="switch")]
