"""What the invented engagements declare and what their BAAs permit."""

from __future__ import annotations

from apps.engagements.enums import Channel, PhiCategory, Service
from apps.engagements.rules import ScopeTerms

PATIENT_CONTACT = ScopeTerms(
    services=(Service.PATIENT_SUPPORT, Service.APPOINTMENTS),
    channels=(Channel.CHAT, Channel.VOICE),
    phi_categories=(
        PhiCategory.DEMOGRAPHIC,
        PhiCategory.APPOINTMENT,
        PhiCategory.CLINICAL,
    ),
    countries=("PH",),
    sites=("MNL-1", "CEB-2", "MNL-HOME"),
    systems=("Chat desk",),
    head_count_ceiling=180,
    remote_work=True,
    hours="Around the clock",
)
PATIENT_CONTACT_BAA = ScopeTerms(
    services=(Service.PATIENT_SUPPORT, Service.APPOINTMENTS, Service.CHAT_PLATFORM),
    channels=(Channel.CHAT, Channel.VOICE),
    phi_categories=(
        PhiCategory.DEMOGRAPHIC,
        PhiCategory.APPOINTMENT,
        PhiCategory.CLINICAL,
    ),
    countries=("PH", "CO", "IE"),
    systems=("Chat desk",),
    head_count_ceiling=200,
    remote_work=True,
    hours="Around the clock",
)
APPOINTMENTS = ScopeTerms(
    services=(Service.APPOINTMENTS,),
    channels=(Channel.VOICE,),
    phi_categories=(PhiCategory.DEMOGRAPHIC, PhiCategory.APPOINTMENT),
    countries=("US",),
    sites=("DEN-1",),
    head_count_ceiling=80,
    hours="Mon-Sat 07:00-19:00 Denver",
)
BILLING = ScopeTerms(
    services=(Service.BILLING_SUPPORT,),
    channels=(Channel.EMAIL,),
    phi_categories=(PhiCategory.DEMOGRAPHIC, PhiCategory.BILLING),
    countries=("US",),
    head_count_ceiling=20,
)
CLAIMS = ScopeTerms(
    services=(Service.CLAIMS,),
    channels=(Channel.VOICE, Channel.EMAIL),
    phi_categories=(
        PhiCategory.DEMOGRAPHIC,
        PhiCategory.INSURANCE,
        PhiCategory.BILLING,
    ),
    countries=("CO",),
    sites=("BOG-1", "MDE-1"),
    head_count_ceiling=90,
)
# The BAA knows chat alone and fifty people; the roster will tell of more.
MEMBER_CHAT = ScopeTerms(
    services=(Service.PATIENT_SUPPORT,),
    channels=(Channel.CHAT,),
    phi_categories=(PhiCategory.DEMOGRAPHIC, PhiCategory.INSURANCE),
    countries=("PH",),
    sites=("MNL-1", "CEB-2"),
    head_count_ceiling=50,
)
OVERFLOW = ScopeTerms(
    services=(Service.PATIENT_SUPPORT,),
    channels=(Channel.CHAT,),
    phi_categories=(PhiCategory.DEMOGRAPHIC, PhiCategory.APPOINTMENT),
    countries=("CO",),
    sites=("BOG-1",),
    head_count_ceiling=40,
)
NIGHT_SHIFT = ScopeTerms(
    services=(Service.PATIENT_SUPPORT,),
    channels=(Channel.CHAT,),
    phi_categories=(PhiCategory.DEMOGRAPHIC, PhiCategory.APPOINTMENT),
    countries=("ZA",),
    sites=("CPT-1",),
    head_count_ceiling=40,
    hours="20:00-06:00 Manila",
)
PLATFORM = ScopeTerms(
    services=(Service.CHAT_PLATFORM,),
    channels=(Channel.CHAT,),
    phi_categories=(
        PhiCategory.DEMOGRAPHIC,
        PhiCategory.APPOINTMENT,
        PhiCategory.CLINICAL,
    ),
    countries=("IE",),
    head_count_ceiling=40,
)
