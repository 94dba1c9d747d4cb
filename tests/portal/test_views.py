"""Home by role, vendors, search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from apps.questionnaires.actions import close_review, review_answer
from apps.questionnaires.enums import Decision
from apps.questionnaires.queries import review_sheet
from apps.tenancy.actor import Actor
from apps.tenancy.enums import OrganizationKind, Role
from tests.conftest import Cast
from tests.factories.access_reviews import make_system
from tests.factories.assurance import (
    make_activity,
    make_activity_record,
    make_policy,
)
from tests.factories.drift import make_finding
from tests.factories.engagements import (
    make_engagement,
    make_registration,
    make_subcontract,
)
from tests.factories.gate import make_override, make_ready
from tests.factories.incidents import make_clock, make_incident
from tests.factories.questionnaires import make_assignment, make_submitted
from tests.factories.tenancy import make_actor, make_membership, make_organization
from tests.factories.workforce import make_agent

ClientFor = Callable[[Actor], Client]


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_home_says_what_is_open_and_what_is_not(
    cast: Cast, client_for: ClientFor
) -> None:
    make_ready(cast.engagement)
    make_engagement(client=cast.clinic, provider=cast.vendor, name="Empty line")
    text = _text(client_for(cast.officer), "/")
    assert "Patient chat" in text
    assert "Empty line" in text
    # Closed first: what needs somebody stands on top.
    assert text.index("Empty line") < text.index("Patient chat")


def test_home_shows_what_waits_for_this_person(
    cast: Cast, client_for: ClientFor
) -> None:
    make_subcontract(cast.engagement, approved_on=None, approved_by=None)
    make_override(cast.engagement, requested_by=cast.second_officer)
    make_finding(cast.engagement)
    text = _text(client_for(cast.officer), "/")
    assert "Approve or refuse" in text
    assert "Decide on the override of Patient chat" in text
    assert "Voice is used." in text


def test_home_asks_nobody_to_approve_their_own_override(
    cast: Cast, client_for: ClientFor
) -> None:
    make_override(cast.engagement, requested_by=cast.officer)
    text = _text(client_for(cast.officer), "/")
    assert "Decide on the override" not in text


def test_home_of_a_team_lead_says_nothing_of_drift(
    cast: Cast, client_for: ClientFor
) -> None:
    make_finding(cast.engagement)
    text = _text(client_for(cast.lead), "/")
    assert "Patient chat" in text
    assert "drift" not in text.lower()


def test_home_counts_all_open_findings(cast: Cast, client_for: ClientFor) -> None:
    for number in range(11):
        make_finding(cast.engagement, value=f"value {number}")
    text = _text(client_for(cast.officer), "/")
    assert "<dt>Open drift</dt> <dd> 11 </dd>" in text
    assert "All open findings (11)" in text


def test_home_begins_with_what_is_overdue(cast: Cast, client_for: ClientFor) -> None:
    make_activity(cast.vendor, first_due_on=date(2026, 6, 1))
    text = _text(client_for(cast.manager), "/")
    assert "Overdue and next 30 days" in text
    assert "14 days overdue" in text


def test_home_without_engagements_says_how_to_begin(
    cast: Cast, client_for: ClientFor
) -> None:
    assert "No engagement yet" in _text(client_for(cast.outsider), "/")
    assert "upload your roster" in _text(client_for(cast.other_manager), "/")


def test_auditors_begin_in_their_workspace(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.auditor).get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/reports/workspace/"


def test_the_operator_sees_no_content(db: None, client_for: ClientFor) -> None:
    operator = make_organization(kind=OrganizationKind.OPERATOR)
    admin = make_actor(operator, Role.PLATFORM_ADMIN)
    assert "sees no organization's content" in _text(client_for(admin), "/").replace(
        "&#x27;", "'"
    )


@pytest.mark.parametrize("path", ["/", "/vendors/", "/vendors/{vendor}/"])
def test_queries_do_not_grow_with_engagements(
    path: str,
    cast: Cast,
    client_for: ClientFor,
    django_assert_max_num_queries: Callable,
) -> None:
    client = client_for(cast.officer)
    make_ready(cast.engagement)
    path = path.format(vendor=cast.vendor.pk)
    client.get(path)
    with django_assert_max_num_queries(70) as one:
        client.get(path)
    for number in range(2):
        more = make_engagement(
            client=cast.clinic, provider=cast.vendor, name=f"More {number}"
        )
        make_ready(more)
    with django_assert_max_num_queries(70) as three:
        client.get(path)
    assert len(one) == len(three)


def test_vendors_are_found_by_name_and_paged(cast: Cast, client_for: ClientFor) -> None:
    for number in range(51):
        vendor = make_organization(name=f"Vendor {number:02}")
        make_registration(cast.clinic, vendor)
    client = client_for(cast.officer)
    first = _text(client, "/vendors/")
    assert "Careline" in first
    assert "Vendor 48" in first
    assert "Vendor 49" not in first
    [after] = [part.split('"')[0] for part in first.split('href="?q=&amp;after=')[1:2]]
    second = _text(client, f"/vendors/?q=&after={after}")
    assert "Vendor 49" in second
    assert "Vendor 48" not in second
    found = _text(client, "/vendors/?q=dor 5")
    assert "Vendor 50" in found
    assert "Careline" not in found


@pytest.mark.parametrize("after", ["x", "|", "a|b", "%00", "é" * 300])
def test_odd_page_key_is_the_first_page(
    after: str, cast: Cast, client_for: ClientFor
) -> None:
    answer = client_for(cast.officer).get("/vendors/", {"after": after})
    assert answer.status_code == 200


def test_vendor_page_tells_what_is_missing(cast: Cast, client_for: ClientFor) -> None:
    text = _text(client_for(cast.reader), f"/vendors/{cast.vendor.pk}/")
    assert "No BAA covers this engagement." in text


def test_first_manager_is_invited_only_while_there_is_none(
    cast: Cast, client_for: ClientFor
) -> None:
    vendor = make_organization(registered_by=cast.clinic)
    make_registration(cast.clinic, vendor)
    client = client_for(cast.officer)
    assert "Invite its first manager" in _text(client, f"/vendors/{vendor.pk}/")
    make_membership(vendor, Role.VENDOR_MANAGER)
    assert "Invite its first manager" not in _text(client, f"/vendors/{vendor.pk}/")


def test_search_finds_only_what_the_person_may_see(
    cast: Cast, client_for: ClientFor
) -> None:
    make_agent(cast.vendor, full_name="Paz Patient")
    make_engagement(name="Patient mail")
    officer = _text(client_for(cast.officer), "/search/?q=patient")
    assert "Patient chat" in officer
    assert "Patient mail" not in officer
    assert "Paz Patient" not in officer
    assert "Paz Patient" in _text(client_for(cast.lead), "/search/?q=patient")


def test_search_says_where_there_are_more(cast: Cast, client_for: ClientFor) -> None:
    for number in range(10):
        make_agent(cast.vendor, full_name=f"Ina Many {number}")
    client = client_for(cast.manager)
    assert "Type more of the name" not in _text(client, "/search/?q=many")
    make_agent(cast.vendor, full_name="Ina Many more")
    text = _text(client, "/search/?q=many")
    assert "The first 10. Type more of the name to find the others." in text
    assert text.count("Ina Many") == 10


def test_search_for_nothing_explains_itself(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.officer)
    assert "names of everything you may see" in _text(client, "/search/")
    assert "Nothing found" in _text(client, "/search/?q=zzz")


def _row(text: str, number: int) -> str:
    """The part of the vendor page from one of the seven rows to the next."""
    start = text.index('aria-label="Seven requirements"')
    part = text[start : text.index("</table>", start)]
    return part.split('<th scope="row">')[number]


def test_vendor_page_has_a_row_for_each_of_the_seven(
    cast: Cast, client_for: ClientFor
) -> None:
    make_ready(cast.engagement)
    activity = make_activity(
        cast.vendor, kind="access_log_audit", is_shared=True, engagement=cast.engagement
    )
    make_activity_record(activity)
    assignment = make_submitted(cast.engagement, cast.manager)
    for item in review_sheet(cast.officer, assignment).items:
        review_answer(
            assignment,
            by=cast.officer,
            question_id=item.question.id,
            decision=Decision.ACCEPT,
        )
    close_review(assignment, by=cast.officer)
    text = _text(client_for(cast.officer), f"/vendors/{cast.vendor.pk}/")
    assert "Patient chat: A signed BAA is in force" in _row(text, 1)
    assert "Small questionnaire (operator with agents): Encryption" in _row(text, 2)
    assert "2 of 2 answered; judged ready." in _row(text, 2)
    assert "Satisfied" in _row(text, 2)
    assert "Nobody was asked yet" in _row(text, 4)
    assert "Last done on 1 June 2026; due 1 June 2027." in _row(text, 5)
    assert "Nobody was asked yet" in _row(text, 7)


def test_home_shows_running_clocks_of_cases_shared_with_the_reader(
    cast: Cast, client_for: ClientFor
) -> None:
    make_clock(make_incident(cast.engagement))
    assert "Running clocks" in _text(client_for(cast.officer), "/")
    assert "Running clocks" not in _text(client_for(cast.outsider), "/")


def test_an_incident_is_found_by_its_reference_and_never_by_its_text(
    cast: Cast, client_for: ClientFor
) -> None:
    case = make_incident(cast.engagement)
    path = f"/search/?q={case.reference}"
    assert f"Case {case.reference}" in _text(client_for(cast.officer), path)
    assert "Nothing found" in _text(client_for(cast.outsider), path)
    assert "Nothing found" in _text(client_for(cast.officer), "/search/?q=transcript")


def test_search_finds_questionnaires_policies_and_systems_by_name(
    cast: Cast, client_for: ClientFor
) -> None:
    make_assignment(cast.engagement)
    make_policy(cast.vendor, title="Chat transcripts")
    make_system(cast.vendor, cast.engagement, name="Ticket desk")
    client = client_for(cast.manager)
    assert "Small questionnaire" in _text(client, "/search/?q=small")
    assert "Chat transcripts" in _text(client, "/search/?q=transcripts")
    assert "Ticket desk" in _text(client, "/search/?q=desk")
    stranger = client_for(cast.other_manager)
    for word in ("small", "transcripts", "desk"):
        assert "Nothing found" in _text(stranger, f"/search/?q={word}")
