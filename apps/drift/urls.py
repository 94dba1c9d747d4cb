"""URLs of the room."""

from django.urls import path

from apps.drift import views

app_name = "drift"
urlpatterns = [
    path("", views.ListView.as_view(), name="list"),
    path(
        "engagement/<uuid:engagement_pk>/",
        views.EngagementView.as_view(),
        name="engagement",
    ),
    path("<uuid:pk>/", views.DetailView.as_view(), name="detail"),
    path("<uuid:pk>/acknowledge/", views.AcknowledgeView.as_view(), name="acknowledge"),
    path(
        "<uuid:pk>/request-acceptance/",
        views.RequestAcceptanceView.as_view(),
        name="request_acceptance",
    ),
    path("<uuid:pk>/accept/", views.AcceptView.as_view(), name="accept"),
]
