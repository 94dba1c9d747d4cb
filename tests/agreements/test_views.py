"""Pages of agreements and the chain."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.agreements.models import Agreement, AgreementVersion
from apps.agreements.rules import checklist
from apps.audit.models import AuditEvent
from apps.engagements.enums import DisclosurePolicy
from apps.evidence.models import StoredFile
from tests.factories.agreements import make_baa, make_document
from tests.factories.engagements import (
    make_engagement,
    make_grant,
    make_scope,
    make_subcontract,
)
from tests.factories.evidence import PDF, make_stored_file
from tests.factories.tenancy import make_organization

TODAY = date(2026, 6, 15)
ONE = timedelta(days=1)


def upload():
    return SimpleUploadedFile("Signed BAA.pdf", PDF, content_type="application/pdf")


def typed(engagement=None, **overrides):
    """What a person types into the form."""
    values = {
        "title": "Chat BAA",
        "document": upload(),
        "effective_on": "2026-01-05",
        "renewal": "fixed",
        "expires_on": "2026-12-31",
        "reporting_value": "24",
        "reporting_unit": "hours",
        "services": ["patient_support"],
        "channels": ["chat", "email"],
        "phi_categories": ["demographic"],
        "head_count_ceiling": "150",
        "countries": "ph, US",
        "systems": "Chat desk\nCRM",
        "subcontracting": "any",
        "discloser_name": "Dora Discloser",
        "discloser_title": "CEO",
        "discloser_signed_on": "2026-01-04",
        "discloser_method": "wet",
        "recipient_name": "Rex Recipient",
        "recipient_title": "COO",
        "recipient_signed_on": "2026-01-05",
        "recipient_method": "electronic",
        **{f"{line.id}_standing": "met" for line in checklist()},
        "BAA-15_place": "clause 9",
    }
    if engagement is not None:
        values["engagements"] = [str(engagement.pk)]
    return values | overrides


def record_url(cast):
    return reverse("agreements:record", args=[cast.engagement.pk])


# -- List ---------------------------------------------------------------------
def test_list_shows_state_and_parties(cast, client_for):
    version = make_baa(cast.engagement)
    page = client_for(cast.reader).get(reverse("agreements:list"))
    assert page.status_code == 200
    assert version.agreement.title in page.text
    assert "BAA in force" in page.text
    assert "31 Dec 2026" in page.text


def test_list_empty_says_how_to_begin(cast, client_for):
    page = client_for(cast.officer).get(reverse("agreements:list"))
    assert "No BAA yet" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=in_force", True),
        ("?state=not_in_force", False),
        ("?state=odd&before=odd", True),
        ("?q=nothing+such", False),
    ],
)
def test_list_filters(cast, client_for, query, found):
    version = make_baa(cast.engagement)
    page = client_for(cast.officer).get(reverse("agreements:list") + query)
    assert page.status_code == 200
    assert (f"/agreements/{version.agreement_id}/" in page.text) is found
    assert ("No BAA matches" in page.text) is not found


def test_list_pages_by_key(cast, client_for, monkeypatch):
    monkeypatch.setattr("apps.agreements.queries.lists.PAGE", 1)
    make_baa(make_engagement(client=cast.clinic, name="First"))
    second = make_baa(make_engagement(client=cast.clinic, name="Second"))
    client = client_for(cast.officer)
    page = client.get(reverse("agreements:list"))
    assert f"before={second.agreement_id}" in page.text
    older = client.get(reverse("agreements:list"), {"before": str(second.agreement_id)})
    assert "Older" not in older.text
    assert "Newer" in older.text


# -- Record -------------------------------------------------------------------
def test_record_page_shows_the_checklist(cast, client_for):
    page = client_for(cast.officer).get(record_url(cast))
    assert page.status_code == 200
    assert "BAA-25" in page.text
    assert "BAA-21" not in page.text
    assert "Record BAA" in page.text


@pytest.mark.parametrize("name", ["officer", "manager"])
def test_record_through_the_form(cast, client_for, name):
    client = client_for(getattr(cast, name))
    answer = client.post(record_url(cast), typed(cast.engagement))
    agreement = Agreement.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/agreements/{agreement.pk}/",
    )
    version = AgreementVersion.objects.get()
    assert version.countries == ["PH", "US"]
    assert version.systems == ["CRM", "Chat desk"]
    assert version.subcontractors is None
    assert version.provisions.get(provision="BAA-15").place == "clause 9"
    assert version.document.name == "Signed BAA.pdf"


def test_record_with_named_subcontractors(cast, client_for):
    desk = make_organization(name="Beta Desk")
    make_subcontract(
        cast.engagement, make_engagement(client=cast.vendor, provider=desk)
    )
    values = typed(cast.engagement, subcontracting="listed", allowed=[str(desk.pk)])
    client_for(cast.manager).post(record_url(cast), values)
    assert AgreementVersion.objects.get().subcontractors == [desk.pk]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"expires_on": "2026-01-01"}, "The last day is before the first"),
        ({"effective_on": "soon"}, "Enter a valid date"),
        ({"countries": "PHL"}, "has more than 2 characters"),
        ({"countries": "99"}, "two-letter country code"),
        ({"BAA-06_standing": ""}, "Say where it stands."),
        ({"BAA-06_standing": "not_applicable"}, "do not apply: BAA-06"),
        ({"discloser_signed_on": "2026-06-16"}, "cannot have signed after today"),
        ({"discloser_method": "portal"}, "Select a valid choice"),
        ({"engagements": []}, "This field is required"),
        ({"allowed": ["0"]}, "Select a valid choice"),
        ({"document": SimpleUploadedFile("a.pdf", b"MZ")}, "is a program"),
    ],
)
def test_record_bad_input_keeps_what_was_typed(cast, client_for, changes, text):
    values = typed(cast.engagement, **changes)
    page = client_for(cast.officer).post(record_url(cast), values)
    assert page.status_code == 422
    assert text in page.text.replace("&#x27;", "'")
    assert 'value="Dora Discloser"' in page.text
    assert 'value="clause 9"' in page.text
    assert not Agreement.objects.exists()


def test_record_overlap_is_shown_beside_the_field(cast, client_for):
    make_baa(cast.engagement)
    page = client_for(cast.officer).post(record_url(cast), typed(cast.engagement))
    assert page.status_code == 422
    assert "Another BAA covers this day." in page.text
    assert Agreement.objects.count() == 1
    assert StoredFile.objects.filter(name="Signed BAA.pdf").count() == 0


@pytest.mark.parametrize(
    ("name", "status"), [("reader", 403), ("lead", 403), ("outsider", 404)]
)
def test_record_page_of_others(cast, client_for, name, status):
    client = client_for(getattr(cast, name))
    assert client.get(record_url(cast)).status_code == status
    answer = client.post(record_url(cast), typed(cast.engagement))
    assert answer.status_code == status
    assert not Agreement.objects.exists()


# -- Detail -------------------------------------------------------------------
def test_detail_says_in_force_and_why(cast, client_for):
    version = make_baa(cast.engagement, missing=["BAA-15"])
    make_scope(cast.engagement, channels=["voice"])
    page = client_for(cast.manager).get(
        reverse("agreements:detail", args=[version.agreement_id])
    )
    assert page.status_code == 200
    assert "BAA in force" in page.text
    assert "unbroken since 5 Jan 2026" in page.text
    assert "Beyond the BAA" in page.text
    assert "Missing" in page.text
    assert "Terminate" in page.text
    assert reverse("agreements:document", args=[version.pk]) in page.text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"expires_on": TODAY - ONE}, "no version is in force since 15 Jun 2026"),
        ({"effective_on": TODAY + ONE}, "takes effect on 16 Jun 2026"),
        ({"signed_by": []}, "not signed by both sides"),
    ],
)
def test_detail_out_of_force(cast, client_for, changes, text):
    version = make_baa(cast.engagement, **changes)
    page = client_for(cast.officer).get(
        reverse("agreements:detail", args=[version.agreement_id])
    )
    assert text in page.text


def test_detail_names_subcontractors_and_lines_nobody_assessed(cast, client_for):
    desk = make_organization(name="Beta Desk")
    version = make_baa(cast.engagement, subcontractors=[desk.pk], marks=[])
    page = client_for(cast.officer).get(
        reverse("agreements:detail", args=[version.agreement_id])
    )
    assert "Beta Desk" in page.text
    assert "Not assessed" in page.text


def test_detail_says_when_a_side_signed_late(cast, client_for):
    version = make_baa(cast.engagement, signed_on=date(2026, 1, 6))
    page = client_for(cast.officer).get(
        reverse("agreements:detail", args=[version.agreement_id])
    )
    assert "Signed after its first day in force" in page.text


def test_detail_for_a_reader_has_no_buttons(cast, client_for):
    version = make_baa(cast.engagement)
    page = client_for(cast.reader).get(
        reverse("agreements:detail", args=[version.agreement_id])
    )
    assert page.status_code == 200
    assert "Record a new version" not in page.text


@pytest.mark.parametrize(
    ("name", "status"),
    [("outsider", 404), ("other_manager", 404), ("auditor", 404), ("lead", 403)],
)
@pytest.mark.parametrize("page", ["detail", "amend", "terminate"])
def test_pages_of_an_agreement_for_others(cast, client_for, name, status, page):
    version = make_baa(cast.engagement)
    url = reverse(f"agreements:{page}", args=[version.agreement_id])
    expected = (
        403
        if (name, page) != ("auditor", "detail") and name in {"auditor", "lead"}
        else status
    )
    assert client_for(getattr(cast, name)).get(url).status_code == expected


def test_pages_need_a_sign_in(cast, client):
    version = make_baa(cast.engagement)
    for url in (
        reverse("agreements:list"),
        reverse("agreements:detail", args=[version.agreement_id]),
        reverse("agreements:document", args=[version.pk]),
        reverse("agreements:engagement", args=[cast.engagement.pk]),
        reverse("agreements:chain", args=[cast.engagement.pk]),
        record_url(cast),
    ):
        answer = client.get(url)
        assert (answer.status_code, "login" in answer["Location"]) == (302, True)


# -- Document -----------------------------------------------------------------
@pytest.mark.parametrize("name", ["officer", "manager", "auditor"])
def test_document_for_both_parties_and_a_grant(cast, client_for, name):
    document = make_stored_file(cast.clinic, name="BAA.pdf")
    version = make_baa(cast.engagement, document=document)
    make_grant(cast.engagement, cast.auditor.user)
    answer = client_for(getattr(cast, name)).get(
        reverse("agreements:document", args=[version.pk])
    )
    assert answer.status_code == 200
    assert answer.getvalue().startswith(b"%PDF")
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(type="file.downloaded").count() == 1


def test_document_for_a_stranger(cast, client_for):
    version = make_baa(cast.engagement)
    url = reverse("agreements:document", args=[version.pk])
    assert client_for(cast.outsider).get(url).status_code == 404


def test_document_in_quarantine_is_gone(cast, client_for):
    document = make_document(cast.clinic, quarantined_reason="macros")
    version = make_baa(cast.engagement, document=document)
    url = reverse("agreements:document", args=[version.pk])
    assert client_for(cast.manager).get(url).status_code == 410


# -- Amend, terminate ---------------------------------------------------------
def test_amend_starts_from_the_newest_version(cast, client_for):
    version = make_baa(cast.engagement, systems=["CRM"])
    client = client_for(cast.officer)
    url = reverse("agreements:amend", args=[version.agreement_id])
    page = client.get(url)
    assert 'value="CRM"' in page.text
    assert 'value="p. 2"' in page.text
    values = typed(kind="amendment", effective_on="2026-04-01")
    answer = client.post(url, values)
    assert answer.status_code == 302
    second = AgreementVersion.objects.get(number=2)
    assert (second.kind, second.effective_on) == ("amendment", date(2026, 4, 1))


def test_amend_bad_input_changes_nothing(cast, client_for):
    version = make_baa(cast.engagement)
    url = reverse("agreements:amend", args=[version.agreement_id])
    page = client_for(cast.officer).post(url, typed(kind="amendment"))
    assert page.status_code == 422
    assert "Enter a day after 5 January 2026." in page.text
    assert AgreementVersion.objects.count() == 1


def test_terminate_with_reason(cast, client_for):
    version = make_baa(cast.engagement)
    client = client_for(cast.manager)
    url = reverse("agreements:terminate", args=[version.agreement_id])
    assert cast.engagement.name in client.get(url).text
    answer = client.post(url, {"terminated_on": "2026-06-30", "reason": "Moved"})
    assert answer.status_code == 302
    version.agreement.refresh_from_db()
    assert version.agreement.terminated_on == date(2026, 6, 30)
    page = client.get(answer["Location"])
    assert "30 Jun 2026 as its last day: Moved" in page.text


@pytest.mark.parametrize(
    "values",
    [
        {"terminated_on": "2026-06-30", "reason": ""},
        {"terminated_on": "2025-06-30", "reason": "Moved"},
        {"terminated_on": "", "reason": "Moved"},
    ],
)
def test_terminate_bad_input_changes_nothing(cast, client_for, values):
    version = make_baa(cast.engagement)
    url = reverse("agreements:terminate", args=[version.agreement_id])
    assert client_for(cast.manager).post(url, values).status_code == 422
    version.agreement.refresh_from_db()
    assert version.agreement.terminated_on is None


# -- Engagement and chain tabs ------------------------------------------------
def test_engagement_tab_without_a_baa_leads_to_recording(cast, client_for):
    url = reverse("agreements:engagement", args=[cast.engagement.pk])
    page = client_for(cast.officer).get(url)
    assert page.status_code == 200
    assert "No BAA covers this engagement." in page.text
    assert record_url(cast) in page.text


def test_engagement_tab_shows_the_baa_and_its_gaps(cast, client_for):
    version = make_baa(cast.engagement, missing=["BAA-15"])
    url = reverse("agreements:engagement", args=[cast.engagement.pk])
    page = client_for(cast.reader).get(url)
    assert version.agreement.title in page.text
    assert "Missing: BAA-15 Return or destroy." in page.text
    assert "24 hours" in page.text
    assert client_for(cast.outsider).get(url).status_code == 404


def test_chain_tab_without_subcontractors(cast, client_for):
    url = reverse("agreements:chain", args=[cast.engagement.pk])
    page = client_for(cast.officer).get(url)
    assert page.status_code == 200
    assert "No subcontractor" in page.text


def test_chain_tab_tells_each_party_what_is_its_own(cast, client_for):
    make_baa(cast.engagement)
    hidden = make_organization(name="Secret Desk")
    edge = make_subcontract(
        cast.engagement,
        make_engagement(
            client=cast.vendor,
            provider=hidden,
            disclosure_policy=DisclosurePolicy.UNDISCLOSED,
        ),
    )
    make_baa(edge.downstream, missing=["BAA-15"])
    url = reverse("agreements:chain", args=[cast.engagement.pk])
    above = client_for(cast.officer).get(url)
    assert "<svg" in above.text
    assert "Secret Desk" not in above.text
    assert "Return or destroy" not in above.text
    assert "Required provisions are missing from its BAA" in above.text
    own = client_for(cast.manager).get(url)
    assert "Secret Desk" in own.text
    assert "Missing: BAA-15 Return or destroy." in own.text
    assert reverse("agreements:engagement", args=[edge.downstream_id]) in own.text
    assert client_for(cast.outsider).get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_page_query_counts_do_not_grow(
    cast, client_for, count, django_assert_max_num_queries
):
    make_baa(cast.engagement)
    for _ in range(count):
        edge = make_subcontract(cast.engagement)
        make_baa(edge.downstream)
        make_baa(make_engagement(client=cast.clinic))
    client = client_for(cast.officer)
    for url, most in (
        (reverse("agreements:list"), 12),
        (reverse("agreements:engagement", args=[cast.engagement.pk]), 16),
        (reverse("agreements:chain", args=[cast.engagement.pk]), 16),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_dates_are_those_of_the_client(cast, client_for):
    cast.clinic.time_zone = "Pacific/Auckland"
    cast.clinic.save()
    version = make_baa(cast.engagement, expires_on=TODAY)
    page = client_for(cast.officer).get(
        reverse("agreements:detail", args=[version.agreement_id])
    )
    assert "no version is in force since 16 Jun 2026" in page.text
