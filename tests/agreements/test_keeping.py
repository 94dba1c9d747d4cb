"""How long the files of a BAA are kept: six years after it was last in effect."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from apps.agreements.enums import DisposalKind, Renewal, VersionKind
from apps.agreements.models import Agreement, AgreementVersion
from apps.agreements.rules import last_day_of_duties
from apps.core import clock
from apps.core.errors import Conflict
from apps.evidence import actions as evidence
from apps.evidence import queries
from apps.evidence.models import StoredFile
from tests.conftest import Cast
from tests.factories.agreements import make_agreement, make_version
from tests.factories.drafts import make_draft, make_signed_draft, make_statement
from tests.factories.evidence import make_attachment, make_stored_file

# The vendor's paper came in long before the BAA it belongs to ended.
RECEIVED = datetime(2024, 2, 29, 12, tzinfo=UTC)
ENDED, SETTLED = date(2026, 3, 31), date(2026, 6, 10)


def until(file: StoredFile) -> date | None:
    return queries.keeping(file).until


def behind_utc(cast: Cast) -> None:
    cast.clinic.time_zone = "America/New_York"
    cast.clinic.save(update_fields=["time_zone"])


def version_of(agreement: Agreement, **overrides: object) -> AgreementVersion:
    file = make_stored_file(agreement.discloser, created_at=RECEIVED)
    return make_version(agreement, document=file, **overrides)


@pytest.mark.parametrize(
    ("ended_on", "is_asked", "settled_on", "last"),
    [
        (None, False, None, None),
        (None, True, SETTLED, None),
        (ENDED, False, None, ENDED),
        (ENDED, True, None, None),
        (ENDED, True, SETTLED, SETTLED),
        (SETTLED, True, ENDED, SETTLED),
    ],
)
def test_last_day_of_duties(
    *, ended_on: date | None, is_asked: bool, settled_on: date | None, last: date | None
) -> None:
    found = last_day_of_duties(ended_on, is_asked=is_asked, settled_on=settled_on)
    assert found == last


@pytest.mark.parametrize(
    ("terms", "kept"),
    [
        ({}, date(2032, 12, 31)),
        ({"expires_on": date(2028, 2, 29)}, date(2034, 3, 1)),
        ({"effective_on": date(2023, 1, 1), "expires_on": date(2023, 12, 31)}, None),
        ({"renewal": Renewal.AUTOMATIC}, None),
        ({"renewal": Renewal.EVERGREEN, "expires_on": None}, None),
    ],
)
def test_six_years_after_the_last_day(
    cast: Cast, terms: dict[str, object], kept: date | None
) -> None:
    version = version_of(make_agreement(cast.engagement), **terms)
    ended_before_it_came = terms.get("expires_on") == date(2023, 12, 31)
    expected = date(2030, 3, 1) if ended_before_it_came else kept
    assert until(version.document) == expected


def test_an_amendment_leaves_the_original_standing(cast: Cast) -> None:
    agreement = make_agreement(cast.engagement)
    first = version_of(agreement, superseded_on=date(2026, 4, 1))
    second = version_of(
        agreement,
        kind=VersionKind.AMENDMENT,
        effective_on=date(2026, 4, 1),
        expires_on=date(2027, 6, 30),
    )
    assert until(first.document) == until(second.document) == date(2033, 6, 30)


def test_termination_counts_and_phi_not_yet_returned_keeps(cast: Cast) -> None:
    behind_utc(cast)
    agreement = make_agreement(cast.engagement, terminated_on=ENDED)
    version = version_of(agreement, renewal=Renewal.EVERGREEN, expires_on=None)
    assert until(version.document) == date(2032, 3, 31)
    certificate = make_stored_file(cast.vendor, created_at=RECEIVED)
    statement = make_statement(agreement, certificate=certificate)
    files = (version.document, certificate)
    assert [until(file) for file in files] == [None, None]
    statement.accepted_at = datetime(2026, 6, 11, 3, tzinfo=UTC)
    statement.save(update_fields=["accepted_at"])
    # Still the tenth where the discloser is.
    assert [until(file) for file in files] == [date(2032, 6, 10)] * 2
    statement.obligation.lifted_at = clock.now()
    statement.obligation.save(update_fields=["lifted_at"])
    assert until(version.document) == date(2032, 6, 10)


def test_protections_of_what_cannot_be_returned_go_on(cast: Cast) -> None:
    agreement = make_agreement(cast.engagement, terminated_on=ENDED)
    version = version_of(agreement)
    make_statement(
        agreement,
        kind=DisposalKind.INFEASIBLE,
        done_on=None,
        infeasible_reason="Backups",
        protections="Sealed",
        use_limit="None",
        accepted_at=clock.now(),
    )
    assert until(version.document) is None


def test_certificate_of_signature_and_proposals_stay_with_the_baa(cast: Cast) -> None:
    version = version_of(make_agreement(cast.engagement), expires_on=ENDED)
    draft = make_signed_draft(cast, version)
    StoredFile.objects.filter(pk=draft.certificate_id).update(created_at=RECEIVED)
    draft.refresh_from_db()
    assert draft.certificate is not None
    assert until(draft.certificate) == until(version.document) == date(2032, 3, 31)
    (used,) = queries.uses(draft.certificate)
    assert used.path == f"/agreements/drafts/{draft.pk}/"


def test_proposal_ends_when_it_is_withdrawn(cast: Cast) -> None:
    behind_utc(cast)
    draft = make_draft(cast)
    row = draft.versions.get()
    row.document = make_stored_file(cast.clinic, created_at=RECEIVED)
    row.save(update_fields=["document"])
    assert until(row.document) is None
    draft.withdrawn_at = datetime(2026, 6, 11, 3, tzinfo=UTC)
    draft.withdrawn_by, draft.withdrawal_reason = cast.officer.user, "Another vendor"
    draft.save()
    assert until(row.document) == date(2032, 6, 10)


def test_destroyed_on_the_day_after_and_never_under_a_hold(cast: Cast) -> None:
    version = version_of(make_agreement(cast.engagement), expires_on=ENDED)
    file = version.document
    make_attachment(file, subject_type="agreement", subject_id=version.agreement_id)
    evidence.place_hold(file, by=cast.officer, reason="Case 7")
    with clock.held(datetime(2032, 4, 1, 12, tzinfo=UTC)):
        with pytest.raises(Conflict, match="legal hold"):
            evidence.destroy(file, by=cast.officer, reason="Over")
        evidence.release_hold(file, by=cast.officer)
    with (
        clock.held(datetime(2032, 3, 31, 12, tzinfo=UTC)),
        pytest.raises(Conflict, match="kept through 31 March 2032"),
    ):
        evidence.destroy(file, by=cast.officer, reason="Over")
    with clock.held(datetime(2032, 4, 1, 12, tzinfo=UTC)):
        evidence.destroy(file, by=cast.officer, reason="Over")
