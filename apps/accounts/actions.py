"""Inviting, accepting, withdrawing, ending; and who signed in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from apps.accounts import queries, rules, trail
from apps.accounts.models import Invitation
from apps.audit.actions import Subject, record
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.notifications.actions import send_plain_mail
from apps.tenancy.actor import Actor, AnyActor, SystemActor
from apps.tenancy.enums import Permission, Role
from apps.tenancy.models import Membership, Organization, User
from apps.tenancy.queries import live_memberships, live_memberships_of


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited, as typed."""

    email: str
    full_name: str
    role: str


@transaction.atomic
def invite(*, by: Actor, organization: Organization, invitee: Invitee) -> Invitation:
    """Offer a membership and send the link by mail.

    Steps: own organization, or one the actor's organization registered and that has
    no member (then only a manager's role); lock the organization; refuse who is a
    member already; withdraw an earlier open invitation to the same address; keep the
    SHA-256 of a new token; mail; event ``invitation.sent``. Raises NotAllowed,
    NotFound, Invalid, Conflict.
    """
    by.require(Permission.MEMBERS_EDIT)
    organization = queries.invitable(by, organization.pk)
    role = rules.check_role(organization.kind, invitee.role)
    if role not in queries.roles_to_offer(by, organization):
        raise NotAllowed("Invite a manager first; the manager invites the others.")
    organization = Organization.objects.locked(organization.pk)
    email = invitee.email.strip().lower()
    _check_no_member(organization, email)
    _withdraw_earlier(organization, email)
    token = secrets.token_urlsafe(rules.TOKEN_BYTES)
    invitation = Invitation.objects.create(
        organization=organization,
        email=email,
        full_name=invitee.full_name.strip(),
        role=role,
        token_sha256=rules.token_sha256(token),
        invited_by=by.user,
        invited_by_organization=by.organization,
        expires_at=rules.expires_at(clock.now()),
    )
    _mail(invitation, token, by=by)
    record(
        trail.INVITATION_SENT,
        by=by,
        about=_about(invitation),
        facts={"role": role, "expires_on": invitation.expires_at.date()},
        personal={"person": invitation.full_name, "email": email},
    )
    return invitation


def _check_no_member(organization: Organization, email: str) -> None:
    if live_memberships_of(organization).filter(user__email=email).exists():
        message = f"{email} is a member of {organization} already."
        raise Conflict(message, fields={"email": [message]})


def _withdraw_earlier(organization: Organization, email: str) -> None:
    """A new link replaces the old one."""
    Invitation.objects.filter(
        organization=organization, email=email, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=clock.now())


def _mail(invitation: Invitation, token: str, *, by: Actor) -> None:
    path = reverse("accounts:accept", args=[token])
    send_plain_mail(
        to=invitation.email,
        subject=f"{by.organization} invites you to the Compliance Portal",
        template="emails/invitation.txt",
        context={
            "recipient": invitation.full_name,
            "organization": invitation.organization.name,
            "inviter": str(by.user),
            "inviting": by.organization.name,
            "role": str(Role(invitation.role).label),
            "expires": f"{invitation.expires_at:%-d %B %Y, %H:%M} UTC",
            "url": settings.BASE_URL + path,
        },
    )


def _about(invitation: Invitation) -> Subject:
    readers = {invitation.organization_id, invitation.invited_by_organization_id}
    return Subject(
        obj=invitation,
        organization_id=invitation.organization_id,
        visible_to=frozenset(pk for pk in readers if pk is not None),
    )


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Actor) -> Invitation:
    """Make the link useless: event ``invitation.withdrawn``.

    Raises NotAllowed, NotFound for a stranger's, InvitationGone when it no longer
    works anyway.
    """
    by.require(Permission.MEMBERS_EDIT)
    invitation = queries.invitation(by, invitation.pk)
    invitation = _locked(invitation)
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    record(
        trail.INVITATION_WITHDRAWN,
        by=by,
        about=_about(invitation),
        facts={"role": invitation.role},
        personal={"person": invitation.full_name},
    )
    return invitation


