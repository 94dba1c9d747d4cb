"""Load the demonstration: ``python -m demo``, with a worker running."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django is set up just above

from apps.core import clock  # noqa: E402
from apps.tenancy.models import Organization  # noqa: E402
from demo import (  # noqa: E402
    access,
    assurance,
    crews,
    imports,
    incident,
    people,
    questionnaire,
    reminders,
    results,
    story,
)
from demo import portfolio as p  # noqa: E402


def main() -> int:
    """Tell the story; a second telling finds everything told."""
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        print("The demonstration does not send real mail. Set PORTAL_MAIL=file.")
        return 1
    anchor = _anchor()
    managers = people.settle_in()
    stage = story.Stage(managers, managers[p.BIRCH_AND_VALE.name], anchor)
    engagements = story.portfolio(stage)
    for party in (p.MERIDIAN, p.NORTHGATE, p.SOLARIS, p.NIGHTWATCH):
        story.open_sites(stage, party)
        served = [
            row for row in engagements.values() if row.provider.name == party.name
        ]
        story.teach(stage, party, served)
    accounts: dict[str, Any] = {}
    for handover in crews.handovers(anchor):
        by = stage.manager(handover.party)
        if handover.is_training:
            account = imports.training_records(by, handover.table)
        else:
            account = imports.roster(
                by, handover.table, is_complete=handover.is_complete
            )
        if account is not None:
            accounts[f"{handover.party.name}: {handover.table.name}"] = account
    story.grant(stage, engagements[p.PATIENT_CONTACT])
    for chapter in (assurance, questionnaire, incident):
        chapter.tell(stage, engagements)
    reminders.at_any_hour(managers.values())
    reminders.escalate_agreements(stage.manager(p.LAKEVIEW))
    results.settle()
    access.review(stage, engagements)
    for task in SWEEPS:
        results.run(task)
    _leave_results(stage, engagements, accounts)
    return 0


# What beat would come to within the hour, so that a second run finds it done.
SWEEPS = (
    "access_reviews.sweep",
    "incidents.escalate",
    "drift.sweep",
    "gate.sweep",
    "reminders.sweep",
)


def _anchor() -> date:
    """The day the story was first told: the day its first organization was made."""
    first = Organization.objects.filter(name=p.LAKEVIEW.name).first()
    return first.created_at.date() if first else clock.today("UTC")


def _leave_results(
    stage: story.Stage, engagements: dict[str, Any], accounts: dict[str, Any]
) -> None:
    results.write_logins()
    results.write_accounts(accounts)
    verdicts = results.write_gate()
    attested = engagements[p.PATIENT_CONTACT]
    path = results.attest(
        stage.manager(p.LAKEVIEW), attested, as_of=clock.today("America/Chicago")
    )
    results.settle()
    for name, account in accounts.items():
        print(f"{name}: {account}")
    for name, verdict in verdicts.items():
        print(f"{name:<26}{verdict}")
    print(f"Results in {path.parent}")


if __name__ == "__main__":
    sys.exit(main())
