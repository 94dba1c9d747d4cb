"""URLs of the room."""

from django.urls import path

from apps.reminders import views

app_name = "reminders"
urlpatterns = [
    path("", views.DeadlinesView.as_view(), name="deadlines"),
    path("export.csv", views.DeadlinesCsvView.as_view(), name="deadlines_csv"),
    path("reminders/", views.PoliciesView.as_view(), name="policies"),
    path("reminders/delivery/", views.DeliveryView.as_view(), name="delivery"),
    path("reminders/mine/", views.PreferenceView.as_view(), name="preference"),
    path("reminders/why/<uuid:pk>/", views.WhyView.as_view(), name="why"),
    path("reminders/<str:kind>/", views.PolicyView.as_view(), name="policy"),
    path("reminders/<str:kind>/sends/", views.SendsView.as_view(), name="sends"),
]
