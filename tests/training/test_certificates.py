"""Certificates in bulk: whose each is, and what became of every one."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Invalid, NotAllowed
from apps.evidence import queries as evidence
from apps.evidence.models import Attachment, StoredFile
from apps.tenancy.enums import Role
from apps.tenancy.models import Membership
from apps.training import actions, queries, tasks
from apps.training.models import CertificateUpload, Course
from apps.training.rules import agents_in_name
from tests.conftest import NOON, Cast
from tests.factories.tenancy import make_actor, make_organization
from tests.factories.training import make_course, make_record
from tests.factories.workforce import make_agent
from tests.large import kill_at_random_points, wait_until
from tests.live import Live
from tests.shared_data import shared

# A PNG of one pixel each, told apart by what follows its end.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def png(number: int) -> bytes:
    return PNG + bytes([number])


def packed(**files: bytes) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return SimpleUploadedFile("certificates.zip", out.getvalue())


def one(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def course(cast: Cast) -> Course:
    """Two agents who passed, one who did not, one whose id holds another's."""
    made = make_course(cast.vendor, title="HIPAA Basics")
    for external_id in ("A-1", "A-1-2", "B.7"):
        agent = make_agent(cast.vendor, external_id=external_id)
        if external_id != "B.7":
            make_record(agent, made)
            make_record(agent, made, completed_on=date(2025, 1, 4))
    return made


def attach(cast: Cast, course: Course, *files: SimpleUploadedFile, by=None):
    row = actions.hand_in_certificates(files, by=by or cast.manager, course=course)
    assert (row.state, row.account, row.files > 0) == ("attaching", [], True)
    tasks.attach_certificates(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.files, row.parcel) == ("done", len(row.account), {})
    return [(each["name"], each["fate"], each["agent"]) for each in row.account]


# -- Names --------------------------------------------------------------------
IDS = {"a-1": UUID(int=1), "a-1-2": UUID(int=2), "b.7": UUID(int=3), "17": UUID(int=4)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A-1.pdf", {1}),
        ("HIPAA_a-1_2026.pdf", {1}),
        ("(A-1) certificate.pdf", {1}),
        ("A-12.pdf", set()),
        ("XA-1.pdf", set()),
        ("A-1-2.pdf", {2}),
        ("A-1-2 and A-1.pdf", {1, 2}),
        ("B.7.pdf", {3}),
        ("B.7", set()),
        ("2017.pdf", set()),
        ("17 January.pdf", {4}),
        ("A-1 17.pdf", {1, 4}),
        ("certificate.pdf", set()),
        (".pdf", set()),
        ("A‑1.pdf", set()),
    ],
)
def test_id_stands_alone_in_a_name(name: str, expected: set[int]) -> None:
    assert {found.int for found in agents_in_name(name, IDS)} == expected


# -- Fates --------------------------------------------------------------------
def test_every_file_has_its_fate(cast: Cast, course: Course) -> None:
    found = attach(
        cast,
        course,
        one("A-1 HIPAA.png", png(1)),
        one("A-99.png", png(2)),
        one("A-1 and A-1-2.png", png(3)),
        one("B.7.png", png(4)),
        one("A-1-2.png", b"MZ program"),
        one("A-1-2.gif", png(5)),
    )
    assert found == [
        ("A-1 HIPAA.png", "attached", "A-1"),
        ("A-99.png", "no_agent", ""),
        ("A-1 and A-1-2.png", "ambiguous", ""),
        ("B.7.png", "no_record", ""),
        ("A-1-2.png", "refused", "A-1-2"),
        ("A-1-2.gif", "refused", "A-1-2"),
    ]
    row = CertificateUpload.objects.get()
    assert "program" in row.account[4]["detail"]
    assert ".gif" in row.account[5]["detail"]
    kept = Attachment.objects.get()
    assert (kept.purpose, kept.valid_from, kept.valid_until) == (
        "training",
        date(2026, 1, 4),
        date(2027, 1, 4),
    )
    assert str(kept.subject_id) == row.account[0]["record"]
    assert kept.subject_title == "HIPAA Basics, A-1, 2026-01-04"
    assert StoredFile.objects.count() == 1
    types = list(AuditEvent.objects.order_by("pk").values_list("type", flat=True))
    assert types == [
        "training_certificates.handed_in",
        "file.stored",
        "attachment.made",
        "training_certificates.attached",
    ]


