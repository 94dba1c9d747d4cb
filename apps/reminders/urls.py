"""URLs of the room."""

from django.urls import path

from apps.reminders import views

app_name = "reminders"
urlpatterns = [
    path("", views.DeadlinesView.as_view(), name="deadlines"),
    path("export.csv", views.DeadlinesCsvView.as_view(), name="deadlines_csv"),
    path("reminders/", views.PoliciesView.as_view(), name="policies"),
    path("reminders/<str:kind>/", views.PolicyView.as_view(), name="policy"),
]
