"""URLs of the room."""

from django.urls import path

from apps.agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.ListView.as_view(), name="list"),
    path(
        "engagement/<uuid:engagement_pk>/",
        views.EngagementView.as_view(),
        name="engagement",
    ),
    path("chain/<uuid:engagement_pk>/", views.ChainPageView.as_view(), name="chain"),
    path("versions/<uuid:pk>/document/", views.DocumentView.as_view(), name="document"),
    path("<uuid:engagement_pk>/record/", views.RecordView.as_view(), name="record"),
    path("<uuid:pk>/", views.DetailView.as_view(), name="detail"),
    path("<uuid:pk>/amend/", views.AmendView.as_view(), name="amend"),
    path("<uuid:pk>/terminate/", views.TerminateView.as_view(), name="terminate"),
]
