"""Closing by either side, and opening again."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.incidents import actions
from apps.incidents.enums import Audience, Outcome
from apps.incidents.models import Incident
from apps.notifications.models import Notification
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file
from tests.incidents.test_actions import recorded, review, running, shared

pytestmark = pytest.mark.django_db


def found_harmless(cast: Cast) -> Incident:
    incident = shared(cast)
    row = actions.propose_finding(
        incident, by=cast.officer, outcome=Outcome.NO_PHI, reason="A test account."
    )
    actions.confirm_finding(row, by=cast.second_officer)
    return incident


def closed(cast: Cast) -> Incident:
    incident = found_harmless(cast)
    actions.record_review(incident, by=cast.officer, terms=review())
    return actions.close_incident(incident, by=cast.officer)


def test_vendor_does_not_close_before_its_client_has_reviewed(cast: Cast) -> None:
    incident = found_harmless(cast)
    actions.record_review(incident, by=cast.manager, terms=review())
    with pytest.raises(Conflict, match="Lakeside Clinic has not recorded its review"):
        actions.close_incident(incident, by=cast.manager)
    actions.record_review(incident, by=cast.officer, terms=review())
    assert actions.close_incident(incident, by=cast.manager).state == "closed"


def test_more_people_found_later_are_counted_from_the_same_discovery(
    cast: Cast,
) -> None:
    incident = closed(cast)
    with pytest.raises(Conflict, match="Open it again"), transaction.atomic():
        actions.count_people(incident, by=cast.officer, total=5, by_state={})
    actions.reopen_incident(incident, by=cast.officer, reason="Five patients.")
    assert recorded(incident)[-1] == "incident.reopened"
    told = Notification.objects.filter(kind="incident.reopened")
    assert {row.organization for row in told} == {cast.vendor}
    row = actions.propose_finding(
        incident, by=cast.officer, outcome=Outcome.BREACH, reason="Five patients."
    )
    actions.confirm_finding(row, by=cast.second_officer)
    assert running(incident)["FED-INDIVIDUALS"] == date(2026, 8, 10)


def test_what_is_not_opened_again(cast: Cast) -> None:
    incident = closed(cast)
    for by in (cast.analyst, cast.lead, cast.outsider):
        with pytest.raises(NotAllowed), transaction.atomic():
            actions.reopen_incident(incident, by=by, reason="More.")
    with pytest.raises(Invalid), transaction.atomic():
        actions.reopen_incident(incident, by=cast.officer, reason=" ")
    actions.reopen_incident(incident, by=cast.officer, reason="More.")
    with pytest.raises(Conflict), transaction.atomic():
        actions.reopen_incident(incident, by=cast.officer, reason="More.")
    Incident.objects.filter(pk=incident.pk).update(
        is_exercise=True, closed_at=incident.created_at, closed_by=cast.officer.user
    )
    with pytest.raises(Conflict, match="exercise"), transaction.atomic():
        actions.reopen_incident(incident, by=cast.officer, reason="More.")


def test_privileged_file_is_restricted_in_the_library(cast: Cast) -> None:
    incident, file = shared(cast), make_stored_file(cast.vendor)
    shown = make_stored_file(cast.vendor)
    for one, audience in ((file, Audience.LEGAL), (shown, Audience.OWN_SIDE)):
        actions.attach_file(
            incident, by=cast.manager, file=one, title="Memo", audience=audience
        )
        one.refresh_from_db()
    assert (file.is_restricted, shown.is_restricted) == (True, False)
