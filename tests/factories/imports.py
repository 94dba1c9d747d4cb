"""Ways of the tests to bring a file in: bytes, the data folder, small workbooks."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from apps.evidence.models import StoredFile
from apps.tenancy.actor import Actor
from apps.tenancy.models import Membership
from apps.training import actions
from apps.training.models import Course, TrainingImport
from apps.workforce import actions as workforce
from apps.workforce.models import RosterImport
from tests.conftest import Cast
from tests.factories.evidence import make_stored_file
from tests.factories.training import make_course
from tests.factories.workforce import make_agent

DATA = Path(__file__).parent.parent / "data"


def workbook(rows: list[list[Any]], *, is_1904: bool = False) -> bytes:
    """An XLSX with one sheet."""
    book = openpyxl.Workbook()
    if is_1904:
        book.epoch = CALENDAR_MAC_1904
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_people(cast: Cast) -> Course:
    """Three agents, two who share an address, and one course since 2020."""
    for number, address in enumerate(
        ("aalder@careline.test", "bbirch@careline.test", ""), start=1
    ):
        make_agent(cast.vendor, external_id=f"A-{number}", email=address)
    for number in (7, 8):
        make_agent(cast.vendor, external_id=f"A-{number}", email="Shared@careline.test")
    return make_course(cast.vendor, code="HIPAA", title="HIPAA Basics")


def stored(cast: Cast, content: bytes, name: str) -> StoredFile:
    """The bytes as a file of the vendor; the same bytes again are the same file."""
    sha256 = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(organization=cast.vendor, sha256=sha256).first()
    return known or make_stored_file(cast.vendor, content=content, name=name)


def upload(
    cast: Cast, content: bytes | str, name: str = "file.csv", **more: Any
) -> TrainingImport:
    """A training file uploaded and read up to its preview."""
    raw = content.encode() if isinstance(content, str) else content
    job = actions.upload_training(
        by=cast.manager,
        organization=cast.vendor,
        file=stored(cast, raw, name),
        file_name=name,
        **more,
    )
    return actions.read_training(job)


def take(job: TrainingImport) -> dict[str, Any]:
    """Confirm and commit; return the account."""
    job = actions.confirm_training(job, by=manager_of(job))
    return actions.commit_training(job).account


def manager_of(job: TrainingImport | RosterImport) -> Any:
    """The actor who uploaded the file."""
    return Actor.of(Membership.objects.get(user=job.uploaded_by))


def roster(
    cast: Cast,
    content: bytes | str,
    name: str = "roster.csv",
    *,
    complete: bool = False,
    as_of: date | None = None,
) -> RosterImport:
    """A roster uploaded and read up to its preview."""
    raw = content.encode() if isinstance(content, str) else content
    job = workforce.upload_roster(
        by=cast.manager,
        organization=cast.vendor,
        file=stored(cast, raw, name),
        is_complete=complete,
        as_of=as_of,
        file_name=name,
    )
    return workforce.read_roster(job)


def take_roster(job: RosterImport) -> dict[str, Any]:
    """Confirm and commit; return the account."""
    job = workforce.confirm_roster(job, by=manager_of(job))
    return workforce.commit_roster(job).account
