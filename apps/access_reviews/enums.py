"""Words for accounts, findings about them, decisions and revocations."""

from __future__ import annotations

from django.db import models


class AccountKind(models.TextChoices):
    """What stands behind an account, as far as the export says."""

    UNKNOWN = "unknown", "Not stated"
    PERSON = "person", "Person"
    GUEST = "guest", "Guest"
    SERVICE = "service", "Service or bot"
    SHARED = "shared", "Shared"
    ROOT = "root", "Root account"


class AccountStatus(models.TextChoices):
    """Whether the account can be signed in to. Not stated is never "no"."""

    UNKNOWN = "unknown", "Not stated"
    ACTIVE = "active", "Active"
    PENDING = "pending", "Not activated yet"
    SUSPENDED = "suspended", "Suspended"
    REMOVED = "removed", "Removed"


class Usage(models.TextChoices):
    """What is known of the last use."""

    UNKNOWN = "unknown", "Not stated"
    NEVER = "never", "Never used"
    USED = "used", "Used"


class MatchedBy(models.TextChoices):
    """How an account came to its agent."""

    NOBODY = "", "Not matched"
    EXTERNAL_ID = "external_id", "By agent id"
    EMAIL = "email", "By e-mail"
    ALIAS = "alias", "By alias"
    HAND = "hand", "By hand"


class PrivilegeBasis(models.TextChoices):
    """Where it is known from that a role is privileged, or not."""

    UNKNOWN = "", "Not stated"
    FILE = "file", "Stated in a file"
    NAME = "name", "Read from its name"
    HAND = "hand", "Set by a person"


class SnapshotKind(models.TextChoices):
    """What an imported file lists."""

    ACCOUNTS = "accounts", "Accounts"
    ROLES = "roles", "Roles of the system"
    CONFLICTS = "conflicts", "Roles nobody may hold together"


class Flag(models.TextChoices):
    """What a reviewer should look at."""

    LEAVER_ACTIVE = "leaver_active", "Leaver still active"
    ORPHAN = "orphan", "Nobody's account"
    CONFLICT = "conflict", "Roles in conflict"
    EXCESSIVE = "excessive", "More than the role needs"
    PRIVILEGED = "privileged", "Privileged"
    SHARED = "shared", "Shared account"
    NO_MFA = "no_mfa", "No second factor"
    NEVER_USED = "never_used", "Never used"
    DORMANT = "dormant", "Dormant"
    NOT_ASSIGNED = "not_assigned", "Not assigned to the engagement"
    UNTRAINED = "untrained", "Active but not trained"
    NEW = "new", "New since the last review"


class Decision(models.TextChoices):
    """What a reviewer says of one line."""

    NONE = "", "Not decided"
    KEEP = "keep", "Keep"
    REVOKE = "revoke", "Revoke"
    CHANGE = "change", "Change"
    ESCALATE = "escalate", "Escalate"


class ItemStanding(models.TextChoices):
    """Where one line of a campaign stands; computed, never stored."""

    OPEN = "open", "To decide"
    ESCALATED = "escalated", "Escalated"
    SECOND = "second", "Waits for a second reviewer"
    DECIDED = "decided", "Decided"


class RevocationCause(models.TextChoices):
    """Why access is to end."""

    DECISION = "decision", "Decided in a review"
    LEFT = "left", "The agent left"
    ASSIGNMENT_ENDED = "assignment_ended", "The assignment ended"


class RevocationState(models.TextChoices):
    """Where a revocation stands; computed, never stored."""

    OPEN = "open", "Open"
    OVERDUE = "overdue", "Overdue"
    DONE = "done", "Confirmed, not verified yet"
    VERIFIED = "verified", "Verified absent"
    WITHDRAWN = "withdrawn", "Withdrawn"


class RevocationStepKind(models.TextChoices):
    """One entry of a revocation's timeline."""

    ASKED = "asked", "Asked for"
    ALERTED = "alerted", "Overdue, people were told"
    DONE = "done", "Confirmed as done"
    VERIFIED = "verified", "Verified by a snapshot"
    REOPENED = "reopened", "Reopened: a later snapshot still shows it"
    WITHDRAWN = "withdrawn", "Withdrawn"
