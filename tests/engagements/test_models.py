"""How rows name themselves, and words a list no longer holds."""

from __future__ import annotations

from apps.engagements.enums import Service
from apps.engagements.models import VendorRegistration, in_words
from tests.factories.engagements import make_grant, make_scope, make_subcontract


def test_rows_name_themselves(cast):
    edge = make_subcontract(cast.engagement)
    listed = VendorRegistration(organization=cast.clinic, vendor=cast.other_vendor)
    assert str(cast.engagement) == "Patient chat"
    assert str(make_scope(cast.engagement)) == "scope from 2026-01-05"
    assert str(edge) == f"Patient chat through {edge.downstream}"
    assert str(make_grant(cast.engagement, cast.auditor.user)) == (
        "grant until 2026-06-30"
    )
    assert str(listed) == "Otherline on the list of Lakeside Clinic"


def test_words_of_a_list_that_shrank_stand_as_they_are():
    assert in_words(Service, ["claims", "gone"]) == "Claims and eligibility, gone"
