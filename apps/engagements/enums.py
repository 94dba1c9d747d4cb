"""Words for what an engagement does: services, channels, kinds of PHI."""

from __future__ import annotations

from django.db import models


class Service(models.TextChoices):
    """What the provider does for the client."""

    PATIENT_SUPPORT = "patient_support", "Patient support"
    APPOINTMENTS = "appointments", "Appointment scheduling"
    BILLING_SUPPORT = "billing_support", "Billing support"
    CLAIMS = "claims", "Claims and eligibility"
    NURSE_TRIAGE = "nurse_triage", "Nurse triage"
    BACK_OFFICE = "back_office", "Back-office processing"
    QUALITY_REVIEW = "quality_review", "Quality review of conversations"
    CHAT_PLATFORM = "chat_platform", "Chat platform"
    TELEPHONY = "telephony", "Telephony platform"
    HOSTING = "hosting", "Hosting and backup"


class Channel(models.TextChoices):
    """How people are spoken with."""

    CHAT = "chat", "Chat"
    VOICE = "voice", "Voice"
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    VIDEO = "video", "Video"
    SOCIAL = "social", "Social media"


class PhiCategory(models.TextChoices):
    """Kinds of protected health information."""

    DEMOGRAPHIC = "demographic", "Names and contact data"
    APPOINTMENT = "appointment", "Appointments"
    CLINICAL = "clinical", "Clinical information"
    PRESCRIPTION = "prescription", "Prescriptions"
    BILLING = "billing", "Billing and payment"
    INSURANCE = "insurance", "Insurance and eligibility"
    MENTAL_HEALTH = "mental_health", "Mental health"
    SUBSTANCE_USE = "substance_use", "Substance use records (42 CFR Part 2)"
    IMAGES = "images", "Images and recordings"


class Tier(models.IntegerChoices):
    """How much depends on the engagement."""

    CRITICAL = 1, "Tier 1 - critical"
    IMPORTANT = 2, "Tier 2 - important"
    STANDARD = 3, "Tier 3 - standard"


class LegalAgency(models.TextChoices):
    """Whether the provider acts as the client's agent under federal common law.

    It moves breach clocks: an agent's discovery is imputed to the principal.
    Source: 45 CFR 160.402(c), 164.404(a)(2).
    """

    INDEPENDENT = "independent", "Independent contractor"
    AGENT = "agent", "Agent under federal common law"
    UNDECIDED = "undecided", "Not decided yet"


class DisclosurePolicy(models.TextChoices):
    """What parties further up the chain may learn about the provider."""

    NAMED = "named", "Name may be shown up the chain"
    UNDISCLOSED = "undisclosed", "Shown as an undisclosed subcontractor"
