"""Words of business associate agreements."""

from django.db import models


class VersionKind(models.TextChoices):
    """How a version came to be."""

    ORIGINAL = "original", "Original"
    AMENDMENT = "amendment", "Amendment"
    RENEWAL = "renewal", "Renewal"


class Renewal(models.TextChoices):
    """What happens on the last day."""

    FIXED = "fixed", "Ends on its last day"
    AUTOMATIC = "automatic", "Renews unless notice is given"
    EVERGREEN = "evergreen", "Runs until terminated"


class ReportingUnit(models.TextChoices):
    """Unit of the window to report incidents upstream."""

    HOURS = "hours", "hours"
    DAYS = "days", "calendar days"
    BUSINESS_DAYS = "business_days", "business days"


class ProvisionStanding(models.TextChoices):
    """Where a required provision stands in a version."""

    MET = "met", "Met"
    MISSING = "missing", "Missing"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class SigningSide(models.TextChoices):
    """Party a signature binds."""

    DISCLOSER = "discloser", "Discloser"
    RECIPIENT = "recipient", "Recipient"


class SigningMethod(models.TextChoices):
    """How it was signed."""

    WET = "wet", "On paper, uploaded"
    PORTAL = "portal", "In the portal"
    ELECTRONIC = "electronic", "Electronically elsewhere"


class Requirement(models.TextChoices):
    """What the law asks about a provision; only the first two can be gaps."""

    REQUIRED = "required", "Required"
    CONDITIONAL = "conditional", "Required if it applies"
    OPTIONAL = "optional", "Optional permission"
    BY_LAW = "by_law", "Binds by law, even unwritten"
    DUTY = "duty", "Duty of a party"
    ALTERNATIVE = "alternative", "Another lawful form"
    EXPLANATION = "explanation", "How the rule is read"


class ProvisionStatus(models.TextChoices):
    """Standing of the source of a provision."""

    IN_FORCE = "in_force", "In force"
    PROPOSED = "proposed", "Proposed, not in force"
    RECOMMENDED = "recommended", "Recommended, not required"


class Layer(models.TextChoices):
    """Which hop of the chain an agreement binds."""

    CLIENT_TO_VENDOR = "client_to_vendor", "Client to vendor"
    VENDOR_TO_SUBCONTRACTOR = "vendor_to_subcontractor", "Vendor to subcontractor"


class BaaStatus(models.TextChoices):
    """Whether a BAA covers an engagement on a day."""

    IN_FORCE = "in_force", "BAA in force"
    MISSING = "missing", "No BAA"
    UNSIGNED = "unsigned", "BAA not signed by both sides"
    NOT_YET = "not_yet", "BAA not yet in force"
    LAPSED = "lapsed", "BAA no longer in force"


class HopReason(models.TextChoices):
    """Why a hop of the chain does not hold; the labels may go to any party above,
    since they name no term of the agreement."""

    NO_AGREEMENT = "no_agreement", "No BAA covers this hop"
    NOT_IN_FORCE = "not_in_force", "The BAA of this hop is not in force"
    PROVISIONS = "provisions", "Required provisions are missing from its BAA"
    NOT_ASSESSED = "not_assessed", "Required provisions of its BAA are not assessed"
    CARRIES = "carries", "It does more than its BAA or the BAA above permits"
    SCOPE = "scope", "Its BAA permits more than the BAA above passes on"
    WIDER_USE = "wider_use", "Its BAA permits a use the BAA above does not"
    REPORTING = "reporting", "It may report incidents later than the BAA above asks"
    STARTED_BEFORE = "started_before", "Work began before its BAA was in force"
    NOT_NAMED = "not_named", "The BAA above does not name this subcontractor"
    NO_UPSTREAM = "no_upstream", "No BAA above is in force to compare with"


class HopState(models.TextChoices):
    """Whether a hop carries the duties of the one above."""

    HOLDS = "holds", "Holds"
    BROKEN = "broken", "Broken"
    UNKNOWN = "unknown", "Not known"


class TerminationCause(models.TextChoices):
    """Why a party ends an agreement before its term."""

    VIOLATION = "violation", "A material term was violated"
    SERVICES_ENDED = "services_ended", "The services ended"
    MUTUAL = "mutual", "Both parties agreed"
    CONVENIENCE = "convenience", "One party gave notice without a violation"
    OTHER = "other", "Another reason"


class DraftOrigin(models.TextChoices):
    """What a proposed version is made of."""

    TEMPLATE = "template", "Written from our template"
    UPLOAD = "upload", "An uploaded document"


class DraftState(models.TextChoices):
    """Where a negotiation stands; computed from its facts."""

    PROPOSED = "proposed", "Waiting for the other side"
    ACCEPTED = "accepted", "Accepted, ready to sign"
    PART_SIGNED = "part_signed", "Signed by one side"
    COMPLETED = "completed", "Signed by both sides"
    WITHDRAWN = "withdrawn", "Withdrawn"


class DisposalKind(models.TextChoices):
    """What became of PHI after the end."""

    RETURNED = "returned", "Returned"
    DESTROYED = "destroyed", "Destroyed"
    BOTH = "both", "Returned in part, the rest destroyed"
    INFEASIBLE = "infeasible", "Return or destruction is not feasible"


class DisposalState(models.TextChoices):
    """Where the return of PHI stands; computed from its facts."""

    OPEN = "open", "Not stated yet"
    STATED = "stated", "Stated, waiting for the discloser"
    REFUSED = "refused", "Refused, to be stated again"
    DONE = "done", "Accepted"