def test_files_of_an_archive_are_taken_out(cast: Cast, course: Course) -> None:
    archive = packed(
        **{
            "folder/": b"",
            "folder/A-1.png": png(1),
            "../../A-1-2.png": png(2),
            "__MACOSX/._A-1.png": b"litter",
            "folder/.DS_Store": b"litter",
            "inner.zip": b"PK\x03\x04",
        }
    )
    assert attach(cast, course, archive) == [
        ("A-1.png", "attached", "A-1"),
        ("A-1-2.png", "attached", "A-1-2"),
        ("inner.zip", "no_agent", ""),
    ]


def test_same_files_again_change_nothing(cast: Cast, course: Course) -> None:
    files = [one("A-1.png", png(1)), one("A-1 again.png", png(1))]
    assert [fate for _, fate, _ in attach(cast, course, *files)] == [
        "attached",
        "as_before",
    ]
    assert [fate for _, fate, _ in attach(cast, course, *files)] == ["as_before"] * 2
    assert Attachment.objects.count() == 1


def test_archive_that_cannot_be_read_is_refused_whole(
    cast: Cast, course: Course
) -> None:
    broken = packed(**{"A-1.png": png(1)})
    for uploads in (
        [],
        [one("broken.zip", broken.read()[:-9])],
        [one(f"{number}.png", png(1)) for number in range(101)],
    ):
        with pytest.raises(Invalid):
            attach(cast, course, *uploads)
    assert CertificateUpload.objects.count() == StoredFile.objects.count() == 0


def test_damaged_member_stops_no_other(cast: Cast, course: Course) -> None:
    content = bytearray(packed(**{"A-1.png": png(1), "A-1-2.png": png(2)}).read())
    content[content.index(PNG)] ^= 0xFF
    found = attach(cast, course, one("c.zip", bytes(content)))
    assert [fate for _, fate, _ in found] == ["refused", "attached"]


