"""Six calendar years, legal holds, and destruction with its own record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.dates import add_years
from apps.core.errors import Conflict, Gone, Invalid, NotAllowed
from apps.evidence import actions as evidence
from apps.evidence import queries as files
from apps.evidence.enums import Purpose
from apps.evidence.models import Attachment, LegalHold, StoredFile
from apps.evidence.rules import AttachmentTerms, InUse, Target, keep_through
from apps.training import actions, queries
from apps.training.enums import Outcome
from apps.training.models import (
    Certification,
    Destruction,
    TrainingHold,
    TrainingImport,
    TrainingRecord,
)
from apps.training.rules import last_in_effect
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file
from tests.factories.training import (
    make_certification,
    make_course,
    make_record,
    make_version,
)
from tests.factories.workforce import make_agent

LONG_AGO = datetime(2010, 3, 1, 12, tzinfo=UTC)
DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))


def old_course(cast: Cast, **version: object):
    return make_course(
        cast.vendor, version={"effective_on": date(2009, 1, 1)} | version
    )


def past(cast: Cast, today: date) -> set:
    rows = queries.past_retention(cast.vendor, today=today)
    return {row.record.pk for row in rows}


def types() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))


# -- Arithmetic ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("created", "last", "expected"),
    [
        (date(2024, 2, 29), date(2024, 2, 29), date(2030, 3, 1)),
        (date(2018, 2, 28), date(2018, 2, 28), date(2024, 2, 28)),
        (date(2020, 1, 1), date(2021, 1, 4), date(2027, 1, 4)),
        (date(2022, 5, 5), date(2021, 1, 4), date(2028, 5, 5)),
        (date(2020, 1, 1), None, None),
    ],
)
def test_six_calendar_years_from_the_later_day(
    created: date, last: date | None, expected: date | None
) -> None:
    assert keep_through(created, [InUse(last)]) == expected


@given(DAYS, DAYS)
def test_never_2190_days_and_never_early(created: date, last: date) -> None:
    until = keep_through(created, [InUse(last)])
    latest = max(created, last)
    assert until is not None
    assert until >= add_years(latest, 6)
    assert (until.day, until.year) in {
        (latest.day, latest.year + 6),
        (1, latest.year + 6),
    }
    assert (until - latest).days in {2191, 2192}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, date(2012, 1, 4)),
        ({"grace_days": 30}, date(2012, 2, 3)),
        ({"superseded_on": date(2011, 6, 1)}, date(2011, 6, 1)),
        ({"outcome": Outcome.FAILED, "valid_until": None}, date(2011, 1, 4)),
        ({"valid_until": None}, None),
        ({"valid_until": None, "left_on": date(2013, 1, 1)}, date(2013, 1, 1)),
    ],
)
def test_last_day_in_effect(changes: dict, expected: date | None) -> None:
    values = {
        "completed_on": date(2011, 1, 4),
        "outcome": Outcome.PASSED,
        "valid_until": date(2012, 1, 4),
        "grace_days": 0,
        "superseded_on": None,
        "left_on": None,
    }
    assert last_in_effect(**values | changes) == expected  # type: ignore[arg-type]


def test_database_and_rule_agree_on_every_kind_of_record(cast: Cast) -> None:
    course, lasting = old_course(cast), old_course(cast, validity_months=None)
    make_version(course, effective_on=date(2012, 1, 1), grace_days=45)
    agent = make_agent(cast.vendor)
    left = make_agent(cast.vendor, joined_on=date(2009, 1, 1), left_on=date(2012, 5, 5))
    for who in (agent, left):
        for which in (course, lasting):
            old = {"created_at": LONG_AGO, "completed_on": date(2010, 2, 28)}
            make_record(who, which, **old)
            make_record(who, which, **old | {"completed_on": date(2012, 2, 29)})
            failed = old | {"outcome": "failed", "valid_until": None}
            make_record(who, which, **failed)
            make_record(who, which, **failed | {"completed_on": date(2012, 2, 29)})
    first = TrainingRecord.objects.filter(agent=agent, outcome="failed").first()
    assert first is not None
    with clock.held(datetime(2014, 7, 1, tzinfo=UTC)):
        actions.withdraw_record(first, by=cast.manager, reason="Wrong.")
    seen = set()
    for row in queries.records_with_history(cast.manager):
        until = queries.record_keeping(row).until
        if until is None:
            assert row.pk not in past(cast, date(2060, 1, 1))
            continue
        seen.add(until)
        assert row.pk not in past(cast, until), until
        assert row.pk in past(cast, until + timedelta(days=1)), until
    assert len(seen) > 4
    assert date(2018, 3, 1) in seen


# -- Holds --------------------------------------------------------------------
def make_old(cast: Cast, **changes: object) -> TrainingRecord:
    """A pass of 2010 that rests on an import and a certificate, past retention."""
    job = TrainingImport.objects.create(
        organization=cast.vendor,
        file=make_stored_file(cast.vendor, content=b"a,b\n", created_at=LONG_AGO),
        file_name="old.csv",
        committed_at=LONG_AGO,
        created_at=LONG_AGO,
    )
    certification = make_certification(
        make_agent(cast.vendor),
        old_course(cast),
        completed_on=date(2010, 2, 28),
        created_at=LONG_AGO,
        source_import=job,
        source_row=2,
        **changes,
    )
    return certification.record


def test_hold_is_placed_and_released_with_reasons(cast: Cast) -> None:
    row = make_old(cast)
    today = date(2026, 6, 15)
    for agent in (row.agent, None):
        hold = actions.place_training_hold(
            by=cast.manager, reason=" A dispute. ", agent=agent
        )
        assert (hold.reason, past(cast, today)) == ("A dispute.", set())
        assert queries.record_keeping(row).is_held
        with pytest.raises(Conflict):
            actions.place_training_hold(by=cast.manager, reason="Again", agent=agent)
        released = actions.release_training_hold(
            hold, by=cast.second_manager, reason="Settled."
        )
        assert (released.release_reason, released.released_by) == (
            "Settled.",
            cast.second_manager.user,
        )
        with pytest.raises(Conflict):
            actions.release_training_hold(hold, by=cast.manager, reason="Again")
        assert past(cast, today) == {row.pk}
    assert types() == ["training_hold.placed", "training_hold.released"] * 2
    with pytest.raises(Invalid):
        actions.place_training_hold(by=cast.manager, reason=" ")
    for actor in (cast.lead, cast.other_manager):
        with pytest.raises(NotAllowed):
            actions.place_training_hold(by=actor, reason="X", agent=row.agent)


@pytest.mark.parametrize("which", ["import", "certificate"])
def test_hold_on_a_file_keeps_the_records_that_rest_on_it(
    cast: Cast, which: str
) -> None:
    row = make_old(cast)
    file = row.source_import.file if row.source_import else None
    if which == "certificate":
        file = make_stored_file(cast.vendor, content=b"proof")
        target = Target("training_record", row.pk, "record")
        terms = AttachmentTerms(Purpose.TRAINING)
        evidence.attach(file, by=cast.manager, to=target, terms=terms)
    LegalHold.objects.create(organization=cast.vendor, file=file, reason="Held.")
    assert past(cast, date(2026, 6, 15)) == set()
    assert queries.record_keeping(row).is_held
    with pytest.raises(Conflict):
        actions.destroy_past_retention(by=cast.manager, reason="Over.")


def test_replaced_record_holds_what_replaced_it(cast: Cast) -> None:
    """The older one rests on a held file; the newer one stays with it."""
    row = make_old(cast)
    with clock.held(LONG_AGO):
        new = actions.withdraw_record(row, by=cast.manager, reason="Wrong.")
    TrainingRecord.objects.filter(pk=new.pk).update(source_import=None)
    assert row.source_import is not None
    hold = LegalHold.objects.create(
        organization=cast.vendor, file=row.source_import.file, reason="Held."
    )
    assert past(cast, date(2026, 6, 15)) == set()
    hold.delete()
    assert past(cast, date(2026, 6, 15)) == {row.pk, new.pk}


# -- Destruction --------------------------------------------------------------
def test_destruction_removes_everything_and_keeps_a_record(
    cast: Cast, django_capture_on_commit_callbacks, tmp_path: Path
) -> None:
    row = make_old(cast)
    job = row.source_import
    assert job is not None
    with clock.held(LONG_AGO):
        gone = actions.withdraw_record(row, by=cast.manager, reason="Wrong.")
        proof = make_stored_file(cast.vendor, content=b"proof", created_at=LONG_AGO)
        evidence.attach(
            proof,
            by=cast.manager,
            to=Target("training_record", row.pk, "record"),
            terms=AttachmentTerms(Purpose.TRAINING, valid_until=row.valid_until),
        )
    young = make_record(make_agent(cast.vendor), make_course(cast.vendor))
    before = len(types())
    with django_capture_on_commit_callbacks(execute=True):
        done = actions.destroy_past_retention(by=cast.manager, reason=" Over. ")
    assert (done.record_count, done.import_count, done.file_count) == (2, 1, 2)
    assert {each["id"] for each in done.items["records"]} == {
        str(row.pk),
        str(gone.pk),
    }
    assert row.agent.full_name not in str(done.items)
    assert list(TrainingRecord.objects.all()) == [young]
    assert not TrainingImport.objects.filter(pk=job.pk).exists()
    assert Certification.objects.count() == 0
    for file in (proof, job.file):
        file.refresh_from_db()
        assert file.destroyed_at is not None
        assert not default_storage.exists(file.storage_key)
        with pytest.raises(Gone):
            files.check_servable(file)
    assert types()[before:] == [
        "attachment.ended",
        "file.destroyed",
        "file.destroyed",
        "training_records.destroyed",
    ]
    with pytest.raises(Conflict):
        actions.destroy_past_retention(by=cast.manager, reason="Again.")


def test_nothing_goes_a_day_early(cast: Cast) -> None:
    """Completed 28 February 2010, valid a year: kept through 28 February 2017."""
    make_old(cast)
    with clock.held(datetime(2017, 2, 28, 12, tzinfo=UTC)), pytest.raises(Conflict):
        actions.destroy_past_retention(by=cast.manager, reason="Early.")
    with clock.held(datetime(2017, 3, 1, 12, tzinfo=UTC)):
        done = actions.destroy_past_retention(by=cast.manager, reason="Over.")
    assert done.record_count == 1


def test_import_stays_while_one_of_its_records_does(cast: Cast) -> None:
    row = make_old(cast)
    make_record(
        make_agent(cast.vendor),
        make_course(cast.vendor),
        source_import=row.source_import,
    )
    done = actions.destroy_past_retention(by=cast.manager, reason="Over.")
    assert (done.record_count, done.import_count, done.file_count) == (1, 0, 0)


def test_file_with_another_use_stays(cast: Cast) -> None:
    row = make_old(cast)
    assert row.source_import is not None
    file = row.source_import.file
    Attachment.objects.create(
        organization=cast.vendor,
        file=file,
        subject_type="policy",
        subject_id=row.pk,
        subject_title="Policy",
        purpose="policy",
    )
    done = actions.destroy_past_retention(by=cast.manager, reason="Over.")
    assert (done.import_count, done.file_count) == (1, 0)
    assert StoredFile.objects.get(pk=file.pk).destroyed_at is None


def test_destruction_asks_permission_and_a_reason(cast: Cast) -> None:
    make_old(cast)
    with pytest.raises(Invalid):
        actions.destroy_past_retention(by=cast.manager, reason=" ")
    for actor in (cast.lead, cast.reader):
        with pytest.raises(NotAllowed):
            actions.destroy_past_retention(by=actor, reason="Over.")
    with pytest.raises(Conflict):
        actions.destroy_past_retention(by=cast.other_manager, reason="Over.")
    assert TrainingRecord.objects.count() == 1
    assert Destruction.objects.count() == TrainingHold.objects.count() == 0
