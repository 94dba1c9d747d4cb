"""URLs of the room."""

from django.urls import path

from apps.engagements import views

app_name = "engagements"
urlpatterns = [
    path("", views.ListView.as_view(), name="list"),
    path("new/", views.CreateView.as_view(), name="create"),
    path(
        "vendors/register/", views.RegisterVendorView.as_view(), name="register_vendor"
    ),
    path("<uuid:pk>/", views.DetailView.as_view(), name="detail"),
    path(
        "<uuid:pk>/legal-agency/", views.LegalAgencyView.as_view(), name="legal_agency"
    ),
    path("<uuid:pk>/scope/", views.DeclareScopeView.as_view(), name="declare_scope"),
    path(
        "<uuid:pk>/subcontracts/declare/",
        views.DeclareSubcontractView.as_view(),
        name="declare_subcontract",
    ),
    path(
        "subcontracts/<uuid:pk>/approve/",
        views.ApproveSubcontractView.as_view(),
        name="subcontract_approve",
    ),
    path(
        "subcontracts/<uuid:pk>/refuse/",
        views.RefuseSubcontractView.as_view(),
        name="subcontract_refuse",
    ),
    path(
        "subcontracts/<uuid:pk>/end/",
        views.EndSubcontractView.as_view(),
        name="subcontract_end",
    ),
    path("<uuid:pk>/end/", views.EndView.as_view(), name="end"),
    path("<uuid:pk>/grants/", views.GrantsView.as_view(), name="grants"),
    path("<uuid:pk>/grants/new/", views.GrantView.as_view(), name="grant_create"),
    path("grants/<uuid:pk>/revoke/", views.RevokeView.as_view(), name="grant_revoke"),
]
