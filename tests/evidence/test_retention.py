"""How long bytes are kept, who may destroy them, and what an organization may keep."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Gone, NotAllowed
from apps.evidence import actions, queries, rules, tasks
from apps.evidence.enums import FileKind
from apps.evidence.models import Attachment, LegalHold, StoredFile
from apps.evidence.queries.library import naming_fields
from apps.evidence.rules import FileRefused
from apps.questionnaires.models import AnswerFile
from apps.tenancy.actor import Actor
from apps.training.models import TrainingImport
from apps.workforce.models import RosterImport
from tests.conftest import Cast
from tests.factories.access_reviews import (
    make_account,
    make_campaign,
    make_log_audit,
    make_revocation,
    make_snapshot,
    make_system,
)
from tests.factories.agreements import make_agreement, make_version
from tests.factories.assurance import (
    make_activity,
    make_activity_record,
    make_certificate,
    make_evidence_request,
    make_letter,
    make_policy,
    make_request_answer,
)
from tests.factories.drafts import make_draft, make_statement
from tests.factories.evidence import PDF, make_attachment, make_stored_file
from tests.factories.reports import make_attestation

ClientFor = Callable[[Actor], Client]
Committing = Callable[..., object]
RECEIVED = datetime(2020, 2, 29, 12, tzinfo=UTC)


def old_file(cast: Cast, **overrides: object) -> StoredFile:
    return make_stored_file(cast.clinic, created_at=RECEIVED, **overrides)


def destroy(file: StoredFile, by: Actor) -> StoredFile:
    return actions.destroy(file, by=by, reason="Retention has ended.")


@pytest.mark.parametrize(
    ("until", "today", "is_held", "is_worthless", "refusal"),
    [
        (date(2026, 2, 28), date(2026, 3, 1), False, False, ""),
        (date(2026, 2, 28), date(2026, 2, 28), False, False, "kept through 28 Feb"),
        (None, date(2026, 3, 1), False, False, "still in effect"),
        (None, date(2026, 3, 1), False, True, ""),
        (date(2030, 1, 1), date(2026, 3, 1), False, True, ""),
        (date(2026, 2, 28), date(2026, 3, 1), True, False, "legal hold"),
        (date(2026, 2, 28), date(2026, 3, 1), True, True, "legal hold"),
    ],
)
def test_why_kept(
    *,
    until: date | None,
    today: date,
    is_held: bool,
    is_worthless: bool,
    refusal: str,
) -> None:
    reason = rules.why_kept(
        until, today=today, is_held=is_held, is_worthless=is_worthless
    )
    assert bool(reason) == bool(refusal)
    assert refusal in reason


def test_destroyed_after_six_calendar_years(
    cast: Cast, django_capture_on_commit_callbacks: Committing
) -> None:
    file = old_file(cast)
    path = Path(default_storage.path(file.storage_key))
    with clock.held(datetime(2026, 3, 1, 12, tzinfo=UTC)), pytest.raises(Conflict):
        destroy(file, cast.officer)
    assert not AuditEvent.objects.exists()
    day_after = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with clock.held(day_after), django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        row = destroy(file, cast.officer)
    assert not path.exists()
    assert (row.destroyed_at, row.destroyed_by) == (day_after, cast.officer.user)
    assert row.sha256 == file.sha256
    event = AuditEvent.objects.get()
    assert event.type == "file.destroyed"
    body = bytes(event.body).decode()
    assert row.sha256 in body
    assert "2026-03-01" in body
    assert "Retention has ended" not in body


def test_nothing_more_happens_to_destroyed_bytes(cast: Cast) -> None:
    file = destroy(old_file(cast, content=PDF), cast.officer)
    with pytest.raises(Gone, match="were destroyed on 15 June 2026: Retention"):
        actions.note_download(file, by=cast.officer)
    for act in (
        lambda: destroy(file, cast.officer),
        lambda: actions.place_hold(file, by=cast.officer, reason="Case"),
        lambda: actions.restrict(file, by=cast.officer, is_restricted=True),
    ):
        with pytest.raises(Conflict, match="destroyed"):
            act()
    again = actions.store_file(
        by=cast.officer,
        organization=cast.clinic,
        name="BAA.pdf",
        content=io.BytesIO(PDF),
        accept=FileKind.DOCUMENT,
    )
    assert again != file
    assert again.sha256 == file.sha256


def test_a_stop_before_the_last_step_is_swept(cast: Cast) -> None:
    file = destroy(old_file(cast), cast.officer)
    path = Path(default_storage.path(file.storage_key))
    assert path.exists()
    with clock.held(datetime(2030, 1, 1, tzinfo=UTC)):
        tasks.sweep_orphans()
    assert not path.exists()


def test_who_may_destroy(cast: Cast) -> None:
    file = old_file(cast)
    for stranger in (cast.analyst, cast.reader, cast.manager, cast.outsider):
        with pytest.raises(NotAllowed):
            destroy(file, stranger)
    actions.place_hold(file, by=cast.officer, reason="Case 7")
    with pytest.raises(Conflict, match="legal hold"):
        destroy(file, cast.officer)
    file.refresh_from_db()
    assert file.destroyed_at is None


def test_quarantined_and_never_used_goes_at_once(cast: Cast) -> None:
    file = make_stored_file(cast.clinic, quarantined_reason="Malware was found in it")
    used = make_stored_file(cast.clinic, quarantined_reason="Malware was found in it")
    make_attachment(used)
    assert destroy(file, cast.officer).destroyed_at is not None
    with pytest.raises(Conflict, match="still in effect"):
        destroy(used, cast.officer)


def until(file: StoredFile) -> date | None:
    return queries.keeping(file).until


def test_records_of_other_rooms_keep_their_files(cast: Cast) -> None:
    certificate = make_certificate(cast.vendor)
    letter = make_letter(certificate)
    policy = make_policy(cast.vendor)
    done = make_activity_record(make_activity(cast.vendor))
    answer = make_request_answer(make_evidence_request(cast.engagement))
    version = make_version(make_agreement(cast.engagement))
    assert until(certificate.file) == date(2033, 12, 31)
    assert until(letter.file) == date(2032, 6, 15)
    assert until(policy.file) is None
    assert until(done.file) == date(2032, 6, 15)
    assert until(answer.file) is None
    assert until(version.document) == date(2032, 12, 31)
    policy.superseded_on = date(2028, 1, 1)
    policy.save(update_fields=["superseded_on"])
    answer.request.accepted_at = clock.now()
    answer.request.save(update_fields=["accepted_at"])
    assert until(policy.file) == date(2033, 12, 31)
    assert until(answer.file) == date(2032, 6, 15)


def test_reviews_of_access_keep_their_files(cast: Cast) -> None:
    """The organization's days count: 03:00 in UTC is still the day before in
    Chicago."""
    cast.clinic.time_zone = "America/Chicago"
    cast.clinic.save(update_fields=["time_zone"])
    files = [old_file(cast) for _ in range(4)]
    over = datetime(2024, 3, 1, 3, tzinfo=UTC)
    system = make_system(cast.clinic)
    campaign = make_campaign(cast.clinic, file=files[0])
    account = make_account(system)
    revocation = make_revocation(account, proof=files[1])
    audit = make_log_audit(system, file=files[2])
    make_snapshot(system, file=files[3], created_at=over)
    assert [until(file) for file in files] == [
        None,
        None,
        date(2032, 6, 15),
        date(2030, 3, 1),
    ]
    campaign.closed_at = campaign.signed_off_at = over
    campaign.save(update_fields=["closed_at", "signed_off_at"])
    revocation.done_at = revocation.verified_at = over
    revocation.save(update_fields=["done_at", "verified_at"])
    audit.recorded_at = over
    audit.save(update_fields=["recorded_at"])
    assert [until(file) for file in files] == [date(2030, 3, 1)] * 4
    for file, path in zip(
        files, ("campaigns", "revocations", "logs", "imports"), strict=True
    ):
        [use] = queries.uses(file)
        assert f"/{path}/" in use.path


def test_attestations_and_tables_keep_their_files(cast: Cast) -> None:
    cast.clinic.time_zone = "America/Chicago"
    cast.clinic.save(update_fields=["time_zone"])
    files = [old_file(cast) for _ in range(3)]
    made = datetime(2024, 3, 1, 3, tzinfo=UTC)
    attestation = make_attestation(cast.engagement, by=cast.officer, code="A" * 20)
    attestation.file, attestation.issued_at = files[0], made
    attestation.save(update_fields=["file", "issued_at"])
    for model, file in ((TrainingImport, files[1]), (RosterImport, files[2])):
        model.objects.create(
            organization=cast.clinic, file=file, file_name="a.csv", created_at=made
        )
    assert [until(file) for file in files] == [date(2030, 3, 1)] * 3


def test_how_long_a_file_is_kept_asks_as_often_for_three(cast: Cast) -> None:
    file = old_file(cast)
    draft = make_draft(cast)
    draft.versions.update(document=file)
    counts = []
    for _ in range(3):
        agreement = make_agreement(cast.engagement)
        make_version(agreement, document=file)
        make_statement(agreement, certificate=file)
        with CaptureQueriesContext(connection) as captured:
            queries.keeping(file)
        counts.append(len(captured))
    assert counts[0] == counts[2]


def test_every_table_that_names_a_file_is_asked() -> None:
    """Those too whose file has no way back to them: proofs of answers, revocations,
    log audits."""
    own = {Attachment, LegalHold}
    naming = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is StoredFile and model not in own
    }
    assert {(field.model, field.name) for field in naming_fields()} == naming
    assert (AnswerFile, "file") in naming


def test_detaching_does_not_shorten_what_a_record_keeps(cast: Cast) -> None:
    policy = make_policy(cast.vendor)
    row = make_attachment(
        policy.file,
        subject_type="policy",
        subject_id=policy.policy_id,
        purpose="policy",
    )
    actions.end_attachment(row, by=cast.manager)
    assert until(policy.file) is None


def test_pages_of_destruction(cast: Cast, client_for: ClientFor) -> None:
    file, young = old_file(cast), make_stored_file(cast.clinic)
    client = client_for(cast.officer)
    link = f"/evidence/files/{file.pk}/destroy/"
    assert link in client.get(f"/evidence/files/{file.pk}/").content.decode()
    assert client.get(link).status_code == 200
    page = client.get(f"/evidence/files/{young.pk}/").content.decode()
    assert "destroy/" not in page
    refused = client.post(
        f"/evidence/files/{young.pk}/destroy/", {"reason": "Not needed"}
    )
    assert refused.status_code == 422
    assert "kept through 15 June 2032" in refused.content.decode()
    answer = client.post(
        f"/evidence/files/{file.pk}/destroy/", {"reason": "Over"}, follow=True
    )
    text = answer.content.decode()
    assert "Bytes destroyed" in text
    assert "Place legal hold" not in text
    assert client.get(f"/evidence/{file.pk}/").status_code == 410
    assert file.name not in client.get("/evidence/?state=old").content.decode()
    assert str(file.pk) in client.get("/evidence/?state=destroyed").content.decode()
    assert str(file.pk) not in client.get("/evidence/").content.decode()


def upload(cast: Cast, content: bytes, accept: FileKind = FileKind.EVIDENCE) -> None:
    actions.store_file(
        by=cast.officer,
        organization=cast.clinic,
        name="a.pdf" if accept is FileKind.PDF_MADE else "a.csv",
        content=io.BytesIO(content),
        accept=accept,
    )


def test_quota_counts_every_kept_file(cast: Cast, settings: LazySettings) -> None:
    settings.ORGANIZATION_MAX_BYTES = 1000
    make_stored_file(cast.clinic, size=600)
    make_stored_file(cast.other_clinic, size=600)
    destroyed = old_file(cast, size=900)
    with pytest.raises(FileRefused) as refused:
        upload(cast, b"a,b\n1,2\n")
    assert refused.value.code == "quota_reached"
    assert "may keep, and this file does not fit" in refused.value.message
    destroy(destroyed, cast.officer)
    assert queries.used_bytes(cast.clinic) == 600
    upload(cast, b"a,b\n" + b"1,2\n" * 99)
    with pytest.raises(FileRefused):
        upload(cast, b"a,b\n3,4\n")
    upload(cast, PDF, FileKind.PDF_MADE)
    settings.ORGANIZATION_MAX_BYTES = 0
    upload(cast, b"a,b\n3,4\n")


def test_quota_refuses_file_by_file(
    cast: Cast, client_for: ClientFor, settings: LazySettings
) -> None:
    settings.ORGANIZATION_MAX_BYTES = 40
    small, large = io.BytesIO(b"a,b\n1,2\n"), io.BytesIO(b"a,b\n" + b"1,2\n" * 20)
    small.name, large.name = "small.csv", "large.csv"
    answer = client_for(cast.analyst).post(
        "/evidence/upload/", {"chosen": [small, large]}
    )
    text = answer.content.decode()
    assert "does not fit" in text
    assert [row.name for row in StoredFile.objects.all()] == ["small.csv"]
    page = client_for(cast.analyst).get("/evidence/").content.decode()
    assert "of 40\xa0bytes your organization may keep" in page
    assert "No virus scanner is set" in page
