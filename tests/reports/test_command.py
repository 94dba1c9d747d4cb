"""``manage.py attest``."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import AuditEvent
from apps.reports.models import Attestation
from tests.factories.engagements import make_engagement

pytestmark = pytest.mark.django_db


def _attest(out: Path, **options: str) -> None:
    values = {"engagement": "Patient chat", "as_of": "2026-06-15"} | options
    arguments = [f"--{key.replace('_', '-')}={value}" for key, value in values.items()]
    call_command("attest", f"--out={out}", *arguments)


@pytest.mark.parametrize(("who", "by_id"), [("officer", True), ("manager", False)])
def test_attestation_is_issued_and_written(cast, story, tmp_path, capsys, who, by_id):
    out = tmp_path / "attestation.pdf"
    actor = getattr(cast, who)
    name = str(cast.engagement.pk) if by_id else "patient CHAT"
    _attest(out, engagement=name, by=actor.user.email)
    issued = Attestation.objects.get()
    assert issued.issued_by == actor.user
    assert hashlib.sha256(out.read_bytes()).hexdigest() == issued.file.sha256
    assert issued.code in capsys.readouterr().out
    assert AuditEvent.objects.order_by("pk").last().type == "attestation.downloaded"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engagement": "Nothing"}, "0 engagements are named"),
        ({"as_of": "2026-06-16"}, "has not come yet"),
        ({"by": "nobody@example.test"}, "is no member"),
    ],
)
def test_what_cannot_be_done_is_said(cast, tmp_path, options, message):
    out = tmp_path / "attestation.pdf"
    with pytest.raises(CommandError, match=message):
        _attest(out, **{"by": cast.officer.user.email} | options)
    assert not out.exists()
    assert not Attestation.objects.exists()


def test_a_name_twice_asks_for_the_id(cast, tmp_path):
    make_engagement(name="Patient chat")
    with pytest.raises(CommandError, match="2 engagements are named"):
        _attest(tmp_path / "a.pdf", by=cast.officer.user.email)


def test_a_reader_may_not(cast, tmp_path):
    with pytest.raises(CommandError, match="issued by a manager"):
        _attest(tmp_path / "a.pdf", by=cast.reader.user.email)
