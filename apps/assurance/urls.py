"""URLs of the room."""

from django.urls import path

from apps.assurance import views

app_name = "assurance"
urlpatterns = [
    path("", views.OverviewView.as_view(), name="overview"),
    path("calendar/", views.CalendarView.as_view(), name="calendar"),
    path("certificates/", views.CertificatesView.as_view(), name="certificates"),
    path("policies/", views.PoliciesView.as_view(), name="policies"),
    path("requests/", views.RequestsView.as_view(), name="requests"),
    path("coverage/", views.CoverageView.as_view(), name="coverage"),
    path(
        "engagement/<uuid:engagement_pk>/",
        views.EngagementView.as_view(),
        name="engagement",
    ),
    path(
        "engagement/<uuid:engagement_pk>/request/",
        views.RequestCreateView.as_view(),
        name="request_create",
    ),
    path(
        "certificates/record/",
        views.CertificateCreateView.as_view(),
        name="certificate_create",
    ),
    path(
        "certificates/<uuid:pk>/", views.CertificateView.as_view(), name="certificate"
    ),
    path(
        "certificates/<uuid:pk>/file/",
        views.CertificateFileView.as_view(),
        name="certificate_file",
    ),
    path(
        "certificates/<uuid:pk>/letter/",
        views.LetterCreateView.as_view(),
        name="letter_create",
    ),
    path(
        "certificates/<uuid:pk>/withdraw/",
        views.CertificateWithdrawView.as_view(),
        name="certificate_withdraw",
    ),
    path(
        "certificates/<uuid:pk>/share/",
        views.CertificateShareView.as_view(),
        name="certificate_share",
    ),
    path("letters/<uuid:pk>/file/", views.LetterFileView.as_view(), name="letter_file"),
    path("shares/<uuid:pk>/end/", views.ShareEndView.as_view(), name="share_end"),
    path("policies/add/", views.PolicyCreateView.as_view(), name="policy_create"),
    path("policies/<uuid:pk>/", views.PolicyView.as_view(), name="policy"),
    path(
        "policies/<uuid:pk>/version/",
        views.VersionCreateView.as_view(),
        name="policy_version_create",
    ),
    path("policies/<uuid:pk>/end/", views.PolicyEndView.as_view(), name="policy_end"),
    path(
        "policies/<uuid:pk>/share/",
        views.PolicyShareView.as_view(),
        name="policy_share",
    ),
    path(
        "versions/<uuid:pk>/file/", views.PolicyFileView.as_view(), name="policy_file"
    ),
    path(
        "activities/start/", views.ActivityCreateView.as_view(), name="activity_create"
    ),
    path("activities/<uuid:pk>/", views.ActivityView.as_view(), name="activity"),
    path(
        "activities/<uuid:pk>/done/",
        views.ActivityDoneView.as_view(),
        name="activity_done",
    ),
    path(
        "activities/<uuid:pk>/end/",
        views.ActivityEndView.as_view(),
        name="activity_end",
    ),
    path(
        "records/<uuid:pk>/file/",
        views.ActivityFileView.as_view(),
        name="activity_file",
    ),
    path("requests/<uuid:pk>/", views.RequestView.as_view(), name="request"),
    path(
        "requests/<uuid:pk>/answer/",
        views.RequestAnswerView.as_view(),
        name="request_answer",
    ),
    path(
        "requests/<uuid:pk>/accept/",
        views.RequestAcceptView.as_view(),
        name="request_accept",
    ),
    path(
        "requests/<uuid:pk>/return/",
        views.RequestReturnView.as_view(),
        name="request_return",
    ),
    path(
        "requests/<uuid:pk>/withdraw/",
        views.RequestWithdrawView.as_view(),
        name="request_withdraw",
    ),
    path("answers/<uuid:pk>/file/", views.AnswerFileView.as_view(), name="answer_file"),
]
