"""URLs of the room."""

from django.urls import path

from apps.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.InboxView.as_view(), name="inbox"),
    path("<uuid:pk>/why/", views.WhyView.as_view(), name="why"),
    path("<uuid:pk>/read/", views.ReadView.as_view(), name="read"),
    path("read-all/", views.ReadAllView.as_view(), name="read_all"),
]
