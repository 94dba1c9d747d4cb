"""Verbs of sign-in, invitations and memberships."""

from apps.audit.verbs import Verb

INVITATION_SENT = Verb(
    "invitation.sent",
    "{actor} invited {person} <{email}> as {role}; the link works until {expires_on}.",
    facts=("role", "expires_on"),
    personal=("person", "email"),
)
INVITATION_WITHDRAWN = Verb(
    "invitation.withdrawn",
    "{actor} withdrew the invitation of {person}.",
    facts=("role",),
    personal=("person",),
)
MEMBERSHIP_ACCEPTED = Verb(
    "membership.accepted",
    "{person} accepted the invitation and is now {role}.",
    facts=("role",),
    personal=("person",),
)
MEMBERSHIP_ENDED = Verb(
    "membership.ended",
    "{actor} ended the membership of {person} ({role}) at once.",
    facts=("role", "last_day"),
    personal=("person",),
)
MEMBERSHIP_ROLE_CHANGED = Verb(
    "membership.role_changed",
    "{actor} changed the role of {person} from {before} to {after}.",
    facts=("before", "after"),
    personal=("person",),
)
SESSION_STARTED = Verb("session.started", "{actor} signed in.")
SESSION_REFUSED = Verb(
    "session.refused",
    "Somebody gave a wrong password for {person}.",
    personal=("person",),
)
ORGANIZATION_FOUNDED = Verb(
    "organization.founded",
    "{actor} founded {organization} ({kind}, {country}) and invited {person}.",
    facts=("kind", "country"),
    personal=("organization", "person"),
)