def test_archive_beyond_the_limit_is_refused(
    cast: Cast, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.training.importer.archives.MAX_UNPACKED", 10)
    with pytest.raises(Invalid, match="unpacks"):
        attach(cast, course, packed(**{"A-1.png": png(1)}))


def handed_in(cast: Cast, course: Course) -> CertificateUpload:
    files = [one("A-1.png", png(1)), one("A-1-2.png", png(2))]
    return actions.hand_in_certificates(files, by=cast.manager, course=course)


def done(row: CertificateUpload) -> CertificateUpload:
    tasks.attach_certificates(str(row.pk))
    row.refresh_from_db()
    return row


def test_bytes_wait_sealed_and_go_when_they_are_attached(
    cast: Cast, course: Course, tmp_path: Path, django_capture_on_commit_callbacks
) -> None:
    row = handed_in(cast, course)
    [parked] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert PNG not in parked.read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        done(row)
    assert not parked.exists()
    assert done(row).account == row.account
    assert Attachment.objects.count() == 2


def test_job_that_was_killed_goes_on_with_the_next_file(
    cast: Cast, course: Course
) -> None:
    row = handed_in(cast, course)
    first = {"name": "A-1.png", "fate": "attached", "detail": "", "agent": "A-1"}
    row.account = [first | {"record": ""}]
    row.save(update_fields=["account"])
    assert [each["name"] for each in done(row).account] == ["A-1.png", "A-1-2.png"]
    [attached] = Attachment.objects.all()
    assert attached.subject_title == "HIPAA Basics, A-1-2, 2026-01-04"
    assert attached.attached_by_id == cast.manager.user_id


def test_whoever_left_attaches_nothing(cast: Cast, course: Course) -> None:
    row = handed_in(cast, course)
    Membership.objects.filter(user=cast.manager.user).update(
        valid_until=date(2026, 6, 14)
    )
    assert done(row).state == "refused"
    assert "may not attach certificates any more" in row.refusal
    assert Attachment.objects.count() == 0
    assert AuditEvent.objects.latest("pk").type == "training_certificates.attached"


def test_bytes_that_were_swept_away_are_told(
    cast: Cast, course: Course, tmp_path: Path
) -> None:
    row = handed_in(cast, course)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.unlink()
    assert (done(row).state, row.account) == ("refused", [])
    assert row.refusal == "These bytes waited too long. Hand them in again."


def test_bytes_of_a_key_nobody_has_are_told(
    cast: Cast, course: Course, settings: Any
) -> None:
    row = handed_in(cast, course)
    settings.FILES_KEYS = ("another key",)
    assert (done(row).state, row.account) == ("refused", [])


def test_sweep_takes_up_what_waited_for_two_minutes(cast: Cast, course: Course) -> None:
    row = handed_in(cast, course)
    assert queries.stalled_certificates() == []
    with clock.held(NOON + timedelta(minutes=2)):
        assert queries.stalled_certificates() == [row.pk]
        done(row)
        assert queries.stalled_certificates() == []


@pytest.mark.worker
def test_killed_worker_leaves_an_account_of_every_file(live: Live) -> None:
    vendor = make_organization()
    manager = make_actor(vendor, Role.VENDOR_MANAGER)
    course = make_course(vendor)
    files = []
    for number in range(100):
        make_record(make_agent(vendor, external_id=f"K-{number}"), course)
        files.append(one(f"K-{number}.png", png(number)))
    with transaction.atomic():
        row = actions.hand_in_certificates(files, by=manager, course=course)

    def now() -> CertificateUpload:
        return CertificateUpload.objects.get(pk=row.pk)

    def check() -> None:
        assert (
            len(now().account) <= Attachment.objects.filter(organization=vendor).count()
        )

    wait_until(lambda: now().account, what="the first file")
    kill_at_random_points(
        live, lambda: now().state == "attaching", times=2, within=0.3, check=check
    )
    wait_until(lambda: now().state == "done", what="the last file")
    assert {each["fate"] for each in now().account} == {"attached"}
    assert len(now().account) == 100
    assert Attachment.objects.filter(organization=vendor).count() == 100


def test_only_managers_of_the_provider_attach(cast: Cast, course: Course) -> None:
    for actor in (cast.lead, cast.officer, cast.other_manager):
        with pytest.raises(NotAllowed):
            attach(cast, course, one("A-1.png", png(1)), by=actor)


def test_attached_file_leads_to_its_record_and_reminds_of_nothing(
    cast: Cast, course: Course
) -> None:
    """The certification itself is reminded of."""
    attach(cast, course, one("A-1.png", png(1)))
    [use] = evidence.uses(StoredFile.objects.get())
    record = Attachment.objects.get().subject_id
    assert (use.label, use.path) == ("Training record", f"/training/records/{record}/")
    year = {"first": date(2027, 1, 1), "last": date(2027, 12, 31)}
    assert evidence.due_items(cast.manager, **year) == []


def test_real_pdfs_are_attached_or_say_why_not(cast: Cast, course: Course) -> None:
    """A protected PDF is refused with a clear sentence (physionet-build 2182)."""
    folder = shared("data", "evidence_real")
    names = ("physionet_training_report.pdf", "pypdf_password_openpassword.pdf")
    files = [one(f"A-1 {name}", (folder / name).read_bytes()) for name in names]
    assert [fate for _, fate, _ in attach(cast, course, *files)] == [
        "attached",
        "refused",
    ]
    detail = CertificateUpload.objects.get().account[1]["detail"]
    assert "password" in detail or "encrypted" in detail
