"""URLs of the room."""

from django.urls import path

from apps.access_reviews import views

app_name = "access_reviews"
urlpatterns = [
    path("", views.SystemsView.as_view(), name="systems"),
    path("systems/new/", views.SystemCreateView.as_view(), name="system_create"),
    path("systems/<uuid:pk>/", views.SystemView.as_view(), name="system"),
    path(
        "systems/<uuid:pk>/change/",
        views.SystemChangeView.as_view(),
        name="system_change",
    ),
    path(
        "systems/<uuid:pk>/accounts.csv",
        views.AccountsExportView.as_view(),
        name="accounts_export",
    ),
    path("systems/<uuid:pk>/upload/", views.UploadView.as_view(), name="upload"),
    path("roles/<uuid:pk>/", views.RoleView.as_view(), name="role"),
    path("accounts/<uuid:pk>/", views.AccountView.as_view(), name="account"),
    path("compare/", views.CompareView.as_view(), name="compare"),
    path("policy/", views.PolicyView.as_view(), name="policy"),
    path("imports/", views.ImportsView.as_view(), name="imports"),
    path("imports/<uuid:pk>/", views.ImportView.as_view(), name="import"),
    path(
        "imports/<uuid:pk>/status/",
        views.ImportStatusView.as_view(),
        name="import_status",
    ),
    path(
        "imports/<uuid:pk>/confirm/",
        views.ImportConfirmView.as_view(),
        name="import_confirm",
    ),
    path(
        "imports/<uuid:pk>/columns/",
        views.ImportColumnsView.as_view(),
        name="import_columns",
    ),
    path(
        "imports/<uuid:pk>/problems.csv",
        views.ImportProblemsView.as_view(),
        name="import_problems",
    ),
    path("campaigns/", views.CampaignsView.as_view(), name="campaigns"),
    path("campaigns/new/", views.CampaignCreateView.as_view(), name="campaign_create"),
    path("campaigns/<uuid:pk>/", views.CampaignView.as_view(), name="campaign"),
    path("campaigns/<uuid:pk>/bulk/", views.BulkView.as_view(), name="campaign_bulk"),
    path(
        "campaigns/<uuid:pk>/delegate/",
        views.DelegateView.as_view(),
        name="campaign_delegate",
    ),
    path(
        "campaigns/<uuid:pk>/close/",
        views.CampaignCloseView.as_view(),
        name="campaign_close",
    ),
    path(
        "campaigns/<uuid:pk>/sign-off/",
        views.CampaignSignOffView.as_view(),
        name="campaign_sign_off",
    ),
    path(
        "campaigns/<uuid:pk>/cancel/",
        views.CampaignCancelView.as_view(),
        name="campaign_cancel",
    ),
    path(
        "campaigns/<uuid:pk>/document/",
        views.CampaignDocumentView.as_view(),
        name="campaign_document",
    ),
    path("reviewers/", views.ReviewersView.as_view(), name="reviewers"),
    path(
        "reviewers/<uuid:pk>/end/",
        views.ReviewerRuleEndView.as_view(),
        name="reviewer_rule_end",
    ),
    path("lines/<uuid:pk>/", views.ItemView.as_view(), name="item"),
    path("revocations/", views.RevocationsView.as_view(), name="revocations"),
    path("revocations/<uuid:pk>/", views.RevocationView.as_view(), name="revocation"),
    path(
        "revocations/<uuid:pk>/withdraw/",
        views.RevocationWithdrawView.as_view(),
        name="revocation_withdraw",
    ),
    path("logs/", views.LogsView.as_view(), name="logs"),
    path("logs/new/", views.LogUploadView.as_view(), name="log_upload"),
    path("logs/<uuid:pk>/", views.LogView.as_view(), name="log"),
    path("logs/<uuid:pk>/status/", views.LogStatusView.as_view(), name="log_status"),
    path("logs/<uuid:pk>/rows.csv", views.LogRowsView.as_view(), name="log_rows"),
    path("logs/<uuid:pk>/report/", views.LogReportView.as_view(), name="log_report"),
    path(
        "engagement/<uuid:engagement_pk>/",
        views.EngagementView.as_view(),
        name="engagement",
    ),
]
