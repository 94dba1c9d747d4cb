"""URLs of the room."""

from django.urls import path

from apps.gate import views

app_name = "gate"
urlpatterns = [
    path("<uuid:engagement_pk>/", views.EngagementView.as_view(), name="engagement"),
    path("<uuid:engagement_pk>/history/", views.HistoryView.as_view(), name="history"),
    path(
        "<uuid:engagement_pk>/activity/",
        views.ActivityView.as_view(),
        name="activity",
    ),
    path(
        "<uuid:engagement_pk>/override/",
        views.OverrideRequestView.as_view(),
        name="override_request",
    ),
    path(
        "override/<uuid:pk>/approve/",
        views.OverrideApproveView.as_view(),
        name="override_approve",
    ),
    path(
        "override/<uuid:pk>/withdraw/",
        views.OverrideWithdrawView.as_view(),
        name="override_withdraw",
    ),
]
