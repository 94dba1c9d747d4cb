"""Who takes part: invented organizations, their people, sites and courses."""

from __future__ import annotations

from dataclasses import dataclass

from apps.tenancy.enums import OrganizationKind, Role

# For the demonstration alone; the loader refuses to run where mail goes out by SMTP.
PASSWORD = "demonstration-2026"  # noqa: S105


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    name: str
    email: str
    role: Role


@dataclass(frozen=True)
class Party:
    """An organization and its people; the first is its first manager."""

    name: str
    kind: OrganizationKind
    country: str
    time_zone: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Place:
    """A site of a vendor."""

    code: str
    name: str
    country: str
    is_remote: bool = False


LAKEVIEW = Party(
    "Lakeview Regional Hospital",
    OrganizationKind.COVERED_ENTITY,
    "US",
    "America/Chicago",
    (
        Person("Dana Whitfield", "dana@lakeview.example", Role.COMPLIANCE_MANAGER),
        Person("Peter Okafor", "peter@lakeview.example", Role.COMPLIANCE_MANAGER),
        Person("Grace Lindqvist", "grace@lakeview.example", Role.COMPLIANCE_ANALYST),
        Person("Tom Barrett", "tom@lakeview.example", Role.COMPLIANCE_READER),
    ),
)
HARBORSTONE = Party(
    "Harborstone Health Plan",
    OrganizationKind.COVERED_ENTITY,
    "US",
    "America/New_York",
    (
        Person("Elena Marsh", "elena@harborstone.example", Role.COMPLIANCE_MANAGER),
        Person("Samuel Reyes", "samuel@harborstone.example", Role.COMPLIANCE_MANAGER),
    ),
)
MERIDIAN = Party(
    "Meridian CareLine",
    OrganizationKind.VENDOR,
    "PH",
    "Asia/Manila",
    (
        Person("Maria Santos", "maria@meridian.example", Role.VENDOR_MANAGER),
        Person("Jun Villareal", "jun@meridian.example", Role.TEAM_LEAD),
    ),
)
NORTHGATE = Party(
    "Northgate Patient Services",
    OrganizationKind.VENDOR,
    "US",
    "America/Denver",
    (Person("Hannah Cole", "hannah@northgate.example", Role.VENDOR_MANAGER),),
)
SOLARIS = Party(
    "Solaris Contact Group",
    OrganizationKind.VENDOR,
    "CO",
    "America/Bogota",
    (Person("Andrés Peña", "andres@solaris.example", Role.VENDOR_MANAGER),),
)
NIGHTWATCH = Party(
    "Nightwatch Answering",
    OrganizationKind.VENDOR,
    "ZA",
    "Africa/Johannesburg",
    (Person("Thandi Nkosi", "thandi@nightwatch.example", Role.VENDOR_MANAGER),),
)
CHATWELL = Party(
    "Chatwell Platform",
    OrganizationKind.VENDOR,
    "IE",
    "Europe/Dublin",
    (Person("Niamh Doyle", "niamh@chatwell.example", Role.VENDOR_MANAGER),),
)
BIRCH_AND_VALE = Party(
    "Birch & Vale Assurance",
    OrganizationKind.AUDIT_FIRM,
    "US",
    "America/New_York",
    (Person("Ruth Adler", "ruth@birchvale.example", Role.AUDITOR),),
)
PARTIES = (
    LAKEVIEW,
    HARBORSTONE,
    MERIDIAN,
    NORTHGATE,
    SOLARIS,
    NIGHTWATCH,
    CHATWELL,
    BIRCH_AND_VALE,
)

PLACES = {
    MERIDIAN.name: (
        Place("MNL-1", "Manila, Ortigas", "PH"),
        Place("CEB-2", "Cebu IT Park", "PH"),
        Place("MNL-HOME", "Home offices, Luzon", "PH", is_remote=True),
    ),
    NORTHGATE.name: (Place("DEN-1", "Denver, Lowry", "US"),),
    SOLARIS.name: (
        Place("BOG-1", "Bogotá, Salitre", "CO"),
        Place("MDE-1", "Medellín, El Poblado", "CO"),
    ),
    NIGHTWATCH.name: (Place("CPT-1", "Cape Town, Foreshore", "ZA"),),
}


@dataclass(frozen=True)
class Lesson:
    """A course of a vendor: what it teaches and how many months it counts."""

    code: str
    title: str
    topics: tuple[str, ...]
    months: int | None
    pass_mark: int | None
    is_scenario_based: bool = False


BASICS = Lesson(
    "HIPAA-101",
    "HIPAA privacy and security basics",
    ("What PHI is", "Minimum necessary", "Passwords and screens", "Sanctions"),
    12,
    80,
)
CHAT = Lesson(
    "PHI-CHAT",
    "Handling PHI in chat and on calls",
    ("Verifying who is there", "What never goes into a chat", "Screens at home"),
    12,
    85,
    is_scenario_based=True,
)
INCIDENT = Lesson(
    "INCIDENT-1",
    "Recognising and reporting incidents",
    ("What to report", "To whom and how fast", "What not to do"),
    24,
    None,
)
LESSONS = (BASICS, CHAT, INCIDENT)

# Engagement names as they stand in rosters.
PATIENT_CONTACT = "Patient chat and voice"
APPOINTMENTS = "Appointment line"
BILLING = "Billing questions"
CLAIMS = "Claims questions"
MEMBER_CHAT = "Member chat"
OVERFLOW = "Overflow chat"
NIGHT_SHIFT = "Night-shift chat"
PLATFORM = "Chat platform"
