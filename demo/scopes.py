"""What the invented engagements declare and what their BAAs permit."""

from __future__ import annotations

from apps.engagements.enums import Channel as C
from apps.engagements.enums import PhiCategory as P
from apps.engagements.enums import Service as S
from apps.engagements.rules import ScopeTerms

PATIENT_CONTACT = ScopeTerms(
    services=(S.PATIENT_SUPPORT, S.APPOINTMENTS),
    channels=(C.CHAT, C.VOICE),
    phi_categories=(P.DEMOGRAPHIC, P.APPOINTMENT, P.CLINICAL),
    countries=("PH",),
    sites=("MNL-1", "CEB-2", "MNL-HOME"),
    head_count_ceiling=180,
    remote_work=True,
    hours="Around the clock",
)
PATIENT_CONTACT_BAA = ScopeTerms(
    services=(S.PATIENT_SUPPORT, S.APPOINTMENTS, S.CHAT_PLATFORM),
    channels=(C.CHAT, C.VOICE),
    phi_categories=(P.DEMOGRAPHIC, P.APPOINTMENT, P.CLINICAL),
    countries=("PH", "CO", "IE"),
    head_count_ceiling=200,
    remote_work=True,
    hours="Around the clock",
)
APPOINTMENTS = ScopeTerms(
    services=(S.APPOINTMENTS,),
    channels=(C.VOICE,),
    phi_categories=(P.DEMOGRAPHIC, P.APPOINTMENT),
    countries=("US",),
    sites=("DEN-1",),
    head_count_ceiling=80,
    hours="Mon-Sat 07:00-19:00 Denver",
)
BILLING = ScopeTerms(
    services=(S.BILLING_SUPPORT,),
    channels=(C.EMAIL,),
    phi_categories=(P.DEMOGRAPHIC, P.BILLING),
    countries=("US",),
    head_count_ceiling=20,
)
CLAIMS = ScopeTerms(
    services=(S.CLAIMS,),
    channels=(C.VOICE, C.EMAIL),
    phi_categories=(P.DEMOGRAPHIC, P.INSURANCE, P.BILLING),
    countries=("CO",),
    sites=("BOG-1", "MDE-1"),
    head_count_ceiling=90,
)
# The BAA knows chat alone and fifty people; the roster will tell of more.
MEMBER_CHAT = ScopeTerms(
    services=(S.PATIENT_SUPPORT,),
    channels=(C.CHAT,),
    phi_categories=(P.DEMOGRAPHIC, P.INSURANCE),
    countries=("PH",),
    sites=("MNL-1", "CEB-2"),
    head_count_ceiling=50,
)
OVERFLOW = ScopeTerms(
    services=(S.PATIENT_SUPPORT,),
    channels=(C.CHAT,),
    phi_categories=(P.DEMOGRAPHIC, P.APPOINTMENT),
    countries=("CO",),
    sites=("BOG-1",),
    head_count_ceiling=40,
)
NIGHT_SHIFT = ScopeTerms(
    services=(S.PATIENT_SUPPORT,),
    channels=(C.CHAT,),
    phi_categories=(P.DEMOGRAPHIC, P.APPOINTMENT),
    countries=("ZA",),
    sites=("CPT-1",),
    head_count_ceiling=40,
    hours="20:00-06:00 Manila",
)
PLATFORM = ScopeTerms(
    services=(S.CHAT_PLATFORM,),
    channels=(C.CHAT,),
    phi_categories=(P.DEMOGRAPHIC, P.APPOINTMENT, P.CLINICAL),
    countries=("IE",),
)
