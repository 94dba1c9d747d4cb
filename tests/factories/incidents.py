"""Cases, written straight through the models, and the forms that report one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from apps.engagements.models import Engagement
from apps.incidents.enums import Basis, Duty, FactName, Kind, LetterKind
from apps.incidents.models import (
    Assessment,
    Attachment,
    CaseTask,
    Clock,
    Determination,
    EscalationContact,
    Incident,
    IncidentFact,
    Letter,
    RegisterEntry,
    RegisterImport,
)
from apps.tenancy.models import Organization
from tests.factories.evidence import make_stored_file

KNEW = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
# A letter that says what the rule asks for, about a case known on 10 June 2026.
LETTER = {
    "what_happened": "A message went to another patient. We learned of it on June 10, "
    "2026.",
    "phi_types": "Your name and the time of your visit.",
    "steps": "Read letters from your health plan.",
    "response": "We changed how messages are sent.",
    "contacts": "Call 1-800-555-0100 or write to privacy@lakeside.example.",
}


def make_incident(engagement: Engagement, **overrides: Any) -> Incident:
    """A case the vendor wrote down and shared on 11 June 2026."""
    values = {
        "reporter": engagement.provider,
        "kind": Kind.MISDIRECTED,
        "summary": "A chat transcript went to the wrong patient.",
        "shared_at": datetime(2026, 6, 11, 9, 0, tzinfo=UTC),
    }
    incident = Incident.objects.create(engagement=engagement, **values | overrides)
    IncidentFact.objects.create(
        incident=incident,
        organization=incident.reporter,
        name=FactName.PROVIDER_LEARNED,
        moment=KNEW,
        zone="UTC",
        person="Team lead, night shift",
    )
    return incident


def make_clock(incident: Incident, **overrides: Any) -> Clock:
    """The client's duty to individuals, due on 10 August 2026."""
    values = {
        "obligated": incident.engagement.client,
        "code": "FED-INDIVIDUALS",
        "duty": Duty.INDIVIDUALS,
        "basis": Basis.FEDERAL,
        "to_whom": "each affected individual",
        "citation": "45 CFR 164.404(b)",
        "start_on": date(2026, 6, 11),
        "due_on": date(2026, 8, 10),
        "due_at": datetime(2026, 8, 10, 23, 59, 59, tzinfo=UTC),
        "normal_due_on": date(2026, 8, 10),
        "words": "11 June 2026 + 60 days = 10 August 2026.",
        "rules_version": "test",
    }
    return Clock.objects.create(incident=incident, **values | overrides)


def make_contact(organization: Organization, **overrides: Any) -> EscalationContact:
    """The privacy office, on working days in UTC."""
    values = {
        "name": "Privacy office",
        "reached_by": "+1 555 010 0100",
        "zone": "UTC",
        "days": [0, 1, 2, 3, 4],
        "from_time": "09:00",
        "until_time": "17:00",
    }
    return EscalationContact.objects.create(
        organization=organization, **values | overrides
    )


def make_letter(incident: Incident, **overrides: Any) -> Letter:
    """A draft of the client's letter to individuals, with all its parts."""
    values = {
        "organization": incident.engagement.client,
        "kind": LetterKind.INDIVIDUAL,
        "parts": dict(LETTER),
        "template_version": "test",
        "edited_at": KNEW,
    }
    return Letter.objects.create(incident=incident, **values | overrides)


def make_register_entry(organization: Organization, **overrides: Any) -> RegisterEntry:
    """A line of the public register."""
    source = RegisterImport.objects.create(
        organization=organization,
        file=make_stored_file(organization),
        file_name="register.csv",
    )
    values = {
        "name": "Careline, Inc.",
        "state": "TX",
        "submitted_on": date(2024, 3, 1),
        "individuals": 700,
        "breach_type": "Hacking/IT Incident",
    }
    return RegisterEntry.objects.create(
        organization=organization, source=source, **values | overrides
    )


def report_data(engagement: Engagement, **overrides: Any) -> dict[str, Any]:
    """What a team lead fills in."""
    values = {
        "engagement": str(engagement.pk),
        "kind": Kind.MISDIRECTED.value,
        "summary": "A chat transcript went to the wrong patient.",
        "learned_at": "2026-06-10T08:00",
        "zone": "UTC",
        "person": "Team lead, night shift",
    }
    return values | overrides


def make_case_objects(cast: Any) -> dict[str, Any]:
    """One of each kind about one shared case, for the access matrix."""
    incident = make_incident(cast.engagement)
    own = {"incident": incident, "organization": cast.clinic}
    weighed = {"risk": "low", "reason": "Two names, no more."}
    file = make_stored_file(cast.clinic)
    entry = make_register_entry(cast.clinic)
    return {
        "incident": incident,
        "clock": make_clock(incident),
        "breach_letter": make_letter(incident),
        "contact": make_contact(cast.clinic),
        "register_entry": entry,
        "register_import": entry.source,
        "assessment": Assessment.objects.create(
            **own,
            factors={"nature": weighed},
            is_low_probability=True,
            reason="Read by nobody.",
            decided_by=cast.second_officer.user,
        ),
        "determination": Determination.objects.create(
            **own,
            outcome="breach",
            reason="It was read.",
            proposed_by=cast.second_officer.user,
        ),
        "case_task": CaseTask.objects.create(
            **own,
            kind="contain",
            title="Recall the message",
            owner="Privacy office",
            due_on=date(2026, 6, 20),
        ),
        "case_attachment": Attachment.objects.create(
            **own, file=file, title="Screenshot", audience="shared"
        ),
    }
