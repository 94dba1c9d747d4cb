"""A draft is the reporting side's alone, whatever way somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.errors import NotFound
from apps.engagements.enums import LegalAgency
from apps.incidents import actions, queries
from apps.incidents.enums import Audience, LetterKind
from apps.incidents.models import Incident
from apps.tenancy.actor import Actor
from tests.conftest import Cast
from tests.factories.engagements import make_engagement, make_grant
from tests.factories.incidents import make_incident
from tests.incidents.test_actions import report

ClientFor = Callable[[Actor], Client]
SUMMARY = "Kestrel: a transcript went astray."
OTHERS = ("officer", "reader", "outsider", "other_manager", "auditor")


@pytest.fixture
def draft(cast: Cast) -> Incident:
    # An agent's knowledge is its client's: the client's clocks run in the draft.
    cast.engagement.legal_agency = LegalAgency.AGENT
    cast.engagement.save(update_fields=["legal_agency"])
    make_grant(cast.engagement, cast.auditor.user)
    incident = actions.report_incident(
        cast.engagement, by=cast.lead, report=report(summary=SUMMARY, people=3)
    )
    actions.write_entry(
        incident, by=cast.lead, text="Kestrel note.", audience=Audience.SHARED
    )
    actions.draft_letter(incident, by=cast.manager, kind=LetterKind.UPSTREAM)
    return incident


def looks(incident: Incident) -> Iterator[str]:
    """Every page and export that could show something of a case."""
    own = ("detail", "case_file", "share", "fact", "count", "assess", "finding")
    more = ("hold", "notice", "entry", "task", "attach", "letter_new", "review")
    for name in (*own, *more, "exposure", "close", "reopen"):
        yield reverse(f"incidents:{name}", args=[incident.pk])
    yield reverse("portal:exercise", args=[incident.pk])
    yield reverse("incidents:list")
    yield f"{reverse('incidents:list')}?state=all"
    yield reverse("incidents:engagement", args=[incident.engagement_id])
    yield reverse("incidents:log", args=[2026])
    yield reverse("portal:home")
    yield f"{reverse('portal:search')}?q={incident.reference}"
    yield f"{reverse('portal:search')}?q=Kestrel"
    yield reverse("gate:engagement", args=[incident.engagement_id])
    yield reverse("reminders:deadlines")
    yield reverse("reminders:deadlines_csv")
    yield reverse("notifications:inbox")
    yield reverse("audit:trail")
    one = f"incidents/{incident.pk}/"
    for path in ("incidents/", one, f"{one}record/", "incident-clocks/"):
        yield f"/api/v1/{path}"
    yield "/api/v1/incident-letters/"


def told(client: Client, path: str) -> str:
    answer = client.get(path)
    body = (
        b"".join(answer.streaming_content)  # type: ignore[arg-type]
        if answer.streaming
        else answer.content
    )
    return body.decode("utf-8", "replace")


def leaks(text: str, path: str, incident: Incident) -> bool:
    """A search repeats what was searched for; it must not lead to the case."""
    if "search" in path:
        return reverse("incidents:detail", args=[incident.pk]) in text
    return "Kestrel" in text or incident.reference in text


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_outside_the_side_sees_anything_of_a_draft(
    cast: Cast, client_for: ClientFor, draft: Incident, name: str
) -> None:
    client = client_for(getattr(cast, name))
    found = [path for path in looks(draft) if leaks(told(client, path), path, draft)]
    assert found == []


@pytest.mark.parametrize("name", OTHERS)
def test_a_draft_is_not_there_for_others(
    cast: Cast, client_for: ClientFor, draft: Incident, name: str
) -> None:
    client = client_for(getattr(cast, name))
    for view in ("detail", "case_file"):
        path = reverse(f"incidents:{view}", args=[draft.pk])
        assert client.get(path).status_code == 404
    assert client.get(f"/api/v1/incidents/{draft.pk}/").status_code == 404
    for verb in ("share", "facts", "counts", "notices", "letters", "close", "reopen"):
        answer = client.post(f"/api/v1/incidents/{draft.pk}/{verb}/")
        assert answer.status_code in {403, 404}
    with pytest.raises(NotFound):
        queries.incident(getattr(cast, name), draft.pk)


def test_the_side_itself_sees_it_all_the_same_ways(
    cast: Cast, client_for: ClientFor, draft: Incident
) -> None:
    client = client_for(cast.manager)
    for path in (
        reverse("incidents:list"),
        reverse("incidents:detail", args=[draft.pk]),
        reverse("reminders:deadlines"),
        "/api/v1/incidents/",
    ):
        assert draft.reference in told(client, path)


def test_counts_of_a_page_do_not_tell_of_a_draft(cast: Cast, draft: Incident) -> None:
    page = queries.incident_page(cast.officer, queries.Filters(state="all"))
    assert (page.lines, page.running, page.overdue) == ((), 0, 0)
    found = queries.gate_conditions([cast.engagement], as_of=date(2027, 6, 1))
    assert found[cast.engagement.pk] == []


def test_case_of_the_hop_below_is_not_seen_above(cast: Cast) -> None:
    lower = make_engagement(client=cast.vendor, name="Night chat")
    below = make_incident(lower)
    with pytest.raises(NotFound):
        queries.incident(cast.officer, below.pk)
