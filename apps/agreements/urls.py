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
    path(
        "chain/<uuid:engagement_pk>/print/",
        views.ChainPdfView.as_view(),
        name="chain_pdf",
    ),
    path("versions/<uuid:pk>/document/", views.DocumentView.as_view(), name="document"),
    path("versions/<uuid:pk>/", views.VersionReviewView.as_view(), name="version"),
    path("drafts/", views.DraftListView.as_view(), name="drafts"),
    path("drafts/<uuid:pk>/", views.DraftView.as_view(), name="draft"),
    path(
        "drafts/<uuid:pk>/status/",
        views.DraftStatusView.as_view(),
        name="draft_status",
    ),
    path(
        "drafts/<uuid:pk>/compare/", views.CompareView.as_view(), name="draft_compare"
    ),
    path(
        "drafts/<uuid:pk>/propose/",
        views.ProposeWrittenView.as_view(),
        name="draft_propose",
    ),
    path(
        "drafts/<uuid:pk>/propose/upload/",
        views.ProposeUploadedView.as_view(),
        name="draft_propose_upload",
    ),
    path(
        "drafts/<uuid:pk>/withdraw/",
        views.WithdrawView.as_view(),
        name="draft_withdraw",
    ),
    path(
        "drafts/<uuid:pk>/certificate/",
        views.CertificateView.as_view(),
        name="certificate",
    ),
    path(
        "proposals/<uuid:pk>/document/",
        views.DraftDocumentView.as_view(),
        name="draft_document",
    ),
    path(
        "proposals/<uuid:pk>/comment/",
        views.CommentView.as_view(),
        name="draft_comment",
    ),
    path(
        "proposals/<uuid:pk>/accept/", views.AcceptView.as_view(), name="draft_accept"
    ),
    path(
        "proposals/<uuid:pk>/paper/",
        views.SignedPaperView.as_view(),
        name="draft_paper",
    ),
    path("proposals/<uuid:pk>/sign/", views.SignView.as_view(), name="draft_sign"),
    path(
        "statements/<uuid:pk>/certificate/",
        views.DisposalCertificateView.as_view(),
        name="disposal_certificate",
    ),
    path(
        "<uuid:engagement_pk>/draft/",
        views.OpenWrittenView.as_view(),
        name="draft_open",
    ),
    path(
        "<uuid:engagement_pk>/draft/upload/",
        views.OpenUploadedView.as_view(),
        name="draft_open_upload",
    ),
    path("<uuid:engagement_pk>/record/", views.RecordView.as_view(), name="record"),
    path("<uuid:pk>/", views.DetailView.as_view(), name="detail"),
    path("<uuid:pk>/amend/", views.AmendView.as_view(), name="amend"),
    path("<uuid:pk>/redraft/", views.RedraftView.as_view(), name="redraft"),
    path("<uuid:pk>/renew/", views.RenewView.as_view(), name="renew"),
    path(
        "<uuid:pk>/stop-renewal/",
        views.StopRenewalView.as_view(),
        name="stop_renewal",
    ),
    path("<uuid:pk>/return/", views.ReturnView.as_view(), name="return"),
    path(
        "<uuid:pk>/return/state/",
        views.ReturnStateView.as_view(),
        name="return_state",
    ),
    path(
        "<uuid:pk>/return/answer/",
        views.ReturnAnswerView.as_view(),
        name="return_answer",
    ),
    path("<uuid:pk>/what-if/", views.WhatIfView.as_view(), name="what_if"),
    path("<uuid:pk>/terminate/", views.TerminateView.as_view(), name="terminate"),
]
