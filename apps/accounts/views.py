"""Members, invitations, and the page an invitation leads to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from apps.accounts import actions, queries
from apps.accounts.forms import AcceptForm, InviteForm, RoleForm
from apps.accounts.models import Invitation
from apps.core.addresses import address_of
from apps.tenancy.enums import ROLE_SENTENCES, Permission, Role
from apps.tenancy.middleware import act_under
from apps.tenancy.models import Membership, Organization, User
from apps.tenancy.queries import members
from apps.tenancy.views import ActionView, PortalView


class MembersView(PortalView):
    """Members of the organization and invitations that are open."""

    permission = Permission.MEMBERS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """By name."""
        context = {
            "members": members(self.actor),
            "invitations": queries.open_invitations(self.actor),
        }
        return self.page("accounts/members.html", context)


class AddressView(PortalView):
    """The address somebody signs in with: shown, and changed by nobody.

    An invitation proved it, and grants are given to it.
    """

    permission = None
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Which one, and how to use another."""
        return self.page("account/email.html")


class InviteView(ActionView):
    """Invite to the own organization, or the first manager of a new vendor."""

    permission = Permission.MEMBERS_EDIT
    form_class = InviteForm
    template_name = "accounts/invite.html"
    organization: Organization

    def load(self) -> None:
        wanted = self.kwargs.get("organization_pk", self.actor.organization_id)
        self.organization = queries.invitable(self.actor, wanted)

    def form_arguments(self) -> dict[str, Any]:
        return {"roles": queries.roles_to_offer(self.actor, self.organization)}

    def context(self) -> dict[str, Any]:
        is_own = self.organization.pk == self.actor.organization_id
        return {"organization": self.organization, "is_own": is_own}

    def perform(self, form: InviteForm) -> HttpResponse:
        invitation = actions.invite(
            by=self.actor,
            organization=self.organization,
            invitee=actions.Invitee(**form.cleaned_data),
        )
        messages.success(
            self.request,
            f"Invitation sent to {invitation.email}. The link works for seven days.",
        )
        return redirect("accounts:members")


class WithdrawView(PortalView):
    """Withdraw an open invitation."""

    permission = Permission.MEMBERS_EDIT

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a stranger's."""
        invitation = queries.invitation(self.actor, pk)
        actions.withdraw(invitation, by=self.actor)
        messages.success(request, f"Invitation of {invitation.email} withdrawn.")
        return redirect("accounts:members")


class MemberEndView(PortalView):
    """Ask once, then end a membership."""

    permission = Permission.MEMBERS_EDIT

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What will happen."""
        membership = queries.membership(self.actor, pk)
        return self.page("accounts/member_end.html", {"membership": membership})

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """404 for a member of another organization."""
        membership = queries.membership(self.actor, pk)
        actions.end_membership(membership, by=self.actor)
        messages.success(request, f"Membership of {membership.user} ended.")
        if membership.user_id == self.actor.user_id:
            return redirect("/")
        return redirect("accounts:members")


class MemberRoleView(ActionView):
    """Give a member another role."""

    permission = Permission.MEMBERS_EDIT
    form_class = RoleForm
    template_name = "accounts/member_role.html"
    membership: Membership

    def load(self) -> None:
        self.membership = queries.membership(self.actor, self.kwargs["pk"])

    def form_arguments(self) -> dict[str, Any]:
        return {
            "roles": queries.roles_to_offer(self.actor, self.actor.organization),
            "initial": {"role": self.membership.role},
        }

    def context(self) -> dict[str, Any]:
        return {"membership": self.membership}

    def perform(self, form: RoleForm) -> HttpResponse:
        row = actions.change_role(
            self.membership, role=form.cleaned_data["role"], by=self.actor
        )
        messages.success(
            self.request, f"{row.user} is now {row.get_role_display().lower()}."
        )
        is_own = row.user_id == self.actor.user_id
        return redirect("portal:home" if is_own else "accounts:members")


class AcceptView(ActionView):
    """The page of an invitation. Public: the token in the link is the right."""

    permission = None
    form_class = AcceptForm
    template_name = "accounts/accept.html"
    invitation: Invitation
    account: User | None

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """No actor needed; the link must not leak by cache or referrer."""
        self.actor = request.actor  # type: ignore[attr-defined]
        response = super(PortalView, self).dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        # Not "no-referrer": the form's own post would then name no origin and fail.
        response["Referrer-Policy"] = "same-origin"
        return response

    def load(self) -> None:
        self.invitation = queries.invitation_for(self.kwargs["token"])
        self.account = queries.account_of(self.invitation.email)

    def form_arguments(self) -> dict[str, Any]:
        return {
            "has_account": self.account is not None,
            "initial": {"full_name": self.invitation.full_name},
        }

    def context(self) -> dict[str, Any]:
        role = Role(self.invitation.role)
        return {
            "invitation": self.invitation,
            "role_sentence": ROLE_SENTENCES[role],
            "account": self.account,
            "is_signed_in": self.account is not None
            and self.account == self.request.user,
            "path": self.request.path,
        }

    def perform(self, form: AcceptForm) -> HttpResponse:
        address = address_of(self.request)
        if self.request.user.is_authenticated:
            membership = actions.accept(
                self.invitation, user=self.request.user, address=address
            )
        else:
            membership = actions.accept_as_new(
                self.invitation,
                full_name=form.cleaned_data.get("full_name", ""),
                password=form.cleaned_data.get("password", ""),
                address=address,
            )
            get_adapter(self.request).login(self.request, membership.user)
        act_under(self.request, membership)
        messages.success(
            self.request, f"You are now a member of {membership.organization}."
        )
        return redirect("/")
