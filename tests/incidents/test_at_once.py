"""Two people, or one form sent twice, at the same moment on two connections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.core import clock
from apps.core.errors import PortalError
from apps.engagements.models import Engagement
from apps.incidents import actions, queries
from apps.incidents.actions import FactValue, NoticeTerms, Report
from apps.incidents.enums import Duty, FactName, Kind, Method, Outcome
from apps.incidents.models import Clock, Incident, Notice
from apps.tenancy.enums import OrganizationKind, Role
from tests.factories.engagements import make_engagement
from tests.factories.tenancy import make_actor, make_organization
from tests.live import Live

pytestmark = pytest.mark.worker


def at_once(*steps: Callable[[], object]) -> list[str]:
    """What each step came to: done, or the sentence it was refused with."""
    barrier, outcomes = Barrier(len(steps)), []

    def run(step: Callable[[], object]) -> None:
        barrier.wait()
        try:
            step()
            outcomes.append("done")
        except PortalError as refused:
            outcomes.append(refused.message)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_one_of_two_wins_and_nothing_is_doubled(live: Live) -> None:
    clinic = make_organization(kind=OrganizationKind.COVERED_ENTITY)
    vendor = make_organization()
    engagement: Engagement = make_engagement(client=clinic, provider=vendor)
    first, second, third = (
        make_actor(clinic, Role.COMPLIANCE_MANAGER) for _ in range(3)
    )
    manager = make_actor(vendor, Role.VENDOR_MANAGER)
    knew = clock.now() - timedelta(hours=5)
    report = Report(Kind.MISDIRECTED, "It went astray.", knew, "UTC", "Night shift")

    def write_down() -> object:
        return actions.report_incident(engagement, by=manager, report=report)

    assert at_once(write_down, write_down) == ["done", "done"]
    incident = Incident.objects.get(engagement=engagement)
    told = knew + timedelta(hours=1)
    actions.share_incident(incident, by=manager, told_at=told)

    finding = actions.propose_finding(
        incident, by=first, outcome=Outcome.BREACH, reason="It was read."
    )
    assert at_once(
        lambda: actions.confirm_finding(finding, by=second),
        lambda: actions.confirm_finding(finding, by=third),
    ) == ["This finding is confirmed already.", "done"]

    terms = NoticeTerms(Duty.HHS, Method.OCR_PORTAL, clock.now(), "OCR")
    assert at_once(
        *(lambda: actions.record_notice(incident, by=first, terms=terms),) * 2
    ) == ["This notice is on record already.", "done"]
    assert Notice.objects.filter(incident=incident, duty=Duty.HHS).count() == 1

    held = queries.current_facts([incident])[incident.pk]
    seen = frozenset(str(fact.pk) for fact in held.values())

    def correct(minutes: int) -> Callable[[], object]:
        value = FactValue(moment=knew - timedelta(minutes=minutes), zone="UTC")
        return lambda: actions.correct_fact(
            incident,
            by=manager,
            name=FactName.PROVIDER_LEARNED,
            value=value,
            reason="The shift log.",
            seen=seen,
        )

    refused, done = at_once(correct(10), correct(20))
    assert (done, "after you opened the form" in refused) == ("done", True)
    running = Clock.objects.filter(incident=incident, ended_at=None)
    assert running.count() == running.values("obligated", "code").distinct().count()