def _locked(invitation: Invitation) -> Invitation:
    """The row locked and still usable, so that a link works once."""
    row = Invitation.objects.locked(invitation.pk)
    rules.check_usable(
        accepted_at=row.accepted_at,
        withdrawn_at=row.withdrawn_at,
        expires=row.expires_at,
        now=clock.now(),
        organization=row.organization.name,
    )
    return row


@transaction.atomic
def accept_as_new(
    invitation: Invitation, *, full_name: str, password: str, address: str = ""
) -> Membership:
    """Make the account and the membership of an invited person.

    The link, fetched by its token, is the right to do so; it proves the address.
    Steps: lock and check the invitation; password rules; user; membership; event
    ``membership.accepted``. Raises InvitationGone, Conflict when an account exists,
    Invalid for a weak password.
    """
    invitation = _locked(invitation)
    if queries.account_of(invitation.email) is not None:
        raise Conflict("You already have an account. Sign in and open the link again.")
    person = User(email=invitation.email, full_name=full_name.strip())
    _check_password(password, person)
    user = User.objects.create_user(
        invitation.email,
        password,
        full_name=person.full_name,
        time_zone=invitation.organization.time_zone,
    )
    return _join(invitation, user, address=address)


def _check_password(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(
            "Choose another password.", fields={"password": error.messages}
        ) from error


@transaction.atomic
def accept(invitation: Invitation, *, user: User, address: str = "") -> Membership:
    """Make the membership of an invited person who is signed in.

    Raises InvitationGone, NotAllowed when the invitation is for somebody else.
    """
    invitation = _locked(invitation)
    if user.email != invitation.email:
        raise NotAllowed(
            "This invitation is for another e-mail address. Sign out and sign in "
            "with that one."
        )
    return _join(invitation, user, address=address)


def _join(invitation: Invitation, user: User, *, address: str) -> Membership:
    """Membership new, or revived with the role now offered."""
    membership, _ = Membership.objects.update_or_create(
        organization=invitation.organization,
        user=user,
        defaults={"role": invitation.role, "valid_until": None},
    )
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    record(
        trail.MEMBERSHIP_ACCEPTED,
        by=Actor.of(membership, via="invitation", address=address),
        about=_about_membership(membership, invitation),
        facts={"role": membership.role},
        personal={"person": user.full_name},
    )
    return membership


def _about_membership(
    membership: Membership, invitation: Invitation | None = None
) -> Subject:
    readers = {membership.organization_id}
    if invitation is not None and invitation.invited_by_organization_id is not None:
        readers.add(invitation.invited_by_organization_id)
    return Subject(
        obj=membership,
        organization_id=membership.organization_id,
        visible_to=frozenset(readers),
    )


@transaction.atomic
def end_membership(membership: Membership, *, by: Actor) -> Membership:
    """End a membership at once: event ``membership.ended``.

    The membership is read again on every request, so open sessions lose it with the
    next one. The organization is locked, so that two managers cannot end each other
    at the same time. Raises NotAllowed, NotFound for a stranger's, LastManager.
    """
    by.require(Permission.MEMBERS_EDIT)
    row, others = _held(membership, by=by)
    rules.check_not_last_manager(row.role, others)
    zones = ("UTC", row.organization.time_zone, row.user.time_zone)
    row.valid_until = rules.last_day([clock.today(zone) for zone in zones])
    row.save(update_fields=["valid_until"])
    record(
        trail.MEMBERSHIP_ENDED,
        by=by,
        about=_about_membership(row),
        facts={"role": row.role, "last_day": row.valid_until},
        personal={"person": row.user.full_name},
    )
    return row


def _held(membership: Membership, *, by: Actor) -> tuple[Membership, list[str]]:
    """A live member of the actor's organization, which is locked, and the roles of
    all the others."""
    organization = Organization.objects.locked(by.organization_id)
    live = {row.pk: row for row in live_memberships_of(organization)}
    row = live.pop(membership.pk, None)
    if row is None:
        raise NotFound
    return row, [other.role for other in live.values()]


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: Actor) -> Membership:
    """Give a member another role at once: event ``membership.role_changed``.

    Read again on every request like the membership itself. The organization is
    locked, so that two managers cannot demote each other at the same time. Raises
    NotAllowed, NotFound for a stranger's, Invalid, Conflict for the same role,
    LastManager.
    """
    by.require(Permission.MEMBERS_EDIT)
    row, others = _held(membership, by=by)
    before, after = row.role, rules.check_role(row.organization.kind, role)
    rules.check_new_role(before, after, others)
    row.role = after
    row.save(update_fields=["role"])
    record(
        trail.MEMBERSHIP_ROLE_CHANGED,
        by=by,
        about=_about_membership(row),
        facts={"before": before, "after": after},
        personal={"person": row.user.full_name},
    )
    return row


