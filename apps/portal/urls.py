"""URLs of the room."""

from django.urls import path

from apps.portal.views import crossings, exercises, pages

app_name = "portal"
urlpatterns = [
    path("", pages.HomeView.as_view(), name="home"),
    path("vendors/", pages.VendorsView.as_view(), name="vendors"),
    path("vendors/<uuid:pk>/", pages.VendorView.as_view(), name="vendor"),
    path("exercises/<uuid:pk>/", exercises.ExerciseView.as_view(), name="exercise"),
    path(
        "logs/<uuid:pk>/record/",
        crossings.LogRecordView.as_view(),
        name="log_record",
    ),
    path("search/", pages.SearchView.as_view(), name="search"),
]
