"""Words of incidents: facts, duties, clocks, findings, notices."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """What went wrong, as a team lead would say it."""

    MISDIRECTED = "misdirected", "Sent or said to the wrong person"
    ACCESS = "access", "Looked at without need, or by the wrong person"
    LOST_DEVICE = "lost_device", "Device or paper lost or stolen"
    ACCOUNT = "account", "Account taken over, phishing"
    MALWARE = "malware", "Malware or ransomware"
    EXPOSED = "exposed", "System or file open to outsiders"
    OTHER = "other", "Something else"


class FactName(models.TextChoices):
    """Facts that may be corrected; a correction never overwrites."""

    OCCURRED_ON = "occurred_on", "First day it happened"
    OCCURRED_UNTIL = "occurred_until", "Last day it happened"
    PROVIDER_LEARNED = "provider_learned", "Vendor side learned of it"
    PROVIDER_SHOULD = "provider_should", "Vendor side should have known of it"
    CLIENT_LEARNED = "client_learned", "Client side learned of it by itself"
    CLIENT_SHOULD = "client_should", "Client side should have known of it"
    REVIEW_ENDED_ON = "review_ended_on", "Inquiry ended"
    ENCRYPTED = "encrypted", "Encrypted to the HHS guidance"
    KEY_SAFE = "key_safe", "Key kept apart and not breached"


INSTANT_FACTS = frozenset({FactName.PROVIDER_LEARNED, FactName.CLIENT_LEARNED})
YES_NO_FACTS = frozenset({FactName.ENCRYPTED, FactName.KEY_SAFE})


class PartyRole(models.TextChoices):
    """What a party of the chain is under HIPAA."""

    SUBCONTRACTOR = "subcontractor", "Subcontractor"
    BUSINESS_ASSOCIATE = "business_associate", "Business associate"
    COVERED_ENTITY = "covered_entity", "Covered entity"


class Learning(models.TextChoices):
    """How a party came to know."""

    KNEW = "knew", "known"
    SHOULD_HAVE = "should_have", "knowable with reasonable diligence"
    TOLD = "told", "told by the party below"
    IMPUTED = "imputed", "known to its legal agent"


class Basis(models.TextChoices):
    """What a clock rests on."""

    FEDERAL = "federal", "Federal rule"
    STATE = "state", "State law"
    CONTRACT = "contract", "BAA"


class Duty(models.TextChoices):
    """Whom a notice must reach."""

    UPSTREAM = "upstream", "The party above"
    INDIVIDUALS = "individuals", "Individuals"
    SUBSTITUTE = "substitute", "Individuals without a usable address"
    MEDIA = "media", "Media"
    HHS = "hhs", "HHS"
    STATE_OFFICE = "state_office", "State authority"


class ClockEnd(models.TextChoices):
    """Why a clock no longer runs."""

    SUPERSEDED = "superseded", "Replaced by a new computation"
    SATISFIED = "satisfied", "Notice given"
    LIFTED = "lifted", "No longer owed"


class HoldForm(models.TextChoices):
    """How a law enforcement official asked for delay."""

    WRITTEN = "written", "In writing"
    ORAL = "oral", "Orally"


class Outcome(models.TextChoices):
    """What the event is found to be; a breach is presumed until then."""

    BREACH = "breach", "A breach of unsecured PHI"
    LOW_PROBABILITY = "low_probability", "Low probability of compromise"
    EXCEPTION = "exception", "One of the three exceptions"
    SECURED = "secured", "The PHI was secured"
    NO_PHI = "no_phi", "No PHI was involved"


class Risk(models.TextChoices):
    """How one factor weighs."""

    LOW = "low", "Speaks against compromise"
    UNCLEAR = "unclear", "Unclear"
    HIGH = "high", "Speaks for compromise"


class Method(models.TextChoices):
    """How a notice went out."""

    PORTAL = "portal", "In the portal"
    PHONE = "phone", "By telephone"
    EMAIL = "email", "By e-mail"
    FIRST_CLASS = "first_class", "First-class mail"
    WEB = "web", "Posting on the home page"
    PRESS = "press", "Press release to media"
    OCR_PORTAL = "ocr_portal", "Breach portal of HHS"
    STATE_FORM = "state_form", "Form of a State authority"
    OTHER = "other", "Another way"


class Audience(models.TextChoices):
    """Who reads an entry of the timeline."""

    SHARED = "shared", "Both sides"
    OWN_SIDE = "own_side", "My side only"
    LEGAL = "legal", "Privileged: managers of my side only"


class EntryKind(models.TextChoices):
    """Whether the portal or a person wrote an entry."""

    AUTOMATIC = "automatic", "By the portal"
    MANUAL = "manual", "By a person"


class TaskKind(models.TextChoices):
    """What a task is for."""

    CONTAIN = "contain", "Contain and investigate"
    CORRECTIVE = "corrective", "Corrective action"
    REVIEW = "review", "Post-incident review"


class PenaltyTier(models.TextChoices):
    """Culpability. Source: 45 CFR 160.404(b)(2), 160.401."""

    DID_NOT_KNOW = "did_not_know", "Did not know"
    REASONABLE_CAUSE = "reasonable_cause", "Reasonable cause"
    WILFUL_CORRECTED = "wilful_neglect_corrected", "Wilful neglect, corrected"
    WILFUL_NOT_CORRECTED = (
        "wilful_neglect_not_corrected",
        "Wilful neglect, not corrected",
    )


class ZoneReading(models.TextChoices):
    """On which local date somebody learned, where zones differ."""

    EARLIER = "earlier", "The earlier local date of who learned and who owes"
    OBLIGATED = "obligated", "The local date of who owes"
    LEARNER = "learner", "The local date of who learned"


class DayEndReading(models.TextChoices):
    """When a last permitted day ends."""

    MIDNIGHT = "midnight", "With the date, in the zone of who owes"
    OFFICE = "office", "At 17:00, in the zone of who owes"


class DelayReading(models.TextChoices):
    """What a law enforcement delay does to a date."""

    LATER = "later", "The later of the date and the end of the delay"
    TOLLS = "tolls", "The days of the delay are added to the date"


class OpenRequestReading(models.TextChoices):
    """What a written law enforcement request without a time delays."""

    NOTHING = "nothing", "Nothing, until a time is named"
    AS_ORAL = "as_oral", "As an oral one: at most 30 days"


class CountReading(models.TextChoices):
    """Which count thresholds follow when people are counted again."""

    LATEST = "latest", "The latest count"
    HIGHEST = "highest", "The highest count so far"


class BusinessDayReading(models.TextChoices):
    """Whether holidays are business days."""

    EVERY = "every", "Monday to Friday, no holiday removed"
    HOLIDAYS = "holidays", "Monday to Friday without our holidays"


class LetterKind(models.TextChoices):
    """What a side writes to tell somebody."""

    UPSTREAM = "upstream", "Notice to the party above"
    INDIVIDUAL = "individual", "Letter to an individual"
    SUBSTITUTE = "substitute", "Substitute notice"
    MEDIA = "media", "Notice to media"
    HHS = "hhs", "Sheet for the HHS portal"


class MatchState(models.TextChoices):
    """Where a proposed match with OCR's register stands."""

    CONFIRMED = "confirmed", "It is this party"
    REJECTED = "rejected", "Another party"