@transaction.atomic
def note_signed_in(user: User, *, address: str) -> None:
    """Record that a person signed in, for every organization they act for."""
    memberships = list(live_memberships(user))
    by: AnyActor = SystemActor(name="sign-in", permissions=frozenset(), address=address)
    if memberships:
        by = Actor.of(memberships[0], address=address)
    record(trail.SESSION_STARTED, by=by, about=_about_person(user, memberships))


@transaction.atomic
def note_refused(email: str, *, address: str) -> None:
    """Record a wrong password for an account that exists.

    Log-in monitoring. Source: 45 CFR 164.308(a)(5)(ii)(C).
    """
    user = queries.account_of(email)
    if user is None:
        return
    record(
        trail.SESSION_REFUSED,
        by=SystemActor(name="sign-in", permissions=frozenset(), address=address),
        about=_about_person(user, list(live_memberships(user))),
        personal={"person": user.full_name},
    )


def _about_person(user: User, memberships: list[Membership]) -> Subject:
    return Subject(
        obj=user,
        organization_id=memberships[0].organization_id if memberships else None,
        visible_to=frozenset(row.organization_id for row in memberships),
    )


@dataclass(frozen=True, slots=True)
class Founding:
    """An organization as the operator enters it."""

    name: str
    kind: str
    country: str
    time_zone: str


@transaction.atomic
def found_organization(
    *, by: SystemActor, founding: Founding, manager: Invitee
) -> tuple[Organization, str]:
    """Make an organization and an invitation for its first manager.

    For the operator alone: covered entities and audit firms have nobody above them
    who could register them. Steps: permission, values, one organization a name;
    invitation; event ``organization.founded``. Returns the organization and the path
    of the link, which the operator hands over. Raises Invalid, Conflict.
    """
    by.require(Permission.MEMBERS_EDIT)
    rules.check_founding(
        kind=founding.kind, country=founding.country, time_zone=founding.time_zone
    )
    role = rules.check_role(founding.kind, manager.role)
    if Organization.objects.filter(name__iexact=founding.name.strip()).exists():
        raise Conflict(f"There is an organization named {founding.name} already.")
    organization = Organization.objects.create(
        name=founding.name.strip(),
        kind=founding.kind,
        country=founding.country,
        time_zone=founding.time_zone,
    )
    token = secrets.token_urlsafe(rules.TOKEN_BYTES)
    invitation = Invitation.objects.create(
        organization=organization,
        email=manager.email.strip().lower(),
        full_name=manager.full_name.strip(),
        role=role,
        token_sha256=rules.token_sha256(token),
        expires_at=rules.expires_at(clock.now()),
    )
    record(
        trail.ORGANIZATION_FOUNDED,
        by=by,
        about=_about(invitation),
        facts={"kind": founding.kind, "country": founding.country},
        personal={"organization": organization.name, "person": invitation.full_name},
    )
    return organization, reverse("accounts:accept", args=[token])
