"""URLs of the room."""

from django.urls import path

from apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("members/", views.MembersView.as_view(), name="members"),
    path("members/invite/", views.InviteView.as_view(), name="invite"),
    path(
        "members/invite/<uuid:organization_pk>/",
        views.InviteView.as_view(),
        name="invite_to",
    ),
    path("members/<uuid:pk>/end/", views.MemberEndView.as_view(), name="member_end"),
    path("members/<uuid:pk>/role/", views.MemberRoleView.as_view(), name="member_role"),
    path(
        "invitations/<uuid:pk>/withdraw/",
        views.WithdrawView.as_view(),
        name="withdraw",
    ),
    path("invitation/<str:token>/", views.AcceptView.as_view(), name="accept"),
]
